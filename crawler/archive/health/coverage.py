"""Counts the articles of an archive by month and language, and those that it does not hold yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from sqlite_utils import Database

from crawler.archive.database import list_records
from crawler.archive.search.compiler import NARROW_ARTICLES


@dataclass(frozen=True, slots=True)
class LanguageCoverage:
    """The number of articles of a language in each month."""

    language: str
    months: dict[str, int]
    """Month (``2022-03``) → number of articles, in order; months without articles are left out."""
    undated: int

    @property
    def articles(self) -> int:
        """The number of all articles."""
        return self.undated + sum(self.months.values())

    @property
    def years(self) -> dict[str, int]:
        """Year → number of articles."""
        years: Counter[str] = Counter()
        for month, count in self.months.items():
            years[month[:4]] += count
        return dict(years)

    @property
    def empty_months(self) -> tuple[str, ...]:
        """Months between the first and the last without an article."""
        return tuple(month for month in iter_months(*self.span) if month not in self.months) if self.months else ()

    @property
    def span(self) -> tuple[str, str]:
        """The first and the last month. Raises ValueError when no article has a day."""
        return min(self.months), max(self.months)


def read_coverage(db: Database, site: str | None = None) -> tuple[LanguageCoverage, ...]:
    """Return the coverage of each language, of a site or of all, the fullest first."""
    months_of_languages: dict[str, dict[str, int]] = {}
    undated: Counter[str] = Counter()
    for language, month, count in db.execute(
        f"SELECT language, substr(published_on, 1, 7), count(*) FROM {NARROW_ARTICLES}"
        " WHERE ?1 IS NULL OR site = ?1 GROUP BY 1, 2 ORDER BY 1, 2",
        (site,),
    ):
        months = months_of_languages.setdefault(language, {})
        if month:
            months[month] = count
        else:
            undated[language] = count
    coverages = (
        LanguageCoverage(language, months, undated[language]) for language, months in months_of_languages.items()
    )
    return tuple(sorted(coverages, key=lambda coverage: (-coverage.articles, coverage.language)))


def count_waiting(db: Database) -> int:
    """Count the queued addresses of articles, which are not archived yet."""
    return int(db.execute("SELECT count(*) FROM addresses WHERE state = 'queued' AND kind = 'article'").fetchone()[0])


def count_waiting_by_day(
    db: Database, letters: int, within: str = "", language: str | None = None, site: str | None = None
) -> dict[str, int]:
    """Count the articles of which only address and day are known, by day or, with 7 letters, by month.

    ``within`` is a year or a month. Articles that the site no longer has are not counted.
    """
    return dict(
        db.execute(
            "SELECT substr(published_on, 1, ?1), count(*) FROM addresses WHERE kind = 'article' AND article_id IS NULL"
            " AND state IN ('queued', 'failed', 'refused') AND published_on LIKE ?2 || '%'"
            " AND (?3 IS NULL OR language = ?3) AND (?4 IS NULL OR site = ?4) GROUP BY 1",
            (letters, within, language, site),
        ).fetchall()
    )


class DayTotal(NamedTuple):
    """The number of articles of a day in a language."""

    day: str
    language: str
    articles: int


def count_by_day(db: Database, month: str, site: str | None = None) -> list[DayTotal]:
    """Count the articles of each day of a month, by language, of a site or of all."""
    return list_records(
        db,
        DayTotal,
        "SELECT published_on AS day, language, count(*) AS articles FROM articles WHERE published_on BETWEEN ?1 AND"
        " ?2 AND (?3 IS NULL OR site = ?3) GROUP BY published_on, language",
        (f"{month}-01", f"{month}-31", site),
    )


def iter_months(first: str, last: str) -> Iterator[str]:
    """Yield the months from one to another, both included.

    >>> list(iter_months("2021-11", "2022-02"))
    ['2021-11', '2021-12', '2022-01', '2022-02']
    """
    year, month = int(first[:4]), int(first[5:7])
    while (period := f"{year:04}-{month:02}") <= last:
        yield period
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
