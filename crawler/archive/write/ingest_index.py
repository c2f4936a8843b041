"""Indexes the records of ingested files by site and date, in a temporary database that closing removes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Final, NamedTuple, Self

from crawler.archive.database import select_column, select_count, select_record, select_records, select_value

_PAGE: Final = "kind IN ('response', 'resource')"


class IndexedRecord(NamedTuple):
    """A WARC record, and its place."""

    site: str
    path: str
    """The file that holds it, which may be unpacked from another one."""
    origin: str
    """The name of the file that was given to the ingest."""
    start: int
    """The byte at which it begins."""
    is_unpacked: bool
    """True if that is a byte of an unpacked part, and not of the file that was given."""
    kind: str
    """``response``, ``resource``, ``conversion`` or ``revisit``."""
    url: str
    url_key: str
    date: str
    """When it was captured, in ISO 8601."""
    status: int | None
    """The HTTP status; None without HTTP headers."""
    record_id: str | None
    digest: str | None
    """The digest of its payload, as the record states it."""
    refers_to: str | None
    """The key of the address that a revisit record refers to."""
    refers_to_id: str | None
    """The id of the record that a revisit record refers to."""
    refers_to_date: str | None
    """The date of the record that a revisit record refers to."""
    is_unmodified: bool
    """True for a revisit record that stands for a status of 304."""
    page_key: str
    """The address as those of one page are equal, whatever the site makes of it."""
    is_part: bool
    """True if the address alone tells that it is a further page of an article."""


class RecordPlace(NamedTuple):
    """The place of a record: a file, and the byte at which it begins."""

    path: str
    start: int


_NAMES: Final = ", ".join(IndexedRecord._fields)


class IngestIndex:
    """An index of records, in memory while they are few, on disk when they are many."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("")  # a database without a name is in memory while it is small
        self._db.execute(f"CREATE TABLE entries ({_NAMES})")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def add(self, record: IndexedRecord) -> None:
        """Add a record."""
        marks = ", ".join("?" * len(record))
        self._db.execute(f"INSERT INTO entries ({_NAMES}) VALUES ({marks})", record)

    def sort(self) -> None:
        """Create the indexes of the tables; to be called once, when all records have been added."""
        self._db.execute("CREATE INDEX by_date ON entries (site, date, url)")
        self._db.execute("CREATE INDEX by_digest ON entries (digest)")
        self._db.execute("CREATE INDEX by_key ON entries (url_key, date)")
        self._db.execute("CREATE INDEX by_id ON entries (record_id)")
        self._db.execute("CREATE INDEX by_page ON entries (page_key, site)")

    def __len__(self) -> int:
        return select_count(self._db, "SELECT count(*) FROM entries")

    def list_sites(self) -> list[str]:
        """Return the names of the sites of all records, in order."""
        return select_column(self._db, "SELECT DISTINCT site FROM entries ORDER BY site")

    def iter_site(self, site: str) -> Iterator[IndexedRecord]:
        """Yield the records of a site, the oldest first; of one instant, texts last."""
        return select_records(
            self._db,
            IndexedRecord,
            f"SELECT {_NAMES} FROM entries WHERE site = ? ORDER BY date, url, kind = 'conversion', path, start",
            (site,),
        )

    def holds_page(self, url_key: str) -> bool:
        """Return True if there is an answer or a bare page of an address, not its text alone."""
        return bool(
            select_value(
                self._db,
                "SELECT 1 FROM entries WHERE url_key = ? AND kind <> 'conversion' AND NOT is_part"
                " AND coalesce(status, 200) BETWEEN 200 AND 299 LIMIT 1",
                (url_key,),
            )
        )

    def find_response(self, digest: str, url_key: str | None) -> RecordPlace | None:
        """Return the place of an answer with a payload: of this address, else the oldest one; None without any."""
        return select_record(
            self._db,
            RecordPlace,
            f"SELECT path, start FROM entries WHERE {_PAGE} AND digest = ? ORDER BY url_key <> ?, date LIMIT 1",
            (digest, url_key or ""),
        )

    def find_record(self, record_id: str) -> IndexedRecord | None:
        """Return the record of an id; None without any."""
        return select_record(
            self._db,
            IndexedRecord,
            f"SELECT {_NAMES} FROM entries WHERE record_id = ? AND kind <> 'conversion' ORDER BY {_PAGE} DESC LIMIT 1",
            (record_id,),
        )

    def find_dated(self, url_key: str, date: str) -> IndexedRecord | None:
        """Return the answer of an address at a date; None without any."""
        return select_record(
            self._db,
            IndexedRecord,
            f"SELECT {_NAMES} FROM entries WHERE {_PAGE} AND url_key = ? AND date = ? LIMIT 1",
            (url_key, date),
        )

    def find_last(self, url_key: str, until: str) -> RecordPlace | None:
        """Return the place of the last answer with a page of an address, until a date; None without any."""
        return select_record(
            self._db,
            RecordPlace,
            f"SELECT path, start FROM entries WHERE {_PAGE} AND url_key = ? AND date <= ? AND NOT is_part"
            " AND coalesce(status, 200) = 200 ORDER BY date DESC LIMIT 1",
            (url_key, until),
        )

    def find_nearest(self, site: str, page_key: str, date: str) -> IndexedRecord | None:
        """Return the answer of a page that is nearest to a date, be it a page or "gone"; None without any."""
        return select_record(
            self._db,
            IndexedRecord,
            f"SELECT {_NAMES} FROM entries WHERE site = ? AND page_key = ? AND kind <> 'conversion'"
            " AND (coalesce(status, 200) BETWEEN 200 AND 299 OR status IN (404, 410))"
            " ORDER BY abs(julianday(date) - julianday(?)), date, path, start LIMIT 1",
            (site, page_key, date),
        )
