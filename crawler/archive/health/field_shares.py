"""Counts on what share of a site's articles each field is found, by month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlite_utils import Database

from crawler.archive.database import list_records

REPORTED_FIELDS: Final = (*("kicker", "byline", "authors", "published", "lead", "dateline", "see_also", "complete"),)
"""The fields that are counted; headline and body are on every article."""
_CONDITIONS: Final = {
    "kicker": "kicker IS NOT NULL",
    "byline": "byline IS NOT NULL",
    "authors": "id IN (SELECT article_id FROM article_authors)",
    "published": "published_on IS NOT NULL",
    "lead": "lead IS NOT NULL",
    "dateline": "dateline IS NOT NULL",
    "see_also": "id IN (SELECT article_id FROM see_also)",
    "complete": "complete",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class MonthFields:
    """The articles of a site of one month, and how many have each field."""

    month: str | None
    """``2026-11``; None for articles without a date."""
    articles: int
    words: int
    """Of the bodies, on average."""
    counts: dict[str, int]
    """Field → articles that have it."""


def read_field_shares(db: Database, site: str) -> list[MonthFields]:
    """Return the months of a site's articles, the newest first, those without a date last."""
    columns = ", ".join(f"total({condition}) AS {field}" for field, condition in _CONDITIONS.items())

    def make_month(month: str | None, articles: int, words: float, **counts: float) -> MonthFields:
        return MonthFields(
            month=month,
            articles=articles,
            words=round(words),
            counts={field: int(counts[field]) for field in REPORTED_FIELDS},
        )

    return list_records(
        db,
        make_month,
        "SELECT substr(published_on, 1, 7) AS month, count(*) AS articles, avg(word_count) AS words, "
        f"{columns} FROM articles WHERE site = ? GROUP BY 1 ORDER BY 1 IS NULL, 1 DESC",
        (site,),
    )
