"""Finds the site that a schedule means where none is named."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from crawler.archive.opening import connect_unchecked
from crawler.archive.runs.summary import list_run_sites


def list_archive_sites(archive: Path) -> list[str]:
    """Return the sites that an archive has runs of, by name; none where it is not there yet, or is damaged."""
    if not archive.is_file() or not archive.stat().st_size:
        return []
    with closing(connect_unchecked(archive)) as conn:
        try:
            return list_run_sites(conn)
        except sqlite3.Error:
            return []
