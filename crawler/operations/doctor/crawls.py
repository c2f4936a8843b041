"""Examines the crawls so far: locks, killed runs, the clock, and the contact that sites are given."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from crawler.archive.database import Connection
from crawler.archive.health.activity import find_newest_instant, find_newest_page
from crawler.archive.health.clock_faults import count_impossible_sightings
from crawler.archive.lock import inspect_lock, list_lock_sites
from crawler.archive.opening import connect_unchecked
from crawler.archive.runs.summary import RunSummary, iter_runs, list_last_runs
from crawler.errors import CrawlerError
from crawler.normalisation.dates.moments import instant
from crawler.normalisation.wording import format_count
from crawler.operations.doctor.diagnosis import Diagnosis, report_note, report_well, report_wrong
from crawler.operations.schedule.missed_crawls import list_scheduled_crawls

T = TypeVar("T")

CLOCK_TOLERANCE = timedelta(minutes=5)
"""The largest difference between clocks that does no harm."""
EARLIEST = "2026-01-01T00:00:00Z"
"""The earliest time that a clock may show, before which this program did not exist: without a battery it shows 1970."""
STUCK_AFTER = timedelta(days=1)
"""The time without a kept page after which a crawl counts as stuck."""


def examine_locks(archive: Path, now: datetime, option: str = "") -> Iterator[Diagnosis]:
    """Report the crawls that are running, that were killed, and that seem to be stuck."""
    unfinished = _find_unfinished(archive)
    holders = {}
    for site in list_lock_sites(archive):
        is_held, process = inspect_lock(archive, site)
        if is_held:
            holders[site] = process
        elif process is not None:
            unfinished[site] = replace(unfinished.get(site, UnfinishedRun()), process=process)
    for site, process in holders.items():
        process_note = f" (process {process})" if process is not None else ""
        newest = _read_archive(archive, partial(find_newest_page, site=site))
        if newest is not None and newest < instant(now - STUCK_AFTER):
            message = f"a crawl of {site}{process_note} holds the lock and has kept no page since {newest}"
            yield report_wrong("crawls", message, f"stop it, kindly: kill {process or 'PROCESS'}; then run it again")
        else:
            yield report_note("crawls", f"a crawl of {site}{process_note} is running")
    killed_runs = {site: run for site, run in unfinished.items() if site not in holders}
    for site, run in killed_runs.items():
        named_values = {"run": run.run, "process": run.process}
        run_names = ", ".join(f"{word} {value}" for word, value in named_values.items() if value is not None)
        kind = "ingest" if run.ingest else "crawl"
        command = f"seealso ingest{option} with the same files" if run.ingest else f"seealso crawl {site}{option}"
        yield report_wrong(
            "crawls",
            f"the last {kind} of {site} ({run_names}) ended without saying so: killed, a full disk, or a power cut;"
            " no lock is held",
            f"run it again, it goes on where it was: {command}",
        )
    if not holders and not killed_runs:
        yield report_well("crawls", "none is running, none was killed")


def examine_schedules(archive: Path, now: datetime, option: str = "") -> Iterator[Diagnosis]:
    """Report the crawls of schedules that did not begin though they were expected."""
    for crawl in list_scheduled_crawls(archive, now):
        if crawl.state == "overdue":
            fix = f"look whether the scheduler runs; until then: seealso crawl {crawl.site}{option}"
            yield report_wrong("schedules", crawl.describe(), fix)
        else:
            yield report_well("schedules", crawl.describe())


def examine_clock(archive: Path, now: datetime) -> Iterator[Diagnosis]:
    """Report whether the clock is later than every instant in the archive."""
    fix = "set the clock of this machine (timedatectl set-ntp true), then crawl"
    if instant(now) < EARLIEST:
        yield report_wrong("clock", f"the clock says {instant(now)}, which is before this program was written", fix)
        return
    newest = _read_archive(archive, find_newest_instant)
    if newest is not None and newest > instant(now + CLOCK_TOLERANCE):
        message = f"the clock says {instant(now)}, but the archive holds something of {newest}: one of them is off"
        yield report_wrong("clock", message, fix)
        return
    yield report_well("clock", f"{instant(now)}" + (f", after all that was archived ({newest})" if newest else ""))


def examine_times(archive: Path, option: str = "") -> Iterator[Diagnosis]:
    """Report articles that were seen last before they were seen first, which a clock that was set back left behind."""
    count = _read_archive(archive, count_impossible_sightings)
    if count:
        yield report_wrong(
            "times",
            f"{format_count(count, 'article')} seen last before being seen first: the clock was set back",
            f"seealso doctor --fix{option} (seealso verify names them)",
            fixable=True,
        )
    elif count is not None:
        yield report_well("times", "nothing was seen last before it was seen first")


def examine_contact(archive: Path, contact: str | None) -> Iterator[Diagnosis]:
    """Report whether crawls of live sites give a contact; crawls of mirrors need none."""
    fix = "export SEEALSO_CONTACT=you@example.org, or give --contact with each crawl"
    if contact:
        yield report_well("contact", contact)
        return
    live = _read_archive(archive, _find_last_live_crawl)
    if live is None:
        yield report_note("contact", "none is set; before the first crawl of a live site one is needed", fix)
    elif not live.settings.get("contact"):
        yield report_wrong("contact", "the last crawl of a live site told nobody how to reach you", fix)
    else:
        yield report_well("contact", f"{live.settings['contact']}, as in the last crawl of a live site")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfinishedRun:
    """A run whose end is not recorded."""

    run: int | None = None
    process: int | None = None
    ingest: bool = False


def _find_unfinished(archive: Path) -> dict[str, UnfinishedRun]:
    """Return site → its last run, where that has not ended."""
    return {
        run.site: UnfinishedRun(run=run.id, ingest=not run.is_crawl)
        for run in _read_archive(archive, list_last_runs) or ()
        if run.finished_at is None
    }


def _find_last_live_crawl(db: Connection) -> RunSummary | None:
    return next((run for run in iter_runs(db) if run.is_crawl and not {"mirror", "ingest"} & {*run.settings}), None)


def _read_archive(archive: Path, query: Callable[[Connection], T]) -> T | None:
    """Return the result of a query; None where the archive is missing or damaged, which another check reports."""
    if not archive.is_file():
        return None
    try:
        with closing(connect_unchecked(archive)) as conn:
            return query(conn)
    except (sqlite3.Error, CrawlerError):
        return None
