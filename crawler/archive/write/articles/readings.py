"""Replaces one reading of an article by another, with its index row, authors and near copies."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from crawler.archive.articles.readings import Reading, SeeAlsoRow, TranslationRow
from crawler.archive.schema.fields import READING_COLUMNS, VERSION_FIELDS
from crawler.archive.write.articles.article import Articles
from crawler.archive.write.articles.near_copies import link_copies, reorder_copies
from crawler.archive.write.articles.revisions import replace_revisions
from crawler.comparison.minhash import join_sketched


def write_reading(articles: Articles, article_id: int, reading: Reading, former_reading: Reading) -> None:
    """Replace ``former_reading`` of an article by ``reading``, with its index row, authors and near copies.

    Runs inside the caller's transaction; the caller calls :meth:`SearchIndex.write` at its end.
    """
    conn = articles.conn
    new_columns, old_columns = reading.columns, former_reading.columns
    if any(new_columns[name] != old_columns[name] for name in (*VERSION_FIELDS, "headline_meta")):
        articles.index.note_change(article_id)
    changes = ", ".join(f"{name} = ?" for name in READING_COLUMNS)
    conn.execute(
        f"UPDATE articles SET {changes}, revisions = ? WHERE id = ?",
        (*(reading.columns[name] for name in READING_COLUMNS), len(reading.revisions), article_id),
    )
    if reading.revisions != former_reading.revisions:
        replace_revisions(conn, article_id, reading.revisions)
    if reading.authors != former_reading.authors:
        articles.author_credits.write(article_id, reading.authors)
    if reading.see_also != former_reading.see_also:
        _replace_rows(conn, "see_also", article_id, SeeAlsoRow._fields, reading.see_also)
        conn.execute(
            "UPDATE see_also SET target_id = (SELECT article_id FROM addresses WHERE url_key = target_key)"
            " WHERE article_id = ?",
            (article_id,),
        )
    if reading.translations != former_reading.translations:
        _replace_rows(conn, "translations", article_id, TranslationRow._fields, reading.translations)
    if any(new_columns[name] != old_columns[name] for name in (*VERSION_FIELDS, "digest")):
        lead, body = new_columns["lead"], new_columns["body"]
        (language,) = conn.execute("SELECT language FROM articles WHERE id = ?", (article_id,)).fetchone()
        link_copies(conn, article_id, language, new_columns["digest"], join_sketched(lead, body))
    elif new_columns["published_on"] != old_columns["published_on"]:
        reorder_copies(conn, article_id)


def _replace_rows(
    conn: sqlite3.Connection, table: str, article_id: int, names: tuple[str, ...], rows: Sequence[tuple[Any, ...]]
) -> None:
    conn.execute(f"DELETE FROM {table} WHERE article_id = ?", (article_id,))
    columns = ("article_id", *names)
    conn.executemany(
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})",
        [(article_id, *row) for row in rows],
    )
