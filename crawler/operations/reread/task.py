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
from typing import Any, Final, NamedTuple, Self

import msgspec

from crawler.archive.articles.readings import FirstReading, LostArticle
from crawler.engines import Task
from crawler.engines.quarantine import Halves, Isolation
from crawler.rereading.records import AddressRecords, ArticleRecords, GatheredRecords, PageRecords
from crawler.rereading.rereader import ChangedArticle, Publications, Rereader
from crawler.shards.handed_files import load_file, load_object, save_file, save_object
from crawler.shards.store import ShardStore

INPUTS: Final = "inputs"
"""The folder, within that of the work, of what tasks are handed."""
OUTCOMES: Final = "outcomes"
"""The file of a shard that holds the outcomes that matter, one pickle behind the other, in the order of the pages."""

RereadOutcome = ChangedArticle | LostArticle | FirstReading | None


@dataclass(frozen=True, slots=True)
class Part:
    """Pages that are read in one go: those of articles, then those of addresses without one."""

    articles: tuple[ArticleRecords, ...] = ()
    addresses: tuple[AddressRecords, ...] = ()

    @property
    def pages(self) -> tuple[PageRecords, ...]:
        """All of them, in their order."""
        return (*self.articles, *self.addresses)

    @classmethod
    def of(cls, pages: Iterable[PageRecords]) -> Self:
        """Return the part that has some pages."""
        articles, addresses = list[ArticleRecords](), list[AddressRecords]()
        for page in pages:
            if isinstance(page, ArticleRecords):
                articles.append(page)
            else:
                addresses.append(page)
        return cls(tuple(articles), tuple(addresses))


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
    digest = save_object(work / INPUTS, settings)
    _settings.clear()
    _settings[digest] = settings
    return digest


def name_part(rules: str, part: Part) -> tuple[str, bytes]:
    """Return the id of a part, which tells it from what it was before and by other rules, and what is in its file."""
    content = msgspec.msgpack.encode(part)
    return hashlib.sha256(rules.encode() + content).hexdigest(), content


def make_task(work: Path, settings: str, part_id: str, content: bytes) -> Task[RereadPayload]:
    """Return the task that reads a part, what is in whose file is written there. Raises OSError."""
    return Task(part_id, RereadPayload(str(work), settings, save_file(work / INPUTS, content), part_id))


def read_part(payload: RereadPayload) -> None:
    """Read the pages of a part again, and keep the outcomes as a shard."""
    work = Path(payload.work)
    settings = _load_settings(work, payload.settings)
    part = _load_part(payload)
    rereader = Rereader(GatheredRecords(part.pages), settings.warc_folder, settings.publications, settings.forgotten)
    with ShardStore(work).make(payload.id) as draft:
        with (draft.folder / OUTCOMES).open("wb") as file:
            for outcome in _read_pages(rereader, part):
                pickle.dump(outcome, file)
        draft.counts["pages"] = len(part.pages)
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
        pages = _load_part(task.payload).pages
        middle = len(pages) // 2
        return (_make_part(task, pages[:middle]), _make_part(task, pages[middle:])) if middle else None

    def isolate(self, task: Task[RereadPayload], record: str) -> Isolation[RereadPayload]:
        """Return the page one of whose captures was being read, and those around it."""
        pages = _load_part(task.payload).pages
        index = next(index for index, page in enumerate(pages) if _find_capture(page, record))
        before, after = pages[:index], pages[index + 1 :]
        return Isolation(
            before=_make_part(task, before) if before else None,
            alone=_make_part(task, pages[index : index + 1]),
            after=_make_part(task, after) if after else None,
        )

    def describe(self, task: Task[RereadPayload], record: str | None) -> Mapping[str, Any]:
        """Return article, address, file and offset of the page of a task."""
        (page,) = _load_part(task.payload).pages
        captures = [capture for capture in page.captures if capture.place == record] or page.captures[:1]
        return {
            "article_id": page.archived.id if isinstance(page, ArticleRecords) else None,
            "url": page.archived.url if isinstance(page, ArticleRecords) else page.url_key,
            "file": captures[0].file if captures else None,
            "offset": captures[0].offset if captures else None,
        }


def _read_pages(rereader: Rereader, part: Part) -> Iterator[ChangedArticle | LostArticle | FirstReading]:
    outcome: RereadOutcome
    for page in part.pages:
        if isinstance(page, AddressRecords):
            outcome = rereader.read_unknown(page.url_key)
        else:
            outcome = rereader.read_article(page.archived.id)
        if outcome is not None:
            yield outcome


def _load_settings(work: Path, digest: str) -> RereadSettings:
    if digest not in _settings:
        settings: RereadSettings = load_object(work / INPUTS, digest)
        _settings.clear()
        _settings[digest] = settings
    return _settings[digest]


def _load_part(payload: RereadPayload) -> Part:
    return msgspec.msgpack.decode(load_file(Path(payload.work) / INPUTS, payload.part), type=Part)


def _make_part(task: Task[RereadPayload], pages: Iterable[PageRecords]) -> Task[RereadPayload]:
    work, settings = Path(task.payload.work), task.payload.settings
    return make_task(work, settings, *name_part(_load_settings(work, settings).rules, Part.of(pages)))


def _find_capture(page: PageRecords, place: str) -> bool:
    return any(capture.place == place for capture in page.captures)
