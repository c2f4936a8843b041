"""Looks at the archives of a folder, each of one site: what they hold, how the last crawl ended, what comes next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from crawler.archive import Archive
from crawler.archive.database import translate_errors
from crawler.archive.health.holdings import count_articles
from crawler.archive.health.waiting import count_queued, find_next_visit
from crawler.archive.lock import inspect_lock, list_lock_sites
from crawler.archive.runs.summary import list_runs
from crawler.crawl.lease.lease import read_holder
from crawler.crawl.lease.place import LeasePlace
from crawler.crawl.lease.process_identity import identify_process
from crawler.crawl.lease.record import LeaseRecord
from crawler.errors import ArchiveUnusable, CrawlerError
from crawler.operations.crawls.work_folder import CrawlRecord, SiteFolder, list_site_folders


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteStatus:
    """The state of one site's folder; what is not known is None.

    Attributes:
        site: the name of the folder.
        articles: that the archive holds.
        run: the number of the last run.
        last_run: when it began.
        outcome: how it ended; None while it runs, and when it was killed.
        exit_code: of the command that made it.
        is_running: True while a process crawls.
        is_finished: True when ``crawl --list`` with the same options leaves the site alone.
        queue: addresses that wait.
        next_visit_at: when the next known article is due.
        holder: the process that holds the lease.
        lease_expires_at: when its lease ends unless it is renewed.
        message: a line for people: why there is no run, or why the archive was not read.

    """

    site: str
    articles: int | None = None
    run: int | None = None
    last_run: str | None = None
    outcome: str | None = None
    exit_code: int | None = None
    is_running: bool = False
    is_finished: bool = False
    queue: int | None = None
    next_visit_at: str | None = None
    holder: str | None = None
    lease_expires_at: datetime | None = None
    message: str | None = None


def read_overview(work: Path) -> list[SiteStatus]:
    """Return the state of each site's folder, by name.

    An archive that another machine writes to is not opened: its file may be between two states; what the record of its
    last crawl says is returned. Raises ArchiveUnusable for a folder without archives.
    """
    try:
        folders = list_site_folders(work)
    except OSError as problem:
        raise ArchiveUnusable(f"{work} is no folder of archives: {problem.strerror or problem}") from None
    if not folders:
        raise ArchiveUnusable(f"{work} has no archives: seealso crawl --list SITES --work {work} makes them")
    return list(_iter_states(folders))


def _iter_states(folders: list[SiteFolder]) -> Iterator[SiteStatus]:
    system = identify_process().system
    for folder in folders:
        holder, record = _read_holder(folder), folder.read_record()
        state = SiteStatus(
            site=folder.path.name,
            is_finished=record is not None and record.is_finished,
            message=None if record is None else record.message,
            holder=None if holder is None else str(holder.holder),
            lease_expires_at=None if holder is None else holder.expires_at,
            is_running=holder is not None,
        )
        is_elsewhere = holder is not None and (system is None or holder.holder.system != system)
        if is_elsewhere or not folder.archive.is_file():
            yield _add_record(state, record)
        else:
            yield _add_archive(state, folder, record)


def _add_record(state: SiteStatus, record: CrawlRecord | None) -> SiteStatus:
    """Return the state with what the record of the last crawl says."""
    if record is None:
        return state
    return replace(
        state,
        articles=record.articles,
        run=record.run,
        last_run=record.began_at,
        outcome=record.outcome,
        exit_code=record.exit_code,
        queue=record.queue,
    )


def _add_archive(state: SiteStatus, folder: SiteFolder, record: CrawlRecord | None) -> SiteStatus:
    """Return the state with what the archive says."""
    try:
        with Archive(folder.archive) as archive, translate_errors(archive.path), archive.moment():
            runs = list_runs(archive.db, 1)
            state = replace(
                state,
                articles=count_articles(archive.db),
                queue=count_queued(archive.db),
                next_visit_at=find_next_visit(archive.db),
            )
    except CrawlerError as problem:
        return replace(_add_record(state, record), message=str(problem))
    if not runs:
        return replace(
            state, outcome=record.outcome if record else None, exit_code=record.exit_code if record else None
        )
    run = runs[0]
    is_of_run = record is not None and record.run == run.id
    return replace(
        state,
        run=run.id,
        last_run=run.started_at,
        outcome=run.outcome,
        exit_code=record.exit_code if record is not None and is_of_run else None,
        is_running=state.is_running or (run.finished_at is None and _is_locked(folder.archive)),
        is_finished=state.is_finished and is_of_run,
        message=state.message if is_of_run else None,
    )


def _is_locked(archive: Path) -> bool:
    return any(inspect_lock(archive, site)[0] for site in list_lock_sites(archive))


def _read_holder(folder: SiteFolder) -> LeaseRecord | None:
    try:
        return read_holder(LeasePlace(folder.lease))
    except OSError:  # none, or not to be read now
        return None
