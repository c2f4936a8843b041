"""Reads the validators of an answer, by which its page is asked for again (RFC 9110, 8.8): its tag and its last change.

One that every page would fit is none: with it a server would answer "not modified" for ever.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from crawler.items import Capture


def read_etag(answer: Capture) -> str | None:
    """Return the entity tag of an answer, quoted or not; None without one, and for ``*``, which stands for any."""
    etag = (answer.header("ETag") or "").strip()
    return etag if etag.removeprefix("W/").strip('"') not in ("", "*") else None


def read_last_modified(answer: Capture) -> str | None:
    """Return when a page was last changed, as stated; None for what is no date, and for one that has not come.

    "Not come" is judged by the clock of the server where it tells the time, else by ours.
    """
    stated = (answer.header("Last-Modified") or "").strip()
    changed_at = _read_instant(stated)
    told_at = _read_instant((answer.header("Date") or "").strip()) or answer.fetched_at
    return stated if changed_at is not None and changed_at <= max(told_at, answer.fetched_at) else None


def _read_instant(text: str) -> datetime | None:
    try:
        parsed = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return parsed if parsed.tzinfo is not None else parsed.replace(tzinfo=UTC)
