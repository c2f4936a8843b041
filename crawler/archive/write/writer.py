"""The writing half of an open archive, which an archive that is only read does not load."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from crawler.archive.articles.forgotten import Tombstones
from crawler.archive.articles.readings import FirstReading, ReadFormer, RereadChange
from crawler.archive.runs import runs
from crawler.archive.write.addresses.claims import Claims
from crawler.archive.write.addresses.queue import Queue
from crawler.archive.write.addresses.sitemaps import enqueue_sitemaps
from crawler.archive.write.articles.article import Articles
from crawler.archive.write.articles.rereads import UndoResult, apply_changes, undo_last_reread
from crawler.archive.write.captures import CaptureWriter
from crawler.archive.write.history import HistoryWriter
from crawler.archive.write.tombstones import ForgetResult, Traces, forget
from crawler.archive.write.visit import VisitWriter
from crawler.items import Fate, Link, Visit


@dataclass(slots=True)
class ArchiveWriter:
    """Writes the queue, articles and visits of one archive inside the caller's transaction."""

    db: Database
    prefer: Callable[[str, str, str], str]
    """(site name, one spelling, another) → the one to cite."""
    forgotten: Tombstones
    """Identities that are never queued again, and to which no link is written."""
    queue: Queue = field(init=False)
    claims: Claims = field(init=False)
    articles: Articles = field(init=False)
    captures: CaptureWriter = field(init=False)
    visits: VisitWriter = field(init=False)

    def __post_init__(self) -> None:
        self.queue = Queue(self.db, self.prefer, self.forgotten)
        self.claims = Claims(self.db)
        self.articles = Articles(self.db.conn, self.prefer, self.forgotten)
        self.captures = CaptureWriter(self.db)
        self.visits = VisitWriter(self.db, self.queue, self.articles, self.captures)

    def keep(
        self,
        visits: Sequence[Visit],
        site: str,
        run_id: int,
        now: datetime,
        *,
        any_order: bool = False,
        suspect_fields: Set[str] | None = None,
        read_former: ReadFormer | None = None,
    ) -> list[Fate]:
        """Write visits, their index rows and the counts of their run; return the fate of each.

        Raises UnicodeEncodeError for a text that SQLite cannot store.
        """
        runs.count_pages(self.db, run_id, len(visits))
        self.articles.index.clear()  # a transaction that failed may have left some
        if any_order:
            history = HistoryWriter(self.visits, read_former)
            with self.visits.hold_batch(visits):
                fates = [history.keep(visit, site, run_id, now) for visit in visits]
        else:
            with self.visits.hold_batch(visits):
                fates = [self.visits.keep(visit, site, run_id, now, suspect_fields, read_former) for visit in visits]
        self.articles.index.write()
        runs.add_fates(self.db, run_id, fates)
        return fates

    def enqueue_sitemaps(self, links: Iterable[Link], site: str, run_id: int, now: datetime) -> int:
        """Queue sitemaps that may have changed since they were read; return how many are queued now."""
        return enqueue_sitemaps(self.queue, links, site, run_id, now)

    def reread(self, changes: Iterable[RereadChange | FirstReading], now: datetime, summary: Mapping[str, Any]) -> int:
        """Write new readings; return the number of the rereading."""
        return apply_changes(self.articles, self.queue, changes, now, summary)

    def undo_reread(self, now: datetime) -> UndoResult | None:
        """Undo the last rereading; None when there is none that can be undone."""
        return undo_last_reread(self.articles, now)

    def forget(self, keys: tuple[str, ...], why: str, now: datetime, traces: Traces | None = None) -> ForgetResult:
        """Erase the articles that these identities lead to, and insert tombstones."""
        return forget(self.db.conn, keys, why, now, traces)
