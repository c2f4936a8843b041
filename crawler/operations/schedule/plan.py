"""The plan of a schedule: its crawl, its interval, and the minutes at which a scheduler asks whether it is due."""

from __future__ import annotations

import shlex
import sys
import zlib
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

from crawler.errors import CrawlerError
from crawler.operations.schedule.interval import format_interval

MINUTE_STEPS = (60, 30, 20, 15, 10, 5)
"""Minutes between two checks: divisors of an hour, as cron and systemd can express them."""
SCHEDULE_MARK = "seealso-schedule"
"""The mark of our own lines and files; nothing without it is removed."""


class CannotSchedule(CrawlerError):
    """A schedule cannot be written or read: the message says what to do instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A variable of the environment of a scheduled crawl."""

    name: str
    value: str
    is_secret: bool = False
    """True for a value that only its owner may read, such as the address of a proxy with a password in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlSchedule:
    """A crawl that is repeated at an interval."""

    site: str
    archive: Path
    """Absolute."""
    every: timedelta
    folder: Path
    """The folder that the crawl is run in, for relative paths in its options."""
    site_folders: tuple[Path, ...] = ()
    """Absolute folders of sites that the crawl is given."""
    options: tuple[str, ...] = ()
    """Further arguments of ``seealso crawl``."""
    environment: tuple[Variable, ...] = ()
    """What the scheduler itself would not set."""

    @property
    def name(self) -> str:
        """The name of this site and archive, unique on this machine."""
        return make_schedule_name(self.site, self.archive)

    @property
    def command(self) -> tuple[str, ...]:
        """The program and its arguments. It decides by itself whether a crawl is due."""
        folders = [word for folder in self.site_folders for word in ("--sites", str(folder))]
        arguments = ("--archive", str(self.archive), *folders, "--if-due", format_interval(self.every))
        return (*find_program(), "crawl", self.site, *arguments, *self.options)

    @property
    def minutes(self) -> tuple[int, ...]:
        """The minutes of each hour at which the scheduler runs the command.

        Running it more often than a crawl is due catches up a missed one: the first run after the machine woke up
        starts the crawl that is overdue. The minutes differ by archive, so that crawls do not start together.
        """
        step = find_minute_step(self.every)
        return tuple(range(zlib.crc32(self.name.encode()) % step, 60, step))

    @property
    def meaning(self) -> str:
        """The plan in one sentence."""
        often = "once an hour" if len(self.minutes) == 1 else f"{len(self.minutes)} times an hour"
        return (
            f"Asks {often}, crawls {self.site} {format_interval(self.every)} after the last crawl began; "
            "of missed ones, one is made up for."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledSchedule:
    """A schedule found in a crontab or among systemd's units."""

    name: str
    by: Literal["cron", "systemd"]
    command: str
    """As typed in a shell."""
    since: date | None = None
    """The day on which it was installed, in UTC; None where that is not known."""

    @property
    def site(self) -> str:
        """The site that is crawled."""
        return self.name.rpartition("-")[0]

    def find_option_value(self, option: str) -> str | None:
        """Return the value of an option of the command, or None."""
        try:
            words = shlex.split(self.command)
        except ValueError:
            return None
        return words[words.index(option) + 1] if option in words[:-1] else None


def find_minute_step(every: timedelta) -> int:
    """Return the minutes between two checks whether a crawl is due.

    >>> find_minute_step(timedelta(hours=6)), find_minute_step(timedelta(minutes=45))
    (60, 15)
    """
    every_minutes = every // timedelta(minutes=1)
    return next((step for step in MINUTE_STEPS if not every_minutes % step), MINUTE_STEPS[-1])


def make_schedule_name(site: str, archive: Path) -> str:
    """Return a name such as ``asianews-1a2b3c4d``: the site, and a checksum (CRC-32) of the archive's path."""
    return f"{site}-{zlib.crc32(str(archive).encode('utf-8', 'surrogateescape')):08x}"


def find_program() -> tuple[str, ...]:
    """Return the command that starts this installation of seealso from any folder, independent of PATH."""
    script = Path(sys.executable).with_name("seealso")
    if script.is_file():
        return (str(script),)
    root = Path(__file__).resolve().parents[2]
    return ("/usr/bin/env", f"PYTHONPATH={root}", sys.executable, "-m", "crawler")
