"""Sorts the records of ingested files by their header fields: which may hold a page of a known site, and of which."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from crawler.errors import BadAddress
from crawler.items import Address
from crawler.normalisation.addresses.hosts import list_sites_of_address
from crawler.normalisation.addresses.part_addresses import find_part_number, make_page_key, may_be_part
from crawler.normalisation.addresses.urls import read_address
from crawler.shards.entries import PassedOver, ShardEntry
from crawler.site import Site
from crawler.warc.foreign import FoundEntry, RecordEntry
from crawler.warc.foreign.digests import normalise_digest

PAGE_KINDS: Final = frozenset({"article", "listing", "feed", "sitemap", "home"})
"""The kinds of address that are kept; pictures and style sheets are not."""
_PAGE_TYPES: Final = frozenset({"", "text/html", "application/xhtml+xml"})
_BARE_TYPES: Final = _PAGE_TYPES | {
    "text/plain",
    "text/xml",
    "application/xml",
    "application/rss+xml",
    "application/atom+xml",
    "application/octet-stream",
}
"""The content types of a page that is kept without HTTP headers."""
_SCHEMES: Final = frozenset({"http", "https", "ftp", "file"})
MOST_TOLERATED: Final = timedelta(days=1)
"""How far in the future a date may lie, as clocks and time zones go."""


class SitePage(NamedTuple):
    """The number of a site among those known, and an address of it that may be a page's."""

    site: int
    address: Address


class RecordSorter:
    """Finds the site of each record; where several have its host, the first one that knows its address."""

    def __init__(self, sites: Sequence[Site]) -> None:
        self._sites = tuple(sites)
        self._numbers = {site.name: number for number, site in enumerate(self._sites)}

    def find_page(self, url: str) -> SitePage | None:
        """Return the site and the address of a record; None for one that no known site has."""
        for site in list_sites_of_address(url, self._sites):
            try:
                return SitePage(self._numbers[site.name], read_address(url, site))
            except BadAddress:
                continue
        return None

    @staticmethod
    def may_be_kept(url: str, address: Address) -> bool:
        """Return True for an address of a page, or of a further page of an article."""
        return address.kind in PAGE_KINDS or (address.kind == "other" and may_be_part(url))

    def make_entry(self, found_entry: FoundEntry, page: SitePage) -> ShardEntry:
        """Return the entry of a record of this page, passed over where its header fields say that it holds none."""
        entry = found_entry.entry
        offset = None if entry.is_unpacked else entry.offset
        reason = _find_reason(entry)
        if reason is not None:
            return ShardEntry(origin=found_entry.name, offset=offset, url=entry.url, passed_over=reason)
        assert entry.date is not None
        return ShardEntry(
            origin=found_entry.name,
            offset=offset,
            url=entry.url,
            site=self._sites[page.site].name,
            url_key=page.address.url_key,
            kind=entry.kind,
            date=entry.date.isoformat(),
            status=entry.status,
            record_id=entry.record_id,
            digest=normalise_digest(entry.payload_digest),
            refers_to=self._find_key(entry.refers_to),
            refers_to_id=entry.refers_to_id,
            refers_to_date=entry.refers_to_date.isoformat() if entry.refers_to_date else None,
            is_unmodified=entry.is_unmodified,
            page_key=make_page_key(entry.url),
            is_part=page.address.kind == "other" or find_part_number(entry.url, page.address.url) is not None,
        )

    def _find_key(self, url: str | None) -> str | None:
        page = self.find_page(url) if url else None
        return page.address.url_key if page else None


def is_future(date: str, now: datetime) -> bool:
    """Return True for the date of an entry that lies further in the future than clocks go wrong."""
    return datetime.fromisoformat(date) > now + MOST_TOLERATED


def find_unknown_host(entry: RecordEntry) -> str | None:
    """Return the host of a page of an unknown site; None for what is no page (pictures, robots.txt, notes)."""
    is_page = entry.media_type in _PAGE_TYPES or (entry.kind == "conversion" and entry.media_type == "text/plain")
    if not is_page or (entry.status is not None and not 200 <= entry.status < 300):
        return None
    try:
        parts = urlsplit(entry.url)
        host = (parts.hostname or "")[:253]
    except ValueError:
        return None
    if parts.scheme.lower() not in _SCHEMES or parts.path.endswith("/robots.txt"):
        return None
    return host or f"{parts.scheme.lower()}:"


def _find_reason(entry: RecordEntry) -> PassedOver | None:
    """Return why the record of a page address is not kept, or None if it may be."""
    if entry.kind == "response" and entry.status is None and entry.media_type not in _PAGE_TYPES:
        return PassedOver.NO_ANSWER if entry.media_type.startswith("application/http") else PassedOver.NO_PAGE
    if entry.kind in ("resource", "conversion") and entry.status is None and entry.media_type not in _BARE_TYPES:
        return PassedOver.NO_PAGE
    if entry.is_segment:
        return PassedOver.PART
    return PassedOver.UNDATED if entry.date is None else None
