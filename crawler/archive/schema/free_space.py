"""Space of an archive's file that nothing uses: what a migration leaves, and giving it back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_WORTH_WRITING_ANEW: Final = 0.2
"""The part of the file that must be unused before it is written anew."""


@contextmanager
def leave_freed_pages(conn: sqlite3.Connection) -> Iterator[None]:
    """Let the block free pages without overwriting them: SQLite would write all of them into its log otherwise.

    Forgetting writes the whole file anew, so that no text stays in such pages which is to be gone.
    """
    (former,) = conn.execute("PRAGMA secure_delete").fetchone()
    conn.execute("PRAGMA secure_delete = FAST")
    try:
        yield
    finally:
        conn.execute(f"PRAGMA secure_delete = {int(former)}")


def measure_free_space(conn: sqlite3.Connection) -> tuple[int, int]:
    """Return the bytes of the file that nothing uses, and all bytes of it."""
    sizes = [conn.execute(f"PRAGMA {name}").fetchone()[0] for name in ("freelist_count", "page_count", "page_size")]
    return sizes[0] * sizes[2], sizes[1] * sizes[2]


def is_worth_writing_anew(conn: sqlite3.Connection) -> bool:
    """Return True if so much of the file is unused that it should be written anew."""
    free, size = measure_free_space(conn)
    return free > size * _WORTH_WRITING_ANEW
