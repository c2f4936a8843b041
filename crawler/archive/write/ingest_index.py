"""Indexes the records of ingested files by site and date, in a temporary database that closing removes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Final, NamedTuple, Self

from crawler.archive.database import select_column, select_count, select_record, select_records

_TABLE: Final = (
    "CREATE TABLE entries (site TEXT, path TEXT, origin TEXT, start INTEGER, kind TEXT, url TEXT, date TEXT,"
    " digest TEXT, refers_to TEXT)"
)


class IndexedRecord(NamedTuple):
    """A WARC record, and its place."""

    site: str
    path: str
    """The file that holds it, which may be unpacked from another one."""
    origin: str
    """The name of the file that was given to the ingest."""
    start: int
    """The byte at which it begins."""
    kind: str
    """``response`` or ``revisit``."""
    url: str
    date: str
    """When it was captured, in ISO 8601."""
    digest: str | None
    """The digest of its payload, as the record states it."""
    refers_to: str | None
    """The address that a revisit record refers to."""


class RecordPlace(NamedTuple):
    """The place of a record: a file, and the byte at which it begins."""

    path: str
    start: int


class IngestIndex:
    """An index of records, in memory while they are few, on disk when they are many."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("")  # a database without a name is in memory while it is small
        self._db.execute(_TABLE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def add(self, record: IndexedRecord) -> None:
        """Add a record."""
        names = ", ".join(record._fields)
        marks = ", ".join("?" * len(record))
        self._db.execute(f"INSERT INTO entries ({names}) VALUES ({marks})", record)

    def sort(self) -> None:
        """Create the indexes of the tables; to be called once, when all records have been added."""
        self._db.execute("CREATE INDEX by_date ON entries (site, date, url)")
        self._db.execute("CREATE INDEX by_digest ON entries (digest)")

    def __len__(self) -> int:
        return select_count(self._db, "SELECT count(*) FROM entries")

    def list_sites(self) -> list[str]:
        """Return the names of the sites of all records, in order."""
        return select_column(self._db, "SELECT DISTINCT site FROM entries ORDER BY site")

    def iter_site(self, site: str) -> Iterator[IndexedRecord]:
        """Yield the records of a site, the oldest first."""
        return select_records(
            self._db,
            IndexedRecord,
            f"SELECT {', '.join(IndexedRecord._fields)} FROM entries WHERE site = ? ORDER BY date, url, path, start",
            (site,),
        )

    def find_response(self, digest: str, url: str | None) -> RecordPlace | None:
        """Return the place of an answer with a payload: of this address, else the oldest one; None without any."""
        return select_record(
            self._db,
            RecordPlace,
            "SELECT path, start FROM entries WHERE kind = 'response' AND digest = ? ORDER BY url <> ?, date LIMIT 1",
            (digest, url),
        )
