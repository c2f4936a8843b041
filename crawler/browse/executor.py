"""Asking an archive for a page: work goes to a thread; an open archive, one moment of it and a time limit go with it.

Every page opens the file anew, read-only (1.4 ms): nothing is shared between threads, a crawl that writes meanwhile is
neither disturbed nor seen half-way, and a file that was replaced is the new one from the next page on.
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
"""Pages to read never wait behind questions, of which some take all the time there is."""
THREADS_PER_POOL: Final = 2
"""Of each lane."""
MAX_WAITING: Final = 30
"""So many pages of a lane may wait for a thread; those that come then are told so at once."""
_INSTRUCTIONS_PER_CHECK: Final = 2_000
"""Instructions of SQLite's between two looks at the clock: about a tenth of a millisecond."""


class TooSlow(CrawlerError):
    """The page would take longer than it may: ask for less."""


class TooBusy(CrawlerError):
    """More pages are asked for than can be made: try again in a moment."""


class TimeLimit:
    """A time limit on everything that SQLite does for a page."""

    def __init__(self, connection: sqlite3.Connection, seconds: float) -> None:
        self.until = time.monotonic() + seconds
        connection.set_progress_handler(self._over, _INSTRUCTIONS_PER_CHECK)

    def _over(self) -> bool:
        return time.monotonic() > self.until

    @contextmanager
    def limit(self) -> Iterator[None]:
        """Turn "interrupted", however it is wrapped, into TooSlow when the time is up."""
        try:
            yield
        except (sqlite3.OperationalError, ArchiveUnusable) as error:
            if self._over():
                raise TooSlow("this takes too long: narrow it down, by a year, a language or another word") from error
            raise

    def optional(self, seconds: float, work: Callable[[], T]) -> T | None:
        """Do work that the page can do without; None when it takes longer than so many seconds."""
        whole, self.until = self.until, min(self.until, time.monotonic() + seconds)
        try:
            with self.limit():
                return work()
        except TooSlow:
            return None
        finally:
            self.until = whole


_threads: Final = {
    lane: ThreadPoolExecutor(THREADS_PER_POOL, thread_name_prefix=f"seealso-{lane}") for lane in get_args(Pool)
}
_lock: Final = threading.Lock()
_in_flight: Final[Counter[Pool]] = Counter()


async def ask(
    path: Path, work: Callable[[Archive, TimeLimit], T], pool: Pool = "reading", seconds: float = PAGE_SECONDS
) -> T:
    """Return what ``work`` makes of the archive, all of it from one moment.

    Raises:
        TooSlow: it took longer than ``seconds``.
        TooBusy: too many wait already.
        ArchiveUnusable, ArchiveBusy: as :class:`Archive` says.

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
        patience = TimeLimit(archive.db.conn, seconds)
        try:
            with patience.limit(), translate_errors(path), archive.moment():
                return work(archive, patience)
        finally:
            archive.db.conn.set_progress_handler(None, 0)
