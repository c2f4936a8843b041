"""Reads the codes of SQLite's errors: what is to be done is decided by them, and never by the words beside them."""

from __future__ import annotations

import sqlite3
from typing import Final

PRIMARY_CODE: Final = 0xFF
"""The lower byte of SQLite's extended codes."""
BUSY_CODES: Final = frozenset((sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED))
"""Another connection is writing."""
UNWRITABLE_CODES: Final = frozenset((sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN))
"""The file, its folder or the medium does not let this user write, or make the files that SQLite needs beside it."""


def get_code(error: sqlite3.Error) -> int | None:
    """Return SQLite's primary code of an error; None for an error of Python's own module."""
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & PRIMARY_CODE


def is_busy(error: sqlite3.Error) -> bool:
    """Return True if an error says that another connection is writing: it may be tried again."""
    return get_code(error) in BUSY_CODES
