"""Counts exactly how many articles of a selection each language, place, author, year … has.

>>> condition("place", "=Hong Kong"), condition("month", "2022-03")
('place:="Hong Kong"', 'since:2022-03 until:2022-03')
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, get_args

from sqlite_utils import Database

from crawler.archive.search.compiler import NARROW_ARTICLES, Condition, QueryPlan
from crawler.archive.search.places import PlaceMap, read_place_map
from crawler.archive.search.selection import Selection, refuse_unknown_snapshot
from crawler.archive.search.units import map_to_units
from crawler.normalisation.places.countries import name_country

Facet = Literal["language", "place", "country", "author", "kicker", "year", "month", "site"]
FACETS: Final[tuple[Facet, ...]] = ("language", "place", "author", "kicker", "year", "month")
"""The facets that are counted by default."""

_COLUMNS: Final[Mapping[str, str]] = {
    "language": "a.language",
    "site": "a.site",
    "place": "a.place_key",
    "country": "a.place_key",
    "kicker": "a.kicker_key",
    "year": "a.published_on",
    "month": "a.published_on",
}
_PERIOD_LETTERS: Final[Mapping[str, int]] = {"year": 4, "month": 7}
"""Facet → number of characters of a day that name its period."""
_ROWS_PER_FETCH: Final = 5_000
_QUOTES_TO_APOSTROPHE: Final = str.maketrans(dict.fromkeys('“”„‟«»「」『』〝〞〟《》＂"', "'"))


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a facet, and the number of articles of the selection that have it."""

    value: str
    """The value of the option or field of the same name (a year or month is the value of both ``since`` and ``until``)
    that selects exactly ``count`` articles."""
    label: str
    """The value for people: of several spellings that are equal when folded, the one printed most often."""
    count: int


@dataclass(frozen=True, slots=True)
class FacetCounts:
    """The number of articles of a selection, and of those with each value of its facets."""

    total: int
    facets: dict[str, tuple[FacetValue, ...]]
    values: dict[str, int]
    """Facet → number of its values, of which ``facets`` may hold the most frequent ones only."""
    units: Mapping[int, int]
    """What :func:`crawler.archive.search.units.map_to_units` returned of the selection's articles."""


def count_facets(
    db: Database, selection: Selection, names: Sequence[Facet] = FACETS, most: int | None = 12
) -> dict[str, tuple[FacetValue, ...]]:
    """Return the ``most`` frequent values of each facet, the most frequent first, or the newest years and months.

    With ``most`` None all values are returned. An article without a value (no place, no day) is not counted, one with
    two authors is counted for both; of a selection that counts stories or texts, one is counted for each value that any
    of its articles has. Kickers and authors are counted without regard to accents and
    capitals, places under all their names.
    """
    return tally(db, selection, names, most).facets


def tally(
    db: Database,
    selection: Selection,
    names: Sequence[Facet] = FACETS,
    most: int | None = 12,
    *,
    all_of: Collection[str] = (),
) -> FacetCounts:
    """Count a selection and its facets together, which costs less than one after the other.

    ``all_of`` names facets whose values are all returned, whatever ``most`` is.

    Raises ValueError for a name that is no facet.
    """
    unknown = [name for name in names if name not in get_args(Facet)]
    if unknown:
        raise ValueError(f"there is no facet {unknown[0]!r}: take {', '.join(get_args(Facet))}")
    refuse_unknown_snapshot(db, selection)
    total, counts_of_facets, units = _count(db, selection, names)
    facets: dict[str, tuple[FacetValue, ...]] = {}
    values: dict[str, int] = {}
    for name in names:
        counts = counts_of_facets[name]
        limit = None if name in all_of else most
        if name in _PERIOD_LETTERS:
            newest = sorted(filter(None, counts), reverse=True)[:limit]
            facets[name] = tuple(FacetValue(period, period, counts[period]) for period in newest)
        elif name == "author":
            facets[name] = _list_values(counts, limit, _make_author_labeller(db), "=")
        elif name == "country":
            codes = _list_values(counts, limit, str, "")
            facets[name] = tuple(replace(value, label=name_country(value.value)) for value in codes)
        elif name in ("place", "kicker"):
            facets[name] = _list_values(counts, limit, _make_printed_labeller(db, name), "=")
        else:
            facets[name] = _list_values(counts, limit, str, "")
        values[name] = sum(map(bool, counts))
    return FacetCounts(total, facets, values, units)


def condition(name: str, value: str) -> str:
    """Return a value of a facet as a condition of the query language."""
    if name in _PERIOD_LETTERS:
        return f"since:{value} until:{value}"
    exact, bare = ("=", value[1:]) if value.startswith("=") else ("", value)
    bare = bare.translate(_QUOTES_TO_APOSTROPHE)
    return f"{name}:{exact}{bare}" if bare.isascii() and bare.isalnum() else f'{name}:{exact}"{bare}"'


