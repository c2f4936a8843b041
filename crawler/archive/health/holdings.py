"""Counts the holdings of an archive: articles, authors, links and captures, by language, site and day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from crawler.archive.database import Connection, list_records, select_column, select_count, select_value


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """The numbers of all that an archive holds."""

    articles: int
    authors: int
    revisions: int
    see_also: int
    see_also_archived: int
    """See also entries that lead to an archived article."""
    duplicates: int
    near_copies: int
    captures: int


class LanguageTotal(NamedTuple):
    """The number of articles in a language."""

    language: str
    articles: int


class DaySpan(NamedTuple):
    """The first and the last day of archived articles; None when no article has a day."""

    first: str | None
    last: str | None


def read_holdings(db: Connection) -> Holdings:
    """Count all that an archive holds."""
    return Holdings(
        articles=count_articles(db),
        authors=select_count(db, "SELECT count(*) FROM authors"),
        revisions=select_count(db, "SELECT count(*) FROM revisions"),
        see_also=select_count(db, "SELECT count(*) FROM see_also"),
        see_also_archived=select_count(db, "SELECT count(target_id) FROM see_also"),
        duplicates=select_count(db, "SELECT count(*) FROM near_copies WHERE kind = 'duplicate'"),
        near_copies=select_count(db, "SELECT count(*) FROM near_copies WHERE kind = 'near'"),
        captures=count_captures(db),
    )


def count_articles(db: Connection, site: str | None = None) -> int:
    """Count the articles of a site, or all."""
    if site is None:
        return select_count(db, "SELECT count(*) FROM articles")
    return select_count(db, "SELECT count(*) FROM articles WHERE site = ?", (site,))


def count_captures(db: Connection) -> int:
    """Count the archived answers of servers."""
    return select_count(db, "SELECT count(*) FROM captures")


def count_people(db: Connection) -> int:
    """Count the authors that are persons."""
    return select_count(db, "SELECT count(*) FROM authors WHERE kind = 'person'")


def count_by_language(db: Connection) -> list[LanguageTotal]:
    """Count the articles of each language, the most frequent first."""
    return list_records(
        db,
        LanguageTotal,
        "SELECT language, count(*) AS articles FROM articles GROUP BY language ORDER BY articles DESC, language",
    )


def list_languages(db: Connection) -> list[str]:
    """Return the languages that articles are in, in order."""
    return select_column(db, "SELECT DISTINCT language FROM articles ORDER BY language")


def list_article_sites(db: Connection) -> set[str]:
    """Return the names of the sites that have articles."""
    return set(select_column(db, "SELECT DISTINCT site FROM articles"))


def find_day_span(db: Connection) -> DaySpan:
    """Return the first and the last day of the articles."""
    (span,) = list_records(db, DaySpan, "SELECT min(published_on) AS first, max(published_on) AS last FROM articles")
    return span


def find_highest_id(db: Connection) -> int:
    """Return the highest id of an article; 0 when there is none."""
    return int(select_value(db, "SELECT max(id) FROM articles") or 0)
