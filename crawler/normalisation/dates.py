"""Reads printed dates and instants into a :class:`~crawler.items.Moment` that is as exact as what was printed.

The formats a site declares for a place on the page and a language come first. dateparser guesses, so it comes last,
with language and order pinned, and its result is marked as a guess.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from crawler.errors import BadValue
from crawler.items import Moment, Precision
from crawler.normalisation.text import clean
from crawler.site import Site

YEARS = range(1990, 2101)
"""A news site has nothing older and nothing later: a date outside is misread."""

MAX_LENGTH = 64


@lru_cache(maxsize=4096)  # dates beside links stand on many pages
def read_date(printed: str, site: Site, language: str | None, place: str) -> Moment:
    """Read a date as the site prints it at ``place`` (``header``, ``see_also``, ``listing``, ``feed``), site time.

    A time that the site uses for "not recorded" leaves the day only. An hour that the clocks skip is read with the
    offset before the change, one that they repeat is read as the first. Raises :class:`BadValue` when no declared
    format fits and no guess is allowed or safe.
    """
    text = _clean_printed(printed)
    for form in site.date_formats(place, language):
        try:
            parsed = datetime.strptime(text, form)
        except ValueError:
            continue
        return _make_moment(parsed, _find_precision(form), site, printed)
    year_first = re.sub(r"^(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?!\d)", _format_iso, text)
    if _ISO.match(year_first):  # leaves no doubt, and dateparser would let the pinned order turn it round
        return _read_instant(year_first, site, printed)
    if site.guess_dates:
        return _guess_date(text, printed, site, language, place)
    raise BadValue(f"{printed[:80]!r} fits no date format declared for {place} ({language}).")


def read_instant(iso_or_rfc2822: str, site: Site) -> Moment:
    """Read a date of structured data or a feed: ISO 8601 or RFC 2822. One without an offset is in the site's time zone.

    Raises :class:`BadValue` when it is neither.
    """
    return _read_instant(_clean_printed(iso_or_rfc2822), site, iso_or_rfc2822)


def instant(moment: datetime) -> str:
    """Return an aware datetime as the archive writes it, ``2022-03-11T08:45:00Z``: such instants sort as text.

    Raises ValueError for a naive one, because nobody knows what it means.
    """
    if moment.tzinfo is None:
        raise ValueError(f"an instant needs a time zone: {moment!r}")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _format_iso(match: re.Match[str]) -> str:
    return f"{match[1]}-{match[2]:0>2}-{match[3]:0>2}"


def _read_instant(text: str, site: Site, printed: str) -> Moment:
    try:
        if _ISO.match(text):
            parsed = datetime.fromisoformat(re.sub(r"\s+(?=[+-]\d{2}:?\d{2}$|Z$)", "", text))
        else:
            parsed = parsedate_to_datetime(text)
            if parsed.tzinfo is None and text.endswith("-0000"):  # RFC 2822: universal time of an unknown place
                parsed = parsed.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        raise BadValue(f"{printed[:80]!r} is neither an ISO 8601 nor an RFC 2822 date.") from None
    precision: Precision = "day"
    if re.search(r"\d:\d{2}:\d{2}|T\d{6}", text):
        precision = "second"
    elif re.search(r"\d:\d{2}|[T ]\d{2}", text[8:]):
        precision = "minute"
    return _make_moment(parsed, precision, site, printed)


_ISO = re.compile(r"\d{4}-?\d{2}-?\d{2}(?!\d)")
_LEADING_MARKS = re.compile(r"^[»›>|•·\-–—\s]+")


def _clean_printed(printed: str) -> str:
    """Return the printed date with plain digits and spaces, without the mark some layouts print before it."""
    if len(printed) > 4 * MAX_LENGTH:
        raise BadValue(f"{printed[:80]!r} is too long to be a date.")
    text = _LEADING_MARKS.sub("", clean(unicodedata.normalize("NFKC", printed)))
    text = "".join(str(unicodedata.decimal(character)) if character.isdecimal() else character for character in text)
    if not text or len(text) > MAX_LENGTH:
        raise BadValue(f"{printed[:80]!r} is no date.")
    return text


def _find_precision(form: str) -> Precision:
    if "%S" in form or "%T" in form:
        return "second"
    return "minute" if "%H" in form or "%I" in form else "day"


def _make_moment(parsed: datetime, precision: Precision, site: Site, printed: str, *, guessed: bool = False) -> Moment:
    if parsed.year not in YEARS:
        raise BadValue(f"{printed[:80]!r} reads as the year {parsed.year}.")
    if precision == "day" or _is_unknown_time(parsed, site):
        day = parsed.date().isoformat()
        return Moment(value=day, on=day, precision="day", raw=printed, guessed=guessed)
    zone = ZoneInfo(site.timezone)
    aware = parsed.replace(tzinfo=zone) if parsed.tzinfo is None else parsed
    on: date = aware.astimezone(UTC).astimezone(zone).date()
    return Moment(value=instant(aware), on=on.isoformat(), precision=precision, raw=printed, guessed=guessed)


def _is_unknown_time(parsed: datetime, site: Site) -> bool:
    """Return True if the time is one that the site prints for "not recorded", whatever separators it prints."""
    clock = f"{parsed:%H%M}"
    return parsed.second == 0 and any(re.sub(r"\D", "", time)[:4] == clock for time in site.unknown_times)


def _guess_date(text: str, printed: str, site: Site, language: str | None, place: str) -> Moment:
    import dateparser  # half a second to import, and most runs never need it

    settings: dict[str, Any] = {
        "DATE_ORDER": _find_order(site, language, place),
        "REQUIRE_PARTS": ["day", "month", "year"],
        "STRICT_PARSING": True,
        "PARSERS": ["absolute-time"],
        "RETURN_TIME_AS_PERIOD": True,
    }
    try:
        parsed = dateparser.parse(text, languages=[language] if language else list(site.languages), settings=settings)
    except Exception as error:  # it guesses, and some guesses break it: the printed words are then no date we know
        raise BadValue(f"{printed[:80]!r} is no date: {error}.") from error
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    if (
        parsed is None or parsed.year not in numbers or parsed.day not in numbers
    ):  # a part that was not printed was invented
        raise BadValue(f"{printed[:80]!r} is no date we can read with certainty.")
    precision: Precision = "day" if (parsed.hour, parsed.minute, parsed.second) == (0, 0, 0) else "minute"
    return _make_moment(parsed, precision, site, printed, guessed=True)


def _find_order(site: Site, language: str | None, place: str) -> str:
    """Return the order of day, month and year that the site declares for this place, else for this language."""
    places = (place, *(row.place for row in site.dates))
    formats = [form for declared in places for form in site.date_formats(declared, language)]
    for form in formats:
        order = "".join(directive.upper() for directive in re.findall(r"%([dmYyBb])", form)).replace("B", "M")
        if sorted(order) == ["D", "M", "Y"]:
            return order
    return "DMY"
