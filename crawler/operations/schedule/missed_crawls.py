"""The crawls that a schedule lets expect, and whether one that was expected did not begin.

What is expected is read from this user's crontab and units, and elsewhere from the last crawl, which notes the interval
of the schedule that started it: so a container, or another user, sees that its scheduler has stopped.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from crawler.archive.database import Connection
from crawler.archive.lock import inspect_lock
from crawler.archive.opening import connect_unchecked
from crawler.archive.runs.pauses import find_pause
from crawler.archive.runs.summary import RunSummary, list_last_runs, read_last_run
from crawler.errors import UnknownSite
from crawler.normalisation.dates.moments import instant
from crawler.operations.schedule import cron, systemd
from crawler.operations.schedule.due import INTERRUPTED_OUTCOMES
from crawler.operations.schedule.interval import format_interval, parse_interval
from crawler.operations.schedule.plan import CannotSchedule, InstalledSchedule, find_minute_step

ScheduleState = Literal["expected", "running", "overdue"]
MISSED_AFTER_STEPS = 2
"""Checks of the scheduler that may pass without a crawl before it counts as missed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduledCrawl:
    """A crawl that is repeated, and when it should begin next."""

    site: str
    every: str
    by: Literal["cron", "systemd", "run"]
    """What tells of the schedule: a crontab, a timer, or the last crawl."""
    last_run: str | None
    """The beginning of the last crawl; None when there was none."""
    expected_by: str | None
    """The instant by which the next crawl begins; None while one runs, or where nothing tells it."""
    state: ScheduleState

    def describe(self) -> str:
        """Return the crawl in one line for people."""
        by = "" if self.by == "run" else f" by {self.by}"
        line = f"{self.site}: every {self.every}{by}"
        if self.state == "running":
            return f"{line}, is running"
        if self.last_run is None:
            overdue = f", OVERDUE: the first was expected by {self.expected_by}" if self.state == "overdue" else ""
            return f"{line}, never crawled yet{overdue}"
        if self.state == "overdue":
            return f"{line}, OVERDUE: the last began at {self.last_run}, the next was expected by {self.expected_by}"
        next_crawl = f", the next by {self.expected_by}" if self.expected_by else ""
        return f"{line}, the last began at {self.last_run}{next_crawl}"


def list_scheduled_crawls(archive: Path, now: datetime) -> list[ScheduledCrawl]:
    """Return the crawls that are scheduled into an archive, which need not be there yet; none where it is damaged."""
    if not archive.is_file():
        return list(_iter_installed(None, archive, now))
    with closing(connect_unchecked(archive)) as conn:
        try:
            return list(_iter_crawls(conn, archive, now))
        except sqlite3.Error:
            return []


def find_missed_crawl(archive: Path, site: str, every: timedelta, now: datetime) -> ScheduledCrawl | None:
    """Return the crawl of a schedule that did not begin in time; None when none was missed.

    Only a crawl that a schedule had started lets expect another one. One that comes late is not missed: a whole
    interval has to have passed without any.
    """
    if not archive.is_file() or not archive.stat().st_size:
        return None
    with closing(connect_unchecked(archive)) as conn:
        try:
            last_run = read_last_run(conn, site, only_crawls=True)
            if last_run is None or "if_due" not in last_run.settings:
                return None
            crawl = _expect_crawl(conn, archive, site, every, "run", last_run, now - every)
        except sqlite3.Error:
            return None
    return crawl if crawl.state == "overdue" else None


def _iter_crawls(conn: sqlite3.Connection, archive: Path, now: datetime) -> Iterator[ScheduledCrawl]:
    sites = set()
    for crawl in _iter_installed(conn, archive, now):
        sites.add(crawl.site)
        yield crawl
    for last_run in list_last_runs(conn, only_crawls=True):
        interval = _read_interval(last_run.settings.get("if_due"))
        if last_run.site not in sites and interval is not None:
            yield _expect_crawl(conn, archive, last_run.site, interval, "run", last_run, now)


def _iter_installed(conn: sqlite3.Connection | None, archive: Path, now: datetime) -> Iterator[ScheduledCrawl]:
    for schedule in list_installed(archive):
        interval = _read_interval(schedule.find_option_value("--if-due"))
        if interval is not None:
            last_run = read_last_run(conn, schedule.site, only_crawls=True) if conn is not None else None
            yield _expect_crawl(conn, archive, schedule.site, interval, schedule.by, last_run, now, schedule)


