"""Gives every order of a table page the primary key as its last column, so that no row is shown twice or left out.

Datasette turns the pages of a table by the last row's value and primary key. It sorts by both from the second page on;
on the first one rows of equal values come in the order of whatever index SQLite takes, and what stands on the wrong
side of the first page's end is doubled or lost. So it is in every order that a reader asks for, and in streams of CSV.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextvars import ContextVar
from typing import Final

from datasette.utils import escape_sqlite

_ORDER: Final = re.compile(r"(?P<before> order by (?P<column>\[[^\]]+\]|\w+)(?: desc)?)(?P<after> limit \d+)$")
_asked_table: ContextVar[str | None] = ContextVar("seealso_asked_table", default=None)


def note_table(table: str) -> None:
    """Note the table that the request at hand shows, before Datasette asks for its rows."""
    _asked_table.set(table)


def find_sorted_table(sql: str) -> str | None:
    """Return the table whose rows a statement of Datasette sorts by one column for a first page; None for others.

    Raises nothing: a statement that Datasette words otherwise is left as it is.
    """
    table = _asked_table.get()
    order = _ORDER.search(sql)
    if table is None or order is None or not sql.startswith("select "):
        return None
    source = f" from {escape_sqlite(table)} "
    return table if source in sql[: order.start() + 1] else None


def break_ties(sql: str, keys: Sequence[str]) -> str:
    """Return a statement that sorts rows of one value by the primary key, or by ``rowid`` without one.

    >>> break_ties("select id, day from articles order by day desc limit 51", ["id"])
    'select id, day from articles order by day desc, id limit 51'
    """
    columns = ", ".join(escape_sqlite(key) for key in keys or ["rowid"])
    return _ORDER.sub(rf"\g<before>, {columns}\g<after>", sql, count=1)
