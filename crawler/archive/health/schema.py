"""Checks that a file is an undamaged archive, with the tables and indexes of its migrations."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from sqlite_utils import Database

from crawler.archive.database import Connection, list_records, select_column, select_value, translate_errors
from crawler.archive.schema.index_rows import cut_out_index
from crawler.archive.schema.migrations import list_migrations, migrations
from crawler.archive.schema.upgrade import Upgrade, estimate_upgrade


class _Index(NamedTuple):
    name: str
    sql: str


class MigrationState(NamedTuple):
    """The migrations of an archive, by name and in order."""

    applied: list[str]
    unknown: list[str]
    """Applied by a newer version, and not known to this one."""
    pending: list[str]
    """Known to this version, and not applied yet."""
    upgrade: Upgrade
    """What it will cost to apply these."""


def read_migration_state(db: Database) -> MigrationState:
    """Return the migrations that were applied, and those that are pending."""
    applied = [step.name for step in migrations.applied(db)]
    names = list_migrations()
    return MigrationState(
        applied=applied,
        unknown=[name for name in applied if name not in names],
        pending=[step.name for step in migrations.pending(db)],
        upgrade=estimate_upgrade(db),
    )


def find_missing_parts(db: Database) -> Iterator[str]:
    """Yield the tables and columns of the applied migrations that are missing."""
    with closing(_build_migrated(db)) as expected:
        for table in select_column(
            expected,
            "SELECT name FROM sqlite_schema WHERE (type = 'table' AND name NOT GLOB 'articles_fts_*'"
            " AND name NOT GLOB 'sqlite_*') OR name = 'revisions' ORDER BY rowid",
        ):
            if not select_value(
                db, "SELECT 1 FROM sqlite_schema WHERE type IN ('table', 'view') AND name = ?", (table,)
            ):
                yield f"table {table}"
            elif table != "articles_fts":
                # The columns of a damaged index cannot be read, which is no fault of the schema.
                columns = set(_list_columns(db, table))
                for column in _list_columns(expected, table):
                    if column not in columns:
                        yield f"column {table}.{column}"


def find_missing_indexes(db: Database) -> dict[str, str]:
    """Return the indexes of the applied migrations that are missing, as name → statement."""
    with closing(_build_migrated(db)) as expected:
        existing_names = set(select_column(db, "SELECT name FROM sqlite_schema WHERE type = 'index'"))
        indexes = list_records(
            expected, _Index, "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql NOT NULL"
        )
        return {index.name: index.sql for index in indexes if index.name not in existing_names}


def make_missing_indexes(db: Database) -> list[str]:
    """Create the indexes that are missing, and return their names in order."""
    statements = find_missing_indexes(db)
    for statement in statements.values():
        db.execute(statement)
    return sorted(statements)


def cut_out_index_of(path: Path) -> None:
    """Take a search index that is too damaged to be dropped out of the archive at ``path``."""
    with translate_errors(path), closing(sqlite3.connect(path, isolation_level=None)) as conn:
        cut_out_index(conn)


def _list_columns(db: Connection, table: str) -> list[str]:
    return select_column(db, "SELECT name FROM pragma_table_xinfo(?)", (table,))


def _build_migrated(db: Database) -> sqlite3.Connection:
    """Return an empty database in memory with the migrations that were applied to ``db``."""
    conn = sqlite3.connect(":memory:")
    migrated = Database(conn, execute_plugins=False)
    migrations.apply(migrated, stop_before=[step.name for step in migrations.pending(db)])
    conn.commit()
    return conn
