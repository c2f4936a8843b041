"""What was captured of an address before: where a revisit record may point to."""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database

from crawler.archive.database import select_records


@dataclass(frozen=True, kw_only=True, slots=True)
class EarlierCapture:
    """An answer of status 200 that is on disk, the first with its payload."""

    warc_file: str
    warc_offset: int
    digest: str


def find_earlier_capture(db: Database, url_key: str, url: str, digest: str | None) -> EarlierCapture | None:
    """Return the first capture of an address with that payload digest; without one, that of its newest answer.

    The first one, because later ones of the same payload are revisit records themselves.
    """
    whole = "url_key = ? AND url = ? AND status = 200 AND warc_file IS NOT NULL AND warc_offset IS NOT NULL"
    if digest is None:
        row = db.execute(
            f"SELECT digest FROM captures WHERE {whole} AND digest IS NOT NULL ORDER BY id DESC LIMIT 1", (url_key, url)
        ).fetchone()
        if row is None:
            return None
        digest = str(row[0])
    query = f"SELECT warc_file, warc_offset, digest FROM captures WHERE {whole} AND digest = ? ORDER BY id LIMIT 1"
    return next(select_records(db.conn, EarlierCapture, query, (url_key, url, digest)), None)


def find_newest_capture(db: Database, url_key: str) -> EarlierCapture | None:
    """Return where the newest answer of an address is kept, a revisit record or a first one."""
    found = select_records(
        db.conn,
        EarlierCapture,
        "SELECT warc_file, warc_offset, coalesce(digest, '') AS digest FROM captures WHERE url_key = ? AND status = 200"
        " AND warc_file IS NOT NULL AND warc_offset IS NOT NULL ORDER BY id DESC LIMIT 1",
        (url_key,),
    )
    return next(found, None)
