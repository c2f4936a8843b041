"""Tells whether a page of an unknown site prints the day or the month first, where figures leave it open.

What the page itself prints tells it best: a number above twelve, a day that has not come yet, a month in its address.
Then the country counts, then the language.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from crawler.normalisation.dates.calendar_words import find_month
from crawler.normalisation.words.word_tables import load_table
from crawler.site import DateOrder

_MONTH_FIRST_COUNTRIES: Final = frozenset(["as", "bi", "fm", "gu", "mh", "mp", "ph", "pr", "pw", "um", "us", "vi"])
"""Countries whose English, or own language, prints ``3/14/2025``; source: CLDR, formats of the length ``short``."""
_MONTH_FIRST_SPANISH: Final = frozenset(("pa", "pr"))
_MONTH_FIRST_LANGUAGES: Final = frozenset(("en", "fil", "tl"))
"""Languages that print so where no country is known; source: CLDR."""
_UNSETTLED_LANGUAGES: Final = _MONTH_FIRST_LANGUAGES | {"es", "ja", "ko", "und", "zh"}
"""Languages of which some papers print the month first, or whose own order, the year first, does not help."""
_YEAR_FIRST_LANGUAGES: Final = frozenset(("ja", "ko", "zh"))
_AMERICAN: Final = re.compile(rb"/(?:19|20)\d\d \d{1,2}:\d\d:\d\d [AP]M\b")
"""The clock behind a date that a program writes on a server with American settings: "9/4/2004 9:12:11 PM"."""
_REGION: Final = re.compile(r"\s*[a-z]{2,3}(?:[-_][a-z]{4})?[-_]([a-z]{2})(?![a-z])", re.I)
_FIGURES: Final = re.compile(rb"(?<![\d/.\w-])(\d{1,2})([/-])(\d{1,2})\2((?:19|20)\d\d)(?![\d/]|[.-]\d)")
_MONTH_OF_ADDRESS: Final = re.compile(
    r"/((?:19|20)\d\d)[/-]?(0[1-9]|1[0-2]|[1-9](?!\d)|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", re.I
)
_YEARS: Final = tuple(re.compile(rb"%s(?<=\d[/-]%s)\d\d" % (century, century)) for century in (b"20", b"19"))
"""A year behind a figure and a sign: what a pattern begins with is found sooner than by ``find``."""
_MAX_FIGURES: Final = 200
"""Dates in figures that are looked at: a page with more has told it long before."""


def find_date_order(html: bytes, url: str, seen_on: date, language: str, country: str | None) -> DateOrder:
    """Return the order of day and month in the figures of a page: ``MDY`` or ``DMY``.

    ``seen_on`` is the day on which the page was fetched; ``country`` a code of ISO 3166 in small letters.
    """
    if language not in _UNSETTLED_LANGUAGES:
        return "DMY"
    printed_order = _find_printed_order(html, url, seen_on)
    if printed_order is not None:
        return printed_order
    if language in _YEAR_FIRST_LANGUAGES and _AMERICAN.search(html) is not None:
        return "MDY"
    return find_usual_order(language, country)


def find_usual_order(language: str | None, country: str | None) -> DateOrder:
    """Return the order that a language has in a country; without a country, where most of its pages come from.

    >>> find_usual_order("en", "us"), find_usual_order("en", "gb"), find_usual_order("en", None)
    ('MDY', 'DMY', 'MDY')
    """
    if language == "es":
        return "MDY" if country in _MONTH_FIRST_SPANISH else "DMY"
    if language not in _MONTH_FIRST_LANGUAGES:
        return "DMY"
    return "MDY" if country is None or country in _MONTH_FIRST_COUNTRIES else "DMY"


def find_country_of_host(host: str) -> str | None:
    """Return the country in which a host's ending is used; None for endings that anybody buys.

    >>> find_country_of_host("news.example.co.uk"), find_country_of_host("example.tv"), find_country_of_host("a.com")
    ('gb', None, None)
    """
    table, ending = load_table("countries"), host.rpartition(".")[2].lower()
    code: str = table["domains"].get(ending, ending)
    return code if re.fullmatch("[a-z]{2}", code) and ending not in table["anywhere"]["endings"] else None


def find_region(stated: str | None) -> str | None:
    """Return the country of a code of language and country, in small letters; None where it has none.

    >>> find_region("en_PH"), find_region("zh-Hant-TW"), find_region("en")
    ('ph', 'tw', None)
    """
    region = _REGION.match(stated or "")
    return region[1].lower() if region else None


def _find_printed_order(html: bytes, url: str, seen_on: date) -> DateOrder | None:
    """Return the order that dates on a page leave open no more; None where they do, or are at odds."""
    address = _MONTH_OF_ADDRESS.search(url)
    year_of_address, month_of_address = (int(address[1]), _read_month(address[2])) if address else (None, None)
    orders: set[DateOrder] = set()
    for first, second, year in _list_figures(html):
        day_first, month_first = _make_day(year, second, first), _make_day(year, first, second)
        if (day_first is None) != (month_first is None):
            orders.add("MDY" if day_first is None else "DMY")
        elif day_first is not None and month_first is not None and first != second:
            if (day_first > seen_on) != (month_first > seen_on):
                orders.add("MDY" if day_first > seen_on else "DMY")
            if year_of_address == year and month_of_address in (first, second):
                orders.add("MDY" if month_of_address == first else "DMY")
    return next(iter(orders)) if len(orders) == 1 else None


def _list_figures(html: bytes) -> list[tuple[int, int, int]]:
    """Return both figures and the year of each date, those of this century first, and of these those with bars."""
    figures: list[tuple[int, int, int]] = []
    for years in _YEARS:
        by_sign: dict[bytes, list[tuple[int, int, int]]] = {b"/": [], b"-": []}
        for year in years.finditer(html):
            place = year.start() - 1
            sign = html[place : place + 1]
            start = html.rfind(sign, max(0, place - 3), place) if len(by_sign[sign]) < _MAX_FIGURES else -1
            match = start > 0 and (_FIGURES.match(html, start - 2) or _FIGURES.match(html, start - 1))
            if match:
                by_sign[sign].append((int(match[1]), int(match[3]), int(match[4])))
        figures += [*by_sign[b"/"], *by_sign[b"-"]]
    return figures[:_MAX_FIGURES]


def _make_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _read_month(printed: str) -> int | None:
    return int(printed) if printed.isdecimal() else find_month(printed, ("en",))
