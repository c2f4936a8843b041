"""Reads the number of bytes that the archive's captures need in each WARC file."""

from __future__ import annotations

from typing import NamedTuple

from crawler.archive.database import Connection, list_records


class _WarcExtent(NamedTuple):
    warc_file: str
    needed: int


def read_warc_extents(db: Connection) -> dict[str, int]:
    """Return the WARC files of captures, with the number of bytes that each must have at least."""
    extents = list_records(
        db,
        _WarcExtent,
        "SELECT warc_file, max(warc_offset + coalesce(warc_length, 0)) AS needed FROM captures"
        " WHERE warc_file IS NOT NULL AND warc_offset IS NOT NULL GROUP BY warc_file",
    )
    return {extent.warc_file: extent.needed for extent in extents}
