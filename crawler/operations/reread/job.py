"""The job of rereading: reads all stored pages by today's rules, in many processes, and applies what differs.

The outcomes of a part of the archive are a shard, a folder of files. Differences are applied in one transaction, when
every part has its shard: so memory does not grow with their number, and any process may die at any moment. A part is
named by all that its outcomes depend on; what was read before, and is the same by the same rules, is not read again.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from crawler.archive import Archive
from crawler.archive.articles.addresses import list_address_sites
from crawler.archive.articles.readings import FirstReading, LostArticle, RereadChange
from crawler.archive.health.holdings import count_articles
from crawler.archive.lock import SiteLock
from crawler.archive.write.articles.rereads import UndoResult
from crawler.crawl.lease.lease_keeper import hold_lease, hold_work
from crawler.engines import open_engine
from crawler.engines.choice import EngineChoice
from crawler.engines.quarantine import MEMORY_LIMIT
from crawler.errors import CrawlerError
from crawler.operations.reread.reading import PartReader, ReadParts, import_task
from crawler.operations.reread.report import RereadReport
from crawler.operations.reread.task import RereadSettings, iter_outcomes
from crawler.rereading.rereader import ChangedArticle
from crawler.shards.publications import Publication
from crawler.shards.rules import compute_rules_digest
from crawler.shards.store import ShardStore


class NothingToUndo(CrawlerError):
    """There is no rereading to undo."""


def reread(
    path: Path,
    *,
    site: str | None = None,
    dry_run: bool = False,
    jobs: int | None = None,
    engine: EngineChoice | None = None,
    examples: int = 3,
    progress: Callable[[int, int], None] | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> RereadReport:
    """Read stored pages again and, unless it is a ``dry_run``, apply what differs in one transaction.

    ``progress(done, all)`` is called with numbers of pages. ``jobs`` are processes of this machine, where no ``engine``
    is chosen. Raises ArchiveBusy while a crawl writes to the archive (not for a dry run, which only reads), or another
    command works in the folder of work, ArchiveUnusable, UnknownSite, RereadFailed, SchedulerUnreachable, MissingExtra.
    """
    begun = time.monotonic()
    engine = engine or EngineChoice(jobs=jobs)
    report = RereadReport(jobs=None if engine.scheduler else engine.job_count)
    with ExitStack() as stack:
        archive = stack.enter_context(Archive(path, "read" if dry_run else "write"))
        if not dry_run:
            stack.enter_context(hold_lease(path))  # a crawl on another machine may have it
            lock_sites(archive, site, stack)
        if engine.work is not None:
            stack.enter_context(hold_work(engine.work))
        work = engine.work or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="seealso-reread-")))
        processes = stack.enter_context(
            open_engine(
                engine.name,
                jobs=engine.job_count,
                scheduler=engine.scheduler,
                preload=import_task,
                isolated=engine.work is not None,
                memory=MEMORY_LIMIT,
            )
        )
        # only now, so that the workers load theirs at the same time
        settings = _make_settings(archive)
        parts = PartReader(archive, site, work, settings, processes, progress).read(retries=not dry_run)
        store = ShardStore(work)
        for outcome in _iter_all(store, parts):
            report.count(outcome, examples)
        for record in parts.poison:
            report.count_poison(record)
        report.articles = count_articles(archive.db, site)
        report.sort_fields()
        if not dry_run and (report.changed or report.found):
            summary = report.summarise(settings.versions)
            report.reread_id = archive.reread(_iter_changes(store, parts), now(), summary)
        if not dry_run:
            for shard_id in parts.shards:
                store.remove(shard_id)
    report.seconds = time.monotonic() - begun
    return report


def undo_reread(path: Path, now: datetime | None = None) -> UndoResult:
    """Undo the last rereading. Raises NothingToUndo, and ArchiveBusy while a crawl writes to the archive."""
    with ExitStack() as stack:
        archive = stack.enter_context(Archive(path, "write"))
        stack.enter_context(hold_lease(path))
        lock_sites(archive, None, stack)
        undone = archive.undo_reread(now or datetime.now(UTC))
    if undone is None:
        raise NothingToUndo(f"nothing to undo in {path}: no reread has changed it, or it was undone before")
    return undone


def lock_sites(archive: Archive, site: str | None, stack: ExitStack) -> None:
    """Lock the site, or all sites of the archive, against crawls until the stack unwinds. Raises ArchiveBusy."""
    for name in [site] if site else list_address_sites(archive.db):
        stack.callback(SiteLock(archive.path, name).release)


def _make_settings(archive: Archive) -> RereadSettings:
    from crawler.crawl.running.provenance import list_versions
    from crawler.sites.registry import load_known_sites

    known_sites = load_known_sites(*archive.adopted_sites)
    publications = {name: (known_site.site, known_site.pages) for name, known_site in known_sites.items()}
    versions = list_versions()
    return RereadSettings(
        rules=compute_rules_digest(
            [Publication(*publication) for publication in publications.values()],
            versions,
            archive.forgotten,
            copies=False,
        ),
        warc_folder=archive.warc_folder.absolute(),
        publications=publications,
        forgotten=archive.forgotten,
        versions=versions,
    )


def _iter_all(store: ShardStore, parts: ReadParts) -> Iterator[ChangedArticle | LostArticle | FirstReading]:
    for shard_id in parts.shards:
        yield from iter_outcomes(store, shard_id)


def _iter_changes(store: ShardStore, parts: ReadParts) -> Iterator[RereadChange | FirstReading]:
    for outcome in _iter_all(store, parts):
        if isinstance(outcome, ChangedArticle):
            yield outcome.change
        elif isinstance(outcome, FirstReading):
            yield outcome
