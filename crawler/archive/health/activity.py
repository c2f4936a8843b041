"""Finds the instants of the last writes to an archive, by which a stuck crawl and a wrong clock are recognised."""

from __future__ import annotations

from crawler.archive.database import Connection, select_column
from crawler.archive.schema.migrations import migrations


def find_newest_page(db: Connection, site: str) -> str | None:
    """Return the instant of the last page of a site's last run, or of the last start of a run; None without any."""
    return _find_latest(
        db,
        "SELECT max(c.fetched_at) FROM captures c WHERE c.run_id = (SELECT max(id) FROM runs WHERE site = ?1)"
        " UNION ALL SELECT max(started_at) FROM runs WHERE site = ?1",
        site,
    )


def find_newest_instant(db: Connection) -> str | None:
    """Return the latest instant of runs, of the last captures and of migrations; None when there is none."""
    return _find_latest(
        db,
        "SELECT max(started_at) FROM runs UNION ALL SELECT max(finished_at) FROM runs"
        " UNION ALL SELECT max(fetched_at) FROM (SELECT fetched_at FROM captures ORDER BY id DESC LIMIT 1000)"
        " UNION ALL SELECT replace(substr(max(applied_at), 1, 19), ' ', 'T') || 'Z'"
        f" FROM {migrations.migrations_table}",
    )


def _find_latest(db: Connection, sql: str, *values: str) -> str | None:
    return max((instant for instant in select_column(db, sql, values) if instant is not None), default=None)
