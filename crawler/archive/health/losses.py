"""Finds captures that cannot be read back from WARC, and counts those that were fetched again or accepted as lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from crawler.archive.database import Connection, list_records, select_column, select_rows, select_value
from crawler.errors import CrawlerError, PayloadUnreadable
from crawler.items import Capture

ReadCapture = Callable[[Path, str, int], Capture]
"""(folder, file, offset) → the capture of that record. Raises WarcDamaged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LostCapture:
    """A capture whose bytes are missing or damaged."""

    id: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedLoss:
    """A WARC file of captures that somebody has accepted as lost, for one reason."""

    file: str | None
    why: str
    accepted_at: str
    captures: int


def iter_lost_captures(
    db: Connection, folder: Path, read_capture: ReadCapture, site: str | None = None
) -> Iterator[LostCapture]:
    """Yield the captures of a site, or of all, that cannot be read back as they were written."""
    for row in select_rows(
        db,
        "SELECT c.id, c.url, c.status, c.digest, c.warc_file, c.warc_offset FROM captures c"
        " LEFT JOIN addresses a ON a.url_key = c.url_key WHERE ?1 IS NULL OR a.site = ?1"
        " OR a.site IS NULL AND (SELECT site FROM runs WHERE id = c.run_id) = ?1 ORDER BY c.warc_file, c.warc_offset",
        (site,),
    ):
        url, file, offset = row["url"], row["warc_file"], row["warc_offset"]
        if file is None or offset is None:
            yield LostCapture(id=row["id"], message=f"{url} was archived without its bytes")
            continue
        try:
            capture = read_capture(folder, file, offset)
        except PayloadUnreadable:
            continue  # the bytes are there as the server sent them
        except (CrawlerError, OSError, ValueError) as error:
            yield LostCapture(id=row["id"], message=f"{file} at {offset}: {error}")
            continue
        if capture.url != url:
            yield LostCapture(id=row["id"], message=f"{file} at {offset} holds {capture.url}, not {url}")
        elif capture.status != row["status"]:
            message = f"{file} at {offset} has status {capture.status}, not {row['status']}"
            yield LostCapture(id=row["id"], message=message)
        elif row["digest"] is not None and capture.digest != row["digest"]:
            message = f"{file} at {offset} does not have the digest it was archived with"
            yield LostCapture(id=row["id"], message=message)


def list_settled(db: Connection) -> frozenset[int]:
    """Return the ids of lost captures whose page was fetched again, or that were accepted as lost."""
    if not has_losses(db):
        return frozenset()
    sql = "SELECT capture_id FROM losses WHERE accepted_at IS NOT NULL OR replaced_by IS NOT NULL"
    return frozenset(select_column(db, sql))


def list_settled_files(db: Connection) -> frozenset[str]:
    """Return the names of the WARC files in which settled losses lie."""
    if not has_losses(db):
        return frozenset()
    sql = (
        "SELECT DISTINCT c.warc_file FROM losses l JOIN captures c ON c.id = l.capture_id"
        " WHERE c.warc_file IS NOT NULL AND (l.accepted_at IS NOT NULL OR l.replaced_by IS NOT NULL)"
    )
    return frozenset(select_column(db, sql))


def count_refetched(db: Connection) -> int:
    """Count the lost captures whose page was fetched again."""
    if not has_losses(db):
        return 0
    return int(select_value(db, "SELECT count(*) FROM losses WHERE replaced_by IS NOT NULL"))


def list_accepted(db: Connection) -> list[AcceptedLoss]:
    """Return the losses that were accepted, by file and reason."""
    if not has_losses(db):
        return []
    return list_records(
        db,
        AcceptedLoss,
        "SELECT c.warc_file AS file, l.why, max(l.accepted_at) AS accepted_at, count(*) AS captures FROM losses l"
        " JOIN captures c ON c.id = l.capture_id WHERE l.accepted_at IS NOT NULL AND l.replaced_by IS NULL"
        " GROUP BY c.warc_file, l.why ORDER BY c.warc_file, l.why",
    )


def has_losses(db: Connection) -> bool:
    """Return True if the archive has the table of losses, which one of an older version lacks."""
    return select_value(db, "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'losses'") is not None
