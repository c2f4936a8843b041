"""The local engine: worker processes of this machine, each with one task at a time.

Every worker is an executor of one process. So the death of a process is known to be that of one task, which is run
again, and no other task is touched.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any, Generic, Self

from crawler.engines import watchdog
from crawler.engines.engine import MOST_DEATHS, CannotStartProcesses, Payload, Task, TaskResult, describe_failure
from crawler.engines.processes import (
    CONTEXT,
    START_ERRORS,
    Lifeline,
    follow_lifeline,
    limit_memory,
    shield_start,
    start_resource_tracker,
)
from crawler.system.garbage import stay_with_less_garbage


class PoolEngine:
    """The worker processes; they begin to import their modules when the engine is made, while the caller goes on."""

    def __init__(self, jobs: int, preload: Callable[[], object] | None = None, memory: int | None = None) -> None:
        start_resource_tracker()
        self._lifeline = Lifeline()
        self._workers = [_Worker(self._lifeline.end, preload, memory) for _ in range(jobs)]
        self._is_busy = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None or self._is_busy:  # nobody wants any more what is being done
            self._lifeline.cut()
        for worker in self._workers:
            worker.end()
        self._lifeline.close()

    def run(self, function: Callable[[Payload], None], tasks: Iterable[Task[Payload]]) -> Iterator[TaskResult]:
        """Run all tasks; yield the result of each when it is there."""
        waiting, again = iter(tasks), deque[_Attempt[Payload]]()
        free, running = list(self._workers), dict[Future[None], tuple[_Worker, _Attempt[Payload]]]()
        self._is_busy = True
        while True:
            while free and (attempt := _take_next(again, waiting)):
                worker = free.pop()
                running[worker.submit(function, attempt.task.payload)] = worker, attempt
            if not running:
                break
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                worker, attempt = running.pop(future)
                free.append(worker)
                error = future.exception()
                if error is None:
                    yield TaskResult(attempt.task.id, "done")
                elif not isinstance(error, BrokenProcessPool):
                    yield describe_failure(attempt.task.id, error)
                else:
                    worker.replace_process()
                    attempt.deaths += 1
                    if attempt.deaths < MOST_DEATHS:
                        again.append(attempt)
                    else:
                        yield TaskResult(attempt.task.id, "died", f"its process ended {attempt.deaths} times")
        self._is_busy = False


class _Attempt(Generic[Payload]):
    """A task, and how many times its process has ended."""

    def __init__(self, task: Task[Payload]) -> None:
        self.task = task
        self.deaths = 0


def _take_next(again: deque[_Attempt[Payload]], waiting: Iterator[Task[Payload]]) -> _Attempt[Payload] | None:
    """Return what is to be run next: first what died, then a new task; None when there is nothing."""
    if again:
        return again.popleft()
    return next((_Attempt(task) for task in waiting), None)


class _Worker:
    """One process, made again when it has died."""

    def __init__(self, lifeline_end: Connection, preload: Callable[[], object] | None, memory: int | None) -> None:
        self._lifeline_end = lifeline_end
        self._memory = memory
        self._preload = preload or _do_nothing
        self._executor = self._start()

    def submit(self, function: Callable[[Payload], None], payload: Payload) -> Future[None]:
        """Submit a task to the process; to a new one where it died while it had nothing to do."""
        with suppress(BrokenProcessPool):
            return self._submit(_run_task, function, payload)
        self.replace_process()
        return self._submit(_run_task, function, payload)

    def replace_process(self) -> None:
        """Start a new process in place of a dead one."""
        self._executor.shutdown()
        self._executor = self._start()

    def end(self) -> None:
        """Wait until the process has ended."""
        self._executor.shutdown(cancel_futures=True)

    def _start(self) -> ProcessPoolExecutor:
        try:
            executor = ProcessPoolExecutor(
                1, mp_context=CONTEXT, initializer=_begin_worker, initargs=(self._lifeline_end, self._memory)
            )
            with shield_start():
                executor.submit(_prepare, self._preload)
        except START_ERRORS as problem:
            reason = getattr(problem, "strerror", None) or problem
            raise CannotStartProcesses(
                f"no process can be started to share the work ({reason}; is /dev/shm there?): --jobs 1 needs none"
            ) from None
        return executor

    def _submit(self, function: Callable[..., None], *arguments: Any) -> Future[None]:
        with shield_start():
            return self._executor.submit(function, *arguments)


def _do_nothing() -> None:
    """Stands for a preload of nothing."""


def _prepare(preload: Callable[[], object]) -> None:
    """Run as the first task, with which a process starts."""
    preload()
    stay_with_less_garbage()


def _begin_worker(lifeline_end: Connection, memory: int | None) -> None:
    follow_lifeline(lifeline_end)
    limit_memory(memory)


def _run_task(function: Callable[[Payload], None], payload: Payload) -> None:
    with watchdog.watch():
        function(payload)
