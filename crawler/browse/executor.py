"""Runs the work of a page in a thread, with an open archive, one consistent read of it and a time limit.

Every page opens the file anew, read-only (1.4 ms): nothing is shared between threads, a crawl that writes meanwhile is
neither disturbed nor seen half-way, and a replaced file is read from the next page on.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal, TypeVar, get_args

from crawler.archive import Archive
from crawler.archive.database import translate_errors
from crawler.errors import ArchiveUnusable, CrawlerError

T = TypeVar("T")

PAGE_SECONDS: Final = 3.0
"""How long a page may take; the same as a table of Datasette in ``seealso serve``."""
Pool = Literal["reading", "asking"]
"""Pages to read never wait behind questions; some of these take all the time there is."""
THREADS_PER_POOL: Final = 2
"""Threads of each pool."""
MAX_WAITING: Final = 30
"""Pages of a pool that may wait for a thread; requests beyond that get TooBusy at once."""
_INSTRUCTIONS_PER_CHECK: Final = 2_000
"""SQLite instructions between two looks at the clock: about a tenth of a millisecond."""


class TooSlow(CrawlerError):
    """The page would take longer than it may: ask for less."""


class TooBusy(CrawlerError):
    """More pages are asked for than can be made: try again in a moment."""


class NotReady(CrawlerError):
    """Something that the page needs is still being made: come again."""


class TimeLimit:
    """A time limit on everything that SQLite does for a page."""

    def __init__(self, connection: sqlite3.Connection, seconds: float) -> None:
        self.until = time.monotonic() + seconds
        connection.set_progress_handler(self._is_over, _INSTRUCTIONS_PER_CHECK)

    def _is_over(self) -> bool:
        return time.monotonic() > self.until

    @contextmanager
    def limit(self) -> Iterator[None]:
        """Raise TooSlow instead of SQLite's "interrupted", however it is wrapped, when the time is up."""
        try:
            yield
        except (sqlite3.OperationalError, ArchiveUnusable) as error:
            if self._is_over():
                raise TooSlow("this takes too long: narrow it down, by a year, a language or another word") from error
            raise

    def try_within(self, seconds: float, work: Callable[[], T]) -> T | None:
        """Return what work gives that the page can do without; None when it takes longer than so many seconds."""
        page_end, self.until = self.until, min(self.until, time.monotonic() + seconds)
        try:
            with self.limit():
                return work()
        except TooSlow:
            return None
        finally:
            self.until = page_end


_threads: Final = {
    pool: ThreadPoolExecutor(THREADS_PER_POOL, thread_name_prefix=f"seealso-{pool}") for pool in get_args(Pool)
}
_lock: Final = threading.Lock()
_in_flight: Final[Counter[Pool]] = Counter()


async def ask(
    path: Path, work: Callable[[Archive, TimeLimit], T], pool: Pool = "reading", seconds: float = PAGE_SECONDS
) -> T:
    """Return what ``work`` makes of the archive, all of it in one read transaction.

    Raises:
        TooSlow: it took longer than ``seconds``.
        TooBusy: too many pages wait already.
        ArchiveUnusable, ArchiveBusy: the archive cannot be opened (:class:`Archive`).

    """
    with _lock:
        if _in_flight[pool] >= THREADS_PER_POOL + MAX_WAITING:
            raise TooBusy("too many pages are asked for at once: try again in a moment")
        _in_flight[pool] += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_threads[pool], _run_work, path, work, seconds)
    finally:
        with _lock:
            _in_flight[pool] -= 1


def _run_work(path: Path, work: Callable[[Archive, TimeLimit], T], seconds: float) -> T:
    with Archive(path) as archive:
        time_limit = TimeLimit(archive.db.conn, seconds)
        try:
            with time_limit.limit(), translate_errors(path), archive.moment():
                return work(archive, time_limit)
        finally:
            archive.db.conn.set_progress_handler(None, 0)
