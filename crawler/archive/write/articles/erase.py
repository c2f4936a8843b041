"""Erases an article from every table that holds something of it; the tombstone is written by who forgets it."""

from __future__ import annotations

import sqlite3

from crawler.archive.database import select_rows
from crawler.archive.write.articles.index import delete_index_row
from crawler.archive.write.authority.credits import delete_unnamed
from crawler.comparison.minhash import Fingerprint

_TABLES_OF_ARTICLE = ("revision_rows", "article_authors", "see_also", "translations", "sketches", "reread_former")


def erase_article(conn: sqlite3.Connection, article_id: int) -> None:
    """Delete an article, its versions, links, index row and copies; See also entries that led to it have no target.

    Authors that no other byline names are deleted too. Runs inside the caller's transaction.
    """
    (language,) = conn.execute("SELECT language FROM articles WHERE id = ?", (article_id,)).fetchone()
    sketch = conn.execute('SELECT "values" FROM sketches WHERE article_id = ?', (article_id,)).fetchone()
    if sketch is not None:
        conn.executemany(
            "DELETE FROM sketch_bands WHERE language = ? AND value = ? AND article_id = ?",
            [(language, value, article_id) for value in Fingerprint.from_bytes(sketch[0]).band],
        )
    query = "SELECT author_id, variant_id FROM article_authors WHERE article_id = ?"
    credits = select_rows(conn, query, (article_id,)).fetchall()
    conn.execute("DELETE FROM merged_ids WHERE kind = 'articles' AND new = ?", (article_id,))
    for table in _TABLES_OF_ARTICLE:
        conn.execute(f"DELETE FROM {table} WHERE article_id = ?", (article_id,))
    conn.execute("DELETE FROM near_copies WHERE article_id = ?1 OR other_id = ?1", (article_id,))
    conn.execute("UPDATE see_also SET target_id = NULL WHERE target_id = ?", (article_id,))
    conn.execute("UPDATE addresses SET article_id = NULL WHERE article_id = ?", (article_id,))
    delete_index_row(conn, article_id)
    conn.execute("DELETE FROM articles WHERE id = ?", (article_id,))
    delete_unnamed(conn, (credit["author_id"] for credit in credits), (credit["variant_id"] for credit in credits))
