"""Indexes the records of ingested files by site and date, in a temporary database that closing removes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Final, NamedTuple, Self

from crawler.archive.database import select_column, select_count, select_record, select_records, select_value

_PAGE: Final = "kind IN ('response', 'resource')"


class IndexedRecord(NamedTuple):
    """A WARC record: what it is found by, and whatever else the ingest knows of it."""

    site: str
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
    page_key: str
    """The address as those of one page are equal, whatever the site makes of it."""
    is_part: bool
    """True if the address alone tells that it is a further page of an article."""
    file: int
    """The number of its file among those of the ingest."""
    number: int
    """Its number in the file."""
    shard: str
    """The name of the shard that holds its reading."""
    entry: bytes
    """The rest, in the form of the ingest."""


_NAMES: Final = ", ".join(IndexedRecord._fields)


class IngestIndex:
    """An index of records, in memory while they are few, on disk when they are many."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("")  # a database without a name is in memory while it is small
        self._db.execute(f"CREATE TABLE entries ({_NAMES})")
        self._insert = f"INSERT INTO entries ({_NAMES}) VALUES ({', '.join('?' * len(IndexedRecord._fields))})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def add(self, record: IndexedRecord) -> None:
        """Add a record."""
        self._db.execute(self._insert, record)

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
            f"SELECT {_NAMES} FROM entries WHERE site = ? ORDER BY date, url, kind = 'conversion', file, number",
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

    def find_response(self, digest: str, url_key: str | None) -> IndexedRecord | None:
        """Return an answer with a payload: one of this address, else the oldest one; None without any."""
        return select_record(
            self._db,
            IndexedRecord,
            f"SELECT {_NAMES} FROM entries WHERE {_PAGE} AND digest = ?"
            " ORDER BY url_key <> ?, date, file, number LIMIT 1",
            (digest, url_key or ""),
        )

    def find_record(self, record_id: str) -> IndexedRecord | None:
        """Return the record of an id; None without any."""
        return select_record(
            self._db,
            IndexedRecord,
            f"SELECT {_NAMES} FROM entries WHERE record_id = ? AND kind <> 'conversion'"
            f" ORDER BY {_PAGE} DESC, file, number LIMIT 1",
            (record_id,),
        )

    def find_dated(self, url_key: str, date: str) -> IndexedRecord | None:
        """Return the answer of an address at a date; None without any."""
        return select_record(
            self._db,
            IndexedRecord,
            f"SELECT {_NAMES} FROM entries WHERE {_PAGE} AND url_key = ? AND date = ? ORDER BY file, number LIMIT 1",
            (url_key, date),
        )

    def find_last(self, url_key: str, until: str) -> IndexedRecord | None:
        """Return the last answer with a page of an address, until a date; None without any."""
        return select_record(
            self._db,
            IndexedRecord,
            f"SELECT {_NAMES} FROM entries WHERE {_PAGE} AND url_key = ? AND date <= ? AND NOT is_part"
            " AND coalesce(status, 200) = 200 ORDER BY date DESC, file DESC, number DESC LIMIT 1",
            (url_key, until),
        )

    def find_nearest(self, site: str, page_key: str, date: str) -> IndexedRecord | None:
        """Return the answer of a page that is nearest to a date, be it a page or "gone"; None without any."""
        return select_record(
            self._db,
            IndexedRecord,
            f"SELECT {_NAMES} FROM entries WHERE site = ? AND page_key = ? AND kind <> 'conversion'"
            " AND (coalesce(status, 200) BETWEEN 200 AND 299 OR status IN (404, 410))"
            " ORDER BY abs(julianday(date) - julianday(?)), date, file, number LIMIT 1",
            (site, page_key, date),
        )
