"""Forget: an article is erased everywhere, from tables, search index and WARC files, and never fetched again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from crawler.archive import Archive
from crawler.archive.articles.addresses import list_article_addresses
from crawler.archive.articles.forgotten import find_keys, list_unerased
from crawler.archive.lock import SiteLock
from crawler.archive.write.tombstones import ForgetResult
from crawler.crawl.monitoring.saved_cases import erase_cases
from crawler.errors import BadAddress, CrawlerError
from crawler.items import Address
from crawler.normalisation.urls import read_address
from crawler.site import Site
from crawler.sites.registry import load_sites
from crawler.warc.erasing import erase_records


class NothingToForget(CrawlerError):
    """Neither an article of the archive nor an article's address of a known site: check what was typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetTarget:
    """What forgetting an address would erase."""

    site: str
    keys: tuple[str, ...]
    headline: str | None
    """None when no article is archived: then only tombstones are put up."""
    copies: tuple[str, ...] = ()
    """Addresses of other articles with the same text or almost, and of translations: they stay, unless named too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetReport:
    """What was erased."""

    forgotten: ForgetResult
    records: int
    """WARC records whose place is now empty."""


def forget(
    path: Path, wanted: str, why: str, agree: Callable[[ForgetTarget], bool], now: datetime | None = None
) -> ForgetReport | None:
    """Erase the article of an id or address everywhere, when ``agree`` says so; None when it does not.

    Harmless when repeated: what a killed run has left in WARC files is erased then. Raises NothingToForget,
    ArchiveBusy while a crawl runs, OSError when a WARC file cannot be written (the tables are clean then).
    """
    now = now or datetime.now(UTC)
    with ExitStack() as stack:
        archive = stack.enter_context(Archive(path, "write"))
        found = _find(archive, wanted.strip())
        stack.callback(SiteLock(path, found.site).release)
        if not agree(found):
            return None
        forgotten = archive.forget(found.keys, why, now)
        records = _erase_records(archive, now)
    return ForgetReport(forgotten=forgotten, records=records)


def _find(archive: Archive, wanted: str) -> ForgetTarget:
    known = load_sites()
    number = wanted.isascii() and wanted.isdigit() and len(wanted) < 19
    record = archive.article(int(wanted)) if number else archive.find(wanted, known)
    if record is not None:
        own = f"{record.site}/{record.language}/{record.site_key}"
        return ForgetTarget(
            site=record.site,
            keys=tuple(sorted({own, *list_article_addresses(archive.db, record.id)})),
            headline=record.headline,
            copies=tuple(related.url for related in (*record.copies, *record.translations)),
        )
    for site in () if number else known:
        try:
            address = read_address(wanted, site)
        except BadAddress:
            continue
        if address.kind == "article":
            return ForgetTarget(site=site.name, keys=find_keys(archive.db.conn, address.url_key), headline=None)
    raise NothingToForget(f"no article {wanted[:200]} in {archive.path}, and no address of an article of a known site")


def _erase_records(archive: Archive, now: datetime) -> int:
    """Erase in WARC files what tombstones still name, and strike it off."""
    known = load_sites()
    keys = archive.forgotten
    records = 0

    def unwanted(url: str) -> bool:
        return any(_read_url_key(url, site) in keys for site in known)

    erase_cases(archive.path, unwanted)
    for unerased in list_unerased(archive.db.conn):
        for file, offsets in unerased.places.items():
            path = archive.warc_folder / file
            if not path.is_file():
                continue
            records += erase_records(path, set(offsets), unwanted, now)
        archive.mark_erased(unerased.url_key)
    return records


def _read_url_key(url: str, site: Site) -> str | None:
    try:
        address: Address = read_address(url, site)
    except BadAddress:
        return None
    return address.url_key
