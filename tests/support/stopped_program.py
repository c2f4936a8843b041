"""The program as a process of its own that is sent signals."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from support.waiting import wait_until

SIGNALS = (signal.SIGINT, signal.SIGTERM)
HANG = 60.0
"""Seconds after which a program that was sent a signal counts as hanging."""


@contextlib.contextmanager
def started(*arguments: str, **options: Any) -> Iterator[subprocess.Popen[str]]:
    """Start the program in a process group of its own; kill what is left of it in the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "crawler", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        **options,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def is_handling_signals(pid: int) -> bool:
    """Return True once the first line of the program has been run."""
    try:
        caught = re.search(r"SigCgt:\s*(\w+)", Path(f"/proc/{pid}/status").read_text())
    except OSError:
        return False
    return caught is not None and bool(int(caught[1], 16) >> (signal.SIGTERM - 1) & 1)


def wait_until_begun(process: subprocess.Popen[str]) -> None:
    """Return when the first line of the program has been run."""
    wait_until(lambda: process.poll() is not None or is_handling_signals(process.pid))


def list_children(process: subprocess.Popen[str]) -> list[int]:
    """Return the processes that the program has started."""
    try:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    except OSError:
        return []
    return [int(child) for child in children.split()]


def stop(process: subprocess.Popen[str], number: int) -> tuple[int, str]:
    """Send a signal to the whole process group, as a terminal and systemd do; return exit code and stderr."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)
    _, said = process.communicate(timeout=HANG)
    assert "Traceback" not in said
    return process.returncode, said
