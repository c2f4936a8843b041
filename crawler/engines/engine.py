"""What an engine is: it runs the tasks it is given, in any order, and says of each how it ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Generic, Literal, Protocol, TypeVar

Payload = TypeVar("Payload")

MOST_DEATHS: Final = 3
"""So many times the process of a task may end before the task counts as ``died``."""
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
    """``failed``: the function raised. ``died``: the process ended each time the task was run, for whatever reason."""
    reason: str | None = None
    """A line for people."""


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
