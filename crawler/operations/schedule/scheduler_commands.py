"""Runs ``crontab`` and ``systemctl`` for at most :data:`TOOL_SECONDS` seconds, and returns what they print."""

from __future__ import annotations

import os
import shutil
import subprocess

from crawler.operations.schedule.plan import CannotSchedule

TOOL_SECONDS = 30.0


def is_on_path(tool: str) -> bool:
    """Return True if a program is on PATH."""
    return shutil.which(tool) is not None


def run_tool(*command: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run a tool and return its exit code and output. Raises CannotSchedule when it cannot be run, or hangs."""
    try:
        # As bytes, because all line ends and letters must come back unchanged.
        process = subprocess.run(
            command,
            input=(stdin or "").encode("utf-8", "surrogateescape"),
            capture_output=True,
            timeout=TOOL_SECONDS,
            env={**os.environ, "LC_ALL": "C"},
        )
    except subprocess.TimeoutExpired:
        raise CannotSchedule(f"{command[0]} does not answer: look whether '{' '.join(command)}' works here") from None
    except OSError as problem:
        raise CannotSchedule(f"{command[0]} cannot be run: {problem.strerror or problem}") from None
    out, err = (output.decode("utf-8", "surrogateescape") for output in (process.stdout, process.stderr))
    return subprocess.CompletedProcess(command, process.returncode, out, err)


def check_tool(*command: str, stdin: str | None = None) -> str:
    """Run a tool and return what it printed. Raises CannotSchedule with its message when it fails."""
    process = run_tool(*command, stdin=stdin)
    if process.returncode:
        message = " ".join((process.stderr or process.stdout).split())[:300] or f"exit code {process.returncode}"
        raise CannotSchedule(f"'{' '.join(command)}' failed: {message}")
    return process.stdout
