"""What an archive holds of the articles and addresses whose stored pages are read again.

It is asked for as it is needed, or gathered beforehand for readers that are far from the archive.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRecords:
    """An article and its captures, gathered beforehand."""

    archived: ArchivedArticle
    captures: tuple[StoredCapture, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressRecords:
    """An address without an article and its captures, gathered beforehand."""

    url_key: str
    known: KnownAddress
    captures: tuple[StoredCapture, ...]


PageRecords = ArticleRecords | AddressRecords


class GatheredRecords:
    """Records that were gathered beforehand; nothing else is known."""

    def __init__(self, pages: Iterable[PageRecords]) -> None:
        self._articles: dict[int, ArticleRecords] = {}
        self._addresses: dict[str, AddressRecords] = {}
        for page in pages:
            if isinstance(page, ArticleRecords):
                self._articles[page.archived.id] = page
            else:
                self._addresses[page.url_key] = page

    def find_article(self, article_id: int) -> ArchivedArticle | None:
        """Return an article, None where it was not gathered."""
        page = self._articles.get(article_id)
        return None if page is None else page.archived

    def find_address(self, url_key: str) -> KnownAddress | None:
        """Return an address, None where it was not gathered."""
        page = self._addresses.get(url_key)
        return None if page is None else page.known

    def list_article_captures(self, article_id: int) -> list[StoredCapture]:
        """Return the whole answers of a gathered article's addresses, newest first."""
        return list(self._articles[article_id].captures)

    def list_address_captures(self, url_key: str) -> list[StoredCapture]:
        """Return the whole answers of a gathered address, newest first."""
        return list(self._addresses[url_key].captures)


def gather_article(records: StoredRecords, article_id: int) -> ArticleRecords | None:
    """Return the records of an article, None where it has been erased."""
    archived = records.find_article(article_id)
    if archived is None:
        return None
    return ArticleRecords(archived=archived, captures=tuple(records.list_article_captures(article_id)))


def gather_address(records: StoredRecords, url_key: str) -> AddressRecords | None:
    """Return the records of an address, None where it has been erased."""
    address = records.find_address(url_key)
    if address is None:
        return None
    return AddressRecords(url_key=url_key, known=address, captures=tuple(records.list_address_captures(url_key)))
