"""Sightings: by which ways in an address was met, and when first.

See also entries and translations have tables of their own; here is the rest: named by a person, in a feed, on a
listing, walked over. Whoever knows by how many ways an article was met can say how many were met by none (``gaps``).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

RECORDED_VIAS = frozenset({"start", "feed", "listing", "by_id"})
"""Ways in by which an article may be met, and that no other table tells."""

_INSERT = "INSERT INTO sightings (url_key, via, first_seen_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"


def record_sightings(conn: sqlite3.Connection, url_keys: Iterable[str], via: str, at: str) -> None:
    """Note that addresses were met in one way; the first time counts."""
    conn.executemany(_INSERT, ((url_key, via, at) for url_key in url_keys))
