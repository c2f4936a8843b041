"""Telling somebody that a crawl did not go well: a command is run with the report on its standard input."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys

TIME_LIMIT = 60.0
"""Seconds a command may take; mail and web hooks need two."""


def notify(command: str, report: str, seconds: float = TIME_LIMIT) -> str | None:
    """Run ``command`` with the shell, ``report`` on its standard input; return a line when that failed, else None.

    What the command prints goes to stderr. It is ended, with all it has started, when the time is up. Nothing is
    raised but what ends this process.
    """
    try:
        process = subprocess.Popen(
            command,
            shell=True,  # the operator's own words, as in a crontab
            stdin=subprocess.PIPE,
            stdout=_stderr(),
            stderr=_stderr(),
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
        _kill_process(process)
        return f"the command of --notify took longer than {seconds:g} seconds and was ended"
    except OSError as problem:  # it never read its input, which is its own business
        process.wait()
        return f"the command of --notify did not take the report: {problem.strerror or problem}"
    except BaseException:
        _kill_process(process)
        raise
    if process.returncode:
        return f"the command of --notify failed with exit code {process.returncode}"
    return None


def _stderr() -> int:
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
