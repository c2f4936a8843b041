"""Saved searches: a query and its conditions under a name, offered to everybody who reads the archive.

Unlike a snapshot a saved search freezes nothing: it is asked anew whenever it is opened; its feed tells what is new.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sqlite_utils import Database

from crawler.archive.database import translate_errors, write_transaction
from crawler.archive.search.selection import Selection, refuse_unknown_snapshot
from crawler.errors import CrawlerError
from crawler.normalisation.dates import instant
from crawler.normalisation.text import clean

if TYPE_CHECKING:
    from crawler.archive.store import Archive

MAX_NAME_LETTERS: Final = 100
"""Characters of a name."""


class BadSavedSearch(CrawlerError):
    """The search cannot be saved under this name, or there is none of it: the message says what would work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSearch:
    """A search that is offered."""

    name: str
    saved_at: str
    query: str
    filters: dict[str, str]
    """Conditions beside the query, by the names of :class:`Selection`."""

    @property
    def parameters(self) -> dict[str, str]:
        """What the search page and the feed take: ``q`` and the filters."""
        return {**({"q": self.query} if self.query else {}), **self.filters}


def save_search(archive: Archive, name: str, selection: Selection, *, now: datetime) -> SavedSearch:
    """Offer a search under a name, which stands on one line; no search is overwritten.

    Raises BadSavedSearch for a name that is taken or is none, and UnknownSnapshot.
    """
    title = clean(name)
    if not title or len(title) > MAX_NAME_LETTERS:
        raise BadSavedSearch(f"a saved search needs a name, of at most {MAX_NAME_LETTERS} characters")
    with translate_errors(archive.path), write_transaction(archive.db):
        refuse_unknown_snapshot(archive.db, selection)
        if archive.db.execute("SELECT 1 FROM saved_searches WHERE name = ?", (title,)).fetchone() is not None:
            raise BadSavedSearch(f"there is a saved search “{title}” already: remove it, or choose another name")
        archive.db.execute(
            "INSERT INTO saved_searches (name, saved_at, query, filters) VALUES (?, ?, ?, ?)",
            (title, instant(now), selection.query, json.dumps(selection.stated(), ensure_ascii=False, sort_keys=True)),
        )
        return find_saved_search(archive.db, title)


def list_saved_searches(db: Database) -> list[SavedSearch]:
    """Return every saved search, by name."""
    return [_make_saved_search(row) for row in db.execute(f"SELECT {_COLUMNS} FROM saved_searches ORDER BY name")]


def find_saved_search(db: Database, name: str) -> SavedSearch:
    """Return the saved search of that name, in any capitals; raises BadSavedSearch, which names those there are."""
    row = db.execute(f"SELECT {_COLUMNS} FROM saved_searches WHERE name = ?", (clean(name),)).fetchone()
    if row is None:
        names = [search.name for search in list_saved_searches(db)]
        if not names:
            raise BadSavedSearch("there is no saved search; save one with: seealso searches save NAME QUERY")
        raise BadSavedSearch(f"no saved search {name[:60]!r}; there are: {', '.join(names[:10])}")
    return _make_saved_search(row)


def remove_saved_search(archive: Archive, name: str) -> SavedSearch:
    """Offer a search no longer, and return what it was. Raises BadSavedSearch."""
    with translate_errors(archive.path), write_transaction(archive.db):
        found = find_saved_search(archive.db, name)
        archive.db.execute("DELETE FROM saved_searches WHERE name = ?", (found.name,))
    return found


_COLUMNS: Final = "name, saved_at, query, filters"


def _make_saved_search(row: tuple[Any, ...]) -> SavedSearch:
    name, saved_at, query, filters = row
    return SavedSearch(name=name, saved_at=saved_at, query=query, filters=json.loads(filters))
