"""Reading on several cores: chunks of articles go in, what today's rules make of them comes out, in the same order.

Workers open the archive only to read, and hand back nothing but differences. They are sent the sites' values, and do
not load the frameworks a crawl needs: that would take longer than reading a few hundred pages.
"""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any, Final

from crawler.archive import Archive
from crawler.archive.rereads import FirstReading
from crawler.rereading import Differs, Lost, Publications, Rereader

CHUNK: Final = 25
"""Pages that a worker is handed at once."""
AHEAD: Final = 4
"""Chunks waiting for each worker: enough that none is idle, few enough to hold in memory."""

Task = tuple[str, list[Any]]
"""``article`` and ids, or ``unread`` and url_keys."""
Outcome = Differs | Lost | FirstReading | None


def read_all(path: Path, publications: Publications, tasks: Iterable[Task], jobs: int) -> Iterator[list[Outcome]]:
    """Yield the outcomes of all tasks, in their order; read in this process when one job is enough."""
    if jobs <= 1:
        with Archive(path, read_only=True) as archive:
            rereader = Rereader(archive.db.conn, archive.warc_folder, publications, archive.forgotten)
            for task in tasks:
                yield _read_chunk(rereader, task)
        return
    # Fresh processes: copies of this one would hold its lock and its open database, and on after its death.
    pool = ProcessPoolExecutor(
        jobs, mp_context=get_context("spawn"), initializer=_begin_worker, initargs=(path, publications)
    )
    waiting: deque[Future[list[Outcome]]] = deque()
    try:
        for task in tasks:
            waiting.append(pool.submit(_work, task))
            if len(waiting) >= jobs * AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


_worker: Rereader | None = None
"""The worker's own, set once when its process begins."""


def _begin_worker(path: Path, publications: Publications) -> None:
    global _worker
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is told, and ends us
    threading.Thread(target=_end_with_parent, daemon=True).start()
    archive = Archive(path, read_only=True)
    _worker = Rereader(archive.db.conn, archive.warc_folder, publications, archive.forgotten)


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _work(task: Task) -> list[Outcome]:
    assert _worker is not None
    return _read_chunk(_worker, task)


def _read_chunk(rereader: Rereader, task: Task) -> list[Outcome]:
    kind, names = task
    if kind == "article":
        return [rereader.article(each) for each in names]
    return [rereader.unread(each) for each in names]
