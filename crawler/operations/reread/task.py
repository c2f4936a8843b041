"""The task of rereading: reads the stored pages of one part of an archive again, and keeps the outcomes as a shard.

It needs the WARC files and a folder of work, and no archive. What is imported here, every worker imports: neither the
frameworks of a crawl nor what writes an archive is.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from crawler.archive.articles.readings import FirstReading, LostArticle
from crawler.engines import Task
from crawler.engines.quarantine import Halves, Isolation
from crawler.operations.reread.inputs import load_input, save_input
from crawler.rereading.records import AddressRecords, ArticleRecords, GatheredRecords, PageRecords
from crawler.rereading.rereader import ChangedArticle, Publications, Rereader
from crawler.shards.store import ShardStore
from crawler.sites.path_modules import list_modules, load_modules

OUTCOMES: Final = "outcomes"
"""The file of a shard that holds the outcomes that matter, one pickle behind the other, in the order of the pages."""

RereadOutcome = ChangedArticle | LostArticle | FirstReading | None
Part = tuple[PageRecords, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RereadSettings:
    """What all tasks of a rereading share."""

    rules: str
    """The digest of the rules: by other rules a part has another id."""
    warc_folder: Path
    publications: Publications
    forgotten: Set[str]
    versions: Mapping[str, str]


class RereadPayload(NamedTuple):
    """Which part is to be read: the folder of work, the digests of its files there, and the id of the shard."""

    work: str
    settings: str
    part: str
    id: str


_settings: dict[str, RereadSettings] = {}
"""The settings that this process has saved or loaded last, by their digest."""


def save_settings(work: Path, settings: RereadSettings) -> str:
    """Write the settings of a rereading; return their digest. Raises OSError."""
    # page classes need the files that they are from
    digest = save_input(work, (list_modules(), pickle.dumps(settings)))
    _settings.clear()
    _settings[digest] = settings
    return digest


def make_task(work: Path, settings: str, rules: str, part: Part) -> Task[RereadPayload]:
    """Return the task that reads a part, whose records are written to a file. Raises OSError."""
    part_id = compute_part_id(rules, part)
    return Task(part_id, RereadPayload(str(work), settings, save_input(work, part), part_id))


def compute_part_id(rules: str, part: Part) -> str:
    """Return what tells a part from all others: by its records and the rules, whatever they were before."""
    digest = hashlib.sha256(rules.encode())
    for page in part:
        digest.update(repr(page).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def read_part(payload: RereadPayload) -> None:
    """Read the pages of a part again, and keep the outcomes as a shard."""
    work = Path(payload.work)
    settings = _load_settings(work, payload.settings)
    part: Part = load_input(work, payload.part)
    rereader = Rereader(GatheredRecords(part), settings.warc_folder, settings.publications, settings.forgotten)
    with ShardStore(work).make(payload.id) as draft:
        with (draft.folder / OUTCOMES).open("wb") as file:
            for outcome in _read_pages(rereader, part):
                pickle.dump(outcome, file)
        draft.counts["pages"] = len(part)
        draft.versions = settings.versions


def iter_outcomes(store: ShardStore, shard_id: str) -> Iterator[ChangedArticle | LostArticle | FirstReading]:
    """Yield the outcomes of a shard, in the order of its pages."""
    with (store.locate(shard_id) / OUTCOMES).open("rb") as file:
        while True:
            try:
                yield pickle.load(file)
            except EOFError:
                return


class RereadDivision:
    """Divides parts for the quarantine."""

    def halve(self, task: Task[RereadPayload]) -> Halves[RereadPayload] | None:
        """Return both halves of a part."""
        part = _load_part(task)
        middle = len(part) // 2
        return (_make_part(task, part[:middle]), _make_part(task, part[middle:])) if middle else None

    def isolate(self, task: Task[RereadPayload], record: str) -> Isolation[RereadPayload]:
        """Return the page one of whose captures was being read, and those around it."""
        part = _load_part(task)
        index = next(index for index, page in enumerate(part) if _find_capture(page, record))
        before, after = part[:index], part[index + 1 :]
        return Isolation(
            before=_make_part(task, before) if before else None,
            alone=_make_part(task, part[index : index + 1]),
            after=_make_part(task, after) if after else None,
        )

    def describe(self, task: Task[RereadPayload], record: str | None) -> Mapping[str, Any]:
        """Return article, address, file and offset of the page of a task."""
        (page,) = _load_part(task)
        captures = [capture for capture in page.captures if capture.place == record] or page.captures[:1]
        return {
            "article_id": page.archived.id if isinstance(page, ArticleRecords) else None,
            "url": page.archived.url if isinstance(page, ArticleRecords) else page.url_key,
            "file": captures[0].file if captures else None,
            "offset": captures[0].offset if captures else None,
        }


def _read_pages(rereader: Rereader, part: Part) -> Iterator[ChangedArticle | LostArticle | FirstReading]:
    outcome: RereadOutcome
    for page in part:
        if isinstance(page, AddressRecords):
            outcome = rereader.read_unknown(page.url_key)
        else:
            outcome = rereader.read_article(page.archived.id)
        if outcome is not None:
            yield outcome


def _load_settings(work: Path, digest: str) -> RereadSettings:
    if digest not in _settings:
        modules, packed_settings = load_input(work, digest)
        load_modules(modules)
        _settings.clear()
        _settings[digest] = pickle.loads(packed_settings)
    return _settings[digest]


def _load_part(task: Task[RereadPayload]) -> Part:
    part: Part = load_input(Path(task.payload.work), task.payload.part)
    return part


def _make_part(task: Task[RereadPayload], part: Iterable[PageRecords]) -> Task[RereadPayload]:
    work = Path(task.payload.work)
    rules = _load_settings(work, task.payload.settings).rules
    return make_task(work, task.payload.settings, rules, tuple(part))


def _find_capture(page: PageRecords, place: str) -> bool:
    return any(capture.place == place for capture in page.captures)
