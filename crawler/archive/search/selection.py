"""Selections: which articles a person means. Everything that asks takes one: search, counts, exports, timelines.

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
from crawler.archive.search.query import FILTERS, NAME_FILTERS, Filter, Query, parse_query
from crawler.errors import BadQuery, UnknownSnapshot
from crawler.normalisation.periods import is_period
from crawler.normalisation.tokenizer import index_words

DateOrder = Literal["id", "newest", "oldest"]


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
    snapshot: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """A query of :mod:`crawler.archive.search.query` and conditions beside it; all articles when nothing is given.

    ``author``, ``place`` and ``kicker`` are found by any words of theirs; after an equals sign by all of them and no
    others: ``kicker="=India"`` leaves INDIA - PAKISTAN out.

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
    snapshot: str | None = None
    """The name of a snapshot: its articles, and in rows the texts that it froze."""
    among: tuple[int, ...] | None = None
    """Ids of a sample drawn before: no other article is meant."""

    def __post_init__(self) -> None:
        for filter_ in self.filters():
            if filter_.name in ("since", "until") and not is_period(filter_.value):
                raise BadQuery(
                    f"{filter_.name} takes a year, a month or a day (2022, 2022-03, 2022-03-11), not {filter_.value!r}"
                )
            if filter_.name in NAME_FILTERS and not index_words(filter_.value):
                raise BadQuery(f"{filter_.name} takes a name, not {filter_.value!r}")

    def parse(self) -> Query:
        """Return the query, read."""
        return parse_query(self.query)

    def filters(self) -> tuple[Filter, ...]:
        """Return the conditions beside the query."""
        return tuple(_make_filter(name, value.strip()) for name, value in self.stated().items())

    def stated(self) -> dict[str, str]:
        """Return the conditions beside the query by their names, as they were given; ``Selection(**…)`` takes them."""
        given = {field.name: getattr(self, field.name) for field in fields(self) if field.name in FILTERS}
        return {name: value for name, value in given.items() if value is not None}

    def plan(self) -> QueryPlan:
        """Return what to ask SQLite, over ``articles a``."""
        plan = compile_query(self.parse(), self.filters())
        if self.among is not None:
            plan.conditions.append(
                Condition("a.id IN (SELECT value FROM json_each(?))", (json.dumps(self.among, separators=(",", ":")),))
            )
        return plan


def count(db: Database, selection: Selection) -> int:
    """Count the articles of a selection."""
    refuse_unknown_snapshot(db, selection)
    plan = selection.plan()
    where = plan.where()
    tables = plan.tables if plan.conditions or plan.match is None else "articles_fts"
    return int(db.execute(f"SELECT count(*) FROM {tables} WHERE {where.sql}", where.values).fetchone()[0])


def select_ids(db: Database, selection: Selection, order: DateOrder = "id") -> Iterator[int]:
    """Yield the ids of a selection's articles; nothing but ids is held."""
    refuse_unknown_snapshot(db, selection)
    plan = selection.plan()
    wanted = plan.ids() if order == "id" else compile_ids_by_day(plan, "ASC" if order == "oldest" else "DESC")
    by = " ORDER BY 1" if order == "id" else ""
    for (article_id,) in db.execute(wanted.sql + by, wanted.values):
        yield article_id


def refuse_unknown_snapshot(db: Database, selection: Selection) -> None:
    """Raise UnknownSnapshot when a selection is of one that is not there; ``snapshot:`` in a query finds nothing."""
    if selection.snapshot is None:
        return
    names = [row[0] for row in db.execute("SELECT name FROM snapshots ORDER BY name")]
    asked = selection.snapshot.strip()
    # Names are ASCII; lower() makes letters of it from others, which SQLite then would not find.
    if not asked.isascii() or asked.lower() not in (name.lower() for name in names):
        there_are = f"there are: {', '.join(names[:10])}" if names else "make one with: seealso snapshot create NAME"
        raise UnknownSnapshot(f"no snapshot {selection.snapshot[:60]!r}; {there_are}")


def compile_ids_by_day(plan: QueryPlan, direction: Literal["ASC", "DESC"]) -> Condition:
    """Return a SELECT of the ids that are meant, by day, the undated last.

    It walks along the index by day and picks: the first ones come before the rest was looked at, and nothing is sorted.
    """
    meant = plan.ids()
    picked = Condition("1") if plan.match is None and not plan.conditions else meant
    where = "1" if picked is not meant else f"+a.id IN ({meant.sql})"  # the plus keeps SQLite to the order of days
    return Condition(
        f"SELECT a.id FROM articles a INDEXED BY articles_day WHERE {where} ORDER BY {order_by_day(direction)}",
        picked.values,
    )


def order_by_day(direction: Literal["ASC", "DESC"]) -> str:
    """Return the terms of an ORDER BY that sorts ``articles a`` by day, the undated last."""
    last = " NULLS LAST" if direction == "ASC" else ""  # downwards they come last by themselves
    return f"a.published_on {direction}{last}, a.published_at {direction}, a.id {direction}"


def _make_filter(name: str, value: str) -> Filter:
    exact = name in NAME_FILTERS and value.startswith("=")
    return Filter(name, value[1:].strip() if exact else value, exact=exact)
