"""The crawls so far: does one hold the lock, was one killed, does the clock fit, do sites know whom to write to?"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from crawler.archive.health.status import IS_CRAWL_CONDITION, parse_json_object
from crawler.archive.lock import inspect_lock, list_lock_sites
from crawler.archive.schema.migrations import migrations
from crawler.normalisation.dates import instant
from crawler.operations.doctor.diagnosis import Diagnosis, report_note, report_well, report_wrong

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
        newest = _newest_page(archive, site)
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
    newest = _newest_instant(archive)
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
    settings = [parse_json_object(text) for text in _texts(archive, "SELECT settings FROM runs ORDER BY id DESC")]
    live = [
        run_settings for run_settings in settings if not run_settings.get("mirror") and "ingest" not in run_settings
    ]
    if live and not live[0].get("contact"):
        yield report_wrong("contact", "the last crawl of a live site told nobody how to reach you", fix)
    elif live:
        yield report_well("contact", f"{live[0]['contact']}, as in the last crawl of a live site")
    else:
        yield report_note("contact", "none is set; before the first crawl of a live site one is needed", fix)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfinishedRun:
    """A run that has not said how it ended."""

    run: int | None = None
    process: int | None = None
    ingest: bool = False


def _find_unfinished(archive: Path) -> dict[str, UnfinishedRun]:
    """Return the last run of each site, where that has not ended."""
    rows = _rows(
        archive, f"SELECT site, max(id), finished_at, {IS_CRAWL_CONDITION} FROM runs GROUP BY site"
    )  # all of that id
    return {
        site: UnfinishedRun(run=run, ingest=not crawl) for site, run, finished_at, crawl in rows if finished_at is None
    }


def _newest_page(archive: Path, site: str) -> str | None:
    """Return when the last page of a site came, or when its last run began."""
    sql = (
        "SELECT max(c.fetched_at) FROM captures c WHERE c.run_id = (SELECT max(id) FROM runs WHERE site = ?1)"
        " UNION ALL SELECT max(started_at) FROM runs WHERE site = ?1"
    )
    return max(_texts(archive, sql, site), default=None)


def _newest_instant(archive: Path) -> str | None:
    steps = migrations.migrations_table
    return max(
        _texts(
            archive,
            "SELECT max(started_at) FROM runs UNION ALL SELECT max(finished_at) FROM runs"
            " UNION ALL SELECT max(fetched_at) FROM (SELECT fetched_at FROM captures ORDER BY id DESC LIMIT 1000)"
            f" UNION ALL SELECT replace(substr(max(applied_at), 1, 19), ' ', 'T') || 'Z' FROM {steps}",
        ),
        default=None,
    )


def _texts(archive: Path, sql: str, *values: str) -> list[str]:
    return [row[0] for row in _rows(archive, sql, *values) if row[0] is not None]


def _rows(archive: Path, sql: str, *values: str) -> list[Any]:
    """Ask an archive that may not be there, or be none: what is wrong with the file is told elsewhere."""
    if not archive.is_file():
        return []
    with closing(sqlite3.connect(f"file:{quote(str(archive.absolute()))}?mode=ro", uri=True)) as conn:
        try:
            return conn.execute(sql, values).fetchall()
        except sqlite3.Error:
            return []
