"""Counts the articles and words of a plan or a condition by day, month or year.

A period is named by the first letters of an ISO day: 10 for the day, 7 for the month, 4 for the year. Articles without
a day are counted under None.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from crawler.archive.database import Connection, list_records, select_column, select_record, select_value
from crawler.archive.search.compiler import NARROW_ARTICLES, Condition, QueryPlan

_NOT_ARCHIVED: Final = "kind = 'article' AND article_id IS NULL AND state IN ('queued', 'failed', 'refused')"


class PeriodTotal(NamedTuple):
    """The articles under a condition in a period, and their words."""

    period: str | None
    articles: int
    words: int


class PeriodCount(NamedTuple):
    """The number of articles or addresses of a period."""

    period: str | None
    number: int


class SitePeriodCount(NamedTuple):
    """The number of articles of a site in a period."""

    site: str
    period: str
    number: int


class DayRange(NamedTuple):
    """The first and the last day of the articles under a condition; None without a day."""

    first: str | None
    last: str | None


def sum_by_period(db: Connection, condition: Condition, letters: int) -> list[PeriodTotal]:
    """Count the articles under a condition on ``articles a``, and their words, by period."""
    return list_records(
        db,
        PeriodTotal,
        f"SELECT {_format_period(letters)} AS period, count(*) AS articles, sum(a.word_count) AS words FROM articles a"
        f" WHERE {condition.sql} GROUP BY 1",
        condition.values,
    )


def count_by_period(db: Connection, plan: QueryPlan, letters: int) -> dict[str | None, int]:
    """Count the articles of a plan by period."""
    where = plan.make_where()
    return _count(db, plan.tables, where, letters)


def count_by_site_and_period(db: Connection, plan: QueryPlan, letters: int) -> dict[str, dict[str, int]]:
    """Count the articles of a plan by site and, for each, by period; those without a day are left out."""
    where = plan.make_where()
    tables = plan.tables if plan.match is not None or plan.conditions else NARROW_ARTICLES
    counts = list_records(
        db,
        SitePeriodCount,
        f"SELECT a.site AS site, {_format_period(letters)} AS period, count(*) AS number FROM {tables}"
        f" WHERE {where.sql} AND a.published_on IS NOT NULL GROUP BY 1, 2",
        where.values,
    )
    sites: dict[str, dict[str, int]] = {}
    for count in counts:
        sites.setdefault(count.site, {})[count.period] = count.number
    return sites


def count_waiting_by_period(db: Connection, condition: Condition, letters: int) -> dict[str | None, int]:
    """Count the articles of which only the address is known, under a condition on ``addresses a``, by period."""
    where = Condition(f"{_NOT_ARCHIVED} AND {condition.sql}", condition.values)
    return _count(db, "addresses a", where, letters)


def allows(db: Connection, condition: Condition, site: str, language: str) -> bool:
    """Return True if a condition on site and language alone holds for a site and a language."""
    return bool(
        select_value(
            db,
            f"SELECT EXISTS (SELECT 1 FROM (SELECT ? AS site, ? AS language) a WHERE {condition.sql})",
            (site, language, *condition.values),
        )
    )


def find_days(db: Connection, condition: Condition) -> DayRange:
    """Return the first and the last day of the articles under a condition on ``articles a``."""
    sql = f"SELECT min(a.published_on) AS first, max(a.published_on) AS last FROM articles a WHERE {condition.sql}"
    return select_record(db, DayRange, sql, condition.values) or DayRange(None, None)


def list_languages(db: Connection, plan: QueryPlan) -> list[str]:
    """Return the languages of a plan's articles, in order."""
    where = plan.make_where()
    tables = plan.tables if plan.match is not None else NARROW_ARTICLES
    return select_column(
        db, f"SELECT DISTINCT a.language FROM {tables} WHERE {where.sql} ORDER BY a.language", where.values
    )


def _count(db: Connection, tables: str, where: Condition, letters: int) -> dict[str | None, int]:
    counts = list_records(
        db,
        PeriodCount,
        f"SELECT {_format_period(letters)} AS period, count(*) AS number FROM {tables} WHERE {where.sql} GROUP BY 1",
        where.values,
    )
    return {count.period: count.number for count in counts}


def _format_period(letters: int) -> str:
    return f"substr(a.published_on, 1, {letters:d})"
