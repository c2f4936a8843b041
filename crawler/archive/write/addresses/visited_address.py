"""The records of an address that is being visited: its row as it was before, and what the visit came to."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from crawler.items import Fate, Visit

ARTICLE_FATES: Final = (Fate.NEW, Fate.UNCHANGED, Fate.REVISED, Fate.DUPLICATE)
"""The fates of a page that is read as an article, or that is known to be as the archived one."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitResult:
    """What a visit came to: all that decides the state of its address and when that is visited next."""

    visit: Visit
    fate: Fate
    captured_at: datetime
    row: VisitedAddress
    """The address as it was before the visit."""
    written_id: int | None
    """The article that the visit brought; None where it brought none."""
    is_complete: bool
    """False where the archive lacks something of the page that came."""

    @property
    def article_id(self) -> int | None:
        """The article that the address leads to, from now on or as before."""
        return self.row.article_id if self.written_id is None else self.written_id

    @property
    def attempts(self) -> int:
        """The number of visits in a row, this one included, that failed."""
        return self.row.attempts + 1 if self.fate in (Fate.FAILED, Fate.UNREADABLE, Fate.REFUSED) else 0

    @property
    def unchanged_visits(self) -> int:
        """The number of visits in a row, this one included, that brought nothing new."""
        return 0 if self.fate in (Fate.NEW, Fate.REVISED, Fate.DUPLICATE) else self.row.unchanged_visits + 1


_QUERY: Final = f"SELECT {', '.join(VisitedAddress._fields)} FROM addresses WHERE url_key = ?"


def find_visited(conn: sqlite3.Connection, url_key: str) -> VisitedAddress | None:
    """Return the row of an address; None where it is not known."""
    values = conn.execute(_QUERY, (url_key,)).fetchone()
    return None if values is None else VisitedAddress(*values)
