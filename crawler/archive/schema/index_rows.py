"""Makes the row of an article in the search index, and rebuilds the index from the articles."""

from __future__ import annotations

from typing import Final

from sqlite_utils import Database

from crawler.normalisation.tokenizer import EVERY_ARTICLE, make_search_text

INDEX_WITH_EMOJI: Final = """CREATE VIRTUAL TABLE articles_fts USING fts5(
    headline, lead, body, byline,
    tokenize = "unicode61 remove_diacritics 2 categories 'L* N* M* Co So'"
)"""
"""The first index (:mod:`crawler.archive.schema.initial`) dropped signs, which emoji are, even where we kept them."""


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
    return replace_index(db, statement)


def replace_index(db: Database, statement: str) -> int:
    """Create the search index anew by a CREATE statement, and fill it from the articles; return their number."""
    with db.atomic():
        db.execute("DROP TABLE articles_fts")
        db.execute(statement)
        articles = db.execute("SELECT id, headline, lead, body, byline FROM articles ORDER BY id")
        cursor = db.conn.executemany(
            "INSERT INTO articles_fts (rowid, headline, lead, body, byline) VALUES (?, ?, ?, ?, ?)",
            ((article_id, *make_index_row(*texts)) for article_id, *texts in articles),
        )
        return max(cursor.rowcount, 0)
