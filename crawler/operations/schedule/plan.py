"""A plan: which crawl, how often, and when a scheduler asks whether it is due."""

from __future__ import annotations

import shlex
import sys
import zlib
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from crawler.errors import CrawlerError
from crawler.operations.schedule.every import format_interval

MINUTE_STEPS = (60, 30, 20, 15, 10, 5)
"""Minutes between two questions: whole parts of an hour, as cron and systemd can say them."""
SCHEDULE_MARK = "seealso-schedule"
"""What our own lines and files are known by; removing takes nothing else."""


class CannotSchedule(CrawlerError):
    """The schedule cannot be written or read: the message says what to do instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlSchedule:
    """One crawl, again and again."""

    site: str
    archive: Path
    """Absolute."""
    every: timedelta
    folder: Path
    """Where the crawl is run, for relative paths in its options."""
    options: tuple[str, ...] = ()
    """Further words of ``seealso crawl``."""

    @property
    def name(self) -> str:
        """Return what tells this site and archive from others on this machine."""
        return make_schedule_name(self.site, self.archive)

    @property
    def command(self) -> tuple[str, ...]:
        """Return the program and its words. It asks by itself whether a crawl is due."""
        asked = ("--archive", str(self.archive), "--if-due", format_interval(self.every))
        return (*find_program(), "crawl", self.site, *asked, *self.options)

    @property
    def minutes(self) -> tuple[int, ...]:
        """Return the minutes of each hour at which the scheduler asks.

        Asking more often than crawling is what makes up for a missed slot: the first question after the machine woke
        up starts the one crawl that is overdue. Archives ask at different minutes, so that they do not start at once.
        """
        wanted = self.every // timedelta(minutes=1)
        step = next((step for step in MINUTE_STEPS if not wanted % step), MINUTE_STEPS[-1])
        return tuple(range(zlib.crc32(self.name.encode()) % step, 60, step))

    @property
    def meaning(self) -> str:
        """Return the plan in one sentence."""
        often = "once an hour" if len(self.minutes) == 1 else f"{len(self.minutes)} times an hour"
        return (
            f"Asks {often}, crawls {self.site} {format_interval(self.every)} after the last crawl began; "
            "of missed ones, one is made up for."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledSchedule:
    """A plan found in a crontab or among systemd's units."""

    name: str
    by: str
    """``cron`` or ``systemd``."""
    command: str
    """As the shell would be told."""

    def find_option_value(self, option: str) -> str | None:
        """Return the value of an option of the command, or None."""
        try:
            words = shlex.split(self.command)
        except ValueError:
            return None
        return words[words.index(option) + 1] if option in words[:-1] else None


def make_schedule_name(site: str, archive: Path) -> str:
    """Return ``asianews-1a2b3c4d``: the site, and the archive's place in eight letters."""
    return f"{site}-{zlib.crc32(str(archive).encode('utf-8', 'surrogateescape')):08x}"


def find_program() -> tuple[str, ...]:
    """Return how to start this installation of seealso from any folder, whatever PATH is."""
    script = Path(sys.executable).with_name("seealso")
    if script.is_file():
        return (str(script),)
    root = Path(__file__).resolve().parents[2]
    return ("/usr/bin/env", f"PYTHONPATH={root}", sys.executable, "-m", "crawler")
