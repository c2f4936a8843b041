"""Saves, lists and removes searches: a query and its filters under a name, offered to every reader of the archive.

Unlike a snapshot a saved search freezes nothing: it runs again whenever it is opened, and its feed lists new hits.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sqlite_utils import Database

from crawler.archive.database import select_rows, translate_errors, write_transaction
from crawler.archive.search.selection import Selection, refuse_unknown_snapshot
from crawler.errors import CrawlerError
from crawler.normalisation.dates.moments import instant
from crawler.normalisation.words.text import clean

if TYPE_CHECKING:
    from crawler.archive.store import Archive

MAX_NAME_LETTERS: Final = 100
"""Characters of the longest name."""


class BadSavedSearch(CrawlerError):
    """The search cannot be saved under this name, or no search has it: the message says what would work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSearch:
    """A search that readers of the archive are offered."""

    name: str
    saved_at: str
    query: str
    filters: dict[str, str]
    """Filters beside the query, by the names of the fields of :class:`Selection`."""

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of the search page and the feed: ``q`` and the filters."""
        return {**({"q": self.query} if self.query else {}), **self.filters}


def save_search(archive: Archive, name: str, selection: Selection, *, now: datetime) -> SavedSearch:
    """Save a search under a name, cleaned to one line, and return it; no search is overwritten.

    Raises BadSavedSearch for a name that is taken, empty or too long, and for a selection by notes; UnknownSnapshot.
    """
    title = clean(name)
    if not title or len(title) > MAX_NAME_LETTERS:
        raise BadSavedSearch(f"a saved search needs a name, of at most {MAX_NAME_LETTERS} characters")
    if selection.noted is not None:
        raise BadSavedSearch("a saved search asks the archive alone: leave --tag, --code and --noted out")
    with translate_errors(archive.path), write_transaction(archive.db):
        refuse_unknown_snapshot(archive.db, selection)
        if archive.db.execute("SELECT 1 FROM saved_searches WHERE name = ?", (title,)).fetchone() is not None:
            raise BadSavedSearch(f"there is a saved search “{title}” already: remove it, or choose another name")
        archive.db.execute(
            "INSERT INTO saved_searches (name, saved_at, query, filters) VALUES (?, ?, ?, ?)",
            (
                title,
                instant(now),
                selection.query,
                json.dumps(selection.to_filters(), ensure_ascii=False, sort_keys=True),
            ),
        )
        return find_saved_search(archive.db, title)


def list_saved_searches(db: Database) -> list[SavedSearch]:
    """Return every saved search, by name."""
    rows = select_rows(db.conn, f"SELECT {_COLUMNS} FROM saved_searches ORDER BY name")
    return [_make_saved_search(row) for row in rows]


def find_saved_search(db: Database, name: str) -> SavedSearch:
    """Return the saved search of a name, in any capitals. Raises BadSavedSearch, whose message lists the names."""
    query = f"SELECT {_COLUMNS} FROM saved_searches WHERE name = ?"
    row = select_rows(db.conn, query, (clean(name),)).fetchone()
    if row is None:
        names = [search.name for search in list_saved_searches(db)]
        if not names:
            raise BadSavedSearch("there is no saved search; save one with: seealso searches save NAME QUERY")
        raise BadSavedSearch(f"no saved search {name[:60]!r}; there are: {', '.join(names[:10])}")
    return _make_saved_search(row)


def remove_saved_search(archive: Archive, name: str) -> SavedSearch:
    """Delete a saved search, and return it. Raises BadSavedSearch."""
    with translate_errors(archive.path), write_transaction(archive.db):
        search = find_saved_search(archive.db, name)
        archive.db.execute("DELETE FROM saved_searches WHERE name = ?", (search.name,))
    return search


_COLUMNS: Final = "name, saved_at, query, filters"


def _make_saved_search(row: sqlite3.Row) -> SavedSearch:
    return SavedSearch(**dict(row) | {"filters": json.loads(row["filters"])})
