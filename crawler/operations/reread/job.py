"""The job of rereading: reads all stored pages by today's rules, on several cores, and applies what differs.

Differences are applied in one transaction. They are held in a temporary file until every page has been read, so that
memory does not grow with their number.
"""

from __future__ import annotations

import json
import os
import pickle
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final

from crawler.archive import Archive
from crawler.archive.articles.addresses import list_address_sites
from crawler.archive.articles.readings import FirstReading, LostArticle, RereadChange
from crawler.archive.articles.stored_pages import count_unread, iter_article_ids, iter_unread
from crawler.archive.health.holdings import count_articles
from crawler.archive.lock import SiteLock
from crawler.archive.write.rereads import UndoResult
from crawler.errors import CrawlerError
from crawler.operations.reread.pool import CHUNK_SIZE, RereadOutcome, RereadPool, RereadTask
from crawler.rereading.rereader import ChangedArticle

MOST_LOST: Final = 100
"""The most lost and found pages that are named one by one; all are counted."""


class NothingToUndo(CrawlerError):
    """There is no rereading to undo."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDifference:
    """One difference of one article."""

    article_id: int
    url: str
    before: Any
    after: Any


@dataclass(slots=True, kw_only=True)
class RereadReport:
    """The counts and examples of a rereading."""

    articles: int = 0
    """Archived articles whose stored pages were read."""
    changed: int = 0
    found: int = 0
    """Stored pages that had no article, and are articles by today's rules."""
    lost: int = 0
    """Articles whose stored page is not read as that article any more; they are not changed."""
    fields: dict[str, int] = field(default_factory=dict)
    """Field → articles that differ in it."""
    examples: dict[str, list[FieldDifference]] = field(default_factory=dict)
    found_pages: list[str] = field(default_factory=list)
    lost_pages: list[LostArticle] = field(default_factory=list)
    reread_id: int | None = None
    """The number of the rereading, when it changed the archive."""
    jobs: int = 1
    seconds: float = 0.0

    @property
    def exit_code(self) -> int:
        """2 when pages are no longer read, which a person should look at."""
        return 2 if self.lost else 0


def reread(
    path: Path,
    *,
    site: str | None = None,
    dry_run: bool = False,
    jobs: int | None = None,
    examples: int = 3,
    progress: Callable[[int, int], None] | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> RereadReport:
    """Read stored pages again and, unless it is a ``dry_run``, apply what differs in one transaction.

    ``progress(done, all)`` is called after each chunk. Raises ArchiveBusy while a crawl writes to the archive (not for
    a dry run, which only reads), ArchiveUnusable, UnknownSite.
    """
    begun = time.monotonic()
    report = RereadReport(jobs=jobs or count_cores())
    with ExitStack() as stack:
        archive = stack.enter_context(Archive(path, "read" if dry_run else "write"))
        if not dry_run:
            lock_sites(archive, site, stack)
        workers = stack.enter_context(RereadPool(report.jobs))
        # only now, so that the workers load theirs at the same time
        from crawler.sites.registry import load_known_sites

        tasks, total = _plan_tasks(archive, site)
        publications = {name: (known_site.site, known_site.pages) for name, known_site in load_known_sites().items()}
        spool: IO[bytes] = stack.enter_context(tempfile.TemporaryFile())
        done = 0
        for outcomes in workers.read(path, publications, tasks):
            for outcome in outcomes:
                _count_outcome(report, outcome, examples)
                if isinstance(outcome, ChangedArticle | FirstReading):
                    pickle.dump(outcome.change if isinstance(outcome, ChangedArticle) else outcome, spool)
            done += len(outcomes)
            if progress is not None:
                progress(done, total)
        report.articles = count_articles(archive.db, site)
        report.fields = dict(sorted(report.fields.items(), key=lambda item: (-item[1], item[0])))
        if not dry_run and (report.changed or report.found):
            spool.seek(0)
            report.reread_id = archive.reread(_read_spool(spool), now(), _summarise(report))
    report.seconds = time.monotonic() - begun
    return report


def undo_reread(path: Path, now: datetime | None = None) -> UndoResult:
    """Undo the last rereading. Raises NothingToUndo, and ArchiveBusy while a crawl writes to the archive."""
    with ExitStack() as stack:
        archive = stack.enter_context(Archive(path, "write"))
        lock_sites(archive, None, stack)
        undone = archive.undo_reread(now or datetime.now(UTC))
    if undone is None:
        raise NothingToUndo(f"nothing to undo in {path}: no reread has changed it, or it was undone before")
    return undone


def count_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def lock_sites(archive: Archive, site: str | None, stack: ExitStack) -> None:
    """Lock the site, or all sites of the archive, against crawls until the stack unwinds. Raises ArchiveBusy."""
    for name in [site] if site else list_address_sites(archive.db):
        stack.callback(SiteLock(archive.path, name).release)


def _plan_tasks(archive: Archive, site: str | None) -> tuple[Iterator[RereadTask], int]:
    """Return the tasks, archived articles first, then pages without an article, in chunks; and the number of pages."""
    db = archive.db
    total = count_articles(db, site) + count_unread(db, site)

    def iter_chunks() -> Iterator[RereadTask]:
        # In the order of the captures, so that neighbouring pages are read from neighbouring places on the disk.
        names: tuple[tuple[str, Iterator[Any]], ...] = (
            ("article", iter_article_ids(db, site)),
            ("unread", iter_unread(db, site)),
        )
        for kind, pages in names:
            while chunk := list(islice(pages, CHUNK_SIZE)):
                yield kind, chunk

    return iter_chunks(), total


def _count_outcome(report: RereadReport, outcome: RereadOutcome, examples: int) -> None:
    match outcome:
        case LostArticle():
            report.lost += 1
            if len(report.lost_pages) < MOST_LOST:
                report.lost_pages.append(outcome)
        case FirstReading():
            report.found += 1
            if len(report.found_pages) < MOST_LOST:
                report.found_pages.append(outcome.article.url)
        case ChangedArticle():
            report.changed += 1
            for name, before, after in outcome.fields:
                report.fields[name] = report.fields.get(name, 0) + 1
                differences = report.examples.setdefault(name, [])
                if len(differences) < examples:
                    article_id = outcome.change.article_id
                    differences.append(
                        FieldDifference(article_id=article_id, url=outcome.url, before=before, after=after)
                    )


def _read_spool(spool: IO[bytes]) -> Iterator[RereadChange | FirstReading]:
    while True:
        try:
            yield pickle.load(spool)
        except EOFError:
            return


def _summarise(report: RereadReport) -> Mapping[str, Any]:
    from crawler.crawl.provenance import list_versions

    return {
        "articles": report.articles,
        "changed": report.changed,
        "found": report.found,
        "lost": report.lost,
        "fields": json.dumps(report.fields),
        "versions": json.dumps(dict(list_versions())),
    }
