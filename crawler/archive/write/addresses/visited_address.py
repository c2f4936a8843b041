"""The row of an address that is being visited, as it was before its visit is written."""

from __future__ import annotations

import sqlite3
from typing import Final, NamedTuple


class VisitedAddress(NamedTuple):
    """What the archive has of an address."""

    url: str
    via: str
    article_id: int | None = None
    attempts: int = 0
    unchanged_visits: int = 0
    published_on: str | None = None
    """The day of a listing in a range of days."""
    state: str | None = None
    """None of an address that its visit has only just entered."""


_QUERY: Final = f"SELECT {', '.join(VisitedAddress._fields)} FROM addresses WHERE url_key = ?"


def find_visited(conn: sqlite3.Connection, url_key: str) -> VisitedAddress | None:
    """Return the row of an address; None where it is not known."""
    values = conn.execute(_QUERY, (url_key,)).fetchone()
    return None if values is None else VisitedAddress(*values)
