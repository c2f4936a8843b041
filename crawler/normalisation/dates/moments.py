"""Reads printed dates and instants into a :class:`~crawler.items.Moment` that is as exact as what was printed.

The formats a site declares for a place on the page and a language come first. What is read from words, or in the order
of figures that a language prefers, comes last and is marked as a guess.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crawler.errors import BadValue
from crawler.items import Moment, Precision
from crawler.normalisation.dates.calendar_words import has_calendar
from crawler.normalisation.dates.date_lines import MAX_DATE_LENGTH, read_line
from crawler.normalisation.dates.formats import parse_by_format
from crawler.normalisation.dates.periods import YEARS
from crawler.normalisation.dates.printed_dates import PrintedDate
from crawler.normalisation.dates.zones import find_zone
from crawler.normalisation.words.text import clean
from crawler.site import DateOrder, Site

_MAX_REST: Final = 40
"""Characters of other words beside a date; with more it is a sentence that holds one."""


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
            parsed = parse_by_format(text, form)
        except ValueError:
            continue
        return _make_moment(parsed, _find_precision(form), site, printed)
    year_first = re.sub(r"^(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?!\d)", _format_iso, text)
    if _ISO.match(year_first):  # leaves no doubt, whatever order the site declares
        try:
            return _read_instant(year_first, site, printed)
        except BadValue:
            if not site.guess_dates:
                raise
    if site.guess_dates:
        return _read_words(text, printed, site, language, place)
    raise BadValue(f"{printed[:80]!r} fits no date format declared for {place} ({language}).")


def find_doubtful_zone(printed: str, site: Site, language: str | None) -> str | None:
    """Return the name of a time zone beside a printed date that leaves open which is meant; None where there is none.

    :func:`read_date` reads the day alone from such a date.
    """
    try:
        text = _clean_printed(printed)
    except BadValue:
        return None
    for printed_date in read_line(text, _list_languages(site, language)).dates:
        if (
            printed_date.clock is not None
            and printed_date.zone is not None
            and find_zone(printed_date.zone, site, _make_naive(printed_date)) is None
        ):
            return printed_date.zone
    return None


def find_clock_with_zone(printed: str, site: Site, language: str | None) -> str | None:
    """Return day and clock of a printed date as they are printed, where a certain time zone stands beside; or None."""
    try:
        line = read_line(
            _clean_printed(printed), _list_languages(site, language), _find_order(site, language, "header")
        )
    except BadValue:
        return None
    printed_date = _choose_date(line.dates)
    if printed_date is None or printed_date.clock is None or printed_date.zone is None:
        return None
    naive = _make_naive(printed_date)
    return f"{naive:%Y-%m-%d %H:%M}" if find_zone(printed_date.zone, site, naive) is not None else None


def read_instant(iso_or_rfc2822: str, site: Site) -> Moment:
    """Read a date of structured data or a feed: ISO 8601 or RFC 2822. One without an offset is in the site's time zone.

    Raises :class:`BadValue` when it is neither.
    """
    return _read_instant(_clean_printed(iso_or_rfc2822), site, iso_or_rfc2822)


def is_sure_day(printed: str, language: str) -> bool:
    """Return True if a printed date leaves no doubt which is the day and which the month."""
    dates = read_line(printed, (language,)).dates
    return bool(dates) and all(printed_date.is_sure for printed_date in dates)


def is_universal(printed: str) -> bool:
    """Return True if an instant of structured data is given in universal time, which tells no place."""
    return bool(re.search(r"(?:Z|[+-]00:?00|\bGMT|\bUTC?)$", printed.strip()))


@lru_cache(maxsize=256)
def instant(moment: datetime) -> str:
    """Return an aware datetime as the archive writes it, ``2022-03-11T08:45:00Z``: such instants sort as text.

    Raises ValueError for a naive one, because nobody knows what it means.
    """
    if moment.tzinfo is None:
        raise ValueError(f"an instant needs a time zone: {moment!r}")
    return moment.astimezone(UTC).isoformat(timespec="seconds")[:19] + "Z"  # a fifth of what strftime() takes


def _format_iso(match: re.Match[str]) -> str:
    return f"{match[1]}-{match[2]:0>2}-{match[3]:0>2}"


def _read_instant(text: str, site: Site, printed: str) -> Moment:
    text = _END_OF_DAY.sub("", text) if "24:00" in text else text
    try:
        parsed = _parse_iso(text) if _ISO.match(text) else _parse_mail_date(text, site)
    except (ValueError, TypeError, IndexError, OverflowError):
        return _read_stated_words(text, site, printed)
    precision: Precision = "day"
    if re.search(r"\d:\d{2}:\d{2}|T\d{6}", text):
        precision = "second"
    elif re.search(r"\d:\d{2}|[T ]\d{2}", text[8:]):
        precision = "minute"
    return _make_moment(parsed, precision, site, printed)


def _parse_iso(text: str) -> datetime:
    """Parse ISO 8601, also with a space before the offset, "Z" behind one, or the name of a zone as Java prints it.

    Raises ValueError for other forms.
    """
    text = re.sub(r"\s+(?=[+-]\d{2}:?\d{2}(?:$|\[)|Z$)", "", text)
    text = _LOST_PLUS.sub("+", text)
    text = _CLOCK_WITH_POINTS.sub(r"T\1:\2:\3", _ZONE_OF_LETTERS.sub("", text))
    text = re.sub(r"(?<=:\d\d:)60(?!\d)", "59", text)  # a leap second
    match = _ZONED.fullmatch(text)
    if match is None:
        return datetime.fromisoformat(re.sub(r"(?<=[+-]\d\d:\d\d)Z$", "", text))
    parsed = datetime.fromisoformat(match["instant"])
    if parsed.tzinfo is not None:
        return parsed
    try:
        return parsed.replace(tzinfo=ZoneInfo(match["zone"]))
    except (OSError, ZoneInfoNotFoundError) as error:
        raise ValueError(f"{match['zone']!a} is no time zone") from error


_LOST_PLUS: Final = re.compile(r"(?<=T\d\d:\d\d:\d\d) (?=\d\d:\d\d$)")
"""The sign of an offset, which is a space in what was taken for the query of an address."""
_CLOCK_WITH_POINTS: Final = re.compile(r"T(\d\d)\.(\d\d)\.(\d\d)(?!\d)")
_ZONE_OF_LETTERS: Final = re.compile(r"(?<=[Z\d])\[(?:UTC|GMT|Z)\]$")
_ZONED: Final = re.compile(
    r"(?P<instant>[\dT:.+Z-]{16,40}) ?\[?(?P<zone>[A-Z][A-Za-z]{2,20}(?:/[A-Z][A-Za-z_-]{1,30}){1,2})\]?"
)


def _parse_mail_date(text: str, site: Site) -> datetime:
    """Parse the forms of mail and HTTP (RFC 2822, RFC 850, asctime), which Unix and Java print with a zone's name.

    Raises ValueError for other forms, those of JavaScript and those with a zone that is not certain among them.
    """
    if _JAVASCRIPT.search(text) or " -0001 " in text:
        raise ValueError("the parser of mail dates loses the offset behind GMT, and the sign of a year")
    if match := _ASCTIME.fullmatch(text):
        month, day, clock, zone, year = match.groups()
        text = f"{day} {month} {year} {clock} {zone or 'GMT'}"
    parsed = parsedate_to_datetime(text)
    if parsed.tzinfo is not None:
        return parsed
    if text.endswith("-0000"):  # RFC 2822: universal time of an unknown place
        return parsed.replace(tzinfo=UTC)
    if name := re.search(r"(?<=[\d\s])[A-Z]{1,5}$", text):
        zone_of_name = find_zone(name[0], site, parsed)
        if zone_of_name is None:
            raise ValueError("the name of the zone is not certain")
        return parsed.replace(tzinfo=zone_of_name)
    return parsed


def _read_stated_words(text: str, site: Site, printed: str) -> Moment:
    """Read a date that structured data states as people print it, if it leaves no doubt."""
    line = read_line(_IN_BRACKETS.sub("", text), site.languages)
    printed_date = line.dates[0] if len(line.dates) == 1 and not line.rest else None
    zone = find_zone(printed_date.zone, site, _make_naive(printed_date)) if printed_date and printed_date.zone else None
    is_offset = printed_date is not None and printed_date.zone is not None and not printed_date.zone.isalpha()
    if printed_date is None or not printed_date.is_sure or text[:8].isdigit() or (is_offset and zone is None):
        raise BadValue(f"{printed[:80]!r} is neither an ISO 8601 nor an RFC 2822 date.")
    if printed_date.clock is None or (printed_date.zone is not None and zone is None):
        return _make_moment(_make_naive(printed_date), "day", site, printed)
    precision: Precision = "minute" if printed_date.clock[2] is None else "second"
    return _make_moment(_make_naive(printed_date).replace(tzinfo=zone), precision, site, printed)


_JAVASCRIPT = re.compile(r"\bGMT[+-]\d{4}\b")
_ASCTIME = re.compile(
    r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) +(\d{1,2}) (\d{1,2}:\d{2}:\d{2}) (?:([A-Z]{2,5}|[+-]\d{4}) )?(\d{4})"
)
_IN_BRACKETS = re.compile(r"\s*\([^()]*\)$")
_ISO = re.compile(r"\d{4}-?\d{2}-?\d{2}(?!\d)")
_END_OF_DAY = re.compile(r"(?<=\d\d)[T ]24:00.*")
"""A time that begins the next day, or, as it is meant more often, ends the day before it: the day alone is sure."""
_LEADING_MARKS = re.compile(r"^[»›>|•·\-–—\s]+")


def _clean_printed(printed: str) -> str:
    """Return the printed date with plain digits and spaces, without the mark some layouts print before it."""
    if len(printed) > 2 * MAX_DATE_LENGTH:
        raise BadValue(f"{printed[:80]!r} is too long to be a date.")
    text = _LEADING_MARKS.sub("", clean(unicodedata.normalize("NFKC", printed)))
    if not text.isascii():
        text = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)
    if not text or len(text) > MAX_DATE_LENGTH:
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
    on: date = (aware.astimezone(UTC).astimezone(zone) if site.has_own_zone else aware).date()
    return Moment(value=instant(aware), on=on.isoformat(), precision=precision, raw=printed, guessed=guessed)


def _is_unknown_time(parsed: datetime, site: Site) -> bool:
    """Return True if the time is one that the site prints for "not recorded", whatever separators it prints."""
    clock = f"{parsed:%H%M}"
    return parsed.second == 0 and any(re.sub(r"\D", "", time)[:4] == clock for time in site.unknown_times)


def _read_words(text: str, printed: str, site: Site, language: str | None, place: str) -> Moment:
    languages = _list_languages(site, language)
    line = read_line(text, languages, _find_order(site, language, place))
    printed_date = _choose_date(line.dates)
    if not line.dates and language is not None and not has_calendar(language):
        return _ask_dateparser(text, printed, site, language, place)
    if printed_date is None or len(line.rest) > _MAX_REST or any(character.isdigit() for character in line.rest):
        raise BadValue(f"{printed[:80]!r} is no date we can read with certainty.")
    parsed = _make_naive(printed_date)
    if printed_date.clock is None:
        return _make_moment(parsed, "day", site, printed, guessed=True)
    if printed_date.zone is not None:
        zone = find_zone(printed_date.zone, site, parsed)
        if zone is None:
            return _make_moment(parsed, "day", site, printed, guessed=True)
        parsed = parsed.replace(tzinfo=zone)
    precision: Precision = "minute" if printed_date.clock[2] is None else "second"
    return _make_moment(parsed, precision, site, printed, guessed=True)


def _ask_dateparser(text: str, printed: str, site: Site, language: str, place: str) -> Moment:
    """Read a date in a language that the table of names lacks; no part that is not printed is believed."""
    import dateparser  # half a second to import, and most runs never need it

    settings: dict[str, Any] = {
        "DATE_ORDER": _find_order(site, language, place),
        "REQUIRE_PARTS": ["day", "month", "year"],
        "STRICT_PARSING": True,
        "PARSERS": ["absolute-time"],
    }
    try:
        parsed = dateparser.parse(text, languages=[language], settings=settings)
    except Exception as error:  # it guesses, and some guesses break it: the printed words are then no date we know
        raise BadValue(f"{printed[:80]!r} is no date: {error}.") from error
    numbers = {int(number) for number in re.findall(r"\d+", text)}
    if parsed is None or parsed.year not in YEARS or not {parsed.year, parsed.day} <= numbers:
        raise BadValue(f"{printed[:80]!r} is no date we can read with certainty.")
    return _make_moment(datetime(parsed.year, parsed.month, parsed.day), "day", site, printed, guessed=True)


def _choose_date(dates: tuple[PrintedDate, ...]) -> PrintedDate | None:
    """Return the date of publication among those of a line; None where several could be it."""
    published = [printed_date for printed_date in dates if printed_date.role == "published"]
    others = published or [printed_date for printed_date in dates if printed_date.role is None] or list(dates)
    if not others or any(printed_date.day != others[0].day for printed_date in others):
        return None
    return next((printed_date for printed_date in others if printed_date.clock is not None), others[0])


def _make_naive(printed_date: PrintedDate) -> datetime:
    hour, minute, second = printed_date.clock or (0, 0, 0)
    return datetime(printed_date.day.year, printed_date.day.month, printed_date.day.day, hour, minute, second or 0)


def _list_languages(site: Site, language: str | None) -> tuple[str, ...]:
    return (language,) if language else site.languages


def _find_order(site: Site, language: str | None, place: str) -> DateOrder:
    """Return the order of day and month in the formats that the site declares for this place, else in its figures."""
    places = (place, *(row.place for row in site.dates))
    formats = [form for declared in places for form in site.date_formats(declared, language)]
    for form in formats:
        order = "".join(directive.upper() for directive in re.findall(r"%([dmYyBb])", form)).replace("B", "M")
        if order == "MDY":
            return "MDY"
        if sorted(order) == ["D", "M", "Y"]:
            return "DMY"
    return site.date_order
