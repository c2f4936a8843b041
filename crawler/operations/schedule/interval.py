"""Parses and formats the interval of a schedule, such as ``6h``."""

from __future__ import annotations

import re
from datetime import timedelta

UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
SHORTEST, LONGEST_INTERVAL = timedelta(minutes=15), timedelta(weeks=8)


def parse_interval(text: str) -> timedelta:
    """Read a length of time from 15 minutes to 8 weeks; raises ValueError with a line that says what is meant.

    >>> parse_interval("6h")
    datetime.timedelta(seconds=21600)
    """
    match = re.fullmatch(r"([0-9]{1,5}) ?([mhdw])", text.strip().lower())
    if match is None:
        raise ValueError(f"{text[:40]!r} is no length of time: write 30m, 6h, 2d or 1w")
    every = int(match[1]) * UNITS[match[2]]
    if not SHORTEST <= every <= LONGEST_INTERVAL:
        raise ValueError(f"{text[:40]!r} is not from 15m to 8w: nothing is visited again sooner than after an hour")
    return every


def format_interval(every: timedelta) -> str:
    """Return the shortest text that :func:`parse_interval` reads as this.

    >>> format_interval(timedelta(days=14))
    '2w'
    """
    for name in ("w", "d", "h", "m"):
        if not every % UNITS[name]:
            return f"{every // UNITS[name]}{name}"
    return f"{every // UNITS['m']}m"
