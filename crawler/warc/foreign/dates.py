"""Reads the dates that tools write into records, HAR files and saved pages, each in the form that it knows."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

_DATE_PATTERN: Final = re.compile(
    r"(\d{4})(?:-?(\d\d))?(?:-?(\d\d))?(?:[T ]?(\d\d)(?::?(\d\d):?(\d\d)?(?:\.\d{1,9})?)?)?(?:Z| ?(?:UTC|GMT))?"
)
_SECONDS: Final = re.compile(r"(\d{9,10})(?:\d{3}|\.\d{1,9})?")
"""Seconds since 1970, or thousandths of them."""
_MOST_SECONDS: Final = 1_990_000_000
"""In the year 2033; ten figures above it are year, month, day and hour."""
_DATE_OF_MAIL: Final = re.compile(
    r"(?P<date>(?:[A-Za-z]{3}|\d{1,2}[ -][A-Za-z]{3})[A-Za-z0-9 ,:+-]{10,40}?)(?: \([^()]{0,80}\))?"
)
"""What may be a date of HTTP, of mail or of C, the name of its zone in brackets behind it."""
_DATE_OF_SCRIPT: Final = re.compile(
    r"[A-Z][a-z]{2} (?P<month>[A-Z][a-z]{2}) (?P<day>\d\d) (?P<time>\d{4} \d\d:\d\d:\d\d) GMT(?P<zone>[+-]\d{4})"
    r"(?: \(.{0,80})?"
)
"""A date as JavaScript prints it, with the name of its zone behind."""


def read_date(text: str) -> datetime | None:
    """Return the instant that a tool has written down, in UTC; None for what is no date.

    It may be a ``WARC-Date``, the fourteen digits of ARC, seconds since 1970, or a date of mail, HTTP, C or JavaScript.
    WARC 1.1 allows dates without time, months and years: they mean their beginning. Without a zone it is in UTC.
    """
    text = " ".join(text.split())  # mail folds its lines
    try:
        if (match := _SECONDS.fullmatch(text)) and int(match[1]) < _MOST_SECONDS:
            return datetime.fromtimestamp(int(match[1]), UTC)
        if match := _DATE_OF_SCRIPT.fullmatch(text):
            return _to_utc(parsedate_to_datetime("{day} {month} {time} {zone}".format(**match.groupdict())))
        if match := _DATE_OF_MAIL.fullmatch(text):
            return _to_utc(parsedate_to_datetime(match["date"]))
        if match := _DATE_PATTERN.fullmatch(text):
            year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
            whole = datetime(year, month or 1, day or 1, hour, minute, min(second, 59), tzinfo=UTC)
            if "." not in text:
                return whole
        return _to_utc(datetime.fromisoformat(text))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _to_utc(date: datetime) -> datetime:
    return (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)
