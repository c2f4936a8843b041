"""The tables of places.

``place_lookups`` and ``place_aliases`` hold what the gazetteer has for each printed name, ``place_edits`` what people
decided. ``places``, ``place_names`` and ``place_splits`` are worked out from these three
(:mod:`crawler.archive.write.authority.place_index`).
"""

from __future__ import annotations

from typing import Final

from sqlite_utils import Database

_TABLES: Final = """
CREATE TABLE place_lookups (
    place_key TEXT NOT NULL,
    position INTEGER NOT NULL,
    part_key TEXT NOT NULL,
    printed TEXT NOT NULL,
    identity TEXT NOT NULL,
    rule TEXT NOT NULL,
    candidates TEXT NOT NULL,
    gazetteer TEXT,
    PRIMARY KEY (place_key, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE place_aliases (
    alias_key TEXT NOT NULL,
    identity TEXT NOT NULL,
    PRIMARY KEY (alias_key, identity)
) STRICT, WITHOUT ROWID;
CREATE TABLE place_edits (
    id INTEGER PRIMARY KEY,
    made_at TEXT NOT NULL,
    action TEXT NOT NULL CHECK (action IN ('merge', 'rename', 'split', 'locate')),
    identity TEXT NOT NULL,
    name TEXT NOT NULL,
    to_identity TEXT NOT NULL,
    to_name TEXT NOT NULL,
    language TEXT,
    kind TEXT CHECK (kind IN ('city', 'region', 'country')),
    country TEXT,
    latitude REAL,
    longitude REAL,
    printed TEXT NOT NULL,
    articles TEXT NOT NULL,
    why TEXT NOT NULL,
    moved INTEGER NOT NULL DEFAULT 0,
    undone_at TEXT
) STRICT;
CREATE TABLE places (
    id INTEGER PRIMARY KEY,
    identity TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    name_source TEXT NOT NULL,
    names TEXT NOT NULL,
    label TEXT NOT NULL,
    label_key TEXT NOT NULL UNIQUE,
    kind TEXT CHECK (kind IN ('city', 'region', 'country')),
    country TEXT,
    latitude REAL,
    longitude REAL,
    location_source TEXT
) STRICT;
CREATE INDEX places_country ON places(country);
CREATE TABLE place_names (
    place_key TEXT NOT NULL,
    position INTEGER NOT NULL,
    part_key TEXT NOT NULL,
    place_id INTEGER NOT NULL REFERENCES places(id),
    PRIMARY KEY (place_key, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX place_names_place ON place_names(place_id, place_key);
CREATE INDEX place_names_part ON place_names(part_key, place_id);
CREATE TABLE place_splits (
    article TEXT NOT NULL,
    position INTEGER NOT NULL,
    site TEXT NOT NULL,
    language TEXT NOT NULL,
    site_key TEXT NOT NULL,
    place_id INTEGER NOT NULL REFERENCES places(id),
    PRIMARY KEY (article, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX place_splits_place ON place_splits(place_id)
"""
_VIEW: Final = """
CREATE VIEW v_article_places AS
SELECT a.id AS article_id, a.site, a.language, a.published_on, a.dateline_place AS printed, n.position,
    p.id AS place_id, p.label AS place, p.kind, p.country, p.latitude, p.longitude
FROM articles a JOIN place_names n ON n.place_key = a.place_key JOIN places p ON p.id = n.place_id
WHERE NOT EXISTS (SELECT 1 FROM place_splits s WHERE s.article = a.site || '/' || a.language || '/' || a.site_key)
UNION ALL
SELECT a.id, a.site, a.language, a.published_on, a.dateline_place, s.position, p.id, p.label, p.kind, p.country,
    p.latitude, p.longitude
FROM place_splits s JOIN articles a ON a.site = s.site AND a.language = s.language AND a.site_key = s.site_key
    JOIN places p ON p.id = s.place_id
"""


def add_places(db: Database) -> None:
    """Create the tables of places, and the view that joins them with articles."""
    for statement in _TABLES.split(";\n"):
        db.execute(statement.strip())
    db.execute(_VIEW.strip())


def fold_place_keys(db: Database) -> None:
    """Make the keys of what is known of places anew by the SQL function ``search_key``, before those of the articles.

    For a migration. Where two keys become one, the row of one of them stays.
    """
    renamed = db.execute(
        "SELECT DISTINCT place_key, search_key(dateline_place) FROM articles"
        " WHERE place_key IS NOT NULL AND place_key IS NOT search_key(dateline_place)"
    ).fetchall()
    for table in ("place_lookups", "place_names"):
        db.conn.executemany(
            f"UPDATE OR REPLACE {table} SET place_key = ?2 WHERE place_key = ?1", [row for row in renamed if row[1]]
        )
        db.execute(f"UPDATE {table} SET part_key = coalesce(search_key(part_key), part_key)")
    db.execute("UPDATE OR REPLACE place_aliases SET alias_key = coalesce(search_key(alias_key), alias_key)")
    db.execute("UPDATE OR IGNORE places SET label_key = search_key(label) WHERE label_key IS NOT search_key(label)")
