"""Finds the contact of the operator that the last crawl of a live site gave, in the archive at a path."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from crawler.archive.database import select_column
from crawler.archive.opening import connect_unchecked
from crawler.errors import CrawlerError

_RUNS_LOOKED_AT = 1000


def find_last_contact(path: Path) -> str | None:
    """Return the contact that the last crawl of a live site gave; None when there is none, or the file is no archive.

    The file is read without its checks: :class:`~crawler.archive.Archive` would refuse an older version, which the
    crawl that calls this is about to migrate.
    """
    if not path.is_file():
        return None
    try:
        with closing(connect_unchecked(path)) as conn:
            texts = select_column(conn, "SELECT settings FROM runs ORDER BY id DESC LIMIT ?", (_RUNS_LOOKED_AT,))
        for text in texts:
            settings = json.loads(text)
            if settings.get("contact") and not settings.get("mirror"):
                return str(settings["contact"])
    except (sqlite3.Error, CrawlerError, ValueError, TypeError, AttributeError):
        return None  # opening the archive will report it
    return None
