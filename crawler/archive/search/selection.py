"""Selections: a query with filters, which search, counts, exports and timelines take.

>>> Selection(query="harbour -ferry", language="en", since="2010").plan().ranked
True
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Literal, TypedDict

from sqlite_utils import Database

from crawler.archive.search.compiler import Condition, QueryPlan, compile_query
from crawler.archive.search.query import FILTERS, NAME_FILTERS, Filter, Query
from crawler.archive.search.query_parser import parse_query
from crawler.archive.search.units import UNIT_NOUNS, Unit, limit_to_units
from crawler.errors import BadQuery, UnknownSnapshot
from crawler.normalisation.dates.periods import is_exact_period
from crawler.normalisation.words.tokenizer import index_words

DateOrder = Literal["id", "newest", "oldest"]


class Filters(TypedDict, total=False):
    """The filters beside a query, as keyword arguments; None is no filter."""

    since: str | None
    until: str | None
    author: str | None
    place: str | None
    country: str | None
    kicker: str | None
    language: str | None
    site: str | None
    story: str | None
    snapshot: str | None
    unit: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class NotedArticles:
    """Articles that notes outside of the archive name, by their identities."""

    question: str
    """What they were chosen by, in words for people."""
    identities: tuple[tuple[str, str, str], ...]
    """Site, language and key of each."""

    def make_condition(self) -> Condition:
        """Return the condition on ``articles a``."""
        return Condition(
            "a.id IN (SELECT i.id FROM json_each(?) j JOIN articles i ON i.site = json_extract(j.value, '$[0]')"
            " AND i.language = json_extract(j.value, '$[1]') AND i.site_key = json_extract(j.value, '$[2]'))",
            (json.dumps(self.identities),),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """A query of :mod:`crawler.archive.search.query_parser` and filters beside it; empty, it selects all articles.

    ``site`` may name several sites, with commas between. ``author``, ``place`` and ``kicker`` match by any words of
    theirs, a place by its names in every script; after an equals sign by all words and no others: ``kicker="=India"``
    does not match INDIA - PAKISTAN.

    Raises:
        BadQuery: ``since`` or ``until`` is no year, month or day, a name has no letters, or the unit is none. The query
            itself never raises; ``parse().problems`` lists what is malformed in it.

    """

    query: str = ""
    since: str | None = None
    until: str | None = None
    author: str | None = None
    place: str | None = None
    country: str | None = None
    """The ISO 3166 code of the country of a place in the dateline."""
    kicker: str | None = None
    language: str | None = None
    site: str | None = None
    story: str | None = None
    snapshot: str | None = None
    """The name of a snapshot, to select its articles; rows have the texts that it froze."""
    among: tuple[int, ...] | None = None
    """The ids of a sample, to which the selection is limited."""
    noted: NotedArticles | None = None
    """The articles of some tag or code, to which the selection is limited."""
    unit: Unit = "article"
    """What counts once: of the selected articles of one story (``story``), or of one text however often it was printed
    (``text``), only the first is selected."""

    def __post_init__(self) -> None:
        if self.unit not in UNIT_NOUNS:
            raise BadQuery(f"the unit is {', '.join(UNIT_NOUNS)}, not {str(self.unit)[:40]!r}")
        for filter_ in self.filters():
            if filter_.name in ("since", "until") and not is_exact_period(filter_.value):
                raise BadQuery(
                    f"{filter_.name} takes a year, a month or a day (2022, 2022-03, 2022-03-11), not {filter_.value!r}"
                )
            if filter_.name in NAME_FILTERS and not index_words(filter_.value):
                raise BadQuery(f"{filter_.name} takes a name, not {filter_.value!r}")

    def parse(self) -> Query:
        """Return the parsed query."""
        return parse_query(self.query)

    def filters(self) -> tuple[Filter, ...]:
        """Return the filters beside the query."""
        return tuple(_make_filter(name, value.strip()) for name, value in self._get_filter_values().items())

    def to_filters(self) -> dict[str, str]:
        """Return the filters beside the query by name, as they were given, and the unit if it is not the article.

        ``Selection(**filters)`` takes them.
        """
        return {**self._get_filter_values(), **({} if self.unit == "article" else {"unit": self.unit})}

    def _get_filter_values(self) -> dict[str, str]:
        values = {field.name: getattr(self, field.name) for field in fields(self) if field.name in FILTERS}
        return {name: value for name, value in values.items() if value is not None}

    def plan(self) -> QueryPlan:
        """Compile the selection into SQL over ``articles a``."""
        plan = compile_query(self.parse(), self.filters())
        if self.noted is not None:
            plan.conditions.append(self.noted.make_condition())
        if self.among is not None:
            plan.conditions.append(
                Condition("a.id IN (SELECT value FROM json_each(?))", (json.dumps(self.among, separators=(",", ":")),))
            )
        limit_to_units(plan, self.unit)
        return plan


def count(db: Database, selection: Selection) -> int:
    """Count the articles of a selection."""
    refuse_unknown_snapshot(db, selection)
    plan = selection.plan()
    where = plan.make_where()
    tables = plan.tables if plan.conditions or plan.match is None else "articles_fts"
    return int(db.execute(f"SELECT count(*) FROM {tables} WHERE {where.sql}", where.values).fetchone()[0])


def select_ids(db: Database, selection: Selection, order: DateOrder = "id") -> Iterator[int]:
    """Yield the ids of a selection's articles, without holding anything else in memory."""
    refuse_unknown_snapshot(db, selection)
    plan = selection.plan()
    statement = (
        plan.make_ids_query() if order == "id" else compile_ids_by_day(plan, "ASC" if order == "oldest" else "DESC")
    )
    by = " ORDER BY 1" if order == "id" else ""
    for (article_id,) in db.execute(statement.sql + by, statement.values):
        yield article_id


