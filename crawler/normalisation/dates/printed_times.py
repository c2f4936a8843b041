"""Finds the times of day in a short printed line, with the half of the day and the name of the zone behind them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from crawler.normalisation.dates.calendar_words import find_half
from crawler.normalisation.dates.date_words import WORD
from crawler.normalisation.dates.zones import is_zone_name
from crawler.normalisation.words.word_tables import make_word_key

_HALF: Final = r"(?:\s?([ap])\.?\s?m\b\.?)"
_CLOCK: Final = re.compile(
    rf"(?<![\d.:/+-])(?:({WORD})\s?)?(?:(?<!\d)(\d{{1,2}})\s?(?:[:.h時时點点시]|Uhr)\s?(\d{{2}})"
    rf"(?:[:.分분]\s?(\d{{2}})(?:[.,]\d{{1,6}})?)?(?![\d/%]|[.-]\d)(?:[분分]|m(?![^\W\d_]))?{_HALF}?"
    rf"|(?<!\d)(\d{{1,2}}){_HALF}|(?<!\d)(\d{{1,2}})\s?(?:Uhr|h|uur|時|时|点|點|시)(?!\w))"
    rf"(?:\s?({WORD}(?:\.\s?{WORD})?)\.?)?",
    re.I,
)
_WORD_BEHIND: Final = re.compile(rf"\s({WORD})")
_SIGN: Final = re.compile(r"\d\s?(?:[:.h時时點点시]|u(?:hr|ur)|[ap]\.?\s?m)", re.I)
"""What every time of day has: a text without it is told sooner than by the whole pattern."""
_ZONE: Final = re.compile(
    r"\s?[(\[]?((?:GMT|UTC?)\s?[+\-−–]\s?\d{1,2}(?::?\d{2})?|[+\-−]\d{2}:?\d{2}|[A-Z]{1,5}|МСК|мск|TSİ|"
    r"(?:Eastern|Central|Mountain|Pacific)(?=[)\],;|]|$|\sTime|\s(?:Standard|Daylight)\sTime))(?![^\W\d_])[)\]]?"
)


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day, and where it stands."""

    start: int
    end: int
    time: tuple[int, int, int | None]
    zone: str | None
    is_certain: bool
    """False for figures with a point between them, which are a time only beside a date."""


def find_clocks(text: str, languages: tuple[str, ...]) -> Iterator[Clock]:
    """Yield the times of day in a short text, in their order."""
    if _SIGN.search(text) is None:
        return
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
            elif word_half is None and (further := _WORD_BEHIND.match(text, end)) is not None:  # "2:05 Uhr nachmittags"
                its_half_day = find_half(further[1], languages)
                which, end = (which, end) if its_half_day is None else (its_half_day, further.end())
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
        yield Clock(
            start, zone.end() if zone else end, (hours, minutes, seconds), zone[1] if zone else None, is_certain
        )
        position = max(position, zone.end() if zone else position)
