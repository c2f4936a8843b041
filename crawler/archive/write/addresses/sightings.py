"""Records sightings: by which vias an address was met, and when first.

See also entries and translations have tables of their own; sightings hold the other vias: named by a person, in a feed,
in a sitemap, on a listing, in a range of numbers. From the vias by which each article was met, ``gaps`` estimates how
many articles were met by none.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

RECORDED_VIAS = frozenset({"start", "feed", "listing", "sitemap", "by_id"})
"""The vias that no other table records."""

_INSERT = "INSERT INTO sightings (url_key, via, first_seen_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"


def record_sightings(conn: sqlite3.Connection, url_keys: Iterable[str], via: str, seen_at: str) -> None:
    """Record that addresses were met by one via; the first sighting of each stays."""
    conn.executemany(_INSERT, ((url_key, via, seen_at) for url_key in url_keys))
