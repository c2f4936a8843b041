"""Keeps the sites that an archive has adopted: values that were inferred from their first pages, and never change.

An adopted site is read from here by every later run and rereading, so that an archive is read anywhere as it was made.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from crawler.archive.database import Connection, select_count, select_rows, select_value, write_transaction
from crawler.archive.opening import connect_unchecked
from crawler.errors import CrawlerError
from crawler.normalisation.dates.moments import instant
from crawler.site import Site
from crawler.sites.adopted import AdoptedSite, format_values
from crawler.sites.values_digest import compute_values_digest


def list_adopted_sites(db: Connection, path: Path) -> tuple[AdoptedSite, ...]:
    """Return the adopted sites of the archive at ``path``, by name; none where its schema is older than the table."""
    if not select_count(db, "SELECT count(*) FROM sqlite_master WHERE name = 'adopted_sites'"):
        return ()
    rows = select_rows(db, "SELECT name, values_json, sha256, made_at FROM adopted_sites ORDER BY name")
    return tuple(
        AdoptedSite(
            name=row["name"],
            values_json=row["values_json"],
            sha256=row["sha256"],
            made_at=row["made_at"],
            place=str(path),
        )
        for row in rows
    )


def read_adopted_sites(path: Path) -> tuple[AdoptedSite, ...]:
    """Return the adopted sites of the archive at a path; none where there is none, or the file is no archive.

    The file is read without its checks: opening the archive reports what is wrong with it.
    """
    if not path.is_file():
        return ()
    try:
        with closing(connect_unchecked(path)) as conn:
            return list_adopted_sites(conn, path)
    except (sqlite3.Error, CrawlerError, TypeError):
        return ()


def write_adopted_site(db: Database, site: Site, captures: Iterable[tuple[str, int]], now: datetime) -> None:
    """Keep a site that is adopted, in one transaction; one of that name that is there already stays as it is.

    ``captures`` are the WARC file and offset of the pages that its values were inferred from; the first that the
    archive has a row for is noted.
    """
    sql = "SELECT id FROM captures WHERE warc_file = ? AND warc_offset = ?"
    with write_transaction(db):
        rows = (select_value(db, sql, (file, offset)) for file, offset in captures)
        made_from = next((row for row in rows if row is not None), None)
        db.conn.execute(
            "INSERT OR IGNORE INTO adopted_sites (name, values_json, sha256, made_at, made_from_capture)"
            " VALUES (?, ?, ?, ?, ?)",
            (site.name, format_values(site), compute_values_digest(site), instant(now), made_from),
        )
