"""Selections: which articles a person means. Everything that asks takes one: search, counts, exports, timelines.

>>> Selection(query="harbour -ferry", language="en", since="2010").plan().ranked
True
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Literal, TypedDict

from sqlite_utils import Database

from crawler.archive.compiling import Plan, compile_query
from crawler.archive.query import FILTERS, Filter, Query, day_or_month, parse_query
from crawler.archive.tokens import words
from crawler.errors import BadQuery

DateOrder = Literal["id", "newest", "oldest"]
NAMES = ("author", "place", "kicker")
"""Filters whose value has to hold a letter or a digit."""


class Filters(TypedDict, total=False):
    """The conditions a caller may give beside a query; None is none."""

    since: str | None
    until: str | None
    author: str | None
    place: str | None
    kicker: str | None
    language: str | None
    site: str | None
    story: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """A query of :mod:`crawler.archive.query` and conditions beside it; all articles when nothing is given.

    Raises:
        BadQuery: ``since`` or ``until`` is no year, month or day, or a name has no letters. The query itself never
            raises; what is odd in it is in ``parsed().problems``.

    """

    query: str = ""
    since: str | None = None
    until: str | None = None
    author: str | None = None
    place: str | None = None
    kicker: str | None = None
    language: str | None = None
    site: str | None = None
    story: str | None = None

    def __post_init__(self) -> None:
        for each in self.filters():
            if each.name in ("since", "until") and day_or_month(each.value) is None:
                raise BadQuery(
                    f"{each.name} takes a year, a month or a day (2022, 2022-03, 2022-03-11), not {each.value!r}"
                )
            if each.name in NAMES and not words(each.value):
                raise BadQuery(f"{each.name} takes a name, not {each.value!r}")

    def parsed(self) -> Query:
        """Return the query, read."""
        return parse_query(self.query)

    def filters(self) -> tuple[Filter, ...]:
        """Return the conditions beside the query."""
        given = ((each.name, getattr(self, each.name)) for each in fields(self) if each.name in FILTERS)
        return tuple(Filter(name, value.strip()) for name, value in given if value is not None)

    def plan(self) -> Plan:
        """Return what to ask SQLite, over ``articles a``."""
        return compile_query(self.parsed(), self.filters())


def count(db: Database, selection: Selection) -> int:
    """Count the articles of a selection."""
    plan = selection.plan()
    where = plan.where()
    tables = plan.tables if plan.conditions else ("articles_fts" if plan.match is not None else plan.tables)
    return int(db.execute(f"SELECT count(*) FROM {tables} WHERE {where.sql}", where.values).fetchone()[0])


def ids(db: Database, selection: Selection, order: DateOrder = "id") -> Iterator[int]:
    """Yield the ids of a selection's articles; only ids are held while SQLite sorts."""
    plan = selection.plan()
    where = plan.where()
    by = "a.id" if order == "id" else by_day("ASC" if order == "oldest" else "DESC")
    for (article_id,) in db.execute(f"SELECT a.id FROM {plan.tables} WHERE {where.sql} ORDER BY {by}", where.values):
        yield article_id


def by_day(direction: Literal["ASC", "DESC"]) -> str:
    """Return the terms of an ORDER BY that sorts ``articles a`` by day, the undated last."""
    return f"a.published_on IS NULL, a.published_on {direction}, a.published_at {direction}, a.id {direction}"
