"""Opens the engine of a name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

from crawler.engines.engine import Engine

EngineName = Literal["local", "dask"]


@contextmanager
def open_engine(
    name: EngineName,
    *,
    jobs: int,
    scheduler: str | None = None,
    preload: Callable[[], object] | None = None,
    isolated: bool | None = None,
) -> Iterator[Engine]:
    """Yield an engine; its processes end with the block.

    ``jobs`` is the number of processes. ``local`` with one job runs tasks in this process unless it is ``isolated``:
    that costs no start, and a task that ends its process ends this one. ``preload`` is a function of a module that each
    process calls first, while this one goes on: it imports what the tasks need.
    """
    from crawler.engines.pool import PoolEngine
    from crawler.engines.serial import SerialEngine

    if name != "local":
        raise NotImplementedError(name)
    if jobs == 1 and not isolated:
        yield SerialEngine()
        return
    with PoolEngine(jobs, preload) as pool:
        yield pool
