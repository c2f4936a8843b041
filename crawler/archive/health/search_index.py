"""Checks the search index: by FTS5's own check, one row an article, and each with the words of its article.

The index has no texts that could be read back. So its words and places are copied into a temporary index, whose texts
are a view of what each article should be found by, and FTS5 compares the two. Only where they differ is every word
looked at, to tell which articles it is.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import quote

from sqlite_utils import Database

from crawler.archive.database import select_value
from crawler.archive.schema.error_codes import get_code, is_busy, lacks_room_beside
from crawler.archive.schema.index_rows import INDEX_OF_ARTICLES, INDEX_WITH_EMOJI, IndexedTexts, read_indexed_texts
from crawler.normalisation.words.index_words import make_index_row
from crawler.normalisation.words.tokenizer import EVERY_ARTICLE

_TEXTS: Final = ", ".join(f"CAST({name} AS BLOB)" for name in IndexedTexts._fields)
_WORDS: Final = f"""
CREATE TEMP VIEW indexed_words AS SELECT id, indexed_words(0, {_TEXTS}) AS headline,
    indexed_words(1, {_TEXTS}) AS lead, indexed_words(2, {_TEXTS}) AS body, indexed_words(3, {_TEXTS}) AS byline
FROM main.articles
"""
_COPY: Final = INDEX_OF_ARTICLES.replace('"articles"', '"indexed_words"').replace("articles_fts", "temp.index_copy")
_EXPECTED: Final = INDEX_WITH_EMOJI.replace("articles_fts", "temp.expected_index")


def find_index_damage(db: Database, path: Path) -> Iterator[tuple[str, str]]:
    """Yield the faults of the search index as a whole: by its own check, and a row or article without the other."""
    # FTS5 takes its commands as inserts. This one writes nothing, but a connection that only reads refuses it.
    conn = sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=rw", uri=True, isolation_level=None)
    try:
        conn.execute("INSERT INTO articles_fts (articles_fts, rank) VALUES ('integrity-check', 0)")
    except sqlite3.OperationalError as error:
        # The file cannot be written, or another program writes: the comparisons below still find most faults.
        if not (is_busy(error) or lacks_room_beside(error)):
            raise
    except sqlite3.DatabaseError as error:
        yield "articles_fts", f"the index does not fit its content: {error}"
    finally:
        conn.close()
    for (rowid,) in db.execute("SELECT id FROM articles_fts_docsize WHERE id NOT IN (SELECT id FROM articles)"):
        yield f"articles_fts row {rowid}", "a ghost: there is no such article"
    for (article_id,) in db.execute("SELECT id FROM articles WHERE id NOT IN (SELECT id FROM articles_fts_docsize)"):
        yield f"article {article_id}", "missing from the search index"
    foreign = _count_foreign_rows(db)
    if foreign > 0:
        yield "articles_fts", f"{foreign:,} rows were written by another program, by other words than ours"


def find_wrong_words(db: Database) -> Iterator[tuple[str, str]]:
    """Yield the articles in whose row of the search index other words stand than they should be found by."""
    with _open_snapshot(db.conn):
        if not _has_expected_words(db.conn):
            ids = _list_wrong_articles(db.conn)
            for article_id in ids:
                yield f"article {article_id}", "the search index holds other words than the article"
            if not ids:
                yield "articles_fts", "the search index holds other words than the articles"


def _count_foreign_rows(db: Database) -> int:
    """Return the number of rows without the word that every row of ours has."""
    db.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab(main, articles_fts, row)")
    rows = int(select_value(db, "SELECT count(*) FROM articles_fts_docsize"))
    return rows - int(select_value(db, "SELECT doc FROM temp.vocabulary WHERE term = ?", (EVERY_ARTICLE,)) or 0)


@contextmanager
def _open_snapshot(conn: sqlite3.Connection) -> Iterator[None]:
    """Run the block on one state of the archive; temporary tables that it makes are gone after it."""
    conn.execute("SAVEPOINT index_check")
    try:
        yield
    finally:
        conn.execute("ROLLBACK TO index_check")
        conn.execute("RELEASE index_check")


def _has_expected_words(conn: sqlite3.Connection) -> bool:
    """Return True if the search index holds the words of the articles and no others."""
    conn.create_function("indexed_words", 1 + len(IndexedTexts._fields), _make_words, deterministic=True)
    conn.execute(_WORDS)
    conn.execute(_COPY)
    for part in ("data", "idx", "docsize"):
        conn.execute(f"DELETE FROM temp.index_copy_{part}")
        conn.execute(f"INSERT INTO temp.index_copy_{part} SELECT * FROM main.articles_fts_{part}")
    try:
        conn.execute("INSERT INTO temp.index_copy (index_copy, rank) VALUES ('integrity-check', 1)")
    except sqlite3.DatabaseError as error:
        if get_code(error) != sqlite3.SQLITE_CORRUPT:
            raise
        return False
    return True


def _make_words(column: int, *texts: bytes | None) -> str | None:
    """Return the words of one column; None for texts that are damaged, which nothing fits."""
    row = _make_row(*texts)
    return None if row is None else row[column]


@lru_cache(maxsize=2)  # FTS5 asks for the columns of an article one after the other
def _make_row(*texts: bytes | None) -> tuple[str, str, str, str] | None:
    try:
        headline, lead, body, byline, stated = (None if text is None else text.decode() for text in texts)
    except UnicodeDecodeError:
        return None
    return make_index_row(headline or "", lead, body or "", byline, stated)


def _list_wrong_articles(conn: sqlite3.Connection) -> list[int]:
    """Return the ids of the articles whose words in the index, or the places of these, differ from the expected."""
    conn.execute(_EXPECTED)
    conn.executemany(
        "INSERT INTO temp.expected_index (rowid, headline, lead, body, byline) VALUES (?, ?, ?, ?, ?)",
        ((article_id, *make_index_row(*texts)) for article_id, texts in read_indexed_texts(conn)),
    )
    sums: defaultdict[int, int] = defaultdict(int)
    for sign, schema, index in ((1, "main", "articles_fts"), (-1, "temp", "expected_index")):
        conn.execute(f"CREATE VIRTUAL TABLE temp.words_of_{index} USING fts5vocab({schema}, {index}, instance)")
        for article_id, *place in conn.execute(f'SELECT doc, term, col, "offset" FROM temp.words_of_{index}'):
            sums[article_id] += sign * hash(tuple(place))
        for article_id, sizes in conn.execute(f"SELECT id, sz FROM {schema}.{index}_docsize"):
            sums[article_id] += sign * hash(sizes)
    return sorted(article_id for article_id, total in sums.items() if total)
