"""What the archive asks of SQLite, and what a build of SQLite lacks of it."""

from __future__ import annotations

import sqlite3
from typing import Final, NamedTuple

SQLITE_FEATURES: Final = {
    "full-text search (FTS5)": "CREATE VIRTUAL TABLE words USING fts5(text, tokenize = \"unicode61 categories 'L*'\")",
    "strict tables": "CREATE TABLE kept (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT",
    "upserts": "INSERT INTO kept VALUES (1, 'a') ON CONFLICT (id) DO UPDATE SET text = excluded.text RETURNING id",
    "JSON": "SELECT json_extract('{\"a\": [1]}', '$.a[0]')",
}
"""Feature → a statement that only works where it is there."""


class MissingFeature(NamedTuple):
    """A feature that is not there."""

    name: str
    error: str
    """What SQLite says instead."""


def find_missing_features(conn: sqlite3.Connection) -> list[MissingFeature]:
    """Try every feature on an empty database, and return those that fail."""
    missing = []
    for name, statement in SQLITE_FEATURES.items():
        try:
            conn.execute(statement).fetchall()
        except sqlite3.Error as error:
            missing.append(MissingFeature(name, str(error)))
    return missing
