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
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final, Self

from crawler.archive import Archive
from crawler.archive.articles.readings import FirstReading, LostArticle
from crawler.rereading.rereader import ChangedArticle, Publications, Rereader
from crawler.sites.path_modules import list_modules, load_modules
from crawler.system.interruption import SIGNALS, hold_signals

CHUNK_SIZE: Final = 25
"""Pages of one task."""
CHUNKS_AHEAD: Final = 4
"""Tasks waiting for each worker: enough that none is idle, few enough to hold in memory."""

RereadTask = tuple[str, list[Any]]
"""``article`` and ids, or ``unread`` and url_keys."""
RereadOutcome = ChangedArticle | LostArticle | FirstReading | None


class RereadPool:
    """The worker processes; they begin to import their modules when the pool is made, while the caller goes on.

    With one job there are no workers, and the pages are read in this process. A signal that goes to the whole process
    group reaches this process alone; the workers end when it does, or when it closes their lifeline, a pipe.
    """

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs
        self._pool: ProcessPoolExecutor | None = None
        if jobs > 1:
            # Spawned, since forked processes would hold this one's lock and open database, even after its death.
            context = get_context("spawn")
            self._lifeline_end, self._lifeline = context.Pipe(duplex=False)
            self._pool = ProcessPoolExecutor(
                jobs, mp_context=context, initializer=_begin_worker, initargs=(self._lifeline_end,)
            )
            for _ in range(jobs):
                self._submit(_warm_up)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._pool is None:
            return
        if kind is not None:  # nobody wants the chunks any more that are being read
            self._lifeline.close()
        self._pool.shutdown(cancel_futures=True)
        self._lifeline.close()
        self._lifeline_end.close()

    def _submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Submit a task. The pool may start a process for it, which must not begin with half of what it is sent."""
        assert self._pool is not None
        with hold_signals(), _block_signals():
            return self._pool.submit(function, *arguments)

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
        # a few kilobytes, unpacked once by each worker; page classes need the files that they are from
        job = pickle.dumps((list_modules(), pickle.dumps((path, publications))))
        waiting: deque[Future[list[RereadOutcome]]] = deque()
        for task in tasks:
            waiting.append(self._submit(_read_in_worker, job, task))
            if len(waiting) >= self.jobs * CHUNKS_AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


_rereader: Rereader | None = None
"""The rereader of this worker, made with its first task."""


@contextmanager
def _block_signals() -> Iterator[None]:
    """Block the signals in this thread while the block runs: a process that it starts never gets them."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    former_mask = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, former_mask)


def _begin_worker(lifeline: Connection) -> None:
    threading.Thread(target=_end_with_parent, args=(lifeline,), daemon=True).start()


def _warm_up() -> None:
    """Do nothing; as a first task it makes a process import its modules."""


def _end_with_parent(lifeline: Connection) -> None:
    with suppress(EOFError, OSError):
        lifeline.recv()  # nothing is ever sent: it returns when the other end is closed
    os._exit(1)


def _read_in_worker(job: bytes, task: RereadTask) -> list[RereadOutcome]:
    global _rereader
    if _rereader is None:
        modules, packed_job = pickle.loads(job)
        load_modules(modules)
        path, publications = pickle.loads(packed_job)
        archive = Archive(path)
        _rereader = Rereader(archive.db.conn, archive.warc_folder, publications, archive.forgotten)
    return _read_chunk(_rereader, task)


def _read_chunk(rereader: Rereader, task: RereadTask) -> list[RereadOutcome]:
    kind, names = task
    if kind == "article":
        return [rereader.read_article(name) for name in names]
    return [rereader.read_unknown(name) for name in names]
