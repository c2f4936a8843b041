"""A walk under way: its addresses go into the archive's queue few at a time, however far it goes.

Nothing of a walk is kept but its addresses: the same command steps over all that was asked for before, and so goes on
where it was stopped or killed.
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
"""Addresses that are looked at, and queued where they were never asked for, at once."""


class Backfill:
    """Feeds the queue with the addresses of a walk; without a walk there is nothing to feed."""

    def __init__(self, walk: Range | None, site: Site, now: datetime, *, again: bool) -> None:
        self.site = site
        self.again = again
        """Ask for everything once more, empty ids and settled days included."""
        self._steps = iter(()) if walk is None else walk.steps(_today(site, now))
        self._reached: RangeStep | None = None
        self._next = next(self._steps, None)

    @property
    def on(self) -> bool:
        """True until the last address of the walk has been looked at."""
        return self._next is not None

    def feed(self, archive: Archive, run_id: int, now: datetime) -> None:
        """Look at the next addresses, and queue those that were never asked for."""
        if self._next is None:
            return
        steps = [self._next, *islice(self._steps, SLICE - 1)]
        archive.enqueue_range(self.site, steps, run_id, now, again=self.again)
        self._reached = steps[-1]
        self._next = next(self._steps, None)

    def notes(self) -> Iterator[str]:
        """Yield how far the walk came, when it did not come to its end."""
        if self._next is None:
            return
        where = "not begun" if self._reached is None else f"queued up to {_name(self._reached)}"
        yield f"the walk is not at its end ({where}): the same command goes on with it"


def _name(step: RangeStep) -> str:
    return step.day or step.url_key.rpartition("/")[2]


def _today(site: Site, now: datetime) -> date:
    return now.astimezone(ZoneInfo(site.timezone)).date()
