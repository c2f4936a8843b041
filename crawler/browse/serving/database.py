"""One archive as the Datasette of ``seealso serve`` reads it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any, Final

from datasette.database import Database

from crawler.archive.runs.public_settings import hide_private_settings
from crawler.archive.schema.descriptions import list_open_tables
from crawler.browse.serving.table_order import break_ties, find_sorted_table

_PRIVATE_PRAGMAS: Final = ("database_list",)
"""Statements that tell where the file lies."""


class ArchiveDatabase(Database):  # type: ignore[misc]  # Datasette has no types
    """An archive whose path, and unless ``raw`` whose closed tables and operator, nobody is told of."""

    def __init__(self, *args: Any, raw: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self._raw = raw

    def connect(self, *args: Any, **options: Any) -> sqlite3.Connection:
        """Return a connection that hides what is private."""
        conn: sqlite3.Connection = super().connect(*args, **options)
        if not self._raw:
            hide_private_settings(conn)
        conn.set_authorizer(_authorize)
        return conn

    async def execute(self, sql: str, *args: Any, **options: Any) -> Any:
        """Run Datasette's query, a page of a table in an order without ties; faults stand in the answer alone."""
        run_query = super().execute
        table = find_sorted_table(sql)
        if table is not None and table not in await self.view_names():  # pages of views are turned by offset
            sql = break_ties(sql, await self.primary_keys(table))
        return await run_query(sql, *args, **{**options, "log_sql_errors": False})

    async def primary_keys(self, table: str) -> list[str]:
        """Return the primary key of a table; that of the runs is hidden by their view."""
        if table == "runs" and not self._raw:
            return ["id"]
        keys: list[str] = await super().primary_keys(table)
        return keys

    async def get_all_foreign_keys(self) -> dict[str, dict[str, list[dict[str, str]]]]:
        """Return the foreign keys between tables that are open."""
        keys: dict[str, dict[str, list[dict[str, str]]]] = await super().get_all_foreign_keys()
        if self._raw:
            return keys
        return {table: {way: _select_open(ends) for way, ends in ways.items()} for table, ways in keys.items()}


def _select_open(keys: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    open_tables = list_open_tables()
    return [key for key in keys if key["other_table"] in open_tables]


def _authorize(action: int, name: str | None, *_: str | None) -> int:
    is_private = action == sqlite3.SQLITE_PRAGMA and (name or "").lower() in _PRIVATE_PRAGMAS
    return sqlite3.SQLITE_IGNORE if is_private else sqlite3.SQLITE_OK  # ignored, it has no rows
