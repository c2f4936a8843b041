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
SHARED_MEMORY_CODES: Final = frozenset(
    (sqlite3.SQLITE_IOERR_SHMOPEN, sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_SHMMAP)
)
"""Extended codes: on a full disk, and on some network file systems, the memory that WAL mode shares cannot be made."""
OUTER_CODES: Final = (
    BUSY_CODES
    | UNWRITABLE_CODES
    | frozenset(
        (
            *(sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_PERM),
            *(sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_NOLFS),
        )
    )
)
"""The disk, the memory, or another program is in the way; nothing says that the file is damaged."""


def get_code(error: sqlite3.Error) -> int | None:
    """Return SQLite's primary code of an error; None for an error of Python's own module."""
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & PRIMARY_CODE


def is_outer(error: sqlite3.Error) -> bool:
    """Return True if an error comes from the disk, the memory or another program, and not from what the file holds."""
    return get_code(error) in OUTER_CODES


def lacks_room_beside(error: sqlite3.Error) -> bool:
    """Return True if an error says that SQLite cannot make the files that it needs beside one that it is to read."""
    return get_code(error) in UNWRITABLE_CODES or getattr(error, "sqlite_errorcode", None) in SHARED_MEMORY_CODES


def is_busy(error: sqlite3.Error) -> bool:
    """Return True if an error says that another connection is writing: it may be tried again."""
    return get_code(error) in BUSY_CODES
