"""Reads the number of bytes that the archive's captures need in each WARC file."""

from __future__ import annotations

from typing import NamedTuple

from crawler.archive.database import Connection, list_records, select_column
from crawler.archive.health.losses import has_losses


def list_warc_names(db: Connection) -> frozenset[str]:
    """Return the names of all WARC files that captures are in."""
    return frozenset(select_column(db, "SELECT DISTINCT warc_file FROM captures WHERE warc_file IS NOT NULL"))


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
