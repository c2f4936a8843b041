"""Reads tombstones, the identities whose article was erased on purpose, and finds all identities of an article."""

from __future__ import annotations

import json
import sqlite3
from typing import NamedTuple

from crawler.archive.database import list_records


def read_tombstones(conn: sqlite3.Connection) -> set[str]:
    """Return the identities of all forgotten addresses."""
    return {row[0] for row in conn.execute("SELECT url_key FROM forgotten")}


class UnerasedRecords(NamedTuple):
    """The records of a forgotten article that are still to be erased in WARC files."""

    url_key: str
    places: dict[str, list[int]]
    """File → the bytes at which records begin."""


def list_unerased(conn: sqlite3.Connection) -> list[UnerasedRecords]:
    """Return the records of forgotten articles that tombstones name as still in WARC files."""

    def make_record(url_key: str, places: str) -> UnerasedRecords:
        return UnerasedRecords(url_key, json.loads(places))

    return list_records(conn, make_record, "SELECT url_key, places FROM forgotten WHERE places <> '{}'")


def find_keys(conn: sqlite3.Connection, url_key: str) -> tuple[str, ...]:
    """Return the identities that lead to the same article as this one, including itself."""
    rows = conn.execute(
        "SELECT url_key FROM addresses WHERE article_id = (SELECT article_id FROM addresses WHERE url_key = ?)",
        (url_key,),
    )
    return tuple(sorted({url_key, *(row[0] for row in rows)}))
