"""Keeps the list of what is still to be erased of forgotten articles, and cleans the archive's own file."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from crawler.archive.articles.forgotten import CaptureScope, Obstacle, UnerasedKind, UnerasedPart
from crawler.archive.database import select_column, select_value, translate_errors, write_transaction
from crawler.archive.schema.error_codes import get_code
from crawler.archive.schema.tombstone_keys import make_tombstone_key
from crawler.archive.store import Archive
from crawler.archive.write.tombstones import delete_mentioning_captures, insert_parts

_OBSTACLES_OF_ERRORS: Final[dict[int | None, Obstacle]] = {
    sqlite3.SQLITE_FULL: "no_room",
    sqlite3.SQLITE_BUSY: "in_use",
    sqlite3.SQLITE_LOCKED: "in_use",
    sqlite3.SQLITE_READONLY: "no_access",
    sqlite3.SQLITE_CANTOPEN: "no_access",
}


def add_parts(archive: Archive, parts: Mapping[str, Iterable[UnerasedPart]]) -> None:
    """List what a file that was away holds: tombstone → parts; captures that shall be erased lose their rows."""
    with translate_errors(archive.path), write_transaction(archive.db):
        for article_key, listed_parts in parts.items():
            insert_parts(archive.db.conn, article_key, listed_parts)
            delete_mentioning_captures(archive.db.conn, article_key)


def strike_parts(archive: Archive, kind: UnerasedKind, file: str = "", starts: Collection[int] = (-1,)) -> None:
    """Take parts off the list that are erased; of a record also what other articles had listed at its place."""
    kinds = ("record", "mention") if kind in ("record", "mention") else (kind, kind)
    with translate_errors(archive.path), write_transaction(archive.db):
        archive.db.conn.executemany(
            "DELETE FROM unerased WHERE kind IN (?, ?) AND file = ? AND start = ?",
            [(*kinds, file, start) for start in starts],
        )
        archive.db.conn.executemany(
            "UPDATE revision_rows SET capture_id = NULL WHERE capture_id IN"
            " (SELECT id FROM captures WHERE warc_file = ? AND warc_offset = ?)",
            [(file, start) for start in starts if start >= 0],
        )
        archive.db.conn.executemany(
            "DELETE FROM captures WHERE warc_file = ? AND warc_offset = ?",
            [(file, start) for start in starts if start >= 0],
        )


def set_obstacle(
    archive: Archive, obstacle: Obstacle | None, kind: UnerasedKind, file: str = "", starts: Collection[int] = (-1,)
) -> None:
    """Write why parts could not be erased."""
    with translate_errors(archive.path), write_transaction(archive.db):
        archive.db.conn.executemany(
            "UPDATE unerased SET obstacle = ? WHERE kind = ? AND file = ? AND start = ?",
            [(obstacle, kind, file, start) for start in starts],
        )


def give_up_missing(archive: Archive, url_keys: Iterable[str]) -> None:
    """Note that the missing files in which something of these addresses' article lies will not come back.

    The parts stay on the list, so that they are erased if a file does come back, but nobody is told of them any more.
    """
    with translate_errors(archive.path), write_transaction(archive.db):
        for key in {make_tombstone_key(url_key) for url_key in url_keys}:
            archive.db.execute(
                "UPDATE unerased SET obstacle = 'lost' WHERE obstacle = 'missing' AND article_key ="
                " (SELECT coalesce(article_key, url_key) FROM forgotten WHERE url_key = ?)",
                (key,),
            )


def ask_for_captures(archive: Archive, url_keys: Iterable[str], scope: CaptureScope) -> None:
    """Have the captures of other pages that mention a forgotten article erased too, and delete their rows."""
    with translate_errors(archive.path), write_transaction(archive.db):
        for key in {make_tombstone_key(url_key) for url_key in url_keys}:
            article_key = select_value(
                archive.db, "SELECT coalesce(article_key, url_key) FROM forgotten WHERE url_key = ?", (key,)
            )
            if article_key is None:
                continue
            archive.db.execute(
                "UPDATE forgotten SET captures = ? WHERE article_key = ? AND captures IS NOT 'all'",
                (scope, article_key),
            )
            delete_mentioning_captures(archive.db.conn, article_key)


def list_article_places(archive: Archive, file: str) -> set[int]:
    """Return the bytes at which captures begin, in a WARC file, of addresses that lead to an article."""
    query = (
        "SELECT c.warc_offset FROM captures c JOIN addresses a ON a.url_key = c.url_key"
        " WHERE c.warc_file = ? AND a.article_id IS NOT NULL"
    )
    with translate_errors(archive.path):
        return set(select_column(archive.db, query, (file,)))


def clean_file(archive: Archive) -> Obstacle | None:
    """Write the archive's file anew without freed space, and empty its log; return what was in the way.

    Pages that were freed before, and the log of SQLite, hold what rows held once.
    """
    conn = archive.db.conn
    try:
        conn.execute("PRAGMA secure_delete = ON")
        conn.execute("VACUUM")
        is_busy, _, _ = conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error as error:
        return _OBSTACLES_OF_ERRORS.get(get_code(error), "failing")
    return "in_use" if is_busy else None
