"""Runs tasks in this process, one after another: what an engine is where there is one core."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from crawler.engines.engine import Payload, Task, TaskResult, describe_failure


class SerialEngine:
    """An engine without processes: a task that ends its process ends this one."""

    def run(self, function: Callable[[Payload], None], tasks: Iterable[Task[Payload]]) -> Iterator[TaskResult]:
        """Run all tasks in their order; yield the result of each."""
        for task in tasks:
            try:
                function(task.payload)
            except Exception as error:
                yield describe_failure(task.id, error)
            else:
                yield TaskResult(task.id, "done")
