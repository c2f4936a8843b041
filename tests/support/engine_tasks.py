"""Tasks that engines are tried with: each is a function of a payload, which workers import by its name."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from crawler.engines import Task, watchdog
from crawler.engines.quarantine import Halves, Isolation


def append_pid(payload: tuple[str, str]) -> None:
    """Append this process's id to a file of a folder: how often a task was run, and by whom."""
    folder, name = payload
    with open(Path(folder, name), "a") as file:
        file.write(f"{os.getpid()}\n")


def raise_error(payload: tuple[str, str]) -> None:
    """Append, and fail with words of two lines."""
    append_pid(payload)
    raise ValueError(f"no good:\n {payload[1]}")


def kill_self(payload: tuple[str, str]) -> None:
    """Append, and end the process as the memory's guard does."""
    append_pid(payload)
    os.kill(os.getpid(), signal.SIGKILL)


def kill_self_once(payload: tuple[str, str]) -> None:
    """End the process the first time."""
    folder, name = payload
    is_first = not Path(folder, name).exists()
    append_pid(payload)
    if is_first:
        os.kill(os.getpid(), signal.SIGKILL)


def hang(payload: tuple[str, str]) -> None:
    """Append, and come to no end."""
    append_pid(payload)
    watchdog.reset(0.3)
    time.sleep(300)


def hoard(payload: tuple[str, str]) -> None:
    """Append, and want more memory than there is."""
    append_pid(payload)
    bytearray(1 << 40)


BEHAVIOURS = {
    "fine": append_pid,
    "raises": raise_error,
    "dies": kill_self,
    "dies once": kill_self_once,
    "hangs": hang,
    "hoards": hoard,
}


def behave(payload: tuple[str, str]) -> None:
    """Do what the name of a task begins with: ``dies once-3``."""
    BEHAVIOURS[payload[1].partition("-")[0]](payload)


Records = tuple[str, bool, tuple[str, ...]]
"""A folder, whether the task tells which record it begins, and the words of its records: what they do, and a number."""


def read_records(payload: Records) -> None:
    """Do what each record says, and leave a file that names all of them when it is done."""
    folder, is_telling, records = payload
    for record in records:
        watchdog.reset(0.5, record if is_telling else None)
        match record.partition("-")[0]:
            case "aborts":
                os.abort()
            case "hangs":
                time.sleep(300)
            case "hoards":
                bytearray(1 << 40)
            case "killed" if not (record.endswith("once") and Path(folder, "killed").exists()):
                Path(folder, "killed").write_text("killed")
                os.kill(os.getpid(), signal.SIGKILL)
            case "raises":
                raise ValueError(record)
    Path(folder, make_id(records)).write_text("\n".join(records))


def make_id(records: tuple[str, ...]) -> str:
    """Return the id of the task that has these records."""
    return "+".join(records)


def make_records_task(folder: Path, records: tuple[str, ...], is_telling: bool = True) -> Task[Records]:
    """Return the task of these records."""
    return Task(make_id(records), (str(folder), is_telling, records))


class RecordsDivision:
    """Divides tasks of :func:`read_records`."""

    def halve(self, task: Task[Records]) -> Halves[Records] | None:
        """Return two tasks."""
        _, _, records = task.payload
        middle = len(records) // 2
        return (self._make_part(task, records[:middle]), self._make_part(task, records[middle:])) if middle else None

    def isolate(self, task: Task[Records], record: str) -> Isolation[Records]:
        """Return one record, and what is before and behind it."""
        _, _, records = task.payload
        index = records.index(record)
        before, after = records[:index], records[index + 1 :]
        return Isolation(
            before=self._make_part(task, before) if before else None,
            alone=self._make_part(task, (record,)),
            after=self._make_part(task, after) if after else None,
        )

    def describe(self, task: Task[Records], record: str | None) -> Mapping[str, Any]:
        """Return the name of its record."""
        return {"record": task.id}

    def _make_part(self, task: Task[Records], records: tuple[str, ...]) -> Task[Records]:
        folder, is_telling, _ = task.payload
        return Task(make_id(records), (folder, is_telling, records))
