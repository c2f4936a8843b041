"""Writes the versions of articles; a version that has the texts of its article is stored without them."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Final

from crawler.archive.articles.readings import Revision
from crawler.archive.schema.revision_rows import TEXT_COLUMNS

_SAME_TEXTS: Final = " AND ".join(f"{name} IS :{name}" for name in TEXT_COLUMNS)
_WHOLE: Final = (
    f"INSERT INTO revision_rows (article_id, number, {', '.join(Revision._fields)})"
    f" VALUES (:article_id, :number, {', '.join(f':{name}' for name in Revision._fields)})"
)


_CURRENT: Final = (
    "INSERT INTO revision_rows (article_id, number, captured_at, digest, capture_id) VALUES (?, ?, ?, ?, ?)"
)


def insert_current(
    conn: sqlite3.Connection, article_id: int, number: int, captured_at: str, digest: str, capture_id: int | None
) -> None:
    """Insert the newest version of an article, whose texts have just been written into its row."""
    conn.execute(_CURRENT, (article_id, number, captured_at, digest, capture_id))


def insert_revision(conn: sqlite3.Connection, article_id: int, number: int, revision: Revision) -> None:
    """Insert the newest version of an article, whose row has the texts of today already."""
    values = revision._asdict()
    query = f"SELECT 1 FROM articles WHERE id = :article_id AND {_SAME_TEXTS}"
    if conn.execute(query, values | {"article_id": article_id}).fetchone():
        values |= dict.fromkeys(TEXT_COLUMNS)
    conn.execute(_WHOLE, values | {"article_id": article_id, "number": number})


def replace_revisions(conn: sqlite3.Connection, article_id: int, revisions: Sequence[Revision]) -> None:
    """Replace all versions of an article, whose row has the texts of today already; they are numbered from 1."""
    conn.execute("DELETE FROM revision_rows WHERE article_id = ?", (article_id,))
    conn.executemany(
        _WHOLE,
        [
            revision._asdict() | {"article_id": article_id, "number": number}
            for number, revision in enumerate(revisions[:-1], 1)
        ],
    )
    if revisions:
        insert_revision(conn, article_id, len(revisions), revisions[-1])
