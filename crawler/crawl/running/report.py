"""Reports: counts the pages of a run, and makes its ``Progress`` while it runs and its ``CrawlReport`` at the end."""

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
    """The counts of a running crawl."""

    pages: int
    articles: int
    queue: int
    rate: float
    """Pages a second, over the last seconds."""
    seconds: float
    """Seconds since the beginning."""
    fates: Mapping[Fate, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class CrawlReport:
    """The outcome of a crawl: counts, messages, exit code."""

    site: str
    run_id: int
    outcome: str
    """``finished``, ``interrupted``, or a word for the reason that stopped it."""
    exit_code: int
    counts: Mapping[Fate, int] = field(default_factory=dict)
    """Pages by fate; they add up to the pages fetched."""
    messages: tuple[str, ...] = ()
    """Lines for people, the gravest first."""
    queue: int = 0
    """Addresses still waiting."""
    seconds: float = 0.0
    problems: int = 0
    """Rows added to ``problems``."""
    alarms: tuple[Deviation, ...] = ()
    """Fields that pages lack and used to have, alarms first; empty when there is no alarm."""

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

    def make_progress(self, articles: int, queue: Callable[[], int] | None) -> Progress:
        """Return the progress of the run. ``queue`` counts the waiting addresses; with None the last count is used."""
        now = time.monotonic()
        if queue is not None and now >= self._count_queue_at:
            self._queue = queue()
            # Counting a long queue costs time: never more than a hundredth of it.
            self._count_queue_at = now + max(TICK, 100 * (time.monotonic() - now))
        if not self._recent:
            self._recent.append((self._began_at, 0))
        self._recent.append((now, self.pages))
        earlier_time, earlier_pages = self._recent[0]
        return Progress(
            pages=self.pages,
            articles=articles,
            queue=self._queue,
            rate=(self.pages - earlier_pages) / max(now - earlier_time, TICK),
            seconds=now - self._began_at,
            fates=self._list_fates(),
        )

    def make_report(
        self,
        outcome: str,
        exit_code: int,
        messages: Iterable[str],
        *,
        queue: int,
        problems: int,
        alarms: Iterable[Deviation] = (),
    ) -> CrawlReport:
        """Return the report of the run; ``queue`` is the number of addresses waiting, ``problems`` of rows noted."""
        return CrawlReport(
            site=self.site,
            run_id=self.run_id,
            outcome=outcome,
            exit_code=exit_code,
            counts=self._list_fates(),
            messages=tuple(messages),
            queue=queue,
            seconds=time.monotonic() - self._began_at,
            problems=problems,
            alarms=tuple(alarms),
        )

    def _list_fates(self) -> dict[Fate, int]:
        return {fate: count for fate, count in self.counts.items() if count}
