"""Gives the rows that come new numbers: temporary tables ``new_articles`` and so on hold the old and the new ones."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping
from typing import Final

from crawler.archive.merging.schema import Table

_NAMES: Final = ("authors", "author_variants")
"""Tables that share their numbers: an author and a variant of one kind and name have the same."""


def write_chosen_sites(conn: sqlite3.Connection, sites: Collection[str]) -> None:
    """Write the sites of a split where the conditions of the rules look for them."""
    conn.execute("DROP TABLE IF EXISTS temp.chosen_sites")
    conn.execute("CREATE TEMP TABLE chosen_sites (name TEXT PRIMARY KEY) WITHOUT ROWID")
    conn.executemany("INSERT INTO temp.chosen_sites VALUES (?)", [(site,) for site in sorted(set(sites))])


def write_new_files(conn: sqlite3.Connection, names: Mapping[str, str]) -> None:
    """Write which name each WARC file gets."""
    conn.execute("DROP TABLE IF EXISTS temp.new_files")
    conn.execute("CREATE TEMP TABLE new_files (old TEXT PRIMARY KEY, new TEXT NOT NULL) WITHOUT ROWID")
    conn.executemany("INSERT INTO temp.new_files VALUES (?, ?)", names.items())


def make_condition(table: Table, *, is_split: bool) -> str:
    """Return the condition by which a row ``t`` comes, as far as the row itself tells."""
    conditions = [table.rule.only, table.rule.chosen if is_split else None]
    return " AND ".join(f"({condition})" for condition in conditions if condition is not None) or "TRUE"


def number_rows(conn: sqlite3.Connection, tables: Mapping[str, Table], *, is_split: bool) -> None:
    """Make the tables of old and new numbers. In a split, numbers stay as they are."""
    for table in tables.values():
        if table.key is None:
            continue
        conn.execute(f"DROP TABLE IF EXISTS temp.new_{table.name}")
        conn.execute(
            f"CREATE TEMP TABLE new_{table.name} (old INTEGER PRIMARY KEY, new INTEGER NOT NULL,"
            " comes INTEGER NOT NULL)"
        )
        condition = make_condition(table, is_split=is_split)
        if is_split:
            conn.execute(
                f"INSERT INTO temp.new_{table.name} SELECT t.{table.key}, t.{table.key}, 1 FROM source.{table.name} t"
                f" WHERE {condition}"
            )
        elif table.name not in _NAMES:
            _find_same(conn, table, condition)
            conn.execute(
                f"INSERT INTO temp.new_{table.name} SELECT t.{table.key},"
                f" (SELECT coalesce(max({table.key}), 0) FROM main.{table.name})"
                f" + row_number() OVER (ORDER BY t.{table.key}), 1 FROM source.{table.name} t"
                f" WHERE ({condition}) AND t.{table.key} NOT IN (SELECT old FROM temp.new_{table.name})"
            )
    if not is_split:
        _number_names(conn)


def _find_same(conn: sqlite3.Connection, table: Table, condition: str) -> None:
    """Let the numbers of rows that the archive has already lead to these."""
    if not table.rule.same_by:
        return
    columns = [name for name in table.columns if name != table.key] if table.rule.same_by == "all" else []
    comparisons = " AND ".join(
        f"t.{name} IS NULL AND m.{name} IS NULL" if name in table.ids else f"t.{name} IS m.{name}"
        for name in columns or table.rule.same_by
    )
    conn.execute(
        f"INSERT INTO temp.new_{table.name} SELECT t.{table.key}, min(m.{table.key}), 0"
        f" FROM source.{table.name} t JOIN main.{table.name} m ON {comparisons}"
        f" WHERE {condition} GROUP BY t.{table.key}"
    )


def _number_names(conn: sqlite3.Connection) -> None:
    """Number authors and variants together, by kind and name."""
    conn.execute("DROP TABLE IF EXISTS temp.new_names")
    conn.execute(
        "CREATE TEMP TABLE new_names (kind TEXT, name TEXT, new INTEGER, PRIMARY KEY (kind, name)) WITHOUT ROWID"
    )
    conn.execute(
        "INSERT INTO temp.new_names SELECT kind, name, (SELECT max(id) FROM (SELECT max(id) AS id FROM main.authors"
        " UNION ALL SELECT max(id) FROM main.author_variants UNION ALL SELECT 0)) + row_number() OVER (ORDER BY first)"
        " FROM (SELECT kind, name, min(id) AS first FROM (SELECT id, kind, name FROM source.authors UNION ALL"
        " SELECT id, kind, name FROM source.author_variants) GROUP BY kind, name)"
    )
    for table in reversed(_NAMES):  # where both have it, the author's number is the last word
        conn.execute(
            f"UPDATE temp.new_names SET new = m.id FROM main.{table} m WHERE m.kind = new_names.kind"
            " AND m.name = new_names.name"
        )
    for table in _NAMES:
        conn.execute(
            f"INSERT INTO temp.new_{table} SELECT t.id, coalesce(m.id, n.new), m.id IS NULL"
            f" FROM source.{table} t JOIN temp.new_names n ON n.kind = t.kind AND n.name = t.name"
            f" LEFT JOIN main.{table} m ON m.kind = t.kind AND m.name = t.name"
        )
