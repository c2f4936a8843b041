"""Writes a file atomically: after a failure the path holds what it held before."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replace_file(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside ``path``; the file written there replaces ``path`` when the block ends well.

    A symbolic link stays one: its target is replaced. For a device or a pipe the path itself is yielded. Raises OSError
    when the path cannot be written.
    """
    if path.exists() and not path.is_file():
        yield path
        return
    target = Path(os.path.realpath(path))
    if target.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
    # A leading point and a suffix of its own: a program that collects *.prom files ignores the temporary one.
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        yield unfinished
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Write the names in a folder to the disk, so that one just given lasts through a power cut, where a system can."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:  # Windows opens no folders
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
