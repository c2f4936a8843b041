"""Opens the file of an archive: checks what it is, brings its schema up to date, sets SQLite for reading or writing."""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
import time
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from sqlite_utils import Database

from crawler.archive.database import translate_errors, write_transaction
from crawler.archive.lock import refuse_other_names
from crawler.archive.schema.error_codes import is_busy
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
from crawler.errors import ArchiveUnusable

log = logging.getLogger(__name__)

Mode = Literal["read", "write", "create"]
OLDEST_SQLITE = (3, 37, 0)
"""The first version with STRICT tables; RETURNING and upserts came earlier."""
BUSY_TIMEOUT_MS = 10_000
"""Milliseconds that a writer waits for another one: longer than any batch of visits takes."""
_PAUSE = 0.02
"""Seconds between two tries to put a file into WAL mode."""
CACHE_KB = 32_000
"""Kilobytes of pages that a writer caches: links point all over the archive, and with SQLite's 2 MB each batch reads
them again."""


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
