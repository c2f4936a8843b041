"""Runs one task alone, in a child process with limits of time and memory, and tells how that process ended."""

from __future__ import annotations

import faulthandler
import os
import signal
import tempfile
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Final, Literal

from crawler.engines import watchdog
from crawler.engines.engine import Payload, Task, describe_error
from crawler.engines.processes import CONTEXT, Lifeline, follow_lifeline, limit_memory, shield_start
from crawler.system.interruption import SIGNALS

End = Literal["done", "failed", "time", "memory", "signal", "exit", "killed"]
"""How a process ended: ``failed`` if the function raised; ``time`` and ``memory`` at a limit; ``signal`` by one that it
raised itself; ``exit`` if it ended itself; ``killed`` by a signal from outside, so that it may be innocent."""
_SIGNALS_FROM_OUTSIDE: Final = {*SIGNALS, getattr(signal, "SIGKILL", None)}
_FAILED: Final = 81
_NO_MEMORY: Final = 82
_MOST_TRACEBACK_BYTES: Final = 20_000
_TRACEBACK: Final = "traceback"
_NOTE: Final = "record"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoneRun:
    """How a task ended that was run alone."""

    end: End
    exit_code: int
    """Negative: the number of the signal."""
    record: str | None
    """The record that was begun last, if any was."""
    traceback: str

    @property
    def signal_name(self) -> str | None:
        """The name of the signal that ended the process, None if none did."""
        return signal.Signals(-self.exit_code).name if self.exit_code < 0 else None


def run_alone(
    function: Callable[[Payload], None], task: Task[Payload], seconds: float, memory: int | None = None
) -> LoneRun:
    """Run a task in a child process, and wait for it.

    The process is ended after ``seconds`` in which the task resets no watchdog, and may hold ``memory`` bytes where the
    system bounds that.
    """
    lifeline = Lifeline()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        process = CONTEXT.Process(
            target=_run_in_child, args=(lifeline.end, folder, function, task.payload, seconds, memory)
        )
        try:
            with shield_start():
                process.start()
            process.join()
        finally:
            lifeline.close()  # the process is ended, too, if the wait was broken off
            if process.pid is not None:
                process.join()
        return _tell_end(process, folder)


def _run_in_child(
    lifeline_end: Connection,
    folder: Path,
    function: Callable[[Payload], None],
    payload: Payload,
    seconds: float,
    memory: int | None,
) -> None:
    follow_lifeline(lifeline_end)
    log, note = (os.open(folder / name, os.O_WRONLY | os.O_CREAT) for name in (_TRACEBACK, _NOTE))
    faulthandler.enable(log)
    limit_memory(memory)
    code = 0
    with watchdog.watch(log, note):
        watchdog.reset(seconds)
        try:
            function(payload)
        except MemoryError:
            code = _NO_MEMORY
            os.write(log, traceback.format_exc().encode())
        except Exception as error:
            code = _FAILED
            os.write(log, describe_error(error).encode())
    os._exit(code)


def _tell_end(process: BaseProcess, folder: Path) -> LoneRun:
    code = process.exitcode
    assert code is not None
    log, record = _read_text(folder / _TRACEBACK), _read_text(folder / _NOTE)
    end: End
    if code < 0:
        end = "killed" if -code in _SIGNALS_FROM_OUTSIDE else "signal"
    elif code == watchdog.EXIT_CODE and log.startswith("Timeout"):
        end = "time"
    else:
        ends: dict[int, End] = {0: "done", _FAILED: "failed", _NO_MEMORY: "memory"}
        end = ends.get(code, "exit")
    return LoneRun(end=end, exit_code=code, record=record or None, traceback=log)


def _read_text(path: Path) -> str:
    """Return the beginning of a file that the process wrote; nothing where it ended before."""
    try:
        with path.open("rb") as file:
            return file.read(_MOST_TRACEBACK_BYTES).decode("utf-8", "replace")
    except FileNotFoundError:
        return ""
