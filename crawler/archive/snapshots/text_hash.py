"""Hashes which texts a snapshot froze, whoever captured them and when.

The hash of a snapshot is over the time of each capture and the number of each version too, so that two teams who
crawled separately never have the same one. This one they have when they read the same words of the same articles.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Final

from sqlite_utils import Database

from crawler.archive.database import select_rows
from crawler.archive.schema.snapshot_lines import format_line
from crawler.archive.snapshots.freeze import Snapshot

HEADER: Final = format_line("site", "language", "site_key", "digest")
"""The first line of what is hashed."""


def hash_texts(db: Database, snapshot: Snapshot) -> str:
    """Return the SHA-256 of the texts that a snapshot froze, as 64 hexadecimal digits.

    It is that of a header and a line for each article in the order of identities, with tabs between site, language,
    key and digest of headline, lead, byline and body: ``seealso snapshot export-ids NAME | cut -f1,2,3,6``. It is
    computed from the frozen list, so snapshots of every version have it.
    """
    digest = hashlib.sha256()
    for line in _iter_lines(db, snapshot):
        digest.update(line.encode())
    return digest.hexdigest()


def _iter_lines(db: Database, snapshot: Snapshot) -> Iterator[str]:
    yield HEADER
    query = "SELECT site, language, site_key, digest FROM snapshot_articles WHERE snapshot_id = ? ORDER BY position"
    for row in select_rows(db.conn, query, (snapshot.id,)):
        yield format_line(*row)