def _count(
    db: Database, selection: Selection, names: Sequence[Facet]
) -> tuple[int, dict[str, Counter[str | None]], Mapping[int, int]]:
    """Count a selection, and for each facet its values; return the units of its articles, too."""
    plan = replace(selection, unit="article").plan()
    total, counts_of_facets = _count_articles(db, plan, names)
    units = map_to_units(db.conn, plan, selection.unit)
    if units:
        total -= len(units) - len(set(units.values()))
        _merge_units(db, counts_of_facets, units)
    return total, counts_of_facets, units


def _count_articles(
    db: Database, plan: QueryPlan, names: Sequence[Facet]
) -> tuple[int, dict[str, Counter[str | None]]]:
    columns = tuple(dict.fromkeys(_COLUMNS[name] for name in names if name in _COLUMNS))
    total, counts_of_columns = _count_all(db, columns) if plan.is_unlimited() else _count_selected(db, plan, columns)
    counts_of_facets: dict[str, Counter[str | None]] = {}
    for name in names:
        counts = _count_authors(db, plan) if name == "author" else counts_of_columns[_COLUMNS[name]]
        if name in _PERIOD_LETTERS:
            counts = _count_periods(counts, _PERIOD_LETTERS[name])
        elif name == "place" or name == "country":
            place_map = read_place_map(db.conn, name)
            counts = place_map.count(counts, _list_moved(db, plan, place_map))
        counts_of_facets[name] = counts
    return total, counts_of_facets


def _merge_units(db: Database, counts_of_facets: dict[str, Counter[str | None]], units: Mapping[int, int]) -> None:
    """Count the articles that share a unit once for each value that any of them has: that many its link leads to.

    ``units`` has the unit of each article that shares one.
    """
    names = [name for name in get_args(Facet) if name in counts_of_facets and name != "author"]
    ids = json.dumps(list(units))
    rows = db.execute(
        f"SELECT a.id, {', '.join(_COLUMNS[name] for name in names) or '1'} FROM {NARROW_ARTICLES}"
        " WHERE a.id IN (SELECT value FROM json_each(?))",
        (ids,),
    ).fetchall()
    article_ids, *columns = zip(*rows, strict=True)
    units_of_rows = [units[article_id] for article_id in article_ids]
    pairs_of_facets: dict[str, Sequence[tuple[str | None, int]]] = {}
    for name, column in zip(names, columns, strict=False):
        if name == "place" or name == "country":
            place_map = read_place_map(db.conn, name)
            pairs_of_facets[name] = [
                (value, unit)
                for article_id, printed, unit in zip(article_ids, column, units_of_rows, strict=True)
                for value in place_map.articles.get(article_id, place_map.find_values(printed))
            ]
        else:
            letters = _PERIOD_LETTERS.get(name)
            values = column if letters is None else [day[:letters] if day else day for day in column]
            pairs_of_facets[name] = list(zip(values, units_of_rows, strict=True))
    if "author" in counts_of_facets:
        author_rows = db.execute(
            "SELECT DISTINCT au.name_key, aa.article_id FROM article_authors aa INDEXED BY article_authors_of_article"
            " CROSS JOIN authors au ON au.id = aa.author_id WHERE aa.article_id IN (SELECT value FROM json_each(?))",
            (ids,),
        )
        pairs_of_facets["author"] = [(name_key, units[article_id]) for name_key, article_id in author_rows]
    for facet, pairs in pairs_of_facets.items():
        counts = counts_of_facets[facet]
        counts.subtract(Counter([value for value, _ in pairs]))  # a counter counts faster than it subtracts one by one
        counts.update([value for value, _ in set(pairs)])
        counts_of_facets[facet] = +counts


def _list_moved(db: Database, plan: QueryPlan, place_map: PlaceMap) -> list[tuple[int, str | None]]:
    """Return the articles of a plan that a person gave to another place, each with its printed place."""
    if not place_map.articles:
        return []
    where = Condition("1") if plan.is_unlimited() else plan.make_ids_query()
    chosen = "" if plan.is_unlimited() else f" AND a.id IN ({where.sql})"
    return db.execute(
        f"SELECT a.id, a.place_key FROM {NARROW_ARTICLES} WHERE a.id IN (SELECT value FROM json_each(?)){chosen}",
        (json.dumps(list(place_map.articles)), *where.values),
    ).fetchall()


