"""Reads from an archive what spares those who read for it work: forgotten identities, and answers that it holds.

The file is read without its checks, since opening the archive reports what is wrong with it; hints are no decisions.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from crawler.archive.articles.forgotten import Tombstones, read_tombstones
from crawler.archive.database import select_records
from crawler.archive.opening import connect_unchecked
from crawler.errors import CrawlerError


class HeldAnswer(NamedTuple):
    """What tells an answer of the archive from others."""

    url_key: str
    fetched_at: str
    digest: str


def read_forgotten(path: Path) -> Tombstones:
    """Return the forgotten identities of the archive at a path; none where there is none that can be read."""
    if not path.is_file():
        return Tombstones()
    try:
        with closing(connect_unchecked(path)) as conn:
            return read_tombstones(conn)
    except (sqlite3.Error, CrawlerError):
        return Tombstones()


def iter_held_answers(path: Path) -> Iterator[HeldAnswer]:
    """Yield the answers that the archive at a path holds; none where there is none that can be read."""
    if not path.is_file():
        return
    try:
        with closing(connect_unchecked(path)) as conn:
            yield from select_records(
                conn,
                HeldAnswer,
                "SELECT url_key, fetched_at, digest FROM captures WHERE url_key IS NOT NULL AND digest IS NOT NULL",
            )
    except (sqlite3.Error, CrawlerError):
        return
