"""What an engine is: it runs the tasks it is given, in any order, and says of each how it ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Generic, Literal, Protocol, TypeVar

from crawler.errors import CrawlerError

Payload = TypeVar("Payload")

MOST_DEATHS: Final = 2
"""So many times the process of a task ends before the task counts as ``died``, and is left to the quarantine."""
_MOST_REASON_LETTERS: Final = 300


@dataclass(frozen=True, slots=True)
class Task(Generic[Payload]):
    """A payload under a name. Pickled, a payload has at most 2 kB: file names and numbers, not what is in files."""

    id: str
    payload: Payload


@dataclass(frozen=True, slots=True)
class TaskResult:
    """How a task ended."""

    id: str
    state: Literal["done", "failed", "died"]
    """``failed``: the function raised. ``died``: the process ended each time the task was run, or had no memory left;
    that may have been another task's fault."""
    reason: str | None = None
    """A line for people."""


class CannotStartProcesses(CrawlerError):
    """No process can be started for tasks here, or what processes speak to one another by is missing."""


class Engine(Protocol):
    """Runs tasks in processes that end when this one does."""

    def run(self, function: Callable[[Payload], None], tasks: Iterable[Task[Payload]]) -> Iterator[TaskResult]:
        """Run all tasks; yield one result for each, in the order in which they end.

        ``function`` is one of a module, which processes import by its name. ``tasks`` are taken as processes become
        free. Nothing that the function raises is raised here.
        """
        ...


def describe_error(error: BaseException) -> str:
    """Return an exception as one line: its class and the beginning of what it says."""
    text = " ".join(str(error).split())[:_MOST_REASON_LETTERS]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def describe_failure(task_id: str, error: BaseException) -> TaskResult:
    """Return the result of a task whose function raised an exception."""
    return TaskResult(task_id, "died" if isinstance(error, MemoryError) else "failed", describe_error(error))