def refuse_unknown_snapshot(db: Database, selection: Selection) -> None:
    """Raise UnknownSnapshot for a selection of an unknown snapshot; ``snapshot:`` in a query finds nothing."""
    if selection.snapshot is None:
        return
    existing_names = [row[0] for row in db.execute("SELECT name FROM snapshots ORDER BY name")]
    name = selection.snapshot.strip()
    # Names are ASCII; lower() maps other letters to ASCII ones, which SQLite would not find.
    if not name.isascii() or name.lower() not in (existing.lower() for existing in existing_names):
        advice = (
            f"there are: {', '.join(existing_names[:10])}"
            if existing_names
            else "make one with: seealso snapshot create NAME"
        )
        raise UnknownSnapshot(f"no snapshot {selection.snapshot[:60]!r}; {advice}")


def compile_ids_by_day(plan: QueryPlan, direction: Literal["ASC", "DESC"]) -> Condition:
    """Return a SELECT of the ids of a plan, sorted by day, the undated last.

    It scans the index by day: the first ids come before the others are read, and nothing is sorted.
    """
    ids = plan.make_ids_query()
    filtered = Condition("1") if plan.match is None and not plan.conditions else ids
    where = "1" if filtered is not ids else f"+a.id IN ({ids.sql})"  # the plus keeps SQLite to the order of days
    return Condition(
        f"SELECT a.id FROM articles a INDEXED BY articles_day WHERE {where} ORDER BY {order_by_day(direction)}",
        filtered.values,
    )


def order_by_day(direction: Literal["ASC", "DESC"]) -> str:
    """Return the terms of an ORDER BY that sorts ``articles a`` by day, the undated last."""
    last = " NULLS LAST" if direction == "ASC" else ""  # downwards they come last by themselves
    return f"a.published_on {direction}{last}, a.published_at {direction}, a.id {direction}"


def _make_filter(name: str, value: str) -> Filter:
    exact = name in NAME_FILTERS and value.startswith("=")
    return Filter(name, value[1:].strip() if exact else value, exact=exact)
