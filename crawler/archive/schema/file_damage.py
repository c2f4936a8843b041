"""Finds what is damaged in an archive's file: all of it, only the search index, or nothing.

A disk that is full or fails, and another program that writes, damage nothing: their errors are no finding here.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from crawler.archive.schema.error_codes import get_code, is_outer
from crawler.archive.schema.file_state import (
    FileReport,
    FileState,
    FileUnusable,
    connect_to_read,
    make_report,
    read_mark,
)

_UNDECODED: Final = re.compile(r"Could not decode to UTF-8 column '([^']{1,100})'")
"""What Python says of a text that is no UTF-8; the text itself follows."""
_MOST_MESSAGES: Final = 5
"""Damages of a file that are listed at most; one is enough to know it."""
INDEX_TABLES: Final = "articles_fts"
"""The search index; the tables in which FTS5 keeps it begin with this name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """What SQLite's checks find in a file."""

    state: FileState
    """SOUND, INDEX_DAMAGED or DAMAGED."""
    messages: tuple[str, ...] = ()


def find_damage(conn: sqlite3.Connection) -> Damage:
    """Return the damage of a file, by SQLite's quick check of the whole and of each table.

    Where all tables but those of the search index are whole, so is everything that cannot be made anew. Raises
    sqlite3.DatabaseError where the disk or another program is in the way of the checks.
    """
    try:
        messages = _list_messages(conn, str(_MOST_MESSAGES))
        if all("FTS5" in message for message in messages):  # a check of FTS5's own, which find_index_damage repeats
            return Damage(state=FileState.SOUND)
    except sqlite3.DatabaseError as error:
        if is_outer(error):
            raise
        messages = [" ".join(str(error).split())]
    try:
        tables = conn.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> ?1 AND name NOT GLOB ?1 || '_*'"
            " UNION ALL SELECT 'sqlite_schema'",
            (INDEX_TABLES,),
        ).fetchall()
        for (table,) in tables:
            table_messages = _list_messages(conn, "'" + table.replace("'", "''") + "'")
            if table_messages:
                return Damage(state=FileState.DAMAGED, messages=tuple(table_messages[:_MOST_MESSAGES]))
    except sqlite3.DatabaseError as error:
        if is_outer(error):
            raise
        return Damage(state=FileState.DAMAGED, messages=(" ".join(str(error).split()),))
    return Damage(state=FileState.INDEX_DAMAGED, messages=tuple(messages))


def explain_error(path: Path, error: sqlite3.Error) -> FileReport | None:
    """Return the state of a file in which SQLite has met something damaged; None for errors of another kind.

    Asking costs a look through the whole file, once for each state of it.
    """
    code, message = get_code(error), describe_error(error)
    if message != str(error):
        return make_report(FileState.DAMAGED, path, message)
    if code == sqlite3.SQLITE_ERROR:
        plain = _explain_plain_error(path)
        return None if plain is None else make_report(plain, path)
    if code not in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return None
    try:
        size, changed = path.stat().st_size, path.stat().st_mtime_ns
        state = _find_damaged_part(path, size, changed)
    except (OSError, sqlite3.Error, FileUnusable):
        state = FileState.DAMAGED
    return make_report(state, path, message)


def explain_damage(path: Path) -> FileReport | None:
    """Return the state of a file that SQLite's checks find damaged; None for one that they find whole."""
    try:
        with closing(connect_to_read(path)) as conn:
            damage = find_damage(conn)
    except (OSError, sqlite3.Error, FileUnusable):
        return None
    if damage.state is not FileState.DAMAGED:
        return None
    return make_report(damage.state, path, "; ".join(damage.messages))


def describe_error(error: sqlite3.Error) -> str:
    """Return the message of an error on one line, without the damaged text that Python's own messages repeat."""
    message = " ".join(str(error).split())
    undecoded = _UNDECODED.match(message)
    return message if undecoded is None else f"a text in column {undecoded[1]!r} is no UTF-8"


@lru_cache(maxsize=4)
def _find_damaged_part(path: Path, size: int, changed: int) -> FileState:
    """Return INDEX_DAMAGED or DAMAGED for a file that is known to be damaged; size and time are given for the cache."""
    with closing(connect_to_read(path)) as conn:
        damage = find_damage(conn)
    return FileState.DAMAGED if damage.state is FileState.DAMAGED else FileState.INDEX_DAMAGED


def _explain_plain_error(path: Path) -> FileState | None:
    """Return the state of a file for an error that SQLite gives no code of its own: of its schema, or of a table that
    is not there; None when neither is the file's fault.
    """
    try:
        with closing(connect_to_read(path)) as conn:
            if read_mark(conn) is FileState.OTHER_DATABASE:
                return None
            try:
                conn.execute(f"SELECT 1 FROM {INDEX_TABLES} WHERE {INDEX_TABLES} MATCH 'a' LIMIT 1").fetchone()
            except sqlite3.DatabaseError as error:
                return None if is_outer(error) else FileState.INDEX_DAMAGED
    except sqlite3.DatabaseError as error:
        return None if is_outer(error) else FileState.DAMAGED
    except (OSError, FileUnusable):
        return None
    return None


def _list_messages(conn: sqlite3.Connection, argument: str) -> list[str]:
    rows = conn.execute(f"PRAGMA quick_check({argument})")
    return [" ".join(str(message).split()) for (message,) in rows if message != "ok"]
