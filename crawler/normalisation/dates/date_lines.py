"""Parts a short printed line into its dates and the rest: with the times beside them, and the words around.

What is left of the line when dates, times and the words that stand around them are gone is its rest, by which callers
tell a line of dates from a sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from crawler.normalisation.dates.date_words import (
    TRIMMED,
    WORDS,
    find_role,
    flatten,
    has_unit,
    is_known,
    load_words_of,
    strip_date_words,
)
from crawler.normalisation.dates.other_calendars import HAN_FIGURES, find_unread_dates
from crawler.normalisation.dates.printed_dates import PrintedDate, find_dates
from crawler.normalisation.dates.printed_times import Clock, find_clocks
from crawler.normalisation.words.word_tables import make_word_key
from crawler.site import DateOrder

MAX_DATE_LENGTH: Final = 200
"""No line of dates is longer."""
_FIGURE: Final = re.compile(rf"\d|元年|[{HAN_FIGURES}]年")
_SEPARATORS: Final = re.compile(r"[|·•»›⋅/,;:()\[\]—–，、：。،@<>*\"\x00]+|\s-\s|\.(?=\s|$)|^-|-$")
_YEAR: Final = re.compile(
    rf"[{HAN_FIGURES}]年|"
    r"\d{4}|\d/\d{1,2}/\d\d|[^\W\d_][\s.-]{1,2}['’]?\d\d(?!\d)|[\u0e01-\u0e4e]\.?\s?\d\d(?!\d)|\d\.\s?\d{1,2}\.\s?\d\d|[和成治正國国]\s?(?:\d|元)"
)


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
    dates = find_dates(flat, languages, order) if _YEAR.search(flat) else []
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
