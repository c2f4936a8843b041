"""Migrates what archives know of forgotten articles: what is still to be erased gets rows of a table of its own."""

from __future__ import annotations

import json
from typing import Final

from sqlite_utils import Database

from crawler.archive.schema.snapshot_lines import hide_identity
from crawler.archive.schema.tombstone_keys import make_tombstone_key

_TABLE: Final = """
CREATE TABLE unerased (
    id INTEGER PRIMARY KEY,
    article_key TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('database', 'case', 'file', 'record', 'mention')),
    file TEXT NOT NULL DEFAULT '',
    start INTEGER NOT NULL DEFAULT -1,
    length INTEGER,
    url TEXT,
    fetched_at TEXT,
    page TEXT CHECK (page IN ('list', 'article')),
    obstacle TEXT CHECK (obstacle IN ('missing', 'locked', 'cut', 'no_access', 'no_room', 'failing', 'in_use',
        'lost')),
    UNIQUE (kind, file, start, article_key)
) STRICT
"""


def add_unerased(db: Database) -> None:
    """Add the list of what is still to be erased, move what tombstones named so far into it, and hash their words."""
    db.execute(_TABLE)
    db.execute("ALTER TABLE forgotten ADD COLUMN article_key TEXT")
    db.execute("ALTER TABLE snapshots ADD COLUMN redacted_hash TEXT")
    db.execute("ALTER TABLE forgotten ADD COLUMN captures TEXT CHECK (captures IN ('lists', 'all'))")
    for url_key, why, places in db.execute("SELECT url_key, why, places FROM forgotten").fetchall():
        key = make_tombstone_key(url_key)
        if key != url_key and why.startswith("leads to "):
            why = "leads to an article that is forgotten"  # it named the other identity, which may hold words too
        db.execute(
            "UPDATE forgotten SET url_key = ?, article_key = ?, why = ?, places = '{}' WHERE url_key = ?",
            (key, key, why, url_key),
        )
        hide_identity(db.conn, url_key)
        db.conn.execute("INSERT INTO unerased (article_key, kind) VALUES (?, 'database')", (key,))
        db.conn.executemany(
            "INSERT INTO unerased (article_key, kind, file, start) VALUES (?, 'record', ?, ?)",
            [(key, file, start) for file, starts in json.loads(places).items() for start in sorted(set(starts))],
        )
