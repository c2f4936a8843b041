"""Forgets an article: erases it from tables, search index and WARC files, and marks it never to be fetched again."""

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
    """The article that forgetting an id or address would erase."""

    site: str
    keys: tuple[str, ...]
    headline: str | None
    """None when no article is archived: then only tombstones are inserted."""
    copies: tuple[str, ...] = ()
    """Addresses of other articles with the same or nearly the same text, and of translations: they are not erased."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetReport:
    """The counts of what was erased."""

    forgotten: ForgetResult
    records: int
    """WARC records that were erased."""


def forget(
    path: Path, article: str, reason: str, agree: Callable[[ForgetTarget], bool], now: datetime | None = None
) -> ForgetReport | None:
    """Erase the article of an id or address everywhere if ``agree`` returns True for it; return None if it does not.

    A second call is harmless, and erases records that a killed one left in WARC files. Raises NothingToForget,
    ArchiveBusy while a crawl runs, OSError when a WARC file cannot be written (the tables are clean then).
    """
    now = now or datetime.now(UTC)
    with ExitStack() as stack:
        archive = stack.enter_context(Archive(path, "write"))
        target = _find_target(archive, article.strip())
        stack.callback(SiteLock(path, target.site).release)
        if not agree(target):
            return None
        forgotten = archive.forget(target.keys, reason, now)
        records = _erase_records(archive, now)
    return ForgetReport(forgotten=forgotten, records=records)


def _find_target(archive: Archive, article: str) -> ForgetTarget:
    sites = load_sites()
    number = article.isascii() and article.isdigit() and len(article) < 19
    record = archive.article(int(article)) if number else archive.find(article, sites)
    if record is not None:
        own = f"{record.site}/{record.language}/{record.site_key}"
        return ForgetTarget(
            site=record.site,
            keys=tuple(sorted({own, *list_article_addresses(archive.db, record.id)})),
            headline=record.headline,
            copies=tuple(related.url for related in (*record.copies, *record.translations)),
        )
    for site in () if number else sites:
        try:
            address = read_address(article, site)
        except BadAddress:
            continue
        if address.kind == "article":
            return ForgetTarget(site=site.name, keys=find_keys(archive.db.conn, address.url_key), headline=None)
    raise NothingToForget(f"no article {article[:200]} in {archive.path}, and no address of an article of a known site")


def _erase_records(archive: Archive, now: datetime) -> int:
    """Erase the WARC records that tombstones still name, and mark them as erased; return their number."""
    sites = load_sites()
    forgotten_keys = archive.forgotten
    records = 0

    def is_unwanted(url: str) -> bool:
        return any(_read_url_key(url, site) in forgotten_keys for site in sites)

    erase_cases(archive.path, is_unwanted)
    for unerased in list_unerased(archive.db.conn):
        for file, offsets in unerased.places.items():
            path = archive.warc_folder / file
            if not path.is_file():
                continue
            records += erase_records(path, set(offsets), is_unwanted, now)
        archive.mark_erased(unerased.url_key)
    return records


def _read_url_key(url: str, site: Site) -> str | None:
    try:
        address: Address = read_address(url, site)
    except BadAddress:
        return None
    return address.url_key
