"""Looks through the files of an ingest: which records hold pages of known sites, and what else is in them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from crawler.archive.write.ingest_index import IndexedRecord, IngestIndex
from crawler.errors import BadAddress, WarcDamaged
from crawler.items import Address
from crawler.normalisation.hosts import list_sites_of_address
from crawler.normalisation.part_addresses import find_part_number, make_page_key, may_be_part
from crawler.normalisation.urls import read_address
from crawler.operations.ingest.report import IngestReport, PassedOver
from crawler.sites.known_site import KnownSite
from crawler.warc.foreign import Findings, RecordEntry, iter_file_entries
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
_MOST_TOLERATED: Final = timedelta(days=1)
"""How far in the future a date may lie, as clocks and time zones go."""


class FileScanner:
    """Puts the records that may be kept into an index, and counts the others."""

    def __init__(
        self, index: IngestIndex, known_sites: Mapping[str, KnownSite], report: IngestReport, now: datetime
    ) -> None:
        self._index = index
        adopted_last = sorted(known_sites.values(), key=lambda known_site: known_site.source == "archive")
        self._sites = tuple(known_site.site for known_site in adopted_last)
        self._report = report
        self._now = now

    def scan(self, path: Path, folder: Path) -> None:
        """Index the records of one file; ``folder`` takes what has to be unpacked."""
        findings = Findings(damaged=[])
        try:
            for record in iter_file_entries(path, folder, findings):
                self._sort_entry(record.entry, record.name)
        except WarcDamaged as problem:
            self._report.unusable.append(str(problem))
        self._report.repaired += findings.repaired
        for part in findings.damaged:
            self._report.pass_over(PassedOver.DAMAGED, file=part.name, offset=part.offset)

    def _sort_entry(self, entry: RecordEntry, name: str) -> None:
        place = self._find_site(entry.url)
        if place is None:
            self._count_unknown(entry)
            return
        site_name, address = place
        is_part = address.kind == "other" and may_be_part(entry.url)
        if address.kind not in PAGE_KINDS and not is_part:
            return
        reason = self._find_reason(entry)
        if reason is not None:
            offset = None if entry.is_unpacked else entry.offset
            self._report.pass_over(reason, url=entry.url, file=name, offset=offset)
            return
        assert entry.date is not None
        self._index.add(
            IndexedRecord(
                site=site_name,
                path=str(entry.path),
                origin=name,
                start=entry.offset,
                is_unpacked=entry.is_unpacked,
                kind=entry.kind,
                url=entry.url,
                url_key=address.url_key,
                date=entry.date.isoformat(),
                status=entry.status,
                record_id=entry.record_id,
                digest=normalise_digest(entry.payload_digest),
                refers_to=self._find_key(entry.refers_to),
                refers_to_id=entry.refers_to_id,
                refers_to_date=entry.refers_to_date.isoformat() if entry.refers_to_date else None,
                is_unmodified=entry.is_unmodified,
                page_key=make_page_key(entry.url),
                is_part=is_part or find_part_number(entry.url, address.url) is not None,
            )
        )

    def _find_reason(self, entry: RecordEntry) -> PassedOver | None:
        """Return why the record of a page address is not kept, or None if it may be."""
        if entry.kind == "response" and entry.status is None and entry.media_type not in _PAGE_TYPES:
            return PassedOver.NO_ANSWER if entry.media_type.startswith("application/http") else PassedOver.NO_PAGE
        if entry.kind in ("resource", "conversion") and entry.status is None and entry.media_type not in _BARE_TYPES:
            return PassedOver.NO_PAGE
        if entry.is_segment:
            return PassedOver.PART
        if entry.date is None:
            return PassedOver.UNDATED
        return PassedOver.FUTURE if entry.date > self._now + _MOST_TOLERATED else None

    def _find_site(self, url: str) -> tuple[str, Address] | None:
        for site in list_sites_of_address(url, self._sites):
            try:
                return site.name, read_address(url, site)
            except BadAddress:
                continue
        return None

    def _find_key(self, url: str | None) -> str | None:
        place = self._find_site(url) if url else None
        return place[1].url_key if place else None

    def _count_unknown(self, entry: RecordEntry) -> None:
        """Count the record if it holds a page; what is no page of a site (pictures, robots.txt, notes) is not."""
        is_page = entry.media_type in _PAGE_TYPES or (entry.kind == "conversion" and entry.media_type == "text/plain")
        if not is_page or (entry.status is not None and not 200 <= entry.status < 300):
            return
        try:
            parts = urlsplit(entry.url)
            host = (parts.hostname or "")[:253]
        except ValueError:
            return
        if parts.scheme.lower() in _SCHEMES and not parts.path.endswith("/robots.txt"):
            self._report.count_unknown(host or f"{parts.scheme.lower()}:")
