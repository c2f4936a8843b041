"""Makes the row of an article in the search index, and rebuilds the index from the articles."""

from __future__ import annotations

from typing import Final

from sqlite_utils import Database

from crawler.normalisation.tokenizer import EVERY_ARTICLE, STATED_HEADLINE, make_search_text

INDEX_WITH_EMOJI: Final = """CREATE VIRTUAL TABLE articles_fts USING fts5(
    headline, lead, body, byline,
    tokenize = "unicode61 remove_diacritics 2 categories 'L* N* M* Co So'"
)"""
"""The first index (:mod:`crawler.archive.schema.initial`) dropped signs, which emoji are, even where we kept them."""

BETWEEN_HEADLINES: Final = " ".join([STATED_HEADLINE] * 11)
"""Stands between the printed and the stated headline: no phrase goes across it, and no NEAR of the usual 10 words."""


def make_index_row(
    headline: str, lead: str | None, body: str, byline: str | None, headline_meta: str | None = None
) -> tuple[str, str, str, str]:
    """Return the row of an article in the search index: headline (printed, then stated), lead, body, byline."""
    return (
        make_headline_words(headline, headline_meta),
        make_search_text(lead),
        make_search_text(body),
        f"{make_search_text(byline)} {EVERY_ARTICLE}".strip(),
    )


def make_headline_words(headline: str, headline_meta: str | None) -> str:
    """Return the indexed words of an article's headlines: the printed one, and behind the separator the stated one."""
    words = make_search_text(headline)
    stated_words = make_search_text(headline_meta)
    return f"{words} {BETWEEN_HEADLINES} {stated_words}".strip() if stated_words else words


def rebuild_index(db: Database) -> int:
    """Create the search index again from the articles, in one transaction; return the number of articles."""
    statement = db.execute("SELECT sql FROM sqlite_schema WHERE name = 'articles_fts'").fetchone()[0]
    with db.atomic():
        number = replace_index(db, statement)
        index_stated_headlines(db)
        return number


def index_stated_headlines(db: Database) -> None:
    """Write the headlines of every article that has a stated one into its row of the search index."""
    articles = db.execute("SELECT id, headline, headline_meta FROM articles WHERE headline_meta IS NOT NULL").fetchall()
    db.conn.executemany(
        "UPDATE articles_fts SET headline = ? WHERE rowid = ?",
        [
            (make_headline_words(headline, headline_meta), article_id)
            for article_id, headline, headline_meta in articles
        ],
    )


def replace_index(db: Database, statement: str) -> int:
    """Create the search index anew by a CREATE statement, and fill it from the articles; return their number.

    It knows the printed texts alone, which every archive has: migrations before the stated headline use it, too.
    """
    with db.atomic():
        db.execute("DROP TABLE articles_fts")
        db.execute(statement)
        articles = db.execute("SELECT id, headline, lead, body, byline FROM articles ORDER BY id")
        cursor = db.conn.executemany(
            "INSERT INTO articles_fts (rowid, headline, lead, body, byline) VALUES (?, ?, ?, ?, ?)",
            ((article_id, *make_index_row(*texts)) for article_id, *texts in articles),
        )
        return max(cursor.rowcount, 0)
