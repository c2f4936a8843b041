"""The identity of a file or folder on its disk: tells whether a path still leads to it, and if not, where it is."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self

_OPEN_FILES = "/proc/self/fd"
_DELETED = " (deleted)"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileIdentity:
    """Device and inode, which stay when a file or folder is renamed within its file system."""

    device: int
    inode: int

    @classmethod
    def read(cls, file: Path | int) -> Self | None:
        """Return the identity of what a path or an open descriptor leads to; None when there is nothing."""
        try:
            status = os.stat(file)
        except OSError:
            return None
        return cls(device=status.st_dev, inode=status.st_ino)

    def is_at(self, path: Path) -> bool:
        """Return True if a path leads to this file or folder."""
        return FileIdentity.read(path) == self

    def find_path(self) -> Path | None:
        """Return where a file is now that this process has open; None when it was deleted, or nothing tells.

        Only Linux tells it.
        """
        try:
            names = os.listdir(_OPEN_FILES)
        except OSError:
            return None
        for name in names:
            if self.is_at(Path(_OPEN_FILES, name)):
                target = os.readlink(f"{_OPEN_FILES}/{name}")
                return None if target.endswith(_DELETED) else Path(target)
        return None


def describe_loss(path: Path, current_path: Path | None) -> str:
    """Return words for what happened to a file that is no longer at its path: moved, deleted or replaced."""
    went = f"is {current_path} now" if current_path is not None else "was deleted"
    if not path.exists():
        return f"was moved to {current_path}" if current_path is not None else "was deleted"
    return f"was replaced by another one; the former {went}"
