"""Reads the names of authors in all spellings that the archive knows: the main one, the sorted one, those read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sqlite_utils import Database

from crawler.archive.database import select_records


class AuthorSpelling(NamedTuple):
    """One spelling of the name of a person."""

    name: str
    """The name that the author goes by."""
    spelling: str


def iter_spellings(db: Database) -> Iterator[AuthorSpelling]:
    """Yield the spellings of all persons among the authors; a spelling of two authors comes with the first by name."""
    return select_records(
        db.conn,
        AuthorSpelling,
        "SELECT name, spelling FROM ("
        "SELECT name, name AS spelling, 0 AS rank FROM authors WHERE kind = 'person'"
        " UNION SELECT name, sort_name, 1 FROM authors WHERE kind = 'person'"
        " UNION SELECT au.name, v.name, 2 FROM article_authors aa JOIN authors au ON au.id = aa.author_id"
        " JOIN author_variants v ON v.id = aa.variant_id WHERE au.kind = 'person'"
        ") ORDER BY rank, name, spelling",
    )
