"""Finds the dates in a short printed line: in words of any language, in figures, with the time and the words around.

A date has a day, a month and a year; nothing is added that is not printed. What is left of the line when dates, times
and the words that stand around them are gone is its rest, by which callers tell a line of dates from a sentence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Final, Literal

from crawler.normalisation.calendar_words import find_half, find_month, find_weekday
from crawler.normalisation.other_calendars import (
    BUDDHIST,
    BUDDHIST_YEARS,
    ERAS,
    PERSIAN_YEARS,
    find_persian_month,
    read_persian_day,
)
from crawler.normalisation.text import fold
from crawler.normalisation.word_tables import load_table, load_words, make_word_key
from crawler.normalisation.zones import is_zone_name

Role = Literal["published", "updated"]
Order = Literal["DMY", "MDY", "YMD"]

YEARS: Final = range(1600, 2101)
"""The first newspapers are of the 17th century, and nothing is of a day to come: another year is misread."""
MAX_LENGTH: Final = 200
"""No line of dates is longer."""

_WORD: Final = r"[^\W\d_][^\s\d!-&(-/:-@\[-`{-~«»“”|·•⋅–—，、。،؛]*"
_GAP: Final = r"[\s.,\-–/]{0,3}"
_SUFFIX: Final = r"(?:-?[^\W\d_]{1,3})??[.º°ª]?"
_PATTERNS: Final = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("ymd", r"(?<![\d/.-])(?<!\d:)(\d{4})(-|/|\.\s?)(\d{1,2})\2(\d{1,2})(?!\d|[-/]\d)"),
        ("cjk", r"(?<!\d)(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日號号일]"),
        ("era", rf"({'|'.join(ERAS)})\s?(\d{{1,3}}|元)\s?年\s?(\d{{1,2}})\s?月\s?(\d{{1,2}})\s?[日號号]"),
        ("figures", r"(?<![\d/.-])(?<!\d:)(\d{1,2})([-/]|\.\s?)(\d{1,2})\2(\d{4})(?!\d|[-/]\d)"),
        ("d n y", r"(?<![\d./-])(?<!\d:)(\d{1,2})\s+(?:tháng|thg)\.?\s+(\d{1,2})(?:\s*,\s*|\s+năm\s+|\s+)(\d{4})(?!\d)"),
        ("y n d", r"(?<!\d)(\d{4})\s+(?:оны|он)\s+(\d{1,2})(?:-р)?\s+(?:сарын|сар)\s+(\d{1,2})(?!\d)"),
        (
            "d m y",
            rf"(?<![\d./-])(?<!\d:)(\d{{1,2}}){_SUFFIX}{_GAP}((?:{_WORD}[\s.]{{1,2}}){{0,3}}?{_WORD}){_GAP}(?<!\d)(\d{{4}})(?!\d)",
        ),
        (
            "m d y",
            rf"((?:{_WORD}[\s.]{{1,2}})?{_WORD})[\s.\-/]{{0,2}}(?<!\d)(\d{{1,2}}){_SUFFIX}[\s,.\-/]{{1,3}}"
            r"(?:(?:de|del|of)\s)?(\d{4})(?!\d)",
        ),
        ("y d m", rf"(?<!\d)(\d{{4}})\.?\s+(?:gada|жылғы|жылы|йил)\s+(\d{{1,2}})[.\s-]{{1,2}}({_WORD})"),
        (
            "y m d",
            rf"(?<!\d)(\d{{4}})(?:[^\W\d_]{{1,4}})?[\s.,\-/]{{1,3}}((?:{_WORD}[\s.]{{1,2}})?{_WORD})[\s.\-/]{{0,2}}"
            r"(?<!\d)(\d{1,2})(?!\d|[:h]\d)",
        ),
    )
)
_NO_YEAR: Final = re.compile(r"\d{4}|[和成治正國国]\s?(?:\d|元)")
_HALF: Final = r"(?:\s?([ap])\.?\s?m\b\.?)"
_CLOCK: Final = re.compile(
    rf"(?<![\d.:/+-])(?:({_WORD})\s?)?(?:(?<!\d)(\d{{1,2}})\s?(?:[:.h時时點点시]|Uhr)\s?(\d{{2}})"
    rf"(?:[:.分분]\s?(\d{{2}})(?:[.,]\d{{1,6}})?)?(?![\d/%]|[.-]\d)[분分m]?{_HALF}?"
    rf"|(?<!\d)(\d{{1,2}}){_HALF}|(?<!\d)(\d{{1,2}})\s?(?:Uhr|h|uur|時|时|点|點|시)(?!\w))"
    rf"(?:\s?({_WORD}(?:\.\s?{_WORD})?)\.?)?",
    re.I,
)
_ZONE: Final = re.compile(
    r"\s?[(\[]?((?:GMT|UTC?)\s?[+\-−–]\s?\d{1,2}(?::?\d{2})?|[+\-−]\d{2}:?\d{2}|[A-Z]{1,5})(?![^\W\d_])[)\]]?"
)
_SEPARATORS: Final = re.compile(r"[|·•»›⋅/,;:()\[\]—–，、：。،@<>*\"\x00]+|\s-\s|\.(?=\s|$)|^-|-$")
_WORDS: Final = re.compile(rf"\d+|{_WORD}")
_TRIMMED: Final = " \t\x00|·•»›⋅/,;:()[]—–-*.@"
_SCRIPT_WITHOUT_SPACES: Final = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0eff]")
_PUNCTUATION: Final = str.maketrans("０１２３４５６７８９：／．，（）－〜\u00a0\u202f", "0123456789:/.,()-~  ")


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

    @property
    def is_only_dates(self) -> bool:
        return (self.has_time or bool(self.dates)) and not self.rest


@dataclass(frozen=True, slots=True)
class _Clock:
    start: int
    end: int
    time: tuple[int, int, int | None]
    zone: str | None
    is_certain: bool


_NOTHING: Final = DateLine()


@lru_cache(maxsize=4096)  # a page asks of a line several times
def read_line(text: str, languages: tuple[str, ...] = (), order: Order = "DMY") -> DateLine:
    """Return the dates and the rest of a short line.

    ``languages`` are those whose names of months are tried first; ``order`` decides where figures leave open which is
    the day. A line without figures or of more than :data:`MAX_LENGTH` characters has no dates; the rest is then empty.
    """
    if len(text) > MAX_LENGTH:
        return _NOTHING
    flat = _flatten(text)
    if not any("0" <= character <= "9" for character in flat) and "元" not in flat:
        return _NOTHING
    dates = _find_dates(flat, languages, order) if _NO_YEAR.search(flat) else []
    clocks = [clock for clock in _find_clocks(flat, languages) if not _overlaps(clock.start, clock.end, dates)]
    if not dates and not clocks and not _has_unit(flat):
        return _NOTHING
    if not dates:  # figures with a point between them are a time only beside a date
        clocks = [clock for clock in clocks if clock.is_certain]
    free_clocks = list(clocks)
    dates = [_add_clock(found, flat, free_clocks, languages) for found in dates]
    dates = _add_roles(dates, flat)
    rest, is_relative = _find_rest(flat, text, dates, clocks, languages)
    return DateLine(tuple(dates), rest, is_relative or bool(clocks))


def has_only_time_words(text: str, languages: tuple[str, ...] = ()) -> bool:
    """Return True if all words of a text stand around dates and times; figures count beside units of time."""
    return len(text) <= MAX_LENGTH and _is_known(_flatten(text), languages)


def find_role(text: str) -> Role | None:
    """Return what the last word of a kind in a text before a date says: that the story was published, or updated."""
    folded = fold(text)
    role: Role | None = None
    place = -1
    for word in _WORDS.finditer(folded):
        key = word[0].replace(".", "")
        if key in load_words_of("updated"):
            role, place = "updated", word.start()
        elif key in load_words_of("published"):
            role, place = ("published", word.start()) if role is None or key != "online" else (role, place)
    if not text.isascii():
        for kind in ("published", "updated"):
            for part in load_table("date_words")[f"{kind}_parts"]:
                if (found := folded.rfind(part)) > place:
                    role, place = kind, found  # type: ignore[assignment]
    return role


@cache
def load_words_of(kind: str) -> frozenset[str]:
    """Return the words of a kind in ``tables/date_words.toml``: ``published``, ``updated``, ``around``, ``units`` …"""
    return frozenset(word for row in load_words("date_words", kind) for word in row.split())


def _flatten(text: str) -> str:
    """Return the text with plain digits and punctuation, each character in its place."""
    if text.isascii():
        return text
    text = text.translate(_PUNCTUATION)
    return "".join(
        str(unicodedata.decimal(character)) if character.isdecimal() and not character.isascii() else character
        for character in text
    )


def _overlaps(start: int, end: int, dates: list[PrintedDate]) -> bool:
    return any(start < found.end and end > found.start for found in dates)


# Dates.


def _find_dates(text: str, languages: tuple[str, ...], order: Order) -> list[PrintedDate]:
    dates: list[PrintedDate] = []
    for kind, pattern in _PATTERNS:
        position = 0
        while match := pattern.search(text, position):
            found = _read_match(kind, match, languages, order)
            if found is None or _overlaps(found.start, found.end, dates):
                position = match.start() + 1
            else:
                dates.append(found)
                position = match.end()
            if len(dates) > 8:
                break
    return sorted(dates, key=lambda found: found.start)


def _read_match(kind: str, match: re.Match[str], languages: tuple[str, ...], order: Order) -> PrintedDate | None:
    start, is_sure = match.start(), True
    if kind in ("ymd", "figures"):
        if languages and languages[0] in ("am", "ti"):
            return None  # the Ethiopian calendar is seven or eight years behind, and figures do not tell which it is
        numbers = [int(match[group]) for group in (1, 3, 4)]
        if kind == "ymd":
            year, month, day = numbers
        else:
            first, second, year = numbers
            is_sure = first > 12 or second > 12 or first == second
            month, day = (first, second) if second > 12 or (order == "MDY" and first <= 12) else (second, first)
    elif kind == "era":
        base, years = ERAS[match[1]], 1 if match[2] == "元" else int(match[2])
        year, month, day = base + years, int(match[3]), int(match[4])
    elif kind in ("cjk", "y n d", "d n y"):
        numbers = [int(number) for number in match.groups()]
        year, month, day = numbers if kind != "d n y" else reversed(numbers)
    else:
        parts = dict(zip(kind.split(), match.groups(), strict=True))
        words = _WORDS.findall(parts["m"])
        year, day = int(parts["y"]), int(parts["d"])
        named = _find_named_month(words, year, languages, is_whole=kind == "d m y")
        if named is None:
            return None
        month, length = named
        if kind == "m d y" and length < len(words):  # the word before the month's name is none of the date's
            start = match.start(1) + parts["m"].rfind(words[-1])
    gregorian = _make_day(year, month, day, languages, match.string)
    if gregorian is None:
        return None
    return PrintedDate(start=start, end=match.end(), day=gregorian, is_sure=is_sure)


def _find_named_month(
    words: list[str], year: int, languages: tuple[str, ...], *, is_whole: bool
) -> tuple[int, int] | None:
    """Return the month that words name and how many of them do; ``is_whole``: the others must be connectors."""
    find = find_persian_month if year in PERSIAN_YEARS else lambda word: find_month(word, languages)
    if is_whole:
        words = [word for word in words if len(words) == 1 or make_word_key(word) not in _CONNECTORS]
        month = find(" ".join(words)) if words else None
        return (month, len(words)) if month is not None else None
    for length in (2, 1):
        if len(words) >= length and (month := find(" ".join(words[-length:]))) is not None:
            return month, length
    return None


_CONNECTORS: Final = frozenset(make_word_key(word) for word in "de del of da do di d di' ta lui năm พ.ศ. поч г".split())


def _make_day(year: int, month: int, day: int, languages: tuple[str, ...], text: str) -> date | None:
    if year in PERSIAN_YEARS:
        is_persian = bool({"fa", "ps", "prs"}.intersection(languages)) or any(
            find_persian_month(word) for word in _WORDS.findall(text)
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


# Times.


def _find_clocks(text: str, languages: tuple[str, ...]) -> Iterator[_Clock]:
    position = 0
    while match := _CLOCK.search(text, position):
        position = max(match.end(), position + 1)
        before, hour, minute, second, half, only_hour, its_half, bare_hour, after = match.groups()
        hours, minutes = int(hour or only_hour or bare_hour), int(minute or 0)
        start, end = match.start(), match.end()
        which = {"a": 0, "p": 1}.get((half or its_half or "").lower())
        if after is not None:
            word_half = find_half(after, languages) if which is None else None
            which = word_half if word_half is not None else which
            if word_half is None and make_word_key(after) not in ("uhr", "hrs", "hr", "h", "uur"):
                end = match.start(9)
                position = end
        if before is not None:
            which = find_half(before, languages) if which is None else which
            if which is None or find_half(before, languages) is None:
                start = match.start() + len(before)
        if which is not None and hours <= 12:
            hours = hours % 12 + 12 * which
        seconds = int(second) if second else None
        if hours > 23 or minutes > 59 or (seconds or 0) > 59:
            continue
        is_certain = which is not None or "." not in match[0]
        zone = _ZONE.match(text, end) if (minute or which is not None) else None
        if zone and (text[end : zone.start(1)].strip(" ([") or not is_zone_name(zone[1])):
            zone = None
        yield _Clock(start, zone.end() if zone else end, (hours, minutes, seconds), zone[1] if zone else None, is_certain)
        position = max(position, zone.end() if zone else position)


def _add_clock(found: PrintedDate, text: str, clocks: list[_Clock], languages: tuple[str, ...]) -> PrintedDate:
    """Add the time that stands beside a date, and take it from the list; one behind it comes first."""
    after = next((clock for clock in clocks if clock.start >= found.end), None)
    before = next((clock for clock in reversed(clocks) if clock.end <= found.start), None)
    for clock in (after, before):
        if clock is None:
            continue
        between = text[found.end : clock.start] if clock is after else text[clock.end : found.start]
        if len(between) <= 24 and "|" not in between.strip()[1:] and _is_known(between.replace("T", " "), languages):
            clocks.remove(clock)
            return PrintedDate(
                start=min(found.start, clock.start),
                end=max(found.end, clock.end),
                day=found.day,
                is_sure=found.is_sure,
                clock=clock.time,
                zone=clock.zone,
            )
    return found


# The words around.


def _add_roles(dates: list[PrintedDate], text: str) -> list[PrintedDate]:
    """Give each date the role that the words before it say, or where none do, the words behind the last one."""
    with_roles: list[PrintedDate] = []
    end = 0
    for index, found in enumerate(dates):
        role = find_role(text[end : found.start])
        if role is None and index == len(dates) - 1:
            role = find_role(text[found.end :])
        with_roles.append(
            found
            if role is None
            else PrintedDate(
                start=found.start,
                end=found.end,
                day=found.day,
                is_sure=found.is_sure,
                clock=found.clock,
                zone=found.zone,
                role=role,
            )
        )
        end = found.end
    return with_roles


def _find_rest(
    flat: str, text: str, dates: list[PrintedDate], clocks: list[_Clock], languages: tuple[str, ...]
) -> tuple[str, bool]:
    """Return what is left of a line without dates, times and known words, and whether it prints a length of time."""
    spans = sorted([(found.start, found.end) for found in dates] + [(clock.start, clock.end) for clock in clocks])
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
            if segment.strip(_TRIMMED):
                if _is_known(segment, languages):
                    is_relative |= _has_unit(segment)
                else:
                    rest.append(_trim(text[begin:stop]))
            begin = mark.end() if mark else end
    return " | ".join(part for part in rest if part), is_relative


def _is_known(segment: str, languages: tuple[str, ...]) -> bool:
    """Return True if a text is made of words that stand around dates; figures count beside units of time."""
    words = _WORDS.findall(segment)
    if not words:
        return all(not character.isalnum() for character in segment)
    if find_weekday(segment.strip(_TRIMMED), languages) is not None:
        return True
    has_unit = _has_unit(segment)
    for word in words:
        if word.isdigit():
            if len(word) > 3 or not has_unit:
                return False
        elif not _is_time_word(word, languages):
            return False
    return True


def _is_time_word(word: str, languages: tuple[str, ...]) -> bool:
    key = make_word_key(word).strip("'")
    if any(key in load_words_of(kind) for kind in ("around", "published", "updated", "units", "ago", "reading")):
        return True
    if find_weekday(word, languages) is not None or find_half(word, languages) is not None:
        return True
    if _SCRIPT_WITHOUT_SPACES.search(word):
        for part in _load_parts():
            word = word.replace(part, "")
        return not word or len(word) == 1
    return False


@cache
def _load_parts() -> tuple[str, ...]:
    table = load_table("date_words")
    parts = (*table["published_parts"], *table["updated_parts"], *table["around_parts"])
    return tuple(sorted(parts, key=len, reverse=True))


def _has_unit(text: str) -> bool:
    """Return True if a text prints a length of time: ``3 min read``, ``vor 5 Stunden``, ``2 days ago``."""
    keys = [make_word_key(word) for word in _WORDS.findall(text)]
    if not any(key.isdigit() for key in keys):
        return False
    if any(key in load_words_of("units") for key in keys):
        return any(key in _MINUTES or key in load_words_of("ago") or key in load_words_of("reading") for key in keys)
    return bool(_ASIAN_AGO.search(text))


_ASIAN_AGO: Final = re.compile(r"\d\s?(?:分钟|分鐘|分|小时|小時|時間|日|天|시간|분|일)\s?(?:前|전)")
_MINUTES: Final = frozenset(("min", "mins", "minute", "minutes", "minuten", "minutos", "minuti", "minuter", "minut"))


def _trim(segment: str) -> str:
    """Return a segment without the words around dates at its ends: ``Published by Ann Lee on`` leaves the byline."""
    words = segment.strip(_TRIMMED).split()
    while words and make_word_key(words[0].strip(_TRIMMED)) in load_words_of("published") | load_words_of("updated"):
        words.pop(0)
    while len(words) > 1 and words[-1].islower() and make_word_key(words[-1]) in load_words_of("around"):
        words.pop()
    return " ".join(words).strip(_TRIMMED)
