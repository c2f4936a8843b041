"""Finds out which records end the processes that read them, and leaves out nothing but those.

That the process of a task died condemns nobody: another process may have used up the memory, and Dask suspects every
task that a dead worker had been given. So each such task is run alone first. If its process ends itself again, the task
is divided: at the record that was begun last, if the task told that, otherwise into halves, down to one record.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Generic, Protocol

from crawler.atomic_file import replace_file
from crawler.engines import watchdog
from crawler.engines.alone import End, LoneRun, run_alone
from crawler.engines.engine import Payload, Task, TaskResult

MEMORY_LIMIT: Final = 2 << 30
"""Bytes of addresses that a process may have; a worker has a sixth of that."""


Halves = tuple[Task[Payload], Task[Payload]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Isolation(Generic[Payload]):
    """A task that has one record alone, and tasks that have those before and after it; None where there are none."""

    before: Task[Payload] | None
    alone: Task[Payload]
    after: Task[Payload] | None


class Division(Protocol[Payload]):
    """Divides tasks of one kind."""

    def halve(self, task: Task[Payload]) -> Halves[Payload] | None:
        """Return both halves of a task; None if it has one record."""
        ...

    def isolate(self, task: Task[Payload], record: str) -> Isolation[Payload]:
        """Return the task divided at a record, which the watchdog was told of."""
        ...

    def describe(self, task: Task[Payload], record: str | None) -> Mapping[str, Any]:
        """Return where the only record of a task is, for the report: file and offset."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PoisonRecord:
    """A record that ended the process that read it."""

    task: str
    """The id of the task that had this record alone."""
    place: Mapping[str, Any]
    """Where it is: file and offset."""
    end: End
    signal: str | None
    traceback: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantineReport:
    """What became of a task that had died."""

    task: str
    done: tuple[str, ...]
    """The ids of the tasks that were done in its place, in the order of their records: its own if it was innocent."""
    poison: tuple[PoisonRecord, ...] = ()
    failures: tuple[TaskResult, ...] = ()
    """Tasks in its place whose function raised."""


@dataclass(frozen=True, slots=True)
class Quarantine(Generic[Payload]):
    """Runs the tasks of one function that have died; keeps reports of those that have poison in ``folder``."""

    function: Callable[[Payload], None]
    division: Division[Payload]
    folder: Path
    seconds: float = watchdog.SECONDS_PER_RECORD
    memory: int | None = MEMORY_LIMIT

    def examine(self, task: Task[Payload]) -> QuarantineReport:
        """Run a task alone, and its parts where it dies. The report is kept if there is poison in it."""
        parts, suspects = [task], set[str]()
        done, failures, poison = list[str](), list[TaskResult](), list[PoisonRecord]()
        while parts:
            part = parts.pop()
            run = run_alone(self.function, part, self.seconds, self.memory)
            if run.end == "done":
                done.append(part.id)
            elif run.end == "failed":
                failures.append(TaskResult(part.id, "failed", run.traceback))
            elif part.id in suspects:
                poison.append(self._describe(part, run))
            elif run.record is not None:
                isolation = self.division.isolate(part, run.record)
                if run.end == "time":  # it had it at least once before, and is not given it again
                    poison.append(self._describe(isolation.alone, run))
                    stretch = [isolation.after, isolation.before]
                else:  # others may have left it no memory, or somebody ended the process
                    suspects.add(isolation.alone.id)
                    stretch = [isolation.after, isolation.alone, isolation.before]
                parts.extend(task for task in stretch if task is not None)
            elif (halves := self.division.halve(part)) is not None:
                parts.extend(reversed(halves))
            else:
                suspects.add(part.id)
                parts.append(part)
        report = QuarantineReport(task=task.id, done=tuple(done), poison=tuple(poison), failures=tuple(failures))
        if poison and not failures:
            _write_report(self.folder, report)
        return report

    def forget(self, task_id: str) -> None:
        """Remove the report of a task."""
        _find_path(self.folder, task_id).unlink(missing_ok=True)

    def _describe(self, task: Task[Payload], run: LoneRun) -> PoisonRecord:
        return PoisonRecord(
            task=task.id,
            place=self.division.describe(task, run.record),
            end=run.end,
            signal=run.signal_name,
            traceback=run.traceback,
        )


def read_report(folder: Path, task_id: str) -> QuarantineReport | None:
    """Return the report of a task that has poison in it; None if none is kept, or it cannot be read."""
    try:
        report = json.loads(_find_path(folder, task_id).read_text("utf-8"))
        return QuarantineReport(
            task=report["task"],
            done=tuple(report["done"]),
            poison=tuple(PoisonRecord(**record) for record in report["poison"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write_report(folder: Path, report: QuarantineReport) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with replace_file(_find_path(folder, report.task)) as path:
        path.write_text(json.dumps(asdict(report), ensure_ascii=False, indent=1) + "\n", "utf-8")


def _find_path(folder: Path, task_id: str) -> Path:
    return folder / f"{task_id}.json"
