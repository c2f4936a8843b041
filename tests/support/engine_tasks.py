"""Tasks that engines are tried with: each is a function of a payload, which workers import by its name."""

from __future__ import annotations

import os
import signal
from pathlib import Path


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


BEHAVIOURS = {"fine": append_pid, "raises": raise_error, "dies": kill_self, "dies once": kill_self_once}


def behave(payload: tuple[str, str]) -> None:
    """Do what the name of a task begins with: ``dies once-3``."""
    BEHAVIOURS[payload[1].partition("-")[0]](payload)
