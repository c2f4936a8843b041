"""Reporting: what a run has done so far, and what it came to in the end, in records for whoever asked for it."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from crawler.archive.runs.deviations import Deviation
from crawler.items import Fate

TICK = 0.2
"""Seconds between two reports of progress."""
ARTICLE_FATES = (Fate.NEW, Fate.UNCHANGED, Fate.REVISED, Fate.DUPLICATE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How far a running crawl is."""

    pages: int
    articles: int
    queue: int
    rate: float
    """Pages a second, over the last seconds."""
    seconds: float
    """Since the beginning."""
    fates: Mapping[Fate, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class CrawlReport:
    """What a crawl came to."""

    site: str
    run_id: int
    outcome: str
    """``finished``, ``interrupted``, or the word for what stopped it."""
    exit_code: int
    counts: Mapping[Fate, int] = field(default_factory=dict)
    """Pages by fate; they add up to the pages fetched."""
    messages: tuple[str, ...] = ()
    """What a person should know, one line each, the gravest first."""
    queue: int = 0
    """Addresses still waiting."""
    seconds: float = 0.0
    problems: int = 0
    """Rows added to ``problems``."""
    alarms: tuple[Deviation, ...] = ()
    """What pages lack that they used to have, alarms first; empty when there is no alarm."""

    @property
    def pages(self) -> int:
        return sum(self.counts.values())

    @property
    def articles(self) -> int:
        """Article pages read, whether they were new or not."""
        return sum(self.counts.get(fate, 0) for fate in ARTICLE_FATES)


@dataclass(slots=True)
class PageCounter:
    """Counts pages and fates of one run, and measures its time."""

    site: str
    run_id: int
    pages: int = 0
    counts: dict[Fate, int] = field(default_factory=lambda: dict.fromkeys(Fate, 0))
    _began_at: float = field(default_factory=time.monotonic)
    _recent: deque[tuple[float, int]] = field(default_factory=lambda: deque(maxlen=25))
    _queue: int = 0
    _count_queue_at: float = 0.0

    def progress(self, articles: int, queue: Callable[[], int] | None) -> Progress:
        """Return how far the run is. ``queue`` counts the addresses that wait; None when they need not be counted."""
        now = time.monotonic()
        if queue is not None and now >= self._count_queue_at:
            self._queue = queue()
            # Counting a long queue costs time: never more than a hundredth of it.
            self._count_queue_at = now + max(TICK, 100 * (time.monotonic() - now))
        if not self._recent:
            self._recent.append((self._began_at, 0))
        self._recent.append((now, self.pages))
        then, before = self._recent[0]
        return Progress(
            pages=self.pages,
            articles=articles,
            queue=self._queue,
            rate=(self.pages - before) / max(now - then, TICK),
            seconds=now - self._began_at,
            fates=self._fates(),
        )

    def report(
        self,
        outcome: str,
        exit_code: int,
        messages: Iterable[str],
        *,
        queue: int,
        problems: int,
        alarms: Iterable[Deviation] = (),
    ) -> CrawlReport:
        """Return what the run came to; ``queue`` are the addresses still waiting, ``problems`` the rows noted."""
        return CrawlReport(
            site=self.site,
            run_id=self.run_id,
            outcome=outcome,
            exit_code=exit_code,
            counts=self._fates(),
            messages=tuple(messages),
            queue=queue,
            seconds=time.monotonic() - self._began_at,
            problems=problems,
            alarms=tuple(alarms),
        )

    def _fates(self) -> dict[Fate, int]:
        return {fate: count for fate, count in self.counts.items() if count}
