"""Reads the end of the pause that a site asks for from an answer with status 429 or 503.

It stands in ``Retry-After``; where that is missing, the end of a limit counts.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from crawler.items import Capture
from crawler.normalisation.dates.moments import instant

PAUSE_STATUSES = frozenset({429, 503})
"""Statuses that ask for a pause."""
PAUSE = "the site asks for a pause until "
"""The beginning of the message about a pause, for people; an instant in UTC follows."""
_HEADERS: Final = ("Retry-After", "RateLimit-Reset", "X-RateLimit-Reset", "X-Rate-Limit-Reset")
"""Headers that tell when the next request may come, the standard's first."""
_SECONDS: Final = re.compile(r"\+?(\d{1,15})(?:\.0*(\d*))?\s*(?:s|secs?|seconds?)?", re.I | re.ASCII)
_ISO_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]")
_FIRST_TIMESTAMP, _LAST_TIMESTAMP = 1_500_000_000, 4_000_000_000
"""Between these a number of seconds is no pause, but the instant of its end since 1970."""
LONGEST_PAUSE = timedelta(days=7)


def find_pause_end(answer: Capture) -> datetime | None:
    """Return the end of the pause that a 429 or 503 asks for, at most a week after it; None when it does not say.

    A date that our clock cannot make sense of is read by the clock of the server, as its answer states it.
    """
    if answer.status not in PAUSE_STATUSES:
        return None
    wait = next((value for name in _HEADERS if (value := (answer.header(name) or "").strip())), "")
    if not wait:
        return None
    try:
        seconds = _read_seconds(wait)
        if seconds is not None and seconds < _FIRST_TIMESTAMP:
            until = answer.fetched_at + timedelta(seconds=seconds)
        elif seconds is not None and seconds <= _LAST_TIMESTAMP:
            until = datetime.fromtimestamp(seconds, UTC)
        else:
            until = _find_end_by_date(answer, wait)
        until = min(until, answer.fetched_at + LONGEST_PAUSE)
        if until.microsecond:  # the instant is written with whole seconds; a pause is never shortened
            until = until.replace(microsecond=0) + timedelta(seconds=1)
    except (ValueError, OverflowError, TypeError):
        return None
    return until.astimezone(UTC) if until > answer.fetched_at else None


def _read_seconds(wait: str) -> int | None:
    """Return the seconds of a pause, the longest of several, in whole ones; None for a text that is none."""
    matches = [_SECONDS.fullmatch(part.strip()) for part in wait.strip('"').split(",")]
    seconds = [int(match[1]) + bool(match[2]) for match in matches if match is not None]
    return max(seconds) if len(seconds) == len(matches) else None


def _find_end_by_date(answer: Capture, wait: str) -> datetime:
    """Return the end of a pause that is given as a date. Raises ValueError for a text that is none."""
    until = _parse_date(wait)
    date = answer.header("Date")
    if answer.fetched_at < until <= answer.fetched_at + LONGEST_PAUSE or not date:
        return until
    with suppress(ValueError):
        length = until - _parse_date(date)
        if timedelta(0) < length <= LONGEST_PAUSE:
            return answer.fetched_at + length
    return until


def _parse_date(text: str) -> datetime:
    moment = datetime.fromisoformat(text) if _ISO_DATE.match(text) else parsedate_to_datetime(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def describe_pause(until: datetime) -> str:
    """Return the message for people about a pause that a site asks for."""
    return f"{PAUSE}{instant(until)}"
