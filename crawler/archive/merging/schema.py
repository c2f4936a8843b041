"""Reads from the schema what merging needs to know of a table, and finds tables that no rule is declared for."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from crawler.archive.database import select_column, select_rows
from crawler.archive.merging.rules import RULES, TableRule

_ADVICE: Final = "declare in crawler/archive/merging/rules.py what becomes of its rows when archives are merged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of the schema, with its rule."""

    name: str
    columns: tuple[str, ...]
    required: frozenset[str]
    """Columns that cannot be NULL."""
    key: str | None
    """The integer primary key, where its numbers are our own and get new ones."""
    ids: Mapping[str, str]
    """Column → the table whose ids it holds."""
    rule: TableRule


def list_tables(conn: sqlite3.Connection) -> list[str]:
    """Return the tables of an archive's file, in the order in which they were made, without those of FTS5 itself."""
    return select_column(
        conn,
        "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*'"
        " AND name NOT GLOB 'articles_fts_*' ORDER BY rowid",
    )


def read_tables(conn: sqlite3.Connection) -> dict[str, Table]:
    """Return the tables whose rows are copied, by name, those first to which others refer."""
    tables = {name: _read_table(conn, name, rule) for name, rule in RULES.items() if rule.how == "copied"}
    return {name: tables[name] for name in sorted(tables, key=lambda name: tables[name].key is None)}


def find_undeclared(conn: sqlite3.Connection) -> Iterator[str]:
    """Yield a line for each table without a rule, and for each column of ids that would not follow its rows."""
    names = list_tables(conn)
    for name in names:
        if name not in RULES:
            yield f"table {name} has no rule: {_ADVICE}"
    for name in RULES:
        if name not in names:
            yield f"there is a rule for table {name}, which does not exist"
    for table in read_tables(conn).values() if set(RULES) <= set(names) else ():
        if table.rule.of is not None and table.rule.of not in table.ids:
            yield f"{table.name}.{table.rule.of} references no number: {_ADVICE}"
        for column, type_name, is_key in _list_columns(conn, table.name):
            looks_so = type_name == "INTEGER" and (column.endswith(("_id", "_run")) or column.startswith("run_"))
            if looks_so and not is_key and column not in table.ids:
                yield f"{table.name}.{column} may hold ids, and references no table: say in ids= whose they are"
        decided = table.rule.of or table.rule.chosen
        if table.ids and not decided:
            yield f"rows of {table.name} belong to others, and none of of= and chosen= says to which: {_ADVICE}"


def _read_table(conn: sqlite3.Connection, name: str, rule: TableRule) -> Table:
    columns = select_rows(conn, 'SELECT name, type, pk, "notnull" FROM pragma_table_info(?)', (name,)).fetchall()
    ids = {row["from"]: row["table"] for row in select_rows(conn, "SELECT * FROM pragma_foreign_key_list(?)", (name,))}
    key = next((row["name"] for row in columns if row["pk"] and row["type"] == "INTEGER"), None)
    is_own = key is not None and sum(bool(row["pk"]) for row in columns) == 1 and key not in ids and not rule.keeps_key
    return Table(
        name=name,
        columns=tuple(row["name"] for row in columns),
        required=frozenset(row["name"] for row in columns if row["notnull"] or row["pk"]),
        key=key if is_own else None,
        ids={**ids, **rule.ids},
        rule=rule,
    )


def _list_columns(conn: sqlite3.Connection, name: str) -> list[tuple[str, str, bool]]:
    rows = select_rows(conn, "SELECT name, type, pk FROM pragma_table_info(?)", (name,))
    return [(row["name"], row["type"], bool(row["pk"])) for row in rows]
