"""Runs SELECTs and transactions on an open archive, and translates the errors of SQLite into those of the project."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlite_utils import Database

from crawler.archive.schema.error_codes import UNWRITABLE_CODES, get_code, is_busy
from crawler.archive.schema.file_damage import explain_damage, explain_error
from crawler.archive.schema.file_state import FileUnusable
from crawler.errors import ArchiveBusy, ArchiveUnusable, CrawlerError

Connection = Database | sqlite3.Connection
"""A database as sqlite-utils or as Python has it."""
RecordT = TypeVar("RecordT")

ARCHIVE_TABLES = ("articles", "articles_fts", "see_also", "captures")
"""Tables by which an archive is recognised: no other database has all of them."""

_LEAST_ROOM = 1_000_000
"""Bytes that are free on the archive's disk where SQLite finds a disk full, and means that of temporary files."""


class DamagedCell(sqlite3.DatabaseError):
    """A cell holds something that its column cannot hold: the file is damaged."""

    sqlite_errorcode = sqlite3.SQLITE_CORRUPT

    def __init__(self, column: str, article_id: int) -> None:
        super().__init__(f"the {column} of article {article_id} is no text")


def holds_archive(conn: sqlite3.Connection) -> bool:
    """Return True if the database behind a connection has the tables of an archive."""
    marks = ", ".join("?" for _ in ARCHIVE_TABLES)
    sql = f"SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN ({marks})"
    return select_count(conn, sql, ARCHIVE_TABLES) == len(ARCHIVE_TABLES)


@contextmanager
def write_transaction(db: Database) -> Iterator[None]:
    """Run the block as one transaction that waits for another writer before it reads anything.

    SQLite lets only a transaction wait that has read nothing yet; one that has read is refused at once while another
    program writes.
    """
    if db.conn.in_transaction:
        with db.atomic():
            yield
        return
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.conn.execute("COMMIT")
    except BaseException:
        db.conn.rollback()  # unlike the statement it accepts a transaction that a disk error has ended already
        raise


@contextmanager
def translate_errors(path: Path) -> Iterator[None]:
    """Translate the errors of SQLite and the file system into ArchiveBusy and ArchiveUnusable, which say what to do."""
    try:
        yield
    except CrawlerError:
        raise
    except sqlite3.Error as error:
        if is_busy(error):
            raise ArchiveBusy(f"{path} is being written by another program: let it finish, then try again") from error
        if "no such module: fts5" in str(error):  # SQLite has no code of its own for it
            raise ArchiveUnusable("this Python's SQLite has no full-text search (FTS5): use another build") from error
        if (report := explain_error(path, error)) is not None:
            raise FileUnusable(report) from error
        raise ArchiveUnusable(f"cannot use the archive {path}: {_advise(path, error)}") from error
    except OSError as error:
        raise ArchiveUnusable(f"cannot use the archive {path}: {error.strerror or error}") from error
    except (TypeError, AttributeError, ValueError, LookupError) as error:  # by bytes in place of a text, or lost rows
        if (report := explain_damage(path)) is not None:
            raise FileUnusable(report) from error
        raise


def select_rows(db: Connection, sql: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> sqlite3.Cursor:
    """Run a SELECT and return a cursor whose rows give values by the names of columns: ``row["url_key"]``."""
    cursor = (db.conn if isinstance(db, Database) else db).cursor()
    cursor.row_factory = sqlite3.Row
    return cursor.execute(sql, values)


def select_dicts(db: Connection, sql: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> Iterator[dict[str, Any]]:
    """Run a SELECT and yield its rows as dictionaries: of many columns three times as fast as ``dict(row)``."""
    cursor = (db.conn if isinstance(db, Database) else db).execute(sql, values)
    # Interned, so that a record finds its fields by identity: rows of many columns come a third faster.
    names = [sys.intern(column[0]) for column in cursor.description]
    for row in cursor:
        yield dict(zip(names, row, strict=True))


def select_records(
    db: Connection, record: Callable[..., RecordT], sql: str, values: Sequence[Any] | Mapping[str, Any] = ()
) -> Iterator[RecordT]:
    """Run a SELECT and yield its rows as records, whose fields have the names of its columns."""
    for row in select_dicts(db, sql, values):
        yield record(**row)


def list_records(
    db: Connection, record: Callable[..., RecordT], sql: str, values: Sequence[Any] | Mapping[str, Any] = ()
) -> list[RecordT]:
    """Run a SELECT and return its rows as records (:func:`select_records`)."""
    return list(select_records(db, record, sql, values))


def select_record(
    db: Connection, record: Callable[..., RecordT], sql: str, values: Sequence[Any] | Mapping[str, Any] = ()
) -> RecordT | None:
    """Run a SELECT and return its first row as a record; None when it has no row."""
    return next(select_records(db, record, sql, values), None)


def select_column(db: Connection, sql: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[Any]:
    """Run a SELECT of one column and return its values."""
    return [value for (value,) in select_rows(db, sql, values)]


def select_value(db: Connection, sql: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> Any:
    """Run a SELECT of one column and return its first value; None when it has no row."""
    row = select_rows(db, sql, values).fetchone()
    return None if row is None else row[0]


def select_count(db: Connection, sql: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> int:
    """Run a SELECT of one number and return it; 0 for NULL, which is the sum of no rows."""
    return int(select_value(db, sql, values) or 0)


def read_data_version(db: Connection) -> int:
    """Return a number that changes when another connection writes to the file."""
    return select_count(db, "PRAGMA data_version")


def _advise(path: Path, error: sqlite3.Error) -> str:
    """Return the message of an error, and what to do about it where its code tells."""
    code, message = get_code(error), " ".join(str(error).split())
    if code == sqlite3.SQLITE_FULL:
        where = ""
        if shutil.disk_usage(path.absolute().parent).free >= _LEAST_ROOM:
            folder = os.environ.get("SQLITE_TMPDIR") or os.environ.get("TMPDIR") or "/var/tmp"
            where = f" in the folder for temporary files ({folder})"
        return f"{message}; nothing of the last batch was kept. Make room{where}, then run the same command again"
    if code == sqlite3.SQLITE_IOERR:
        return f"{message}; nothing of the last batch was kept. Is the disk full, or failing?"
    if code in UNWRITABLE_CODES:
        return f"{message}; check the permissions of the file and its folder"
    return message
