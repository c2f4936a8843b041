"""The engine of many machines: tasks go to the workers of a Dask scheduler, or to those of a cluster of this machine.

Dask gives a task again whose worker died, a few times, and then suspects every task that this worker had been given:
``died`` says no more than that. Results are files, so futures are released as soon as they are done, and a scheduler
that is lost costs nothing but the tasks that were running.
"""

from __future__ import annotations

import logging
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from crawler.engines import watchdog
from crawler.engines.engine import MOST_DEATHS, Payload, Task, TaskResult, describe_error, describe_failure
from crawler.engines.processes import shield_start
from crawler.errors import MissingExtra, SchedulerUnreachable

if TYPE_CHECKING:
    from distributed import Client, Future

TASKS_AHEAD: Final = 4
"""Tasks given to the scheduler for each worker: enough that none is idle."""
MEMORY_LIMIT: Final = 1 << 30
"""Bytes of a worker of a cluster of this machine; Dask ends one that has more."""
CONNECT_SECONDS: Final = 10
_SECONDS_BETWEEN_COUNTS: Final = 1.0
_LOOPBACK: Final = "127.0.0.1"
_OPTIONS: Final = {
    "distributed.diagnostics.nvml": False,
    "distributed.scheduler.allowed-failures": MOST_DEATHS - 1,
    "distributed.comm.timeouts.connect": f"{CONNECT_SECONDS}s",
    "distributed.logging": {"distributed": "critical"},
}


@contextmanager
def open_dask(jobs: int, scheduler: str | None) -> Iterator[DaskEngine]:
    """Yield an engine on the workers of a scheduler, or on ``jobs`` workers of this machine if there is none.

    ``scheduler`` is ``tcp://…``, ``tls://…``, or the path of a scheduler file. Workers of this machine listen on
    127.0.0.1 alone. Raises MissingExtra, and SchedulerUnreachable when nothing answers.
    """
    try:
        import dask
        from distributed import Client, LocalCluster
    except ImportError:
        raise MissingExtra("distributed") from None
    with ExitStack() as stack:
        stack.enter_context(dask.config.set(_OPTIONS))
        stack.enter_context(_silence_log())
        if scheduler is None:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="seealso-dask-"))
            with shield_start():
                cluster = stack.enter_context(
                    LocalCluster(
                        n_workers=jobs,
                        threads_per_worker=1,
                        memory_limit=MEMORY_LIMIT,
                        host=_LOOPBACK,
                        dashboard_address=None,
                        local_directory=folder,
                        silence_logs=logging.CRITICAL,
                    )
                )
            client = stack.enter_context(Client(cluster))
        else:
            client = stack.enter_context(_connect(Client, scheduler))
        yield DaskEngine(client, is_local=scheduler is None)


class DaskEngine:
    """The connection to a scheduler; tasks go through it, and nothing of what they find out."""

    def __init__(self, client: Client, is_local: bool) -> None:
        self._client = client
        self._is_local = is_local
        self._workers = 0
        self._counted_at = 0.0

    def run(self, function: Callable[[Payload], None], tasks: Iterable[Task[Payload]]) -> Iterator[TaskResult]:
        """Run all tasks; yield the result of each when it is there. Raises SchedulerUnreachable when it is lost."""
        from distributed import as_completed

        waiting, names = iter(tasks), dict[str, str]()
        completed = as_completed(loop=self._client.loop)
        futures: dict[str, Future] = {}

        def fill_up() -> None:
            while len(futures) < self._count_ahead() and (task := next(waiting, None)) is not None:
                key = f"{task.id}-{uuid4().hex}"
                names[key] = task.id
                future = self._client.submit(_run_task, function, task.payload, self._is_local, key=key, pure=False)
                futures[key] = future
                completed.add(future)

        try:
            fill_up()
            while futures:
                future = next(completed)
                result = self._read_result(names.pop(future.key), future)
                del futures[future.key]
                future.release()  # a result that stays in a worker's memory is made again when the worker dies
                fill_up()
                yield result
        finally:
            if futures and self._client.status == "running":  # nobody wants them any more
                self._client.cancel(list(futures.values()))

    def _read_result(self, name: str, future: Future) -> TaskResult:
        from distributed import KilledWorker

        if future.status == "finished":
            return TaskResult(name, "done")
        if future.status != "error" or self._client.status != "running":
            raise SchedulerUnreachable("the Dask scheduler is gone; what is done is kept: run the same command again")
        error = future.exception(timeout=CONNECT_SECONDS)
        if isinstance(error, KilledWorker):
            return TaskResult(name, "died", "its worker, or one that was to run it, ended several times")
        return describe_failure(name, error)

    def _count_ahead(self) -> int:
        """Return how many tasks the scheduler is given at most; workers may come and go."""
        if not self._workers or time.monotonic() > self._counted_at + _SECONDS_BETWEEN_COUNTS:
            self._workers = len(self._client.nthreads())
            self._counted_at = time.monotonic()
        return TASKS_AHEAD * max(1, self._workers)


def _connect(client_class: type[Client], scheduler: str) -> Client:
    """Return a client. Raises SchedulerUnreachable."""
    if "://" not in scheduler and not Path(scheduler).is_file():
        raise SchedulerUnreachable(f"no scheduler file {scheduler}, and no address such as tcp://HOST:8786 either")
    place = {"address": scheduler} if "://" in scheduler else {"scheduler_file": scheduler}
    try:
        return client_class(**place, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SchedulerUnreachable(f"no Dask scheduler at {scheduler}: {describe_error(error)}") from None


@contextmanager
def _silence_log() -> Iterator[None]:
    """Let Dask log nothing on stderr while the block runs: what a person can act on is raised."""
    logger = logging.getLogger("distributed")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(level)


_alone = threading.Lock()
"""One task at a time in a process, however many threads a worker has: the watchdog's limit is one of the process."""


def _run_task(function: Callable[[Any], None], payload: Any, is_local: bool) -> None:
    """Run a task in a worker. Where the worker is of a machine of its own, its log says what a watchdog ended."""
    with _alone, watchdog.watch(None if is_local else 2):
        function(payload)