def list_installed(archive: Path | None = None) -> list[InstalledSchedule]:
    """Return this user's schedules, of one archive or of all; what cannot be read has none."""
    schedules: list[InstalledSchedule] = []
    with suppress(CannotSchedule):
        schedules += cron.list_installed() if cron.is_available() else []
    schedules += systemd.list_installed()
    if archive is None:
        return schedules
    return [
        schedule
        for schedule in schedules
        if (path := schedule.find_option_value("--archive")) is not None and Path(path).resolve() == archive.resolve()
    ]


def _expect_crawl(
    conn: Connection | None,
    archive: Path,
    site: str,
    every: timedelta,
    by: Literal["cron", "systemd", "run"],
    last_run: RunSummary | None,
    now: datetime,
    schedule: InstalledSchedule | None = None,
) -> ScheduledCrawl:
    expected_by = due_at = None
    quiet_hours = schedule.find_option_value("--quiet-hours") if schedule is not None else None
    state: ScheduleState = "expected"
    if inspect_lock(archive, site)[0]:
        state = "running"
    elif last_run is None and schedule is not None and schedule.since is not None:
        due_at = datetime.combine(schedule.since + timedelta(days=1), time.min, UTC)  # the hour is not known
    elif conn is not None and last_run is not None and last_run.started_at <= instant(now + every):
        # A later start was written while the clock was ahead.
        quiet_hours = quiet_hours or last_run.settings.get("quiet_hours")
        due_at = _find_due_instant(conn, archive, site, every, last_run)
    if due_at is not None:
        grace = MISSED_AFTER_STEPS * timedelta(minutes=find_minute_step(every))
        expected_by = _skip_quiet_hours(due_at, grace, quiet_hours, _find_zone(site, archive)) + grace
        state = "overdue" if now > expected_by else "expected"
    return ScheduledCrawl(
        site=site,
        every=format_interval(every),
        by=by,
        last_run=last_run.started_at if last_run is not None else None,
        expected_by=instant(expected_by) if expected_by is not None else None,
        state=state,
    )


def _find_due_instant(conn: Connection, archive: Path, site: str, every: timedelta, last_run: RunSummary) -> datetime:
    """Return when a crawl is due after the last one: an interval after it began, and not before anything holds it."""
    began_at = datetime.fromisoformat(last_run.started_at)
    ended_at = datetime.fromisoformat(last_run.finished_at) if last_run.finished_at else began_at
    due_at = ended_at if last_run.outcome in INTERRUPTED_OUTCOMES else max(began_at + every, ended_at)
    zone = _find_zone(site, archive)
    if last_run.outcome == "daily cap" and zone is not None:
        tomorrow = ended_at.astimezone(zone).date() + timedelta(days=1)
        due_at = max(due_at, datetime.combine(tomorrow, time.min, zone))
    connection = conn if isinstance(conn, sqlite3.Connection) else conn.conn
    pause_end = find_pause(connection, site, last_run.settings.get("mirror"), ended_at)
    return max(due_at, pause_end) if pause_end is not None else due_at


def _skip_quiet_hours(due_at: datetime, grace: timedelta, quiet_hours: object, zone: ZoneInfo | None) -> datetime:
    """Return the end of the quiet hours that a crawl would begin in, or the instant at which it is due."""
    from crawler.crawl.options import BadOption, is_within_hours, read_quiet_hours

    if not quiet_hours or zone is None:
        return due_at
    try:
        hours = read_quiet_hours(str(quiet_hours))
    except BadOption:
        return due_at
    for moment in (due_at, due_at + grace):
        local = moment.astimezone(zone)
        if is_within_hours(hours, local.time()):
            end = hours[1]
            day = local.date() if local.time() < end else local.date() + timedelta(days=1)
            return datetime.combine(day, end, zone)
    return due_at


def _find_zone(site: str, archive: Path) -> ZoneInfo | None:
    from crawler.archive.runs.adopted_sites import read_adopted_sites
    from crawler.sites.registry import find_site

    try:
        return ZoneInfo(find_site(site, *read_adopted_sites(archive)).timezone)
    except UnknownSite:
        return None


def _read_interval(text: object) -> timedelta | None:
    try:
        return parse_interval(str(text))
    except ValueError:
        return None


def select_overdue(crawls: Iterable[ScheduledCrawl]) -> list[ScheduledCrawl]:
    """Return the crawls that did not begin though they were expected."""
    return [crawl for crawl in crawls if crawl.state == "overdue"]
