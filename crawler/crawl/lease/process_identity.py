"""Who a process is, told so that another process can know for certain that it has died; never more than that."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")
_STATE, _STARTED_AT = 0, 19
"""Fields of /proc/PID/stat after the name of the program (man 5 proc: 3 and 22)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessIdentity:
    """A process of a machine.

    Attributes:
        host: the name of the machine, for people.
        process_id: its number there.
        system: the running system and its space of process numbers, where they can be told; containers differ in it.
        started_at: when the process began, in ticks of that system; a number is given again, but not at the same tick.

    """

    host: str
    process_id: int
    system: str | None = None
    started_at: int | None = None

    def __str__(self) -> str:
        return f"{self.host}, process {self.process_id}"


def identify_process() -> ProcessIdentity:
    """Return the identity of this process."""
    process_id = os.getpid()
    stat = _read_stat(process_id)
    return ProcessIdentity(
        host=socket.gethostname(),
        process_id=process_id,
        system=_identify_system(),
        started_at=None if stat is None else stat[1],
    )


def has_died(process: ProcessIdentity) -> bool:
    """Return True if a process is certain to have died: it was one of this running system, and is there no more."""
    if process.system is None or process.started_at is None or process.system != _identify_system():
        return False
    stat = _read_stat(process.process_id)
    if stat is None:
        return not _is_there(process.process_id)
    return stat[0] in "ZX" or stat[1] != process.started_at


def _identify_system() -> str | None:
    """Return a name for the running system and this space of process numbers; None where nothing tells it."""
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot} {os.readlink(_PROC / 'self/ns/pid')}"
    except OSError:
        return None


def _is_there(process_id: int) -> bool:
    """Return True unless there is no process of that number; /proc may hide those of other users."""
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _read_stat(process_id: int) -> tuple[str, int] | None:
    """Return the state of a process and when it began; None where there is none of that number."""
    try:
        text = (_PROC / str(process_id) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()
    return (fields[_STATE], int(fields[_STARTED_AT])) if len(fields) > _STARTED_AT else None
