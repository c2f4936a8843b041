"""Whether a file is an archive and whole, and whether its tables and indexes are those that its migrations made."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Final, NamedTuple

from sqlite_utils import Database

from crawler.archive.database import Connection, list_records, select_column, select_value
from crawler.archive.schema.migrations import APPLICATION_ID, list_migrations, migrations

_MOST_DAMAGE: Final = 5
"""Damages of a file that are listed; one is enough to know it."""


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


def has_archive_mark(conn: sqlite3.Connection) -> bool:
    """Return True if the header of a SQLite file says that it is an archive."""
    return bool(select_value(conn, "PRAGMA application_id") == APPLICATION_ID)


def find_file_damage(conn: sqlite3.Connection) -> list[str]:
    """Return what SQLite's quick check says of a damaged file, the search index apart; nothing of a whole one."""
    messages = select_column(conn, f"PRAGMA quick_check({_MOST_DAMAGE})")
    return [message for message in messages if message != "ok" and "FTS5" not in message]


def read_migration_state(db: Database) -> MigrationState:
    """Return which migrations were applied, and which are to come."""
    applied = [step.name for step in migrations.applied(db)]
    known = list_migrations()
    return MigrationState(
        applied=applied,
        unknown=[name for name in applied if name not in known],
        pending=[step.name for step in migrations.pending(db)],
    )


def find_missing_parts(db: Database) -> Iterator[str]:
    """Yield the tables and columns that the applied migrations made and that are not there."""
    with closing(_build_migrated(db)) as made:
        for table in select_column(
            made,
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'articles_fts_*'"
            " AND name NOT GLOB 'sqlite_*' ORDER BY rowid",
        ):
            if not select_value(db, "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?", (table,)):
                yield f"table {table}"
            elif table != "articles_fts":  # asking a damaged one for its columns fails, and says nothing of the schema
                there = set(_list_columns(db, table))
                for column in _list_columns(made, table):
                    if column not in there:
                        yield f"column {table}.{column}"


def find_missing_indexes(db: Database) -> dict[str, str]:
    """Return the indexes that the applied migrations made and that are not there, as name → statement."""
    with closing(_build_migrated(db)) as made:
        there = set(select_column(db, "SELECT name FROM sqlite_schema WHERE type = 'index'"))
        indexes = list_records(
            made, _Index, "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql NOT NULL"
        )
        return {index.name: index.sql for index in indexes if index.name not in there}


def make_missing_indexes(db: Database) -> list[str]:
    """Make the indexes that are missing, and return their names in order."""
    missing = find_missing_indexes(db)
    for statement in missing.values():
        db.execute(statement)
    return sorted(missing)


def _list_columns(db: Connection, table: str) -> list[str]:
    return select_column(db, "SELECT name FROM pragma_table_xinfo(?)", (table,))


def _build_migrated(db: Database) -> sqlite3.Connection:
    """Return an empty database in memory with the migrations that ``db`` says it has."""
    conn = sqlite3.connect(":memory:")
    made = Database(conn, execute_plugins=False)
    migrations.apply(made, stop_before=[step.name for step in migrations.pending(db)])
    conn.commit()
    return conn
