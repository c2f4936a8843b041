"""Reads the end of the pause that a site asks for from the ``Retry-After`` of an answer with status 429 or 503."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from crawler.items import Capture
from crawler.normalisation.dates import instant

PAUSE_STATUSES = frozenset({429, 503})
"""Statuses that ask for a pause."""
PAUSE = "the site asks for a pause until "
"""The beginning of the message about a pause, for people; an instant in UTC follows."""
LONGEST_PAUSE = timedelta(days=7)


def find_pause_end(answer: Capture) -> datetime | None:
    """Return the end of the pause that a 429 or 503 asks for, at most a week after it; None when it does not say."""
    wait = (answer.header("Retry-After") or "").strip()
    if answer.status not in PAUSE_STATUSES or not wait:
        return None
    try:
        until = answer.fetched_at + timedelta(seconds=int(wait)) if wait.isdecimal() else parsedate_to_datetime(wait)
        until = until if until.tzinfo else until.replace(tzinfo=UTC)
        until = min(until, answer.fetched_at + LONGEST_PAUSE)
        if until.microsecond:  # the instant is written with whole seconds; a pause is never shortened
            until = until.replace(microsecond=0) + timedelta(seconds=1)
    except (ValueError, OverflowError, TypeError):
        return None
    return until.astimezone(UTC) if until > answer.fetched_at else None


def describe_pause(until: datetime) -> str:
    """Return the message for people about a pause that a site asks for."""
    return f"{PAUSE}{instant(until)}"
