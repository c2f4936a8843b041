"""Looks up addresses: their site, their depth, and the article that they lead to."""

from __future__ import annotations

from typing import NamedTuple

from crawler.archive.database import Connection, select_column, select_record, select_value


class KnownAddress(NamedTuple):
    """An address that a crawl has met."""

    site: str
    depth: int
    """Links from an entry point."""
    article_id: int | None
    """The article that it leads to; None while none is archived."""


def find_address(db: Connection, url_key: str) -> KnownAddress | None:
    """Return an address by its identity, or None when no crawl has met it."""
    return select_record(
        db, KnownAddress, "SELECT site, depth, article_id FROM addresses WHERE url_key = ?", (url_key,)
    )


def find_last_error(db: Connection, url_key: str) -> str | None:
    """Return why the last visit of an address brought nothing, in words; None where it did, or there was none."""
    error: str | None = select_value(db, "SELECT last_error FROM addresses WHERE url_key = ?", (url_key,))
    return error


def list_article_addresses(db: Connection, article_id: int) -> list[str]:
    """Return the identities of the addresses that lead to an article."""
    return select_column(db, "SELECT url_key FROM addresses WHERE article_id = ?", (article_id,))


def list_address_sites(db: Connection) -> list[str]:
    """Return the names of the sites that have addresses, in order."""
    return select_column(db, "SELECT DISTINCT site FROM addresses ORDER BY site")
