"""Notifies somebody that a crawl did not go well: runs a command with the report on its standard input."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys

TIME_LIMIT = 60.0
"""Seconds that a command may take; mail and web hooks need two."""
INTERRUPTED_TIME_LIMIT = 0.7
"""Seconds that it is waited for when this process was interrupted, which has to end soon."""


def notify(command: str, report: str, seconds: float = TIME_LIMIT, *, then_leave: bool = False) -> str | None:
    """Run ``command`` with the shell, ``report`` on its standard input; return a line when that failed, else None.

    The output of the command goes to stderr. After ``seconds`` it is killed, with all processes that it started, or
    left to itself (``then_leave``). No error is raised, except those that end this process (KeyboardInterrupt,
    SystemExit).
    """
    try:
        process = subprocess.Popen(
            command,
            shell=True,  # the operator wrote the command, as in a crontab
            stdin=subprocess.PIPE,
            stdout=_find_stderr(),
            stderr=_find_stderr(),
            text=True,
            encoding="utf-8",
            errors="backslashreplace",
            start_new_session=True,
        )
    except (OSError, ValueError) as problem:
        return f"the command of --notify could not be run: {problem}"
    try:
        process.communicate(report, timeout=seconds)
    except subprocess.TimeoutExpired:
        if then_leave:
            return None
        _kill_process(process)
        return f"the command of --notify took longer than {seconds:g} seconds and was ended"
    except OSError as problem:  # the command never read its input
        process.wait()
        return f"the command of --notify did not take the report: {problem.strerror or problem}"
    except BaseException:
        _kill_process(process)
        raise
    if process.returncode:
        return f"the command of --notify failed with exit code {process.returncode}"
    return None


def _find_stderr() -> int:
    try:
        return sys.stderr.fileno()
    except (OSError, ValueError, AttributeError):  # no real stderr
        return subprocess.DEVNULL


def _kill_process(process: subprocess.Popen[str]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    with contextlib.suppress(OSError, ValueError, subprocess.TimeoutExpired):
        process.communicate(timeout=5)
