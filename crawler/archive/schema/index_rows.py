"""Makes the row of an article in the search index, and rebuilds the index from the articles."""

from __future__ import annotations

import sqlite3
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


def cut_out_index(conn: sqlite3.Connection) -> None:
    """Take the tables of the search index out of the schema without reading them, and write the file anew without them.

    For an index that is too damaged to be dropped; needs as much room as the file has.
    """
    conn.rollback()
    conn.execute("PRAGMA writable_schema = ON")
    try:
        conn.execute("BEGIN IMMEDIATE")
        conn.execute("DELETE FROM sqlite_schema WHERE name = 'articles_fts' OR name GLOB 'articles_fts_*'")
        conn.execute("COMMIT")
    except BaseException:
        conn.rollback()
        raise
    finally:
        conn.execute("PRAGMA writable_schema = RESET")
    conn.execute("VACUUM")


def rebuild_index(db: Database) -> int:
    """Create the search index again from the articles, in one transaction; return the number of articles.

    An index whose tables cannot even be dropped is first taken out of the schema, and the file then written anew
    without it, which needs as much room as the file has.
    """
    row = db.execute("SELECT sql FROM sqlite_schema WHERE name = 'articles_fts'").fetchone()
    statement = row[0] if row is not None else INDEX_WITH_EMOJI
    try:
        return _make_index(db, statement)
    except sqlite3.DatabaseError:
        cut_out_index(db.conn)
    return _make_index(db, statement)


def _make_index(db: Database, statement: str) -> int:
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


def compact_file(db: Database) -> None:
    """Write the file anew without the pages that nothing uses; needs as much room as the file has."""
    db.conn.execute("VACUUM")


def replace_index(db: Database, statement: str) -> int:
    """Create the search index anew by a CREATE statement, and fill it from the articles; return their number.

    It knows the printed texts alone, which every archive has: migrations before the stated headline use it, too.
    """
    with db.atomic():
        _drop_index(db)
        db.execute(statement)
        articles = db.execute("SELECT id, headline, lead, body, byline FROM articles ORDER BY id")
        cursor = db.conn.executemany(
            "INSERT INTO articles_fts (rowid, headline, lead, body, byline) VALUES (?, ?, ?, ?, ?)",
            ((article_id, *make_index_row(*texts)) for article_id, *texts in articles),
        )
        return max(cursor.rowcount, 0)


def _drop_index(db: Database) -> None:
    """Drop the search index, or what is left of its tables where a dump has lost the index itself."""
    db.execute("DROP TABLE IF EXISTS articles_fts")
    leftovers = db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB 'articles_fts_*'")
    for (name,) in leftovers.fetchall():
        db.execute(f"DROP TABLE {name}")
