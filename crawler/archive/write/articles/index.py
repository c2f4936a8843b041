"""Writes the search index: gathers the articles of a transaction that changed, and writes their rows together.

The index holds no text: what is taken out of it must be handed over word by word as it was put in. So an article is
noted before it changes, with the texts that its row was made of.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from typing import Final

from crawler.archive.schema.index_rows import IndexedTexts
from crawler.normalisation.words.index_words import make_index_row

_TEXTS: Final = f"SELECT {', '.join(IndexedTexts._fields)} FROM articles WHERE id = ?"
_INSERT: Final = (
    "INSERT INTO articles_fts (articles_fts, rowid, headline, lead, body, byline) VALUES (?, ?, ?, ?, ?, ?)"
)
"""With ``delete`` in the first column FTS5 takes a row out, with NULL it puts one in."""

IndexRow = tuple[str, str, str, str]
"""What the index has of an article: headline, lead, body, byline (:func:`make_index_row`)."""


@dataclass(slots=True)
class SearchIndex:
    """The rows of the search index that are still to be written within the caller's transaction."""

    conn: sqlite3.Connection
    _former: dict[int, IndexedTexts | None] = field(default_factory=dict)
    """Article id → the texts that its row in the index was made of; None for an article that is new to it."""
    _prepared: dict[int, IndexRow] = field(default_factory=dict)
    """Article id → the row of its present texts, where somebody has made it already."""

    def __len__(self) -> int:
        return len(self._former)

    def clear(self) -> None:
        """Drop what was noted, as a transaction that failed leaves it."""
        self._former.clear()
        self._prepared.clear()

    def note_new(self, article_id: int, row: IndexRow | None = None) -> None:
        """Note an article that the index does not have; with the row of its texts, where that is made already."""
        self._former[article_id] = None
        if row is not None:
            self._prepared[article_id] = row

    def note_change(self, article_id: int) -> None:
        """Note an article whose texts are about to change; to be called before they do."""
        self._prepared.pop(article_id, None)
        if article_id not in self._former:
            self._former[article_id] = _read_texts(self.conn, article_id)

    def write(self) -> None:
        """Write the rows of all articles noted since the last call.

        It writes all rows of a batch together, by their ids: any statement with a savepoint of its own between two rows
        (an upsert, a foreign key) and any step back makes FTS5 flush its buffer, and 50 articles become 50 segments to
        be merged later.
        """
        rows: list[tuple[str | int | None, ...]] = []
        for article_id, former in sorted(self._former.items()):
            if (row := self._prepared.get(article_id)) is not None:
                rows.append((None, article_id, *row))
                continue
            texts = _read_texts(self.conn, article_id)
            if texts == former:
                continue
            if former is not None:
                rows.append(("delete", article_id, *make_index_row(*former)))
            if texts is not None:
                rows.append((None, article_id, *make_index_row(*texts)))
        self.clear()
        self.conn.executemany(_INSERT, rows)


def delete_index_row(conn: sqlite3.Connection, article_id: int) -> None:
    """Take an article out of the search index, before it is deleted; it must not have changed since it was indexed."""
    texts = _read_texts(conn, article_id)
    if texts is not None:
        conn.execute(_INSERT, ("delete", article_id, *make_index_row(*texts)))


def _read_texts(conn: sqlite3.Connection, article_id: int) -> IndexedTexts | None:
    row = conn.execute(_TEXTS, (article_id,)).fetchone()
    return None if row is None else IndexedTexts(*row)
