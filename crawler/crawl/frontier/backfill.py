"""Backfill: puts the addresses of a walk (a range of days or numbers) into the archive's queue, a slice at a time.

The archive keeps the addresses of a walk and no other state of it. The same command skips what was asked for before,
and so goes on where it was stopped or killed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from zoneinfo import ZoneInfo

from crawler.archive import Archive
from crawler.discovery.ranges import Range, RangeStep
from crawler.site import Site

SLICE = 1_000
"""Addresses that are handed to the archive at once; it queues those that were never asked for."""


class Backfill:
    """Puts the addresses of a walk into the queue; without a walk it puts in none."""

    def __init__(self, walk: Range | None, site: Site, now: datetime, *, again: bool) -> None:
        self.site = site
        self.again = again
        """Ask for everything once more, empty ids and settled days included."""
        self._steps = iter(()) if walk is None else walk.iter_steps(_find_today(site, now))
        self._reached: RangeStep | None = None
        self._next = next(self._steps, None)

    @property
    def is_active(self) -> bool:
        """True until the last address of the walk has been handed to the archive."""
        return self._next is not None

    def enqueue_next(self, archive: Archive, run_id: int, now: datetime) -> None:
        """Hand the next slice of addresses to the archive, which queues those that were never asked for."""
        if self._next is None:
            return
        steps = [self._next, *islice(self._steps, SLICE - 1)]
        archive.enqueue_range(self.site, steps, run_id, now, again=self.again)
        self._reached = steps[-1]
        self._next = next(self._steps, None)

    def iter_notes(self) -> Iterator[str]:
        """Yield one line on how far the walk came; nothing when it came to its end."""
        if self._next is None:
            return
        progress = "not begun" if self._reached is None else f"queued up to {_name_step(self._reached)}"
        yield f"the walk is not at its end ({progress}): the same command goes on with it"


def _name_step(step: RangeStep) -> str:
    return step.day or step.url_key.rpartition("/")[2]


def _find_today(site: Site, now: datetime) -> date:
    return now.astimezone(ZoneInfo(site.timezone)).date()
