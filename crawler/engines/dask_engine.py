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
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from crawler.engines import watchdog
from crawler.engines.engine import MOST_DEATHS, Payload, Task, TaskResult, describe_error, describe_failure
from crawler.engines.processes import shield_start, start_resource_tracker
from crawler.errors import MissingExtra, SchedulerUnreachable

if TYPE_CHECKING:
    from distributed import Client, Future, LocalCluster

TASKS_AHEAD: Final = 4
"""Tasks given to the scheduler for each worker: enough that none is idle."""
MEMORY_LIMIT: Final = 1 << 30
"""Bytes of a worker of a cluster of this machine; Dask ends one that has more."""
CONNECT_SECONDS: Final = 10
_LOST: Final = "the Dask scheduler is gone; what is done is kept: run the same command again"
_SECONDS_BETWEEN_COUNTS: Final = 1.0
_LOGGERS: Final = ("distributed", "tornado", "asyncio")
_LOOPBACK: Final = "127.0.0.1"
_OPTIONS: Final = {
    # what Dask does all the time for pages that nobody looks at, and for results that tasks do not have
    "distributed.admin.tick.interval": "500ms",
    "distributed.admin.system-monitor.interval": "5s",
    "distributed.worker.memory.monitor-interval": "250ms",
    "distributed.diagnostics.nvml": False,
    "distributed.scheduler.allowed-failures": MOST_DEATHS - 1,
    "distributed.worker.profile.enabled": False,
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.nanny.http.routes": [],
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
        stack.enter_context(_silence_logs())
        if scheduler is None:
            client = Client(stack.enter_context(_start_cluster(LocalCluster, jobs)), set_as_default=False)
        else:
            client = _connect(Client, scheduler)
        stack.enter_context(_close_at_end(client))
        yield DaskEngine(client, is_local=scheduler is None)


@contextmanager
def _start_cluster(cluster_class: type[LocalCluster], jobs: int) -> Iterator[LocalCluster]:
    """Start a scheduler in this process, and workers of this machine; end them with the block."""
    start_resource_tracker()
    with tempfile.TemporaryDirectory(prefix="seealso-dask-", ignore_cleanup_errors=True) as folder:
        with shield_start():
            cluster = cluster_class(
                n_workers=jobs,
                threads_per_worker=1,
                memory_limit=MEMORY_LIMIT,
                host=_LOOPBACK,
                # a scheduler always has a web server: one without pages, on a port that is free
                dashboard_address=f"{_LOOPBACK}:0",
                scheduler_kwargs={"dashboard": False},
                local_directory=folder,
                silence_logs=logging.CRITICAL,
            )
        with _close_at_end(cluster):
            yield cluster


@contextmanager
def _close_at_end(resource: Any) -> Iterator[None]:
    """Close a client or a cluster after the block, but for an interruption: workers end with this process then."""
    try:
        yield
    except KeyboardInterrupt:
        raise
    except BaseException:
        resource.close()
        raise
    resource.close()


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

        waiting, again = iter(tasks), deque[Task[Payload]]()
        cancelled = Counter[str]()
        running: dict[str, tuple[Task[Payload], Future]] = {}
        completed = as_completed(loop=self._client.loop)

        def fill_up() -> None:
            """Give the scheduler new tasks, several in one message, when it has half as many as it may have."""
            batch, ahead = list[Task[Payload]](), self._count_ahead()
            if len(running) > ahead // 2:
                return
            while len(batch) < ahead - len(running):
                task = again.popleft() if again else next(waiting, None)
                if task is None:
                    break
                batch.append(task)
            if not batch:
                return
            keys = [f"{task.id}-{uuid4().hex}" for task in batch]
            payloads = [task.payload for task in batch]
            with _tell_loss():
                futures = self._client.map(
                    _run_task, payloads, function=function, is_local=self._is_local, key=keys, pure=False
                )
            running.update(zip(keys, zip(batch, futures, strict=True), strict=True))
            completed.update(futures)

        try:
            fill_up()
            while running:
                future = next(completed)
                task, _ = running[future.key]
                result = self._read_result(task.id, future)
                del running[future.key]
                future.release()  # a result that stays in a worker's memory is made again when the worker dies
                if result is None:
                    cancelled[task.id] += 1
                    if cancelled[task.id] < MOST_DEATHS:
                        again.append(task)
                    else:
                        result = TaskResult(task.id, "died", "the scheduler cancelled it several times")
                fill_up()
                if result is not None:
                    yield result
        finally:
            if running and self._client.status == "running":  # nobody wants them any more
                self._client.cancel([future for _, future in running.values()])

    def _read_result(self, name: str, future: Future) -> TaskResult | None:
        """Return the result of a task that has ended, None where the scheduler did not let it."""
        from distributed import KilledWorker

        match future.status:
            case "finished" | "lost" | "pending":  # the last two: its worker died since, and the file is there
                return TaskResult(name, "done")
            case "error" if self._client.status == "running":
                with _tell_loss():
                    error = future.exception(timeout=CONNECT_SECONDS)
                if isinstance(error, KilledWorker):
                    return TaskResult(name, "died", "its worker, or one that was to run it, ended several times")
                return describe_failure(name, error)
            case _ if self._client.status == "running":
                return None
        raise SchedulerUnreachable(_LOST)

    def _count_ahead(self) -> int:
        """Return how many tasks the scheduler is given at most; workers may come and go."""
        if not self._workers or time.monotonic() > self._counted_at + _SECONDS_BETWEEN_COUNTS:
            with _tell_loss():
                self._workers = len(self._client.nthreads())
            self._counted_at = time.monotonic()
        return TASKS_AHEAD * max(1, self._workers)


@contextmanager
def _tell_loss() -> Iterator[None]:
    """Raise SchedulerUnreachable where a question to the scheduler is not answered."""
    try:
        yield
    except (OSError, RuntimeError, CancelledError):
        raise SchedulerUnreachable(_LOST) from None


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
def _silence_logs() -> Iterator[None]:
    """Let Dask and its loop log nothing on stderr while the block runs: what a person can act on is raised."""
    names = [name for name in logging.root.manager.loggerDict if name.startswith(_LOGGERS)]
    loggers = [logging.getLogger(name) for name in names]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


_alone = threading.Lock()
"""One task at a time in a process, however many threads a worker has: the watchdog's limit is one of the process."""


def _run_task(payload: Any, function: Callable[[Any], None], is_local: bool) -> None:
    """Run a task in a worker. Where the worker is of a machine of its own, its log says what a watchdog ended."""
    with _alone, watchdog.watch(None if is_local else 2):
        function(payload)
