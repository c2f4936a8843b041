"""The crawls so far: does one hold the lock, was one killed, does the clock fit, do sites know whom to write to?"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from crawler.archive.database import Connection, connect_unchecked
from crawler.archive.health.activity import find_newest_instant, find_newest_page
from crawler.archive.lock import inspect_lock, list_lock_sites
from crawler.archive.runs.summary import RunSummary, iter_runs, list_last_runs
from crawler.normalisation.dates import instant
from crawler.operations.doctor.diagnosis import Diagnosis, report_note, report_well, report_wrong

T = TypeVar("T")

CLOCK_TOLERANCE = timedelta(minutes=5)
"""Clocks differ so much without harm."""
EARLIEST = "2026-01-01T00:00:00Z"
"""Older than this program nothing is: a machine without a battery wakes up in 1970."""
STUCK_AFTER = timedelta(days=1)
"""A crawl that has kept no page for so long is stuck."""


def examine_locks(archive: Path, now: datetime, option: str = "") -> Iterator[Diagnosis]:
    """Say which crawls run, which were killed, and which seem to be stuck."""
    unfinished = _find_unfinished(archive)
    held = {}
    for site in list_lock_sites(archive):
        is_held, process = inspect_lock(archive, site)
        if is_held:
            held[site] = process
        elif process is not None:
            unfinished[site] = replace(unfinished.get(site, UnfinishedRun()), process=process)
    for site, process in held.items():
        who = f" (process {process})" if process is not None else ""
        newest = _read(archive, partial(find_newest_page, site=site))
        if newest is not None and newest < instant(now - STUCK_AFTER):
            message = f"a crawl of {site}{who} holds the lock and has kept no page since {newest}"
            yield report_wrong("crawls", message, f"stop it, kindly: kill {process or 'PROCESS'}; then run it again")
        else:
            yield report_note("crawls", f"a crawl of {site}{who} is running")
    killed = {site: found for site, found in unfinished.items() if site not in held}
    for site, found in killed.items():
        named = {"run": found.run, "process": found.process}
        which = ", ".join(f"{word} {value}" for word, value in named.items() if value is not None)
        what = "ingest" if found.ingest else "crawl"
        again = f"seealso ingest{option} with the same files" if found.ingest else f"seealso crawl {site}{option}"
        yield report_wrong(
            "crawls",
            f"stale lock: the last {what} of {site} ({which}) ended without saying so: killed, or a power cut",
            f"run it again, it goes on where it was: {again}",
        )
    if not held and not killed:
        yield report_well("crawls", "none is running, none was killed")


def examine_clock(archive: Path, now: datetime) -> Iterator[Diagnosis]:
    """Say whether it is later now than anything the archive has seen."""
    fix = "set the clock of this machine (timedatectl set-ntp true), then crawl"
    if instant(now) < EARLIEST:
        yield report_wrong("clock", f"the clock says {instant(now)}, which is before this program was written", fix)
        return
    newest = _read(archive, find_newest_instant)
    if newest is not None and newest > instant(now + CLOCK_TOLERANCE):
        message = f"the clock says {instant(now)}, but the archive holds something of {newest}: one of them is off"
        yield report_wrong("clock", message, fix)
        return
    yield report_well("clock", f"{instant(now)}" + (f", after all that was archived ({newest})" if newest else ""))


def examine_contact(archive: Path, contact: str | None) -> Iterator[Diagnosis]:
    """Say whether a site's people can find out whom to write to; mirrors are nobody's concern."""
    fix = "export SEEALSO_CONTACT=you@example.org, or give --contact with each crawl"
    if contact:
        yield report_well("contact", contact)
        return
    live = _read(archive, _find_last_live_crawl)
    if live is None:
        yield report_note("contact", "none is set; before the first crawl of a live site one is needed", fix)
    elif not live.settings.get("contact"):
        yield report_wrong("contact", "the last crawl of a live site told nobody how to reach you", fix)
    else:
        yield report_well("contact", f"{live.settings['contact']}, as in the last crawl of a live site")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfinishedRun:
    """A run that has not said how it ended."""

    run: int | None = None
    process: int | None = None
    ingest: bool = False


def _find_unfinished(archive: Path) -> dict[str, UnfinishedRun]:
    """Return the last run of each site, where that has not ended."""
    return {
        run.site: UnfinishedRun(run=run.id, ingest=not run.is_crawl)
        for run in _read(archive, list_last_runs) or ()
        if run.finished_at is None
    }


def _find_last_live_crawl(db: Connection) -> RunSummary | None:
    return next((run for run in iter_runs(db) if run.is_crawl and not run.settings.get("mirror")), None)


def _read(archive: Path, read: Callable[[Connection], T]) -> T | None:
    """Ask an archive that may not be there, or be none: what is wrong with the file is told elsewhere."""
    if not archive.is_file():
        return None
    with closing(connect_unchecked(archive)) as conn:
        try:
            return read(conn)
        except sqlite3.Error:
            return None
