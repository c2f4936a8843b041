"""Makes the row of an article in the search index, and rebuilds the index from the articles.

The index holds words and their places, no text: its columns are read from ``articles``. What is put into it are other
words than those printed there (:mod:`crawler.normalisation.words.tokenizer`), and the same must be taken out again. So
the file says by which rules its index was made (:func:`read_rules`), and an archive whose index was made by others gets
a new one before anything is written.
"""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Iterable
from typing import Final, NamedTuple

from sqlite_utils import Database

from crawler.normalisation.words.index_words import make_headline_words, make_index_row

INDEX_WITH_EMOJI: Final = """CREATE VIRTUAL TABLE articles_fts USING fts5(
    headline, lead, body, byline,
    tokenize = "unicode61 remove_diacritics 2 categories 'L* N* M* Co So'"
)"""
"""The first index (:mod:`crawler.archive.schema.initial`) dropped signs, which emoji are, even where we kept them."""

INDEX_OF_ARTICLES: Final = INDEX_WITH_EMOJI.replace(
    "    tokenize", '    content="articles", content_rowid="id",\n    tokenize'
)
"""The index without texts of its own. Stock tools look for ``content="articles"`` and offer a search of articles."""

_SEGMENTS_PER_MERGE: Final = 15
"""Segments of one level of the index that are merged into one, where FTS5 takes 4: a third less work for the writer,
and ten microseconds more for each word that is looked up."""
_RULES_OF_WORDS: Final = 2
"""Raised with every change of what :func:`make_index_row` returns for any text."""
INDEX_RULES: Final = _RULES_OF_WORDS * 100_000 + sum(
    int(part) * factor for part, factor in zip(unicodedata.unidata_version.split("."), (1000, 10, 1), strict=True)
)
"""The rules by which rows are made: ours, and Python's tables of Unicode. Stands in the header of the file."""

_UNDER_WAY: Final = "new_articles_fts"
"""The name of an index that is being made."""


class IndexedTexts(NamedTuple):
    """The texts of an article that its row in the search index is made of: the arguments of :func:`make_index_row`."""

    headline: str
    lead: str | None
    body: str
    byline: str | None
    headline_meta: str | None


def read_rules(conn: sqlite3.Connection) -> int:
    """Return the rules that the search index of a file was made by: those of words alone, or 0 for none."""
    (rules,) = conn.execute("PRAGMA user_version").fetchone()
    return int(rules)


def note_rules(conn: sqlite3.Connection) -> None:
    """Write into the header of the file that its search index is made by today's rules."""
    conn.execute(f"PRAGMA user_version = {INDEX_RULES}")


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
    try:
        return make_index(db)
    except sqlite3.DatabaseError:
        cut_out_index(db.conn)
    return make_index(db)


def make_index(db: Database) -> int:
    """Create the search index, in place of one that is there, from all articles; return their number."""
    with db.atomic():
        _drop_index(db)
        db.execute(INDEX_OF_ARTICLES)
        _tune_merging(db.conn)
        note_rules(db.conn)
        return insert_index_rows(db.conn, read_indexed_texts(db.conn))


def read_indexed_texts(conn: sqlite3.Connection, where: str = "1") -> Iterable[tuple[int, IndexedTexts]]:
    """Yield id and texts of the articles that a condition holds for, by their ids."""
    query = f"SELECT id, {', '.join(IndexedTexts._fields)} FROM articles WHERE {where} ORDER BY id"
    return ((article_id, IndexedTexts(*texts)) for article_id, *texts in conn.execute(query))


def insert_index_rows(conn: sqlite3.Connection, articles: Iterable[tuple[int, IndexedTexts]]) -> int:
    """Insert the rows of articles that the search index does not have; return their number."""
    cursor = conn.executemany(
        "INSERT INTO articles_fts (rowid, headline, lead, body, byline) VALUES (?, ?, ?, ?, ?)",
        ((article_id, *make_index_row(*texts)) for article_id, texts in articles),
    )
    return max(cursor.rowcount, 0)


def index_stated_headlines(db: Database) -> None:
    """Write the stated headlines into an index with texts of its own, as archives had; for a migration."""
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

    For a migration: it knows the printed texts alone, which archives of before the stated headline have.
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


def drop_texts_of_index(db: Database) -> None:
    """Take the texts out of the search index, which then reads them from the articles; for a migration.

    Words and places are carried over as they are. An archive without an index gets one.
    """
    if not db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'articles_fts'").fetchone():
        make_index(db)
        return
    db.execute(INDEX_OF_ARTICLES.replace("articles_fts", _UNDER_WAY))
    for part in ("data", "idx", "docsize"):
        db.execute(f"DELETE FROM {_UNDER_WAY}_{part}")
        db.execute(f"INSERT INTO {_UNDER_WAY}_{part} SELECT * FROM articles_fts_{part}")
    _drop_index(db)
    db.execute(f"ALTER TABLE {_UNDER_WAY} RENAME TO articles_fts")
    _tune_merging(db.conn)
    note_rules(db.conn)


def _tune_merging(conn: sqlite3.Connection) -> None:
    conn.execute("INSERT INTO articles_fts (articles_fts, rank) VALUES ('automerge', ?)", (_SEGMENTS_PER_MERGE,))


def _drop_index(db: Database) -> None:
    """Drop the search index, or what is left of its tables where a dump has lost the index itself."""
    db.execute("DROP TABLE IF EXISTS articles_fts")
    leftovers = db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB 'articles_fts_*'")
    for (name,) in leftovers.fetchall():
        db.execute(f"DROP TABLE {name}")
