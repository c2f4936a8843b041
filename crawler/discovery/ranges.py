"""Ranges: makes the addresses of a walk over a site's archive, from a range of days or of numbers.

A walk asks for the listing of each day, or for each number that an article can have. The site declares how such
addresses are made (:attr:`Site.by_day`, :attr:`Site.by_id`). Steps are made one after the other as they are asked for,
so a range of millions needs no memory. No clock, no archive.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from crawler.errors import BadValue, CrawlerError
from crawler.items import Address, Link
from crawler.normalisation.addresses.templates import fill_template
from crawler.normalisation.addresses.urls import read_address
from crawler.normalisation.dates.periods import read_period
from crawler.site import Site

_NUMBERS = re.compile(r"([0-9]{1,9})(?:\.\.([0-9]{1,9}))?")


class BadRange(CrawlerError):
    """A range of days or numbers cannot be read, or the site does not declare it: name the range, fetch nothing."""


def read_days(text: str) -> tuple[date, date]:
    """Return the first and the last day of ``2003-12-01..2003-12-31``; a month or a year means all of it.

    >>> read_days("2004-02")
    (datetime.date(2004, 2, 1), datetime.date(2004, 2, 29))
    """
    first, dots, last = text.strip().partition("..")
    try:
        begin, end = read_period(first)[0], read_period(last if dots else first)[1]
    except BadValue:
        raise BadRange(
            f"a range of days reads 2003-12-01..2003-12-31, 2003-12 or 2003..2005, not {text[:60]!r}"
        ) from None
    if begin > end:
        raise BadRange(f"the range of days {text[:60]!r} ends before it begins: turn it round")
    return begin, end


def read_ids(text: str) -> tuple[int, int]:
    """Return the first and the last number of ``55000..55400``, or of a single number.

    >>> read_ids("127..906")
    (127, 906)
    """
    match = _NUMBERS.fullmatch(text.strip())
    if match is None:
        raise BadRange(f"a range of numbers reads 55000..55400, at most nine digits each, not {text[:60]!r}")
    first, last = int(match[1]), int(match[2] or match[1])
    if first > last:
        raise BadRange(f"the range of numbers {text[:60]!r} ends before it begins: turn it round")
    return first, last


@dataclass(frozen=True, kw_only=True, slots=True)
class RangeStep:
    """One address of a walk; cheap to make, since most of them may be known already."""

    url_key: str
    path: str
    via: Literal["by_day", "by_id"]
    day: str | None = None

    def make_link(self, site: Site) -> Link:
        """Return the link to the address; no page is named as its source."""
        return Link(address=read_address(self.path, site), via=self.via, published_on=self.day)


@dataclass(frozen=True, kw_only=True, slots=True)
class Range:
    """The days and numbers of a walk, and its languages. Make one with :func:`plan_range`."""

    site: Site
    days: tuple[date, date] | None = None
    ids: tuple[int, int] | None = None
    languages: tuple[str, ...] = ()

    def iter_steps(self, until: date) -> Iterator[RangeStep]:
        """Yield the listings of the days up to ``until`` (today), then the numbers, both from the first to the last."""
        if self.days is not None and self.site.by_day is not None:
            first, last = self.days
            for ahead in range((min(last, until) - first).days + 1):
                day = (first + timedelta(days=ahead)).isoformat()
                for language in self.languages:
                    path = fill_template(self.site.by_day, {"language": language, "day": day})
                    yield RangeStep(url_key=read_address(path, self.site).url_key, path=path, via="by_day", day=day)
        if self.ids is not None and self.site.by_id is not None:
            key_starts = {language: self._find_key_start(language) for language in self.languages}
            for number in range(self.ids[0], self.ids[1] + 1):
                for language, start in key_starts.items():
                    path = fill_template(self.site.by_id, {"language": language, "key": str(number)})
                    key = f"{start}{number}" if start is not None else read_address(path, self.site).url_key
                    yield RangeStep(url_key=key, path=path, via="by_id")

    def covers(self, address: Address) -> bool:
        """Return True if an article's address is one of the numbers walked over, which may have no article."""
        if self.ids is None or not address.site_key:
            return False
        number = address.site_key.rpartition("/")[2]  # a series stands before it
        if not (number.isascii() and number.isdecimal() and self.ids[0] <= int(number) <= self.ids[1]):
            return False
        starts = (self._find_key_start(language) for language in self.languages)
        return address.url_key in {f"{start}{number}" for start in starts if start is not None}

    def _find_key_start(self, language: str) -> str | None:
        """Return what stands before the number in the identity of an address; None where the site has no such ones."""
        if self.site.by_id is None:
            return None
        number = str(self.ids[1]) if self.ids is not None else "1"
        path = fill_template(self.site.by_id, {"language": language, "key": number})
        address = read_address(path, self.site)
        return address.url_key.removesuffix(number) if address.story is not None else None


def plan_range(site: Site, by_day: str | None, ids: str | None, languages: tuple[str, ...] = ()) -> Range | None:
    """Return the range of a walk; None where neither days nor numbers are given.

    Without ``languages`` it covers all of the site's. Raises BadRange for a range that cannot be read, a language that
    the site does not have, and a kind of range that the site does not declare.
    """
    unknown = [language for language in languages if language not in site.languages]
    if unknown:
        raise BadRange(f"{site.title} has no language {unknown[0]!r}: it is printed in {', '.join(site.languages)}")
    if by_day is None and ids is None:
        return None
    for value, declared, kind in ((by_day, site.by_day, "listings of single days"), (ids, site.by_id, "numbers")):
        if value is not None and declared is None:
            raise BadRange(f"{site.title} declares no addresses by {kind}: it cannot be walked that way")
    return Range(
        site=site,
        days=read_days(by_day) if by_day is not None else None,
        ids=read_ids(ids) if ids is not None else None,
        languages=languages or site.languages,
    )
