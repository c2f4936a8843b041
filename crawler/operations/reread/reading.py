"""Has all parts of an archive read: those that have no shard yet, and what the quarantine makes of those that died."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby, islice
from pathlib import Path
from typing import Final

from crawler.archive import Archive
from crawler.archive.articles.stored_pages import count_unread, iter_article_ids, iter_unread
from crawler.archive.health.holdings import count_articles
from crawler.engines import Engine, Task
from crawler.engines.quarantine import PoisonRecord, Quarantine, QuarantineReport, read_report
from crawler.errors import CrawlerError
from crawler.operations.reread.task import (
    INPUTS,
    Part,
    RereadDivision,
    RereadPayload,
    RereadSettings,
    make_task,
    name_part,
    read_part,
    save_settings,
)
from crawler.rereading.records import ArchiveRecords, PageRecords, gather_address, gather_article
from crawler.shards.handed_files import remove_file
from crawler.shards.store import ShardDamaged, ShardStore

PART_SIZES: Final = ((3_000, 25), (30_000, 100))
"""An archive of up to so many pages has parts of so many."""
LARGEST_PART: Final = 500
_ABANDONED: Final = timedelta(hours=6)
"""A draft that was not written to for so long has lost its maker."""
_MOST_ROUNDS: Final = 5
"""So many times parts are read that have changed while others were read."""


class RereadFailed(CrawlerError):
    """A part cannot be read for a reason that is none of its pages': what is done is kept."""


@dataclass(slots=True)
class ReadParts:
    """The shards of all parts, in the order of the archive, and the pages that ended the process that read them."""

    shards: list[str] = field(default_factory=list)
    poison: list[PoisonRecord] = field(default_factory=list)


def import_task() -> None:
    """As the first task of a process it makes it import what the tasks need."""


class PartReader:
    """Reads the parts of one archive."""

    def __init__(
        self,
        archive: Archive,
        site: str | None,
        work: Path,
        settings: RereadSettings,
        engine: Engine,
        progress: Callable[[int, int], None] | None,
    ) -> None:
        self._archive = archive
        self._site = site
        self._work = work
        self._settings = settings
        self._engine = engine
        self._progress = progress
        self._store = ShardStore(work)
        self._quarantine = Quarantine(read_part, RereadDivision(), work / "poison")

    def read(self, *, retries: bool) -> ReadParts:
        """Read every part that has no shard; return the shards of all.

        With ``retries`` they are those of the archive as it is at the end: what was changed meanwhile, by a person who
        forgot an article for instance, is read again. Raises RereadFailed and SchedulerUnreachable.
        """
        try:
            self._store.folder.mkdir(parents=True, exist_ok=True)
            self._store.sweep(_ABANDONED)
            return self._read_until_settled(retries)
        except OSError as problem:
            raise RereadFailed(
                f"the folder of work {self._work} cannot be used: {problem.strerror or problem}"
            ) from None

    def _read_until_settled(self, retries: bool) -> ReadParts:
        for _ in range(_MOST_ROUNDS):
            version = self._archive.data_version
            planned = self._read_round()
            if not retries or self._archive.data_version == version:
                parts = self._gather(planned)
                if parts is not None:
                    shutil.rmtree(self._work / INPUTS, ignore_errors=True)
                    return parts
        raise RereadFailed(f"{self._archive.path} changes while it is read: let nobody write to it, then try again")

    def _read_round(self) -> list[str]:
        """Run the tasks of all parts without a shard; return the ids of all parts in their order."""
        total = count_articles(self._archive.db, self._site) + count_unread(self._archive.db, self._site)
        settings = save_settings(self._work, self._settings)
        planned, sizes, running, dead = list[str](), dict[str, int](), dict[str, Task[RereadPayload]](), list[str]()
        done = 0

        def note(shard_id: str) -> None:
            nonlocal done
            done += sizes.pop(shard_id)
            if self._progress is not None:
                self._progress(min(done, total), total)

        def iter_tasks() -> Iterator[Task[RereadPayload]]:
            for part in self._iter_parts(total):
                part_id, content = name_part(self._settings.rules, part)
                planned.append(part_id)
                sizes[part_id] = len(part.pages)
                if self._store.has(part_id) or read_report(self._quarantine.folder, part_id):
                    note(part_id)
                    continue
                task = make_task(self._work, settings, part_id, content)
                running[task.id] = task
                yield task

        for result in self._engine.run(read_part, iter_tasks()):
            if result.state == "failed":
                raise RereadFailed(f"stored pages cannot be read again: {result.reason}")
            if result.state == "died" and not self._store.has(result.id):
                dead.append(result.id)
            else:
                remove_file(self._work / INPUTS, running.pop(result.id).payload.part)
                note(result.id)
        for shard_id in dead:
            self._examine(running[shard_id])
            note(shard_id)
        return planned

    def _examine(self, task: Task[RereadPayload]) -> QuarantineReport:
        report = self._quarantine.examine(task)
        if report.failures:
            raise RereadFailed(f"stored pages cannot be read again: {report.failures[0].reason}")
        return report

    def _gather(self, planned: list[str]) -> ReadParts | None:
        """Return the shards of all parts; None where one of them was damaged, and was removed."""
        parts, is_whole = ReadParts(), True
        for part_id in planned:
            report = None if self._store.has(part_id) else read_report(self._quarantine.folder, part_id)
            shard_ids = (part_id,) if report is None else report.done
            for shard_id in shard_ids:
                try:
                    self._store.verify(shard_id)
                except ShardDamaged:
                    self._store.remove(shard_id)
                    self._quarantine.forget(part_id)
                    is_whole = False
            parts.shards.extend(shard_ids)
            parts.poison.extend(report.poison if report is not None else ())
        return parts if is_whole else None

    def _iter_parts(self, total: int) -> Iterator[Part]:
        """Yield all parts: articles, then pages without one, each in the order of the archive.

        So neighbouring pages are read from neighbouring places on the disk. The ids of a part of articles lie between
        multiples of its size: where one article goes, the other parts stay what they are.
        """
        db, records = self._archive.db, ArchiveRecords(self._archive.db.conn)
        size = next((size for most, size in PART_SIZES if total <= most), LARGEST_PART)
        for _, article_ids in groupby(iter_article_ids(db, self._site), key=lambda article_id: article_id // size):
            yield from _drop_empty(gather_article(records, article_id) for article_id in article_ids)
        url_keys = iter_unread(db, self._site)
        while chunk := list(islice(url_keys, size)):
            yield from _drop_empty(gather_address(records, url_key) for url_key in chunk)


def _drop_empty(pages: Iterator[PageRecords | None]) -> Iterator[Part]:
    """Yield a part of the pages that are there, if there are any."""
    part = Part.of(page for page in pages if page is not None)
    if part.pages:
        yield part
