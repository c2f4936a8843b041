"""Opens an archive file as a checked database, translates SQLite's errors, and runs transactions and SELECTs."""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, TypeVar
from urllib.parse import quote

from sqlite_utils import Database

from crawler.archive.lock import refuse_other_names
from crawler.archive.schema.error_codes import UNWRITABLE_CODES, get_code, is_busy
from crawler.archive.schema.file_damage import explain_damage, explain_error
from crawler.archive.schema.file_state import (
    FileState,
    FileUnusable,
    connect_to_read,
    format_option,
    has_tables,
    inspect_head,
    make_report,
    name_empty,
    read_mark,
    set_mark,
)
from crawler.archive.schema.free_space import find_waste
from crawler.archive.schema.index_rows import make_index
from crawler.archive.schema.migrations import list_migrations, migrations
from crawler.archive.schema.upgrade import estimate_upgrade
from crawler.errors import ArchiveBusy, ArchiveUnusable, CrawlerError

log = logging.getLogger(__name__)

Mode = Literal["read", "write", "create"]
Connection = Database | sqlite3.Connection
"""A database as sqlite-utils or as Python has it."""
RecordT = TypeVar("RecordT")

OLDEST_SQLITE = (3, 37, 0)
"""The first version with STRICT tables; RETURNING and upserts came earlier."""
BUSY_TIMEOUT_MS = 10_000
"""Milliseconds that a writer waits for another one: longer than any batch of visits takes."""
_PAUSE = 0.02
"""Seconds between two tries to put a file into WAL mode."""

ARCHIVE_TABLES = ("articles", "articles_fts", "see_also", "captures")
"""Tables by which an archive is recognised: no other database has all of them."""

_LEAST_ROOM = 1_000_000
"""Bytes that are free on the archive's disk where SQLite finds a disk full, and means that of temporary files."""
CACHE_KB = 32_000
"""Kilobytes of pages that a writer caches: links point all over the archive, and with SQLite's 2 MB each batch reads
them again."""


class DamagedCell(sqlite3.DatabaseError):
    """A cell holds something that its column cannot hold: the file is damaged."""

    sqlite_errorcode = sqlite3.SQLITE_CORRUPT

    def __init__(self, column: str, article_id: int) -> None:
        super().__init__(f"the {column} of article {article_id} is no text")


def open_archive(path: Path, mode: Mode) -> Database:
    """Open the archive at ``path`` to read, to write, or to create it when it does not exist.

    A writer brings the schema up to date. It runs in WAL mode with ``synchronous=FULL``: with NORMAL a power cut could
    lose the last committed batches, and the queue would then fetch pages again whose captures are already on disk. FULL
    costs one sync a batch.

    Raises:
        ArchiveUnusable: no file, no SQLite file, the database of another program, a newer schema, no permission, no
            space, a SQLite without FTS5, or, to write, a file with several names.

    """
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise ArchiveUnusable(f"SQLite {sqlite3.sqlite_version} is too old: 3.37 or newer is needed")
    make = mode == "create"
    _check_file(path, make)
    if mode != "read":
        refuse_other_names(path)
    with translate_errors(path):
        conn = connect(path, mode)
    try:
        with translate_errors(path):
            db = Database(conn, execute_plugins=False)
            conn.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
            conn.execute("PRAGMA foreign_keys = ON")
            _check_schema(db, path, make)
            if mode == "read":
                upgrade = estimate_upgrade(db)
                if upgrade.steps:  # an index by other tables of Unicode is good enough for a reader
                    detail = upgrade.describe() if upgrade.is_slow else ""
                    raise FileUnusable(make_report(FileState.OLDER, path, detail))
            else:
                if read_mark(conn) is FileState.UNMARKED:
                    set_mark(conn)
                conn.execute("PRAGMA synchronous = FULL")
                conn.execute(f"PRAGMA cache_size = -{CACHE_KB}")
                _bring_up_to_date(db, path)
                # Last: who is killed while a new file is filled leaves an empty one, and not one in WAL mode without
                # tables, which would pass for a copy whose log is missing.
                switch_to_wal(db)
            return db
    except BaseException:
        conn.close()
        raise


def switch_to_wal(db: Database) -> None:
    """Put a file into WAL mode, for which nobody else may have it open in a transaction.

    SQLite waits for them as long as it was told, but not where two could wait for one another, as when two programs
    first open a new file: so it is tried again. Raises sqlite3.OperationalError when others take longer than twice
    :data:`BUSY_TIMEOUT_MS`.
    """
    until = time.monotonic() + 2 * BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            db.enable_wal()
            return
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() > until:
                raise
        time.sleep(_PAUSE)


