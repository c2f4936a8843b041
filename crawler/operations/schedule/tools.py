"""Calling ``crontab`` and ``systemctl``: words in, what they print out; never for longer than half a minute."""

from __future__ import annotations

import os
import shutil
import subprocess

from crawler.operations.schedule.plan import CannotSchedule

TOOL_SECONDS = 30.0


def is_on_path(tool: str) -> bool:
    """Say whether a program is on PATH."""
    return shutil.which(tool) is not None


def run_tool(*words: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run a tool and return how it ended; raises CannotSchedule when it cannot be run, or hangs."""
    try:
        # As bytes, because line ends and letters of whatever kind must come back as they were.
        ended = subprocess.run(
            words,
            input=(given or "").encode("utf-8", "surrogateescape"),
            capture_output=True,
            timeout=TOOL_SECONDS,
            env={**os.environ, "LC_ALL": "C"},
        )
    except subprocess.TimeoutExpired:
        raise CannotSchedule(f"{words[0]} does not answer: look whether '{' '.join(words)}' works here") from None
    except OSError as problem:
        raise CannotSchedule(f"{words[0]} cannot be run: {problem.strerror or problem}") from None
    out, err = (output.decode("utf-8", "surrogateescape") for output in (ended.stdout, ended.stderr))
    return subprocess.CompletedProcess(words, ended.returncode, out, err)


def check_tool(*words: str, given: str | None = None) -> str:
    """Run a tool and return what it printed; raises CannotSchedule with its own words when it fails."""
    ended = run_tool(*words, given=given)
    if ended.returncode:
        said = " ".join((ended.stderr or ended.stdout).split())[:300] or f"exit code {ended.returncode}"
        raise CannotSchedule(f"'{' '.join(words)}' failed: {said}")
    return ended.stdout
