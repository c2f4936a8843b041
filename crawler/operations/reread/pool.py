"""The pool of rereading: reads chunks of articles on several cores, and yields their outcomes in the same order.

Workers open the archive only to read, and return only differences. They are sent the values of the sites, and do not
load the frameworks that a crawl needs: that would take longer than reading a few hundred pages.
"""

from __future__ import annotations

import os
import pickle
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any, Final, Self

from crawler.archive import Archive
from crawler.archive.articles.readings import FirstReading
from crawler.operations.reread.rereader import ChangedArticle, LostArticle, Publications, Rereader

CHUNK_SIZE: Final = 25
"""Pages of one task."""
CHUNKS_AHEAD: Final = 4
"""Tasks waiting for each worker: enough that none is idle, few enough to hold in memory."""

RereadTask = tuple[str, list[Any]]
"""``article`` and ids, or ``unread`` and url_keys."""
RereadOutcome = ChangedArticle | LostArticle | FirstReading | None


class RereadPool:
    """The worker processes; they begin to import their modules when the pool is made, while the caller goes on.

    With one job there are no workers, and the pages are read in this process.
    """

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs
        self._pool: ProcessPoolExecutor | None = None
        if jobs > 1:
            # Spawned, since forked processes would hold this one's lock and open database, even after its death.
            self._pool = ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_begin_worker)
            for _ in range(jobs):
                self._pool.submit(_warm_up)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def read(
        self, path: Path, publications: Publications, tasks: Iterable[RereadTask]
    ) -> Iterator[list[RereadOutcome]]:
        """Yield the outcomes of all tasks, in their order."""
        if self._pool is None:
            with Archive(path) as archive:
                rereader = Rereader(archive.db.conn, archive.warc_folder, publications, archive.forgotten)
                for task in tasks:
                    yield _read_chunk(rereader, task)
            return
        job = pickle.dumps((path, publications))  # a few kilobytes, unpacked once by each worker
        waiting: deque[Future[list[RereadOutcome]]] = deque()
        for task in tasks:
            waiting.append(self._pool.submit(_read_in_worker, job, task))
            if len(waiting) >= self.jobs * CHUNKS_AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


_rereader: Rereader | None = None
"""The rereader of this worker, made with its first task."""


def _begin_worker() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent gets the signal too, and ends the workers
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _warm_up() -> None:
    """Do nothing; as a first task it makes a process import its modules."""


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _read_in_worker(job: bytes, task: RereadTask) -> list[RereadOutcome]:
    global _rereader
    if _rereader is None:
        path, publications = pickle.loads(job)
        archive = Archive(path)
        _rereader = Rereader(archive.db.conn, archive.warc_folder, publications, archive.forgotten)
    return _read_chunk(_rereader, task)


def _read_chunk(rereader: Rereader, task: RereadTask) -> list[RereadOutcome]:
    kind, names = task
    if kind == "article":
        return [rereader.read_article(name) for name in names]
    return [rereader.read_unknown(name) for name in names]
