"""Reads what is in no archive: a page as an article, a printed byline as authors, a printed date as a moment.

These functions use the same readers as a crawl.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crawler.errors import BadAddress, BadValue, NotAnArticle, PageUnreadable
from crawler.items import Article, Author, Capture, Moment
from crawler.normalisation.addresses.urls import read_address
from crawler.normalisation.bylines.byline import split_byline as split_byline_strictly
from crawler.normalisation.dates.moments import read_date as read_date_strictly
from crawler.normalisation.dates.moments import read_instant
from crawler.normalisation.dates.order import find_region, find_usual_order
from crawler.outcome.obstacles import refuse_obstacles
from crawler.process import process
from crawler.site import UNKNOWN_COUNTRY, DateOrder, Site
from crawler.sites.generic import make_site, read_page_address
from crawler.sites.known_site import KnownSite
from crawler.sites.registry import find_site_of_address, load_known_sites

LANGUAGES: Final = ("en", "it", "es", "fr", "de", "pt", "zh")
"""Languages tried for a date whose language is not given."""
_RFC_2822: Final = re.compile(
    r"\d{4} \d{2}:\d{2}(?::\d{2})? (?:[+-]\d{4}|GMT|UTC?)\s*$"
    r"|^\s*[A-Z][a-z]{2} [A-Z][a-z]{2} +\d{1,2} \d{1,2}:\d{2}:\d{2} (?:(?:[A-Z]{2,5}|[+-]\d{4}) )?\d{4}\s*$"
)
"""How dates of mail and HTTP end, and how Unix and Java print one from its weekday to its year."""


def read_page(
    html: bytes,
    url: str,
    *,
    site: Site | None = None,
    headers: Mapping[str, str] | Iterable[tuple[str, str]] | None = None,
) -> Article:
    """Read one page into an article, as a crawl would read it; nothing is fetched and nothing kept.

    ``html`` is what the server sent, its content encoding undone; ``url`` the page's own address; ``headers`` those of
    the answer, of which the charset counts, and ``Date``: the page is read as one of that day. Without a ``site``, the
    site that knows the address reads it, or one made from the page (its host, the language it states, universal time).

    Raises NotAnArticle, PageUnreadable, and BadAddress for an address that is malformed or not the site's; on no
    bytes anything else; TypeError for what are no bytes.
    """
    if not isinstance(html, bytes | bytearray | memoryview):
        raise TypeError(f"html has to be bytes as sent, such as response.content; it is {type(html).__name__}")
    pairs = tuple(headers.items() if isinstance(headers, Mapping) else headers or ())
    capture = Capture(url=url, fetched_at=_read_time(pairs), status=200, headers=pairs, body=bytes(html))
    try:
        known_site = find_site_of_address(url) if site is None else _find_known_site(site)
        if known_site is None:
            generic_site = make_site(capture)
            address = read_page_address(url, generic_site)
            refuse_obstacles(capture)
            return process(capture, generic_site, address=address)
        address = read_address(url, known_site.site)
        refuse_obstacles(capture)
        return process(capture, known_site.site, known_site.pages, address)
    except (NotAnArticle, PageUnreadable, BadAddress):
        raise
    except Exception as problem:  # a mistake of ours on one page: it has no reading, and the cause says where it was
        raise PageUnreadable(f"reading failed with {type(problem).__name__}: {str(problem)[:300]}") from problem


def split_byline(printed: str, language: str | None = None) -> tuple[Author, ...]:
    """Return the authors whom a printed byline names, in printed order; none where it names nobody for certain.

    >>> [author.name for author in split_byline("by Fr. Thomas Kim and Li Wei", "en")]
    ['Thomas Kim', 'Li Wei']
    """
    try:
        return split_byline_strictly(printed, _find_primary_language(language))
    except BadValue:
        return ()


def read_date(printed: str, language: str | None = None, timezone: str | None = None) -> Moment | None:
    """Return the moment that a printed date names, as exact as it is printed; None where it names none for certain.

    Without a language, those of :data:`LANGUAGES` are tried; without a ``timezone`` (``Asia/Seoul``), a time without an
    offset is universal. Where figures alone leave open which is the day, the day comes first, unless the language names
    a country where the month does (``en-US``). ``guessed`` is True unless the date is written as standards have it
    (ISO 8601, RFC 2822). Raises BadValue for an unknown time zone.
    """
    primary, country = _find_primary_language(language), find_region(language)
    order = find_usual_order(primary, country) if country is not None else "DMY"
    site = _make_dates_site(primary, timezone or "UTC", order)
    try:
        if _RFC_2822.search(printed[:200]):
            return read_instant(printed, site)
        return read_date_strictly(printed, site, primary, "header")
    except BadValue:
        return None


@lru_cache(maxsize=64)  # dates that were read are remembered by site
def _make_dates_site(language: str | None, timezone: str, date_order: DateOrder) -> Site:
    """Return a site that declares nothing but its language, its time zone and the order of figures in dates."""
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadValue(f"no time zone {timezone[:60]!r} is known: give one as Asia/Seoul.") from None
    return Site(
        name="dates",
        title="Dates",
        origin="https://dates.invalid",
        domains=("dates.invalid",),
        country=UNKNOWN_COUNTRY,
        languages=(language,) if language else LANGUAGES,
        timezone=timezone,
        date_order=date_order,
        addresses=(),
    )


def _find_known_site(site: Site) -> KnownSite:
    """Return the known site of a site's values; for another site one without page classes of its own."""
    matches = (known_site for known_site in load_known_sites().values() if known_site.site is site)
    return next(matches, KnownSite(site=site, module=__name__))


def _find_primary_language(language: str | None) -> str | None:
    """Return the primary language of a code, as the tables name it: ``en`` for ``en-GB``."""
    return re.split(r"[-_]", language.strip().lower())[0] or None if language else None


def _read_time(headers: tuple[tuple[str, str], ...]) -> datetime:
    """Return the date of the headers; the present time where they have none."""
    stated = next((value for name, value in headers if name.lower() == "date"), None)
    if stated is not None:
        try:
            moment = parsedate_to_datetime(stated)
        except (ValueError, TypeError, IndexError, OverflowError):
            moment = None
        if moment is not None:
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return datetime.now(UTC)