def _count_all(db: Database, columns: Sequence[str]) -> tuple[int, dict[str, Counter[str | None]]]:
    """Count all articles by the values of each column, along an index that has the column in order."""
    total = int(db.execute("SELECT count(*) FROM articles").fetchone()[0])
    return total, {
        column: Counter(dict(db.execute(f"SELECT {column}, count(*) FROM articles a GROUP BY 1").fetchall()))
        for column in columns
    }


def _count_selected(
    db: Database, plan: QueryPlan, columns: Sequence[str]
) -> tuple[int, dict[str, Counter[str | None]]]:
    """Count the selected articles in one pass: finding them costs more than counting them."""
    source = _make_source(plan)
    counters: list[Counter[str | None]] = [Counter() for _ in columns]
    total = 0
    rows = db.execute(f"SELECT {', '.join(columns) or '1'} FROM {source.sql}", source.values)
    while batch := rows.fetchmany(_ROWS_PER_FETCH):
        total += len(batch)
        for counter, values in zip(counters, zip(*batch, strict=True), strict=False):
            counter.update(values)
    return total, dict(zip(columns, counters, strict=True))


def _make_source(plan: QueryPlan) -> Condition:
    """Return the tables to select from and the WHERE of a plan; the columns are read from the narrow index."""
    where = plan.make_where()
    if plan.match is not None:
        return Condition(f"{plan.tables} WHERE {where.sql}", where.values)
    # SQLite chooses the index that finds the articles; the columns are then read from the narrow one.
    ids = plan.make_ids_query()
    return Condition(f"{NARROW_ARTICLES} WHERE a.id IN ({ids.sql})", ids.values)


def _count_authors(db: Database, plan: QueryPlan) -> Counter[str | None]:
    source = _make_author_source(plan)
    rows = db.execute(f"SELECT au.name_key, count(DISTINCT aa.article_id) FROM {source.sql} GROUP BY 1", source.values)
    return Counter(dict(rows.fetchall()))


def _make_author_source(plan: QueryPlan) -> Condition:
    """Return the tables and the WHERE that join the articles of a plan (``aa``) with their authors (``au``)."""
    pairs = "article_authors aa INDEXED BY article_authors_of_article"
    where = plan.make_where()
    if plan.is_unlimited():
        return Condition("article_authors aa CROSS JOIN authors au ON au.id = aa.author_id")
    if plan.match is not None and not plan.conditions:
        return Condition(
            f"articles_fts CROSS JOIN {pairs} ON aa.article_id = articles_fts.rowid"
            f" CROSS JOIN authors au ON au.id = aa.author_id WHERE {where.sql}",
            where.values,
        )
    ids = plan.make_ids_query()
    return Condition(
        f"{pairs} CROSS JOIN authors au ON au.id = aa.author_id WHERE aa.article_id IN ({ids.sql})", ids.values
    )


def _list_values(
    counts: Counter[str | None], most: int | None, find_label: Callable[[str], str], prefix: str
) -> tuple[FacetValue, ...]:
    keys = sorted(((key, count) for key, count in counts.items() if key), key=lambda item: (-item[1], item[0]))
    labelled = ((find_label(key), count) for key, count in keys[:most])
    return tuple(FacetValue(prefix + text, text, count) for text, count in labelled)


def _count_periods(days: Counter[str | None], length: int) -> Counter[str | None]:
    counts: Counter[str | None] = Counter()
    for day, count in days.items():
        if day:
            counts[day[:length]] += count
    return counts


def _make_printed_labeller(db: Database, name: str) -> Callable[[str], str]:
    labels = read_place_map(db.conn, "place").labels if name == "place" else {}
    column = "dateline_place" if name == "place" else name

    def find_label(key: str) -> str:
        if key in labels:
            return labels[key]
        # Two look-ups in an index; spellings are counted only where they differ.
        first, last = db.execute(
            f"SELECT (SELECT {column} FROM articles WHERE {name}_key = ?1 ORDER BY {column} LIMIT 1),"
            f" (SELECT {column} FROM articles WHERE {name}_key = ?1 ORDER BY {column} DESC LIMIT 1)",
            (key,),
        ).fetchone()
        if first != last:
            (first,) = db.execute(
                f"SELECT {column} FROM articles WHERE {name}_key = ? GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1",
                (key,),
            ).fetchone()
        return str(first)

    return find_label


def _make_author_labeller(db: Database) -> Callable[[str], str]:
    def find_label(key: str) -> str:
        names = db.execute("SELECT name, id FROM authors WHERE name_key = ? ORDER BY name", (key,)).fetchall()
        if len(names) == 1:
            return str(names[0][0])
        counts = {
            name: db.execute("SELECT count(*) FROM article_authors WHERE author_id = ?", (number,)).fetchone()[0]
            for name, number in names
        }
        return str(max(names, key=lambda row: counts[row[0]])[0])

    return find_label
