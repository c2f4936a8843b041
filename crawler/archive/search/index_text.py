"""What the search index holds of an article, and making the index anew from the articles."""

from __future__ import annotations

from sqlite_utils import Database

from crawler.normalisation.tokenizer import EVERY_ARTICLE, make_search_text


def index_row(headline: str, lead: str | None, body: str, byline: str | None) -> tuple[str, str, str, str]:
    """Return what the search index holds of an article: headline, lead, body, byline."""
    return (
        make_search_text(headline),
        make_search_text(lead),
        make_search_text(body),
        f"{make_search_text(byline)} {EVERY_ARTICLE}".strip(),
    )


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