def _bring_up_to_date(db: Database, path: Path) -> None:
    """Apply the pending migrations in one transaction: a process that is killed leaves all of them done, or none.

    What takes long is announced before it begins. Raises ArchiveUnusable when there is not the room.
    """
    upgrade = estimate_upgrade(db)
    if not upgrade.is_due:
        return
    if upgrade.is_slow:
        free = shutil.disk_usage(path.absolute().parent).free
        if free < upgrade.bytes:
            raise ArchiveUnusable(
                f"{path} was made by an older version; to bring it up to date takes {upgrade.describe()}, and "
                f"{free / 1e6:,.0f} MB are free: make room first, nothing was changed"
            )
        log.warning(
            "%s was made by an older version and is brought up to date now, which takes %s. An older version does not "
            "open it afterwards. To keep a copy, stop this (Ctrl-C; nothing is changed then), and make one first: "
            "seealso backup FOLDER%s",
            path,
            upgrade.describe(),
            format_option(path),
        )
    with write_transaction(db):
        migrations.apply(db)
        if upgrade.reindexes:
            make_index(db)
    if find_waste(db.conn):
        _give_space_back(db.conn, path)
    if upgrade.is_slow:
        log.warning("%s is up to date", path)


def _give_space_back(conn: sqlite3.Connection, path: Path) -> None:
    """Write the file anew without the space that the migrations freed; where that fails it is used by what comes."""
    try:
        conn.execute("VACUUM")
    except sqlite3.OperationalError as error:
        log.warning(
            "%s is up to date, but could not be made smaller (%s). To try again: sqlite3 %s VACUUM", path, error, path
        )


def _check_file(path: Path, create: bool) -> None:
    """Raise ArchiveUnusable for a path that is neither a SQLite file nor, with ``create``, free for a new one."""
    report = inspect_head(path)
    if report is None:
        return
    if not create or report.state in (FileState.FOLDER, FileState.UNREADABLE):
        raise FileUnusable(report)
    if path.exists():
        if path.stat().st_size or not path.is_file():
            raise FileUnusable(report)
        return
    if not path.parent.is_dir():
        raise ArchiveUnusable(f"the folder {path.parent} does not exist: make it first")
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise ArchiveUnusable(f"the folder {path.parent} cannot be written: choose another with --archive")
    if report.state is FileState.LOST:
        log.warning("%s: %s; a new one is begun", report.message, report.advice)


def connect(path: Path, mode: Mode) -> sqlite3.Connection:
    """Open a SQLite file as it is, to read it alone or to write it; nothing is checked. Raises sqlite3.Error."""
    if mode == "read":
        return connect_to_read(path)
    # As an address, so that another archive can be attached to be read alone.
    return sqlite3.connect(f"file:{quote(os.fsencode(path.absolute()))}", uri=True)


def connect_unchecked(path: Path) -> sqlite3.Connection:
    """Open a SQLite file for reading without checking that it is an archive, to find out what is wrong with it.

    What cannot be read raises sqlite3.Error when it is asked.
    """
    try:
        return connect_to_read(path)
    except (sqlite3.Error, FileUnusable):
        return sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro", uri=True)


def holds_archive(conn: sqlite3.Connection) -> bool:
    """Return True if the database behind a connection has the tables of an archive."""
    marks = ", ".join("?" for _ in ARCHIVE_TABLES)
    sql = f"SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN ({marks})"
    return select_count(conn, sql, ARCHIVE_TABLES) == len(ARCHIVE_TABLES)


def _check_schema(db: Database, path: Path, make: bool) -> None:
    mark = read_mark(db.conn)
    if mark is FileState.OTHER_DATABASE and not has_tables(db.conn):
        if not make:
            raise FileUnusable(make_report(name_empty(path), path))
        return
    if mark is FileState.OTHER_DATABASE:
        raise FileUnusable(make_report(mark, path))
    unknown = [step.name for step in migrations.applied(db) if step.name not in list_migrations()]
    if unknown:
        raise FileUnusable(make_report(FileState.NEWER, path, unknown[0]))


def belongs_to(archive: Path, path: Path) -> bool:
    """Return True if a path belongs to an archive: its file, one that SQLite keeps beside it, or a capture."""
    file, resolved = Path(os.path.realpath(archive)), Path(os.path.realpath(path))  # no error for a circle of links
    captures = Path(os.path.realpath(file.with_suffix(".warc")))
    if resolved in (file, *(file.with_name(file.name + end) for end in ("-wal", "-shm", "-journal")), captures):
        return True
    return captures in resolved.parents or (path.exists() and archive.exists() and path.samefile(archive))


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
