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
    isolated: bool = False,
    memory: int | None = None,
) -> Iterator[Engine]:
    """Yield an engine; its processes end with the block.

    Args:
        name: ``local`` for processes of this machine, ``dask`` for those of a scheduler.
        jobs: how many processes of this machine. With one job, ``local`` runs tasks in this process unless it is
            ``isolated``: that costs no start, and a task that ends its process ends this one.
        scheduler: ``tcp://…``, ``tls://…``, or the path of a scheduler file; without one, ``dask`` has a cluster of
            this machine.
        preload: a function of a module that each process of ``local`` calls first, while this one goes on: it imports
            what the tasks need.
        isolated: see ``jobs``.
        memory: bytes of addresses that a process of ``local`` may have.

    Raises:
        MissingExtra: Dask is not installed.
        SchedulerUnreachable: nothing answers, or, while tasks run, nothing answers any more.

    """
    from crawler.engines.dask_engine import open_dask
    from crawler.engines.pool import PoolEngine
    from crawler.engines.serial import SerialEngine

    if name == "dask":
        with open_dask(jobs, scheduler) as dask:
            yield dask
    elif jobs == 1 and not isolated:
        yield SerialEngine()
    else:
        with PoolEngine(jobs, preload, memory) as pool:
            yield pool
