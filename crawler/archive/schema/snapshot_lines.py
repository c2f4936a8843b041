"""Writes the list of a snapshot as it is hashed, and hides identities in it that hold words of a forgotten article."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

from crawler.archive.schema.tombstone_keys import make_tombstone_key

HEADER: Final = "site\tlanguage\tsite_key\trevision\tcaptured_at\tdigest\tmetadata\n"
"""The first line of the list."""

_WORD: Final = re.compile(r"[^\W_]+")
_TELLING_WORDS: Final = 5


def iter_lines(conn: sqlite3.Connection, snapshot_id: int) -> Iterator[str]:
    """Yield the list of a snapshot: a header, then one article a line; columns are parted by tabs."""
    yield HEADER
    for row in conn.execute(
        "SELECT site, language, site_key, revision, captured_at, digest, metadata FROM snapshot_articles"
        " WHERE snapshot_id = ? ORDER BY position",
        (snapshot_id,),
    ):
        yield format_line(*row)


def format_line(*columns: str | int) -> str:
    """Return one line of the list."""
    return "\t".join(str(column) for column in columns) + "\n"


def hash_lines(conn: sqlite3.Connection, snapshot_id: int) -> str:
    """Return the SHA-256 of the list of a snapshot."""
    digest = hashlib.sha256()
    for line in iter_lines(conn, snapshot_id):
        digest.update(line.encode())
    return digest.hexdigest()


def is_intact(conn: sqlite3.Connection, snapshot_id: int) -> bool:
    """Return True if the list of a snapshot is the one that was frozen, but for identities that were hidden since."""
    query = "SELECT coalesce(redacted_hash, hash) FROM snapshots WHERE id = ?"
    return bool(hash_lines(conn, snapshot_id) == conn.execute(query, (snapshot_id,)).fetchone()[0])


def hide_identity(conn: sqlite3.Connection, url_key: str) -> None:
    """Replace an identity that ends in five words or more by its hash in all snapshots, and note the lists' new hashes.

    A shorter one says little, and names to readers of the snapshot what is missing.
    """
    key = make_tombstone_key(url_key)
    if key == url_key or len(_WORD.findall(unquote(url_key.rpartition("/")[2]))) < _TELLING_WORDS:
        return
    condition = "site || '/' || language || '/' || site_key = ?"
    rows = conn.execute(f"SELECT DISTINCT snapshot_id FROM snapshot_articles WHERE {condition}", (url_key,)).fetchall()
    for (snapshot_id,) in rows:
        intact = is_intact(conn, snapshot_id)
        conn.execute(
            f"UPDATE snapshot_articles SET site_key = ? WHERE snapshot_id = ? AND {condition}",
            (key, snapshot_id, url_key),
        )
        if intact:  # else somebody has edited the list, and it stays known as edited
            conn.execute(
                "UPDATE snapshots SET redacted_hash = ? WHERE id = ?", (hash_lines(conn, snapshot_id), snapshot_id)
            )
