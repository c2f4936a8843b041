"""The contact of the operator, as the last crawl of a live site gave it: a path goes in, an address comes out."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

_RUNS_LOOKED_AT = 1000


def find_last_contact(path: Path) -> str | None:
    """Return the contact that the last crawl of a live site gave; None when there is none, or no archive of ours.

    The file is read as it is: :class:`~crawler.archive.Archive` would refuse one of an older version, which the crawl
    that asks is about to bring up to date.
    """
    if not path.is_file():
        return None
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro", uri=True)) as conn:
            conn.row_factory = sqlite3.Row
            runs = conn.execute("SELECT settings FROM runs ORDER BY id DESC LIMIT ?", (_RUNS_LOOKED_AT,)).fetchall()
        for run in runs:
            settings = json.loads(run["settings"])
            if settings.get("contact") and not settings.get("mirror"):
                return str(settings["contact"])
    except (sqlite3.Error, ValueError, TypeError, AttributeError):
        return None  # opening it will say so
    return None
