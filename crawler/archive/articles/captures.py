"""Finds captures: earlier ones to which a revisit record may point, their places in WARC files, what is archived."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from sqlite_utils import Database

from crawler.archive.articles.parts import IS_FIRST
from crawler.archive.database import Connection, select_record, select_records, select_value
from crawler.items import Capture
from crawler.normalisation.dates.moments import instant


@dataclass(frozen=True, kw_only=True, slots=True)
class EarlierCapture:
    """The first answer of status 200 with a payload, and its place in a WARC file."""

    warc_file: str
    warc_offset: int
    digest: str


def find_earlier_capture(db: Database, url_key: str, url: str, digest: str | None) -> EarlierCapture | None:
    """Return the first capture of an address with a payload digest; without a digest, with that of its newest answer.

    Later captures of the same payload are revisit records themselves. Returns None when there is no capture.
    """
    whole = "url_key = ? AND url = ? AND status = 200 AND warc_file IS NOT NULL AND warc_offset IS NOT NULL"
    if digest is None:
        row = db.execute(
            f"SELECT digest FROM captures WHERE {whole} AND digest IS NOT NULL ORDER BY id DESC LIMIT 1", (url_key, url)
        ).fetchone()
        if row is None:
            return None
        digest = str(row[0])
    query = (
        f"SELECT warc_file, warc_offset, digest FROM captures WHERE {whole} AND digest = ?"
        " AND id NOT IN (SELECT capture_id FROM losses) ORDER BY id LIMIT 1"
    )
    return select_record(db, EarlierCapture, query, (url_key, url, digest))


class CapturePlace(NamedTuple):
    """The place of an answer: a WARC file, and the byte at which the record begins."""

    warc_file: str
    warc_offset: int


def list_places(db: Connection) -> set[CapturePlace]:
    """Return the places of all answers that the archive knows."""
    sql = "SELECT warc_file, warc_offset FROM captures WHERE warc_file IS NOT NULL AND warc_offset IS NOT NULL"
    return set(select_records(db, CapturePlace, sql))


def find_capture_id(db: Connection, capture: Capture) -> int | None:
    """Return the id of an answer that is archived, by its place in a WARC file; None where it is not."""
    capture_id: int | None = select_value(
        db,
        "SELECT id FROM captures WHERE url = ? AND fetched_at = ? AND warc_file = ? AND warc_offset = ?",
        (capture.url, instant(capture.fetched_at), capture.warc_file, capture.warc_offset),
    )
    return capture_id


def list_run_places(db: Connection, run_id: int) -> list[CapturePlace]:
    """Return the places of the answers that a run kept, in their order."""
    sql = (
        "SELECT warc_file, warc_offset FROM captures WHERE run_id = ? AND warc_file IS NOT NULL"
        " AND warc_offset IS NOT NULL ORDER BY warc_file, warc_offset"
    )
    return list(select_records(db, CapturePlace, sql, (run_id,)))


def find_end(db: Connection, warc_file: str) -> int:
    """Return the byte of a WARC file behind the last record that the archive knows; 0 where it knows none."""
    end: int | None = select_value(
        db, "SELECT max(warc_offset + warc_length) FROM captures WHERE warc_file = ?", (warc_file,)
    )
    return end or 0


def find_original(db: Connection, url_key: str, digest: str, until: str) -> CapturePlace | None:
    """Return the place of the first answer of an address with a payload, until an instant; None without one."""
    return select_record(
        db,
        CapturePlace,
        "SELECT warc_file, warc_offset FROM captures WHERE url_key = ? AND digest = ? AND status = 200"
        " AND warc_file IS NOT NULL AND warc_offset IS NOT NULL AND fetched_at <= ? ORDER BY fetched_at, id LIMIT 1",
        (url_key, digest, until),
    )


def find_last_digest(db: Connection, url_key: str, until: str, *, at: str | None = None) -> str | None:
    """Return the payload digest of the last answer with a page of an address, until an instant; None without one.

    With ``at`` only an answer of that instant counts.
    """
    digest: str | None = select_value(
        db,
        "SELECT digest FROM captures c WHERE url_key = ?1 AND status = 200 AND digest IS NOT NULL AND fetched_at <= ?2"
        f" AND {IS_FIRST} AND (?3 IS NULL OR fetched_at = ?3) ORDER BY fetched_at DESC, id DESC LIMIT 1",
        (url_key, until, at),
    )
    return digest


def holds_page(db: Connection, url_key: str) -> bool:
    """Return True if a page of an address is archived."""
    return bool(select_value(db, "SELECT 1 FROM captures WHERE url_key = ? AND status = 200 LIMIT 1", (url_key,)))


def holds_answer(
    db: Connection, url_key: str, fetched_at: str, status: int, digest: str, *, or_unchanged: bool = False
) -> bool:
    """Return True if an answer is archived of this address, or of another address of the same article.

    With ``or_unchanged`` an answer of status 304 at that instant counts too.
    """
    return bool(
        select_value(
            db,
            "SELECT 1 FROM captures WHERE fetched_at = ?2 AND (status = ?3 AND digest = ?4 OR ?5 AND status = 304)"
            " AND url_key IN (SELECT ?1 UNION SELECT url_key FROM addresses WHERE article_id ="
            " (SELECT article_id FROM addresses WHERE url_key = ?1)) LIMIT 1",
            (url_key, fetched_at, status, digest, or_unchanged),
        )
    )


def find_newest_capture(db: Database, url_key: str) -> EarlierCapture | None:
    """Return the place of the newest answer of an address, be it a revisit record or a first one."""
    return select_record(
        db,
        EarlierCapture,
        "SELECT warc_file, warc_offset, coalesce(digest, '') AS digest FROM captures c WHERE url_key = ?"
        f" AND status = 200 AND warc_file IS NOT NULL AND warc_offset IS NOT NULL AND {IS_FIRST}"
        " ORDER BY id DESC LIMIT 1",
        (url_key,),
    )
