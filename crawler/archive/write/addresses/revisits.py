"""When an address is visited again, by what its last visit came to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from crawler.archive.write.addresses.visited_address import VisitResult
from crawler.items import Fate
from crawler.normalisation.dates.moments import instant

REVISIT_INTERVALS = (
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=3),
    timedelta(days=7),
    timedelta(days=30),
    timedelta(days=90),
)
"""Intervals until the next visit of an article, by its number of unchanged visits in a row: news is corrected early."""
HOLE_REVISIT_INTERVALS = (timedelta(days=90), timedelta(days=365))
"""Intervals until a number without an article is requested again, by the number of empty visits. A link to it queues it
at once."""
DAY_SETTLED_AFTER = timedelta(days=8)
"""A site adds nothing to the listing of a day a week after it."""
YOUNG_REVISIT_INTERVAL = timedelta(days=1)
MAX_IMMEDIATE_RETRIES = 3
"""Failures in a row after which the next run tries again; after more the address is retried at growing intervals."""


def compute_next_visit(result: VisitResult) -> str | None:
    """Return the instant of an address's next visit; None for listings, feeds and home pages, which every run visits.

    In ranges, the listing of a day that was recent when it was read is read once more, and a number without an article
    is requested again after a long interval.
    """
    fate, captured_at, unchanged = result.fate, result.captured_at, result.unchanged_visits
    is_article = result.visit.address.kind == "article"
    via, published_on = result.row.via, result.row.published_on
    if not is_article and via != "by_day":
        return None
    if not is_article and fate is Fate.NOT_AN_ARTICLE:
        is_recent = published_on is not None and captured_at - _to_midnight(published_on) < DAY_SETTLED_AFTER
        return instant(captured_at + YOUNG_REVISIT_INTERVAL) if is_recent else None
    if via == "by_id" and result.row.article_id is None and fate in (Fate.NOT_AN_ARTICLE, Fate.GONE):
        return instant(captured_at + HOLE_REVISIT_INTERVALS[min(unchanged, len(HOLE_REVISIT_INTERVALS)) - 1])
    last_index = len(REVISIT_INTERVALS) - 1
    match fate:
        case Fate.FAILED:
            failures = result.attempts - MAX_IMMEDIATE_RETRIES
            index = None if failures <= 0 else min(failures, last_index)
            return instant(captured_at if index is None else captured_at + REVISIT_INTERVALS[index])
        case Fate.UNREADABLE | Fate.REFUSED:
            return instant(captured_at + REVISIT_INTERVALS[min(result.attempts + 1, last_index)])
        case Fate.NOT_AN_ARTICLE:
            return instant(captured_at + REVISIT_INTERVALS[min(unchanged + 2, last_index)])
        case Fate.GONE:
            return instant(captured_at + REVISIT_INTERVALS[min(unchanged + 4, last_index)])
        case _:
            return instant(captured_at + REVISIT_INTERVALS[min(unchanged, last_index)])


def _to_midnight(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)
