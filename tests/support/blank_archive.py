"""New archives as copies of one: all migrations run once in a process of pytest, and not for each of a thousand tests.

So is the empty database with which ``seealso doctor`` compares the schema of an archive.

What a copy holds is what the migrations make (``tests/archive/schema/test_blank_archive.py``); programs that a test
starts, and archives that hold anything already, have their migrations run as ever.
"""

from __future__ import annotations

import sqlite3
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crawler.archive import opening
from crawler.archive.health import schema
from crawler.archive.schema.migrations import migrations

if TYPE_CHECKING:
    from sqlite_utils import Database

run_migrations = opening._bring_up_to_date
build_migrated = schema._build_migrated


def copy_new_archives(patch: pytest.MonkeyPatch) -> None:
    """Have archives without any table filled from the one that this process has made, and compared with it."""
    patch.setattr(opening, "_bring_up_to_date", _fill)
    patch.setattr(schema, "_build_migrated", _copy_migrated)


@cache
def _make_blank() -> sqlite3.Connection:
    from sqlite_utils import Database  # here, as it loads pandas where the archive has not loaded it without

    blank = sqlite3.connect(":memory:", check_same_thread=False)
    migrations.apply(Database(blank, execute_plugins=False))
    return blank


def _fill(db: Database, path: Path) -> None:
    if db.conn.execute("SELECT 1 FROM sqlite_schema").fetchone():
        run_migrations(db, path)
    else:
        _make_blank().backup(db.conn)


def _copy_migrated(db: Database) -> sqlite3.Connection:
    if any(migrations.pending(db)):
        return build_migrated(db)
    migrated = sqlite3.connect(":memory:")
    _make_blank().backup(migrated)
    return migrated
