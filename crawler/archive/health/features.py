"""Finds the features that the archive needs and a build of SQLite lacks."""

from __future__ import annotations

import sqlite3
from typing import Final, NamedTuple

SQLITE_FEATURES: Final = {
    "full-text search (FTS5)": "CREATE VIRTUAL TABLE words USING fts5(text, tokenize = \"unicode61 categories 'L*'\")",
    "strict tables": "CREATE TABLE kept (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT",
    "upserts": "INSERT INTO kept VALUES (1, 'a') ON CONFLICT (id) DO UPDATE SET text = excluded.text RETURNING id",
    "JSON": "SELECT json_extract('{\"a\": [1]}', '$.a[0]')",
}
"""Feature → a statement that works only with it."""


class MissingFeature(NamedTuple):
    """A feature that SQLite lacks."""

    name: str
    error: str
    """The message of SQLite."""


def find_missing_features(conn: sqlite3.Connection) -> list[MissingFeature]:
    """Try every feature on an empty database, and return those that fail."""
    missing_features = []
    for name, statement in SQLITE_FEATURES.items():
        try:
            conn.execute(statement).fetchall()
        except sqlite3.Error as error:
            missing_features.append(MissingFeature(name, str(error)))
    return missing_features
