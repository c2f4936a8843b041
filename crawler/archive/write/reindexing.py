"""Making the search index anew from the articles, when it is damaged."""

from __future__ import annotations

from sqlite_utils import Database

from crawler.archive.write.article import index_row


def rebuild_index(db: Database) -> int:
    """Throw the search index away and fill it from the articles, in one transaction; return how many there are."""
    made = db.execute("SELECT sql FROM sqlite_schema WHERE name = 'articles_fts'").fetchone()[0]
    with db.atomic():
        db.execute("DROP TABLE articles_fts")
        db.execute(made)
        articles = db.execute("SELECT id, headline, lead, body, byline FROM articles ORDER BY id")
        cursor = db.conn.executemany(
            "INSERT INTO articles_fts (rowid, headline, lead, body, byline) VALUES (?, ?, ?, ?, ?)",
            ((row[0], *index_row(*row[1:])) for row in articles),
        )
        return max(cursor.rowcount, 0)
