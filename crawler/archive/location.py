"""The location of an archive: one file has one path, one lock and one WARC folder, by whatever path it was named.

SQLite keeps the log of a file beside it and under its name, and the lock and the WARC folder are named after it too. So
symbolic links are followed first, and a file that has several names otherwise is not written to.
"""

from __future__ import annotations

import os
from pathlib import Path

from crawler.errors import ArchiveUnusable

_MOUNTS = Path("/proc/self/mountinfo")
_MOUNT_POINT = 4
"""The field of a line of mountinfo that holds where something is mounted (man 5 proc)."""


def resolve_archive(path: Path) -> Path:
    """Return the path of the file itself, where symbolic links lead to it; the same path where none is on the way.

    Raises ArchiveUnusable for a link that leads in a circle.
    """
    real = Path(os.path.realpath(path))
    if real.is_symlink():
        raise ArchiveUnusable(f"{path} is a symbolic link that leads in a circle: name another with --archive")
    return path if real == Path(os.path.abspath(path)) else real


def refuse_other_names(path: Path) -> None:
    """Raise ArchiveUnusable for an existing archive file that must not be written under this name."""
    reason = find_other_name(path)
    if reason is not None:
        raise ArchiveUnusable(f"{path} {reason}")


def find_other_name(path: Path) -> str | None:
    """Return why a file may have another name under which a program writes it, and what to do; None when it has none.

    Two names of one file would have two logs, two locks and two WARC folders.
    """
    try:
        count = path.stat().st_nlink
    except OSError:
        return None
    if count > 1:
        return (
            f"has {count} names (hard links), and what is written under one of them is lost to the others: remove the "
            "others, or write to a copy"
        )
    if _is_mount_point(path):
        return "is mounted as a single file, and SQLite keeps its log beside it: mount the folder that holds it"
    return None


def _is_mount_point(path: Path) -> bool:
    """Return True if a file is mounted by itself, as containers can do it. Only Linux tells it."""
    try:
        lines = os.fsencode(_MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")).splitlines()
    except OSError:
        return False
    # Blanks and backslashes are written as octal numbers.
    points = {line.split(b" ")[_MOUNT_POINT].decode("unicode_escape").encode("latin-1") for line in lines if line}
    return os.fsencode(os.path.realpath(path)) in points
