"""Reads the links of a sitemap: articles of a ``urlset`` or of a plain text, sitemaps of a ``sitemapindex``.

The newest come first. Where a sitemap states no day of publication, the one in an article's own address counts, and its
last change bounds it: ``--since`` needs one of these to tell what is too old.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from crawler.discovery.address_dates import find_day, find_month_end, find_period
from crawler.discovery.links import MAX_LINKS, PageLinks, clean_headline, keep_printed_url
from crawler.discovery.sitemap_entries import NoSitemap, SitemapDocument, SitemapEntry, read_document
from crawler.errors import BadAddress, BadValue, PageUnreadable
from crawler.extraction.stated.dates import read_stated
from crawler.items import Address, Capture, Link, Problem
from crawler.normalisation.addresses.document_addresses import names_sitemap, rank_sitemap, read_document_address
from crawler.normalisation.addresses.hosts import is_site_host
from crawler.normalisation.addresses.urls import read_address
from crawler.normalisation.dates.moments import read_instant
from crawler.site import Site

_MONTH_OR_YEAR: Final = re.compile(r"(\d{4})(?:-(\d\d))?")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d(?=[T ])")
_UNSET_DAYS: Final = frozenset(
    {"0001-01-01", "1753-01-01", "1899-12-30", "1899-12-31", "1900-01-01", "1904-01-01", "1969-12-31", "1970-01-01"}
    | {"1979-12-31", "1980-01-01"}
)


def read_sitemap(capture: Capture, site: Site) -> PageLinks:
    """Return what a sitemap names of a site, the newest first, each once: articles, or further sitemaps.

    A sitemap leads to sitemaps on the site's hosts and on its own. A document that is broken, breaks off or is larger
    than the protocol allows is read as far as it goes, with one problem. Raises PageUnreadable for what is no sitemap.
    """
    try:
        document = read_document(capture)
    except NoSitemap:
        raise PageUnreadable(f"{capture.url} is no sitemap") from None
    latest = capture.fetched_at.date() + timedelta(days=1)
    links: dict[str, Link] = {}
    malformed = 0
    for entry in document.entries:
        try:
            link = _read_entry(entry, document, capture, site, latest)
        except BadAddress:
            continue
        except ValueError:
            malformed += 1
            continue
        if link is not None:
            links.setdefault(link.address.url_key, link)
    newest_first = sorted(links.values(), key=lambda link: _find_sort_key(link, latest), reverse=True)
    if document.kind == "index":
        newest_first = sorted(newest_first, key=lambda link: link.depth)[:MAX_LINKS]
    return PageLinks(links=tuple(newest_first), problems=_list_problems(capture.url, document, malformed))


def make_sitemap_link(url: str, site: Site, *, found_on: str | None = None) -> Link:
    """Return the link to a sitemap that is an entry point. Raises BadAddress for what is no address of one."""
    period = find_period(url)
    return Link(
        address=read_document_address(url, site, "sitemap"),
        via="entry",
        found_on=found_on,
        published_on=period[1] if period else None,
    )


def _read_entry(
    entry: SitemapEntry, document: SitemapDocument, capture: Capture, site: Site, latest: date
) -> Link | None:
    if names_sitemap(entry.loc) and (document.kind == "index" or entry.loc.startswith("http")):
        return _read_sitemap_entry(entry, capture, site, latest)
    try:
        address = read_address(entry.loc, site, capture.url if entry.loc.startswith("/") else None)
    except BadAddress:
        if document.kind != "index":
            raise
        return _read_sitemap_entry(entry, capture, site, latest)
    if address.kind != "article":  # an index may name articles, by mistake
        return _read_sitemap_entry(entry, capture, site, latest) if document.kind == "index" else None
    language = entry.language.lower().partition("-")[0]
    if address.language is None and language in site.languages:
        address = replace(address, language=language)
    published_on = _read_day(entry.published, site) or find_day(address.url)
    changed_on = _bound_day(_read_change_day(entry.lastmod, site), latest)
    bounds = [day for day in (changed_on, find_month_end(address.url)) if day is not None]
    return Link(
        address=address,
        via="sitemap",
        found_on=capture.url,
        printed_url=keep_printed_url(entry.loc, address.url),
        headline=clean_headline(entry.title),
        published_raw=entry.published or None,
        published_on=published_on,
        not_after=min(bounds, default=None),
    )


def _read_sitemap_entry(entry: SitemapEntry, capture: Capture, site: Site, latest: date) -> Link | None:
    address = read_document_address(entry.loc, site, "sitemap", capture.url)
    if not _is_near(address, capture.url, site) or address.url == capture.url:
        return None
    period = find_period(address.url)
    changed_on = _read_change_day(entry.lastmod, site)
    return Link(
        address=address,
        via="sitemap",
        depth=1 if rank_sitemap(address.url) == 2 else 0,
        found_on=capture.url,
        published_on=period[1] if period else None,
        not_after=min(changed_on, latest.isoformat()) if changed_on else None,
    )


def _is_near(address: Address, url: str, site: Site) -> bool:
    host = address.url.split("/", 3)[2]
    return is_site_host(host, site) or url.split("/", 3)[2:3] == [host]


def _bound_day(day: str | None, latest: date) -> str | None:
    """Return the day of a last change; None for one that has not come, which says nothing."""
    return day if day is not None and day <= latest.isoformat() else None


def _find_sort_key(link: Link, latest: date) -> tuple[str, bool]:
    """Return what is greatest for the newest; a period that has not ended counts up to today."""
    day = min(filter(None, (link.published_on, link.not_after, latest.isoformat())))
    is_dated = link.published_on is not None or link.not_after is not None
    return day if is_dated else "", link.address.kind == "sitemap" and rank_sitemap(link.address.url) == 0


@lru_cache(maxsize=1_024)
def _read_day(printed: str, site: Site) -> str | None:
    if not printed:
        return None
    try:
        return read_instant(read_stated(printed) or printed, site).on
    except BadValue:
        return None


def _read_change_day(printed: str, site: Site) -> str | None:
    """Return the last day on which a change may have been, of a day, month or year; None for what tells none.

    The beginnings of calendars of computers stand for a date that is not set.
    """
    period = _MONTH_OR_YEAR.fullmatch(printed)
    if period is not None:
        year, month = int(period[1]), int(period[2] or 12)
        return f"{year}-{month:02}-{monthrange(year, month)[1]}" if year and 1 <= month <= 12 else None
    day = _read_day(printed, site)
    if day is None and (beginning := _DAY.match(printed)) is not None:  # what follows it is no time
        day = _read_day(beginning[0], site)
    return None if day in _UNSET_DAYS else day


def _list_problems(url: str, document: SitemapDocument, malformed: int) -> tuple[Problem, ...]:
    mistakes = list(document.mistakes)
    if malformed:
        mistakes.append(f"{malformed} of its {len(document.entries)} addresses are malformed")
    if not mistakes:
        return ()
    return (Problem(url=url, field="links", value=None, reason=f"of a sitemap: {'; '.join(mistakes)}"[:500]),)
