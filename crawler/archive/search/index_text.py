"""Makes the row of an article in the search index, and rebuilds the index from the articles."""

from __future__ import annotations

from sqlite_utils import Database

from crawler.archive.database import select_rows
from crawler.normalisation.tokenizer import EVERY_ARTICLE, make_search_text


def make_index_row(headline: str, lead: str | None, body: str, byline: str | None) -> tuple[str, str, str, str]:
    """Return the row of an article in the search index: headline, lead, body, byline."""
    return (
        make_search_text(headline),
        make_search_text(lead),
        make_search_text(body),
        f"{make_search_text(byline)} {EVERY_ARTICLE}".strip(),
    )


def rebuild_index(db: Database) -> int:
    """Create the search index again from the articles, in one transaction; return the number of articles."""
    statement = db.execute("SELECT sql FROM sqlite_schema WHERE name = 'articles_fts'").fetchone()[0]
    with db.atomic():
        db.execute("DROP TABLE articles_fts")
        db.execute(statement)
        articles = select_rows(db.conn, "SELECT id, headline, lead, body, byline FROM articles ORDER BY id")
        cursor = db.conn.executemany(
            "INSERT INTO articles_fts (rowid, headline, lead, body, byline) VALUES (?, ?, ?, ?, ?)",
            (
                (row["id"], *make_index_row(row["headline"], row["lead"], row["body"], row["byline"]))
                for row in articles
            ),
        )
        return max(cursor.rowcount, 0)
