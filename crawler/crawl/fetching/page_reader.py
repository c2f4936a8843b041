"""Reads the pages of a quick crawl in a process of its own, where a core is free for one.

A polite crawl waits far longer than it reads. Where pages come quickly, as from a mirror on this machine, reading takes
most of the time: then another process reads while this one fetches and writes. What is read is the same, and visits are
kept in the order in which their pages came.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from crawler.crawl.fetching.spider import FetchResult
from crawler.engines.choice import count_cores
from crawler.engines.companion import Companion
from crawler.engines.processes import START_ERRORS
from crawler.extraction.page import ArticlePage
from crawler.shards.companion_reading import load_publication, read_page
from crawler.shards.publications import Publication
from crawler.shards.readings import Reading, decode_reading
from crawler.site import Site

log = logging.getLogger(__name__)

PAGES_BEFORE: Final = 200
"""Pages that come before it is looked whether they come quickly: what is done sooner needs no second process."""
QUICK: Final = 20.0
"""Pages a second from which on a crawl is quick."""
MOST_WAITING: Final = 16
"""Pages that wait to be read: while there are so many, no further one is asked for."""


@dataclass(slots=True)
class PageReader:
    """Reads for one run. It reads nothing itself: a page that it does not take is read by whoever asks."""

    site: Site
    pages: Sequence[type[ArticlePage]]
    is_wanted: bool
    """False where this program's main module may not be imported once more."""
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while a page is read and its visit concluded: visits come in the order of their pages."""
    _companion: Companion | None = None
    _count: int = 0
    _since: float = field(default_factory=time.monotonic)
    _waiting: int = 0

    def __post_init__(self) -> None:
        self.is_wanted = self.is_wanted and count_cores() > 1

    @property
    def is_idle(self) -> bool:
        """True when no page waits."""
        return not self._waiting and not self.turn.locked()

    @property
    def is_full(self) -> bool:
        """True when no further page should come."""
        return self._waiting >= MOST_WAITING

    def submit(self, fetched: FetchResult) -> Future[bytes] | None:
        """Let the other process read a page; None where it is to be read here."""
        if not self.is_wanted or not fetched.captures or fetched.failure is not None or fetched.error is not None:
            return None
        if self._companion is None:
            self._consider_start()
        if self._companion is None or not self._has_loaded(self._companion):
            return None
        queued = fetched.queued
        former_words = queued.words if queued.known else 0
        try:
            future = self._companion.submit(
                read_page, fetched.captures[-1], fetched.landed or queued.address, former_words, queued.known
            )
        except Exception as problem:
            self._give_up(problem)
            return None
        self._waiting += 1
        return future

    async def receive(self, future: Future[bytes] | None) -> Reading | None:
        """Return the reading of a page when it is there; None where the page is to be read here."""
        if future is None:
            return None
        try:
            return decode_reading(await asyncio.wrap_future(future))
        except Exception as problem:  # the process has died, or a page class cannot be sent to it
            self._give_up(problem)
            return None
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """End the other process."""
        self.is_wanted = False
        if self._companion is not None:
            self._companion.close()
            self._companion = None

    def _consider_start(self) -> None:
        """Start the process when pages come quickly."""
        self._count += 1
        if self._count < PAGES_BEFORE:
            return
        passed = time.monotonic() - self._since
        self._count, self._since = 0, time.monotonic()
        if PAGES_BEFORE / max(passed, 0.001) < QUICK:
            return
        try:
            self._companion = Companion(partial(load_publication, Publication(self.site, tuple(self.pages))))
        except START_ERRORS as problem:
            self._give_up(problem)

    def _has_loaded(self, companion: Companion) -> bool:
        if not companion.loaded.done():
            return False
        problem = companion.loaded.exception()
        if problem is not None:
            self._give_up(problem)
        return problem is None

    def _give_up(self, problem: BaseException) -> None:
        """Let all other pages be read here."""
        if self.is_wanted:
            log.debug("pages are read in this process from now on: %s: %s", type(problem).__name__, problem)
        self.is_wanted = False
        if self._companion is not None and not self._waiting:
            with suppress(OSError):
                self.close()
