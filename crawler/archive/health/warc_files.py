"""Reads which WARC files the archive's captures are in, and the number of bytes that they need in each."""

from __future__ import annotations

import json
from typing import NamedTuple

from crawler.archive.database import Connection, list_records, select_column, select_value
from crawler.archive.health.losses import has_losses

SAMPLE = 2_000
"""Captures that a quick look reads."""


def list_warc_names(db: Connection) -> frozenset[str]:
    """Return the names of all WARC files that captures are in."""
    return frozenset(select_column(db, "SELECT DISTINCT warc_file FROM captures WHERE warc_file IS NOT NULL"))


class KilledRun(NamedTuple):
    """A run that has not ended: while none is running, it was killed."""

    site: str
    started_at: str


def list_killed_runs(db: Connection) -> list[KilledRun]:
    """Return the runs that have not ended."""
    return list_records(db, KilledRun, "SELECT site, started_at FROM runs WHERE finished_at IS NULL")


class _WarcExtent(NamedTuple):
    warc_file: str
    needed: int


def read_warc_extents(db: Connection) -> dict[str, int]:
    """Return the WARC files of captures, with the number of bytes that each must have at least.

    Captures that are lost, and were accepted as lost or fetched again, do not count.
    """
    settled = ""
    if has_losses(db):
        settled = (
            " AND id NOT IN (SELECT capture_id FROM losses WHERE accepted_at IS NOT NULL OR replaced_by IS NOT NULL)"
        )
    extents = list_records(
        db,
        _WarcExtent,
        "SELECT warc_file, max(warc_offset + coalesce(warc_length, 0)) AS needed FROM captures"
        f" WHERE warc_file IS NOT NULL AND warc_offset IS NOT NULL{settled} GROUP BY warc_file",
    )
    return {extent.warc_file: extent.needed for extent in extents}


def sample_warc_files(db: Connection) -> set[str]:
    """Return the WARC files of the newest captures, and of others evenly spread over the rest.

    Files that hold less than a thousandth of all captures may be left out; a small archive has all of its files named.
    """
    newest = int(select_value(db, "SELECT max(id) FROM captures") or 0)
    step = max(1, 2 * newest // SAMPLE)
    ids = {*range(max(1, newest - SAMPLE // 2), newest + 1), *range(1, newest + 1, step)}
    return set(
        select_column(
            db,
            "SELECT DISTINCT warc_file FROM captures WHERE id IN (SELECT value FROM json_each(?))"
            " AND warc_file IS NOT NULL AND warc_offset IS NOT NULL",
            (json.dumps(sorted(ids)),),
        )
    )
