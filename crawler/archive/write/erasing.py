"""Erasing: an article's rows go, everywhere in the archive; its addresses and captures are the caller's business."""

from __future__ import annotations

import sqlite3

from crawler.archive.write.credits import delete_unnamed
from crawler.comparison.minhash import Fingerprint

_TABLES_OF_ARTICLE = ("revisions", "article_authors", "see_also", "translations", "sketches", "reread_former")


def erase_article(conn: sqlite3.Connection, article_id: int) -> None:
    """Delete an article, its versions, links, index row and copies; See also entries of others lead nowhere again.

    Authors that nobody else names go too. Runs inside the caller's transaction.
    """
    (language,) = conn.execute("SELECT language FROM articles WHERE id = ?", (article_id,)).fetchone()
    sketch = conn.execute('SELECT "values" FROM sketches WHERE article_id = ?', (article_id,)).fetchone()
    if sketch is not None:
        conn.executemany(
            "DELETE FROM sketch_bands WHERE language = ? AND value = ? AND article_id = ?",
            [(language, value, article_id) for value in Fingerprint.from_bytes(sketch[0]).band],
        )
    named = conn.execute(
        "SELECT author_id, variant_id FROM article_authors WHERE article_id = ?", (article_id,)
    ).fetchall()
    for table in _TABLES_OF_ARTICLE:
        conn.execute(f"DELETE FROM {table} WHERE article_id = ?", (article_id,))
    conn.execute("DELETE FROM near_copies WHERE article_id = ?1 OR other_id = ?1", (article_id,))
    conn.execute("UPDATE see_also SET target_id = NULL WHERE target_id = ?", (article_id,))
    conn.execute("UPDATE addresses SET article_id = NULL WHERE article_id = ?", (article_id,))
    conn.execute("DELETE FROM articles_fts WHERE rowid = ?", (article_id,))
    conn.execute("DELETE FROM articles WHERE id = ?", (article_id,))
    delete_unnamed(conn, (row[0] for row in named), (row[1] for row in named))
