"""Finds the dates in a short printed line: in words of any language, in figures, with the time and the words around.

A date has a day, a month and a year; nothing is added that is not printed. What is left of the line when dates, times
and the words that stand around them are gone is its rest, by which callers tell a line of dates from a sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Final

from crawler.normalisation.calendar_words import DAY_FIRST_WITH_POINTS, SHORT_WITH_SLASHES, find_month, find_weekday
from crawler.normalisation.date_words import (
    TRIMMED,
    WORD,
    WORDS,
    Role,
    find_role,
    flatten,
    has_unit,
    is_known,
    load_words_of,
    strip_date_words,
)
from crawler.normalisation.other_calendars import (
    BUDDHIST,
    BUDDHIST_CENTURY,
    BUDDHIST_YEARS,
    ERAS,
    HAN_FIGURES,
    PERSIAN_YEARS,
    find_ethiopian_month,
    find_persian_month,
    find_unread_dates,
    read_ethiopian_day,
    read_han_number,
    read_persian_day,
)
from crawler.normalisation.periods import YEARS
from crawler.normalisation.printed_times import Clock, find_clocks
from crawler.normalisation.word_tables import make_word_key
from crawler.site import DateOrder

MAX_DATE_LENGTH: Final = 200
"""No line of dates is longer."""
_GAP: Final = r"[\s.,\-–/]{0,3}"
_YEAR_WORDS: Final = "gada|жылғы|жылы|жылдын|йил|йилнинг|yil|yilning|ýylyň|елның"
_SUFFIX: Final = r"(?:-?[^\W\d_]{1,3}(?![^\W\d_]))?[.º°ª]?"
_PATTERNS: Final = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("ymd", r"(?<![\d/.-])(?<!\d:)(\d{4})(-|/|\.\s?)(\d{1,2})\2(\d{1,2})(?!\d|[-/]\d)"),
        ("cjk", r"(?<!\d)(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日號号일]"),
        ("era", rf"({'|'.join(ERAS)})\s?(\d{{1,3}}|元)\s?年\s?(\d{{1,2}})\s?月\s?(\d{{1,2}})\s?[日號号]"),
        ("han", rf"([{HAN_FIGURES}]{{4}})年([十{HAN_FIGURES}]{{1,3}})月([十{HAN_FIGURES}]{{1,3}})[日號号]"),
        ("figures", r"(?<![\d/.-])(?<!\d:)(\d{1,2})([-/]|\.\s?)(\d{1,2})\2(\d{4})(?!\d|[-/]\d)"),
        ("short", r"(?<![\d/.-])(?<!\d:)(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{2})(?![\d:/-]|\.\d)"),
        ("slashes", r"(?<![\d/.-])(?<!\d:)(\d{1,2})/(\d{1,2})/(\d{2})(?![\d:/-]|\.\d)"),
        (
            "d n y",
            r"(?<![\d./])(?<![^\u05d0-\u05ea]-)(?<!\d:)(\d{1,2})\s+(?:tháng|thg)\.?\s+(\d{1,2})(?:\s*,\s*|\s+năm\s+|\s+)(\d{4})(?!\d)",
        ),
        ("y n d", r"(?<!\d)(\d{4})\s+(?:оны|он)\s+(\d{1,2})(?:-р)?\s+(?:сарын|сар)\s+(\d{1,2})(?!\d)"),
        (
            "d m y",
            rf"(?<![\d./])(?<![^\u05d0-\u05ea]-)(?<!\d:)(\d{{1,2}}){_SUFFIX}{_GAP}((?:{WORD}(?:[\s.]{{1,2}}|/)){{0,3}}?{WORD}){_GAP}(?<!\d)(\d{{4}})(?!\d)",
        ),
        (
            "m d y",
            rf"((?:{WORD}[\s.]{{1,2}})?{WORD})[\s.\-/]{{0,2}}(?<!\d)(\d{{1,2}}){_SUFFIX}[\s,.\-/၊]{{1,3}}"
            r"(?:(?:de|del|of|ቀን)\s)?(\d{4})(?!\d)",
        ),
        ("d m b", r"(?<![\d./])(?<![^\u05d0-\u05ea]-)(?<!\d:)(\d{1,2})\s?([\u0e01-\u0e4e.]{4,20})\s?(\d\d)(?![\d:.])"),
        (
            "d m s",
            rf"(?<![\d./-])(?<!\d:)(\d{{1,2}})[\s.-]{{1,2}}({WORD})[\s.-]{{1,2}}['’]?(\d\d)(?=\s*(?:$|[|•·,;)]|\s\d))",
        ),
        ("y d m", rf"(?<!\d)(\d{{4}})[\s.-]{{1,2}}(?:{_YEAR_WORDS})\s+(\d{{1,2}})[.\s-]{{1,2}}({WORD})"),
        (
            "y m d",
            rf"(?<!\d)(\d{{4}})(?:[^\W\d_]{{1,4}})?[\s.,\-/]{{1,3}}((?:{WORD}[\s.]{{1,2}})?{WORD})[\s.\-/]{{0,2}}"
            r"(?<!\d)(\d{1,2})(?!\d|[:h]\d)",
        ),
    )
)
_NUMBERED: Final = re.compile(r"\b(?:issue|no|nr|nº|vol|volume|number|heft|ausgabe|num[eé]ro|número)\.?\s{0,2}$", re.I)
_WORD_BEFORE: Final = re.compile(r"([^\W\d_]{2,12})[.,]?\s{0,2}$")
_FIGURE: Final = re.compile(rf"\d|元年|[{HAN_FIGURES}]年")
_YEAR: Final = re.compile(
    rf"[{HAN_FIGURES}]年|"
    r"\d{4}|\d/\d{1,2}/\d\d|[^\W\d_][\s.-]{1,2}['’]?\d\d(?!\d)|[\u0e01-\u0e4e]\.?\s?\d\d(?!\d)|\d\.\s?\d{1,2}\.\s?\d\d|[和成治正國国]\s?(?:\d|元)"
)
_SEPARATORS: Final = re.compile(r"[|·•»›⋅/,;:()\[\]—–，、：。،@<>*\"\x00]+|\s-\s|\.(?=\s|$)|^-|-$")


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedDate:
    """A date in a line, and where it stands there."""

    start: int
    end: int
    """Behind the date and the time, if that follows."""
    day: date
    is_sure: bool
    """False when figures leave open which is the day and which the month."""
    clock: tuple[int, int, int | None] | None = None
    zone: str | None = None
    """The name or the offset of a time zone that stands behind the time, as printed."""
    role: Role | None = None
    """What the words before it say that happened on that day."""


@dataclass(frozen=True, slots=True)
class DateLine:
    """A line, parted into its dates and the rest."""

    dates: tuple[PrintedDate, ...] = ()
    rest: str = ""
    """The text without dates, times and the words around them; bars part what they parted."""
    has_time: bool = False
    """Does it print a time of day, or how long ago something was, or how long it takes to read?"""

    has_unread: bool = False
    """Is what it prints as a date one of a calendar that is not read?"""

    @property
    def is_only_dates(self) -> bool:
        return (self.has_time or self.has_unread or bool(self.dates)) and not self.rest


_NOTHING: Final = DateLine()


@lru_cache(maxsize=4096)  # a page asks of a line several times
def read_line(text: str, languages: tuple[str, ...] = (), order: DateOrder = "DMY") -> DateLine:
    """Return the dates and the rest of a short line.

    ``languages`` are those whose names of months are tried first; ``order`` decides where figures leave open which is
    the day. A line without figures or of more than :data:`MAX_DATE_LENGTH` characters has no dates; the rest is then
    empty.
    """
    if len(text) > MAX_DATE_LENGTH or not _FIGURE.search(text):
        return _NOTHING
    flat = flatten(text)
    dates = _find_dates(flat, languages, order) if _YEAR.search(flat) else []
    clocks = list(find_clocks(_mask(flat, dates), languages))
    unread = find_unread_dates(flat)
    if not dates and not clocks and not unread and not has_unit(flat):
        return _NOTHING
    if not dates:  # figures with a point between them are a time only beside a date
        clocks = [clock for clock in clocks if clock.is_certain]
    free_clocks = list(clocks)
    dates = [_add_clock(printed_date, flat, free_clocks, languages) for printed_date in dates]
    dates = _add_roles(dates, flat)
    rest, is_relative = _find_rest(flat, text, dates, clocks, languages, unread)
    return DateLine(tuple(dates), rest, is_relative or bool(clocks), has_unread=bool(unread) and not dates)


def _mask(text: str, dates: list[PrintedDate]) -> str:
    """Return the text with the dates blotted out: the "6. 14" of "2024. 5. 6. 14:05" is no time."""
    for printed_date in dates:
        length = printed_date.end - printed_date.start
        text = f"{text[: printed_date.start]}{chr(0) * length}{text[printed_date.end :]}"
    return text


def _overlaps(start: int, end: int, dates: list[PrintedDate]) -> bool:
    return any(start < printed_date.end and end > printed_date.start for printed_date in dates)


# Dates.


def _find_dates(text: str, languages: tuple[str, ...], order: DateOrder) -> list[PrintedDate]:
    dates: list[PrintedDate] = []
    for kind, pattern in _PATTERNS:
        position = 0
        while match := pattern.search(text, position):
            printed_date = _read_match(kind, match, languages, order)
            if printed_date is None or _overlaps(printed_date.start, printed_date.end, dates):
                position = match.start() + 1
            else:
                dates.append(printed_date)
                position = match.end()
            if len(dates) > 8:
                break
    return sorted(dates, key=lambda printed_date: printed_date.start)


def _read_match(kind: str, match: re.Match[str], languages: tuple[str, ...], order: DateOrder) -> PrintedDate | None:
    start, is_sure = match.start(), True
    if kind == "d m y" and _NUMBERED.search(match.string, max(0, start - 12), start):
        return None  # "Issue 12, May 2024"
    if kind == "slashes" and (languages[:1] or ("en",))[0] not in SHORT_WITH_SLASHES:
        return None
    if kind in ("ymd", "figures", "slashes"):
        if languages and languages[0] in ("am", "ti"):
            return None  # the Ethiopian calendar is seven or eight years behind, and figures do not tell which it is
        numbers = [int(match[group]) for group in ((1, 2, 3) if kind == "slashes" else (1, 3, 4))]
        if kind == "slashes":
            numbers[2] = _add_century(numbers[2])
        if kind == "ymd":
            year, month, day = numbers
        else:
            first, second, year = numbers
            is_sure = first > 12 or second > 12 or first == second
            has_points = kind == "figures" and match[2][0] == "."  # which nobody prints month first
            is_month_first = order == "MDY" and first <= 12 and not has_points
            month, day = (first, second) if second > 12 or is_month_first else (second, first)
            if not is_sure and (by_weekday := _find_by_weekday(match, first, second, year, languages)) is not None:
                (month, day, start), is_sure = by_weekday, True
    elif kind == "short":
        if languages and languages[0] in DAY_FIRST_WITH_POINTS:
            day, month, year = (int(number) for number in match.groups())
            year = _add_century(year)
        else:
            return None
    elif kind == "han":
        year, month, day = map(read_han_number, match.groups())
    elif kind == "era":
        base, years = ERAS[match[1]], 1 if match[2] == "元" else int(match[2])
        year, month, day = base + years, int(match[3]), int(match[4])
    elif kind in ("cjk", "y n d", "d n y"):
        numbers = [int(number) for number in match.groups()]
        year, month, day = numbers if kind != "d n y" else reversed(numbers)
    else:
        parts = dict(zip(kind.split(), match.groups(), strict=True))
        words = WORDS.findall(parts["m"])
        day = int(parts["d"])
        if "s" in parts:
            year = _add_century(int(parts["s"]))
        else:  # Thai papers print the last two figures of a Buddhist year.
            year = int(parts["y"]) if "y" in parts else BUDDHIST_CENTURY + int(parts["b"])
        months = [number for word in words if (number := find_ethiopian_month(word)) is not None]
        if months and "s" not in parts:
            ethiopian = read_ethiopian_day(year, months[0], day)
            start = start if kind != "m d y" else match.start(1) + parts["m"].rfind(words[-1])
            return PrintedDate(start=start, end=match.end(), day=ethiopian, is_sure=True) if ethiopian else None
        named = _find_named_month(words, year, languages, is_whole=kind in ("d m y", "d m b", "d m s"))
        if named is None:
            return None
        month, length = named
        if kind == "m d y" and length < len(words):  # the word before the month's name is none of the date's
            start = match.start(1) + parts["m"].rfind(words[-1])
    gregorian = _make_day(year, month, day, languages, match.string)
    if gregorian is None:
        return None
    return PrintedDate(start=start, end=match.end(), day=gregorian, is_sure=is_sure)


def _find_by_weekday(
    match: re.Match[str], first: int, second: int, year: int, languages: tuple[str, ...]
) -> tuple[int, int, int] | None:
    """Return month and day of a date in figures, where only one order of them has the day of the week before it.

    The last number is where that day begins in the text.
    """
    word = _WORD_BEFORE.search(match.string, max(0, match.start() - 24), match.start())
    weekday = find_weekday(word[1], languages) if word is not None else None
    if word is None or weekday is None or year not in YEARS or not (first and second):
        return None
    fitting = [order for order in ((first, second), (second, first)) if date(year, *order).weekday() == weekday]
    return (*fitting[0], word.start()) if len(fitting) == 1 else None


def _add_century(year: int) -> int:
    return year + (2000 if year < 70 else 1900)


def _find_named_month(
    words: list[str], year: int, languages: tuple[str, ...], *, is_whole: bool
) -> tuple[int, int] | None:
    """Return the month that words name and how many of them do; ``is_whole``: the others must be connectors."""
    words = [_GLUED_BEFORE_MONTH.sub("", word) for word in (words[:-2] if words[-2:] == ["พ", "ศ"] else words)]
    find = find_persian_month if year in PERSIAN_YEARS else lambda word: find_month(word, languages)
    if is_whole:
        words = [word for word in words if len(words) == 1 or make_word_key(word) not in _CONNECTORS]
        month = find(" ".join(words)) if words else None
        if month is None and len(words) == 2:  # "أيار/مايو": the month in the names of two countries
            first, second = map(find, words)
            month = first if first == second else None
        return (month, len(words)) if month is not None else None
    for length in (2, 1):
        if len(words) >= length and (month := find(" ".join(words[-length:]))) is not None:
            return month, length
    return None


_GLUED_BEFORE_MONTH: Final = re.compile(r"^(?:ខែ|ເດືອນ|เดือน)(?=.)")
"""The word for "month", which Khmer, Lao and Thai write on to its name."""
_CONNECTORS: Final = frozenset(
    map(make_word_key, ("de", "del", "of", "da", "do", "di", "d", "ta", "ta'", "lui", "năm", "พ.ศ.", "г", "เดือน", "ปี"))
) | {"ខែ", "ឆ្នាំ", "ເດືອນ", "ປີ"}


def _make_day(year: int, month: int, day: int, languages: tuple[str, ...], text: str) -> date | None:
    if year in PERSIAN_YEARS:
        is_persian = bool({"fa", "ps", "prs"}.intersection(languages)) or any(
            find_persian_month(word) for word in WORDS.findall(text)
        )
        return read_persian_day(year, month, day) if is_persian else None
    if year in BUDDHIST_YEARS:
        year -= BUDDHIST if {"th", "lo"}.intersection(languages) or re.search("[\u0e01-\u0eff]", text) else 0
    if languages[:1] == ("ne",) and year > 2050:
        return None  # a year of the Nepalese calendar, which is ahead by 57
    if year not in YEARS:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _add_clock(printed_date: PrintedDate, text: str, clocks: list[Clock], languages: tuple[str, ...]) -> PrintedDate:
    """Add the time that stands beside a date, and take it from the list; one behind it comes first."""
    after = next((clock for clock in clocks if clock.start >= printed_date.end), None)
    before = next((clock for clock in reversed(clocks) if clock.end <= printed_date.start), None)
    for clock in (after, before):
        if clock is None:
            continue
        between = text[printed_date.end : clock.start] if clock is after else text[clock.end : printed_date.start]
        if clock is after and find_role(between) == "updated":
            continue  # "11 March 2024 | Updated: 6 PM"
        if len(between) <= 24 and "|" not in between.strip()[1:] and is_known(between.replace("T", " "), languages):
            clocks.remove(clock)
            return replace(
                printed_date,
                start=min(printed_date.start, clock.start),
                end=max(printed_date.end, clock.end),
                clock=clock.time,
                zone=clock.zone,
            )
    return printed_date


# The words around.


def _add_roles(dates: list[PrintedDate], text: str) -> list[PrintedDate]:
    """Give each date the role that the words before it say, or where none do, the words behind the last one."""
    with_roles: list[PrintedDate] = []
    end = 0
    for index, printed_date in enumerate(dates):
        role = find_role(text[end : printed_date.start])
        behind = text[printed_date.end :]
        if role is None and index == len(dates) - 1 and not _FIGURE.search(behind):  # "14 May  Updated 3 days ago"
            is_relative = any(make_word_key(word) in load_words_of("ago") for word in WORDS.findall(behind))
            role = find_role(behind) if not is_relative else None  # "Updated a year ago" is another day
        with_roles.append(replace(printed_date, role=role))
        end = printed_date.end
    return with_roles


def _find_rest(
    flat: str,
    text: str,
    dates: list[PrintedDate],
    clocks: list[Clock],
    languages: tuple[str, ...],
    unread: list[tuple[int, int]],
) -> tuple[str, bool]:
    """Return what is left of a line without dates, times and known words, and whether it prints a length of time."""
    spans = sorted(
        [(printed_date.start, printed_date.end) for printed_date in dates]
        + [(clock.start, clock.end) for clock in clocks]
        + unread
    )
    pieces: list[tuple[int, int]] = []
    position = 0
    for start, end in spans:
        if start > position:
            pieces.append((position, start))
        position = max(position, end)
    pieces.append((position, len(flat)))
    rest: list[str] = []
    is_relative = False
    for start, end in pieces:
        begin = start
        for mark in (*_SEPARATORS.finditer(flat, start, end), None):
            stop = mark.start() if mark else end
            segment = flat[begin:stop]
            if segment.strip(TRIMMED):
                if is_known(segment, languages):
                    is_relative |= has_unit(segment)
                else:
                    rest.append(_trim(text[begin:stop]))
            begin = mark.end() if mark else end
    return " | ".join(part for part in rest if part), is_relative


def _trim(segment: str) -> str:
    """Return a segment without the words around dates at its ends: ``Published by Ann Lee on`` leaves the byline."""
    words = segment.strip(TRIMMED).split()
    while words and make_word_key(words[0].strip(TRIMMED)) in load_words_of("published") | load_words_of("updated"):
        words.pop(0)
    return strip_date_words(" ".join(words)).strip(TRIMMED)
