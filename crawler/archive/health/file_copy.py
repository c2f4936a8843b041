"""Copies an archive's file while others may write to it: one state of it, whole."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

from crawler.archive.database import translate_errors
from crawler.archive.health.warc_files import read_warc_extents
from crawler.archive.schema.file_damage import find_damage
from crawler.archive.schema.file_state import (
    FileState,
    FileUnusable,
    connect_to_read,
    has_tables,
    inspect_head,
    make_report,
    name_empty,
    read_mark,
)
from crawler.errors import ArchiveUnusable

_PAGES_PER_STEP: Final = 4_000
_WRITE_ERRORS: Final = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR_WRITE,
        sqlite3.SQLITE_IOERR_FSYNC,
        sqlite3.SQLITE_IOERR_TRUNCATE,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_READONLY,
    }
)
"""Errors that are the new file's, because the archive is only read."""


def copy_archive(path: Path, target: Path, progress: Callable[[int, int], None] | None = None) -> None:
    """Copy the archive at ``path`` to a new file, as it is at this moment, whatever is written meanwhile.

    An archive of an older or newer version is copied as well. Raises FileUnusable where there is no archive, or where
    the copy is damaged beyond its search index, and ArchiveUnusable where the copy cannot be written.
    """
    report = inspect_head(path)
    if report is not None:
        raise FileUnusable(report)
    with translate_errors(path), closing(connect_to_read(path)) as source:
        mark = read_mark(source)
        if mark is FileState.OTHER_DATABASE:
            raise FileUnusable(make_report(mark if has_tables(source) else name_empty(path), path))
        source.execute("BEGIN")  # SQLite would begin again with each write of another process
        source.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        with closing(sqlite3.connect(target)) as copy:

            def report_pages(_: int, left: int, total: int) -> None:
                if progress is not None:
                    progress(total - left, total)

            try:
                source.backup(copy, pages=_PAGES_PER_STEP, progress=report_pages)
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode not in _WRITE_ERRORS:
                    raise
                raise ArchiveUnusable(
                    f"{target.parent} cannot be written ({error}): make room, or name another folder"
                ) from error
            damage = find_damage(copy)
    if damage.state is FileState.DAMAGED:
        raise FileUnusable(make_report(damage.state, path, "; ".join(damage.messages)))
    with target.open("rb") as file:
        os.fsync(file.fileno())


def read_copied_extents(path: Path) -> dict[str, int]:
    """Return the WARC files that a copied archive points into, with the bytes that each must have at least."""
    with translate_errors(path), closing(connect_to_read(path)) as conn:
        return read_warc_extents(conn)


def find_copy_damage(path: Path) -> str | None:
    """Return what SQLite's checks find in a copied archive besides its search index; None when it is whole."""
    report = inspect_head(path)
    if report is not None:
        return report.message
    try:
        with closing(connect_to_read(path)) as conn:
            damage = find_damage(conn)
    except (sqlite3.Error, FileUnusable) as problem:
        return " ".join(str(problem).split())
    return "; ".join(damage.messages) if damage.state is FileState.DAMAGED else None
