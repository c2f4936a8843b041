"""Space of an archive's file that nothing uses: what a migration leaves, and giving it back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_MOST_UNUSED: Final = 0.2
"""The part of the file that may be unused; of more it is written anew."""
_WORTH_A_WORD: Final = 10_000_000
"""Bytes; less is left as it is."""


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


def find_waste(conn: sqlite3.Connection) -> int:
    """Return the bytes of the file that nothing uses, where it should be written anew; else 0."""
    unused, pages, page_size = (
        int(conn.execute(f"PRAGMA {name}").fetchone()[0]) for name in ("freelist_count", "page_count", "page_size")
    )
    return unused * page_size if unused > pages * _MOST_UNUSED and unused * page_size >= _WORTH_A_WORD else 0
