"""Compares the printed date of a story with the one that its data states."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Final

from crawler.items import Moment
from crawler.normalisation.dates.moments import find_clock_with_zone, is_universal
from crawler.site import Site

_ZONES: Final = (-10, 13)
"""Hours between universal time and the zones in which newspapers are printed: Hawaii, New Zealand in summer."""


def is_day_elsewhere(printed: Moment, stated: Moment) -> bool:
    """Return True if a stated instant falls on the printed day where the story was written.

    An instant with the offset of a place tells the day there. One in universal time leaves the place open.
    """
    if stated.precision == "day" or stated.raw is None:
        return False
    if not is_universal(stated.raw):
        return stated.raw[:10] == printed.on
    instant = datetime.fromisoformat(stated.value)
    earliest, latest = (instant + timedelta(hours=hours) for hours in _ZONES)
    if printed.precision == "day":
        return earliest.date().isoformat() <= printed.on <= latest.date().isoformat()
    return earliest <= datetime.fromisoformat(printed.value) <= latest


def are_neighbours(first: Moment, second: Moment) -> bool:
    """Are the days of two moments next to one another?"""
    return abs((date.fromisoformat(first.on) - date.fromisoformat(second.on)).days) == 1


def is_day_to_come(published: Moment, fetched_at: datetime) -> bool:
    """Is a day of publication later than that on which the page was fetched, wherever on earth that was?"""
    return published.on > (fetched_at + timedelta(days=1)).date().isoformat()


def tells_instant(printed: Moment, stated: Moment, site: Site, language: str | None) -> bool:
    """Does a printed time tell the instant better than a stated one of the same day, of a site of unknown zone?

    A guessed time is one of an unknown zone, which structured data may state, and so is one that stands as it is in the
    data. But where the page prints that same clock with a zone beside it, the data lacks the zone or has a wrong one.
    """
    clock = read_clock(stated.raw or "")
    if not printed.guessed and clock != read_clock(printed.value):
        return True
    if read_clock(printed.value) == read_clock(stated.value):
        return False  # one instant, which the data may have to the second
    return find_clock_with_zone(printed.raw or "", site, language) == clock


def read_clock(written: str) -> str:
    """Return day, hour and minute of an instant as it is written, in whatever zone."""
    return written[:16].replace("T", " ")


def lacks_year(printed: str, day: str) -> bool:
    """Return True for a printed day without its year, "14 May", that agrees with a stated one, ``2024-05-14``."""
    numbers = re.findall(r"\d+", printed[:40])
    return len(printed) <= 20 and [int(number) for number in numbers] == [int(day[8:])]
