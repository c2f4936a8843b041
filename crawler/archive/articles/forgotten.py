"""Identities whose article was erased on purpose, and those that lead to one article."""

from __future__ import annotations

import sqlite3


def read_tombstones(conn: sqlite3.Connection) -> set[str]:
    """Return the identities of all addresses that are forgotten."""
    return {row[0] for row in conn.execute("SELECT url_key FROM forgotten")}


def find_keys(conn: sqlite3.Connection, url_key: str) -> tuple[str, ...]:
    """Return the identities that lead to the same article as this one, itself among them."""
    rows = conn.execute(
        "SELECT url_key FROM addresses WHERE article_id = (SELECT article_id FROM addresses WHERE url_key = ?)",
        (url_key,),
    )
    return tuple(sorted({url_key, *(row[0] for row in rows)}))
