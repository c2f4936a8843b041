"""What an archive holds of the articles and addresses whose stored pages are read again.

It is asked for as it is needed, or gathered beforehand for readers that are far from the archive.
"""

from __future__ import annotations

import sqlite3
from dataclasses import asdict, dataclass
from typing import Protocol

from crawler.archive.articles.addresses import KnownAddress, find_address
from crawler.archive.articles.readings import load_reading
from crawler.archive.articles.stored_pages import (
    StoredCapture,
    find_stored_article,
    list_address_captures,
    list_article_captures,
)
from crawler.rereading.pages import ArchivedArticle


class StoredRecords(Protocol):
    """Where a rereader looks up what is archived."""

    def find_article(self, article_id: int) -> ArchivedArticle | None:
        """Return an article, None where there is none of that id."""
        ...

    def find_address(self, url_key: str) -> KnownAddress | None:
        """Return an address, None where no crawl has met it."""
        ...

    def list_article_captures(self, article_id: int) -> list[StoredCapture]:
        """Return the whole answers of an article's addresses, newest first."""
        ...

    def list_address_captures(self, url_key: str) -> list[StoredCapture]:
        """Return the whole answers of an address, newest first."""
        ...


@dataclass(frozen=True, slots=True)
class ArchiveRecords:
    """The records of an open archive."""

    conn: sqlite3.Connection

    def find_article(self, article_id: int) -> ArchivedArticle | None:
        """Return an article, None where there is none of that id, or it has been erased."""
        reading = load_reading(self.conn, article_id)
        stored = find_stored_article(self.conn, article_id) if reading is not None else None
        return None if stored is None or reading is None else ArchivedArticle(**asdict(stored), reading=reading)

    def find_address(self, url_key: str) -> KnownAddress | None:
        """Return an address, None where no crawl has met it."""
        return find_address(self.conn, url_key)

    def list_article_captures(self, article_id: int) -> list[StoredCapture]:
        """Return the whole answers of an article's addresses, newest first."""
        return list_article_captures(self.conn, article_id)

    def list_address_captures(self, url_key: str) -> list[StoredCapture]:
        """Return the whole answers of an address, newest first."""
        return list_address_captures(self.conn, url_key)
