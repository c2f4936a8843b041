"""Counts exactly how many articles of a selection each language, place, author, year … has.

>>> condition("place", "=Hong Kong"), condition("month", "2022-03")
('place:="Hong Kong"', 'since:2022-03 until:2022-03')
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

from sqlite_utils import Database

from crawler.archive.search.compiler import NARROW_ARTICLES, Condition, QueryPlan
from crawler.archive.search.selection import Selection, refuse_unknown_snapshot

Facet = Literal["language", "place", "author", "kicker", "year", "month", "site"]
FACETS: Final[tuple[Facet, ...]] = ("language", "place", "author", "kicker", "year", "month")
"""Those that are counted when nobody says which."""

_COLUMNS: Final[Mapping[str, str]] = {
    "language": "a.language",
    "site": "a.site",
    "place": "a.place_key",
    "kicker": "a.kicker_key",
    "year": "a.published_on",
    "month": "a.published_on",
}
_PERIOD_LETTERS: Final[Mapping[str, int]] = {"year": 4, "month": 7}
"""How many characters of a day name the period."""
_ROWS_PER_FETCH: Final = 5_000
_QUOTES_TO_APOSTROPHE: Final = str.maketrans(dict.fromkeys('“”„‟«»「」『』〝〞〟《》＂"', "'"))


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a facet and how many articles of the selection have it."""

    value: str
    """What goes into the option or field of the same name (a year or month into ``since`` and ``until`` both); then
    exactly ``count`` articles are left."""
    label: str
    """What people read: of several spellings that are one when folded, the one printed most often in the archive."""
    count: int


@dataclass(frozen=True, slots=True)
class FacetCounts:
    """How many articles a selection has, and how many of them have what."""

    total: int
    facets: dict[str, tuple[FacetValue, ...]]
    values: dict[str, int]
    """How many values each facet has, of which ``facets`` may hold the most frequent ones only."""


def count_facets(
    db: Database, selection: Selection, names: Sequence[Facet] = FACETS, most: int | None = 12
) -> dict[str, tuple[FacetValue, ...]]:
    """Return the ``most`` frequent values of each facet, the most frequent first, and the newest years and months.

    ``most`` None is all of them. Articles that lack a value (no place, no day) are in none; one with two authors is
    with both. Places, kickers and authors are counted without regard to accents and capitals.
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
    """Count a selection and its facets at once, which costs less than one after the other.

    ``all_of`` are facets whose values all come, whatever ``most`` says.

    Raises ValueError for a facet that there is none of.
    """
    unknown = [name for name in names if name not in get_args(Facet)]
    if unknown:
        raise ValueError(f"there is no facet {unknown[0]!r}: take {', '.join(get_args(Facet))}")
    refuse_unknown_snapshot(db, selection)
    plan = selection.plan()
    columns = tuple(dict.fromkeys(_COLUMNS[name] for name in names if name in _COLUMNS))
    total, counted = _count_all(db, columns) if _is_everything(plan) else _count_selected(db, plan, columns)
    found: dict[str, tuple[FacetValue, ...]] = {}
    values: dict[str, int] = {}
    for name in names:
        having = _count_authors(db, plan) if name == "author" else counted[_COLUMNS[name]]
        limit = None if name in all_of else most
        if name in _PERIOD_LETTERS:
            having = _count_periods(having, _PERIOD_LETTERS[name])
            newest = sorted(filter(None, having), reverse=True)[:limit]
            found[name] = tuple(FacetValue(period, period, having[period]) for period in newest)
        elif name == "author":
            found[name] = _list_values(having, limit, _author_labels(db), "=")
        elif name in ("place", "kicker"):
            found[name] = _list_values(having, limit, _printed_labels(db, name), "=")
        else:
            found[name] = _list_values(having, limit, str, "")
        values[name] = sum(map(bool, having))
    return FacetCounts(total, found, values)


def condition(name: str, value: str) -> str:
    """Return a facet's value as a piece of the query language."""
    if name in _PERIOD_LETTERS:
        return f"since:{value} until:{value}"
    exact, bare = ("=", value[1:]) if value.startswith("=") else ("", value)
    bare = bare.translate(_QUOTES_TO_APOSTROPHE)
    return f"{name}:{exact}{bare}" if bare.isascii() and bare.isalnum() else f'{name}:{exact}"{bare}"'


def _is_everything(plan: QueryPlan) -> bool:
    return plan.match is None and not plan.conditions


def _count_all(db: Database, columns: Sequence[str]) -> tuple[int, dict[str, Counter[str | None]]]:
    """Count all articles: each column for itself, along an index that has it in order."""
    total = int(db.execute("SELECT count(*) FROM articles").fetchone()[0])
    return total, {
        column: Counter(dict(db.execute(f"SELECT {column}, count(*) FROM articles a GROUP BY 1").fetchall()))
        for column in columns
    }


def _count_selected(
    db: Database, plan: QueryPlan, columns: Sequence[str]
) -> tuple[int, dict[str, Counter[str | None]]]:
    """Count what is selected in one pass: finding it costs more than counting it."""
    source = _make_source(plan)
    counters: list[Counter[str | None]] = [Counter() for _ in columns]
    total = 0
    rows = db.execute(f"SELECT {', '.join(columns) or '1'} FROM {source.sql}", source.values)
    while some := rows.fetchmany(_ROWS_PER_FETCH):
        total += len(some)
        for counter, values in zip(counters, zip(*some, strict=True), strict=False):
            counter.update(values)
    return total, dict(zip(columns, counters, strict=True))


def _make_source(plan: QueryPlan) -> Condition:
    """Return what to select from, WHERE included; the columns come out of the narrow index."""
    where = plan.where()
    if plan.match is not None:
        return Condition(f"{plan.tables} WHERE {where.sql}", where.values)
    # Which index finds them best is for SQLite to say; which one they are read from then is not.
    meant = plan.ids()
    return Condition(f"{NARROW_ARTICLES} WHERE a.id IN ({meant.sql})", meant.values)


def _count_authors(db: Database, plan: QueryPlan) -> Counter[str | None]:
    pairs = "article_authors aa INDEXED BY article_authors_of_article"
    where = plan.where()
    if _is_everything(plan):
        source = Condition("article_authors aa CROSS JOIN authors au ON au.id = aa.author_id")
    elif plan.match is not None and not plan.conditions:
        source = Condition(
            f"articles_fts CROSS JOIN {pairs} ON aa.article_id = articles_fts.rowid"
            f" CROSS JOIN authors au ON au.id = aa.author_id WHERE {where.sql}",
            where.values,
        )
    else:
        meant = plan.ids()
        source = Condition(
            f"{pairs} CROSS JOIN authors au ON au.id = aa.author_id WHERE aa.article_id IN ({meant.sql})", meant.values
        )
    counted = db.execute(
        f"SELECT au.name_key, count(DISTINCT aa.article_id) FROM {source.sql} GROUP BY 1", source.values
    )
    return Counter(dict(counted.fetchall()))


def _list_values(
    counted: Counter[str | None], most: int | None, label: Callable[[str], str], sign: str
) -> tuple[FacetValue, ...]:
    keys = sorted(((key, count) for key, count in counted.items() if key), key=lambda item: (-item[1], item[0]))
    labelled = ((label(key), count) for key, count in keys[:most])
    return tuple(FacetValue(sign + text, text, count) for text, count in labelled)


def _count_periods(days: Counter[str | None], length: int) -> Counter[str | None]:
    counted: Counter[str | None] = Counter()
    for day, count in days.items():
        if day:
            counted[day[:length]] += count
    return counted


def _printed_labels(db: Database, name: str) -> Callable[[str], str]:
    column = "dateline_place" if name == "place" else name

    def label(key: str) -> str:
        # Two steps into an index; only where spellings differ are they counted.
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

    return label


def _author_labels(db: Database) -> Callable[[str], str]:
    def label(key: str) -> str:
        names = db.execute("SELECT name, id FROM authors WHERE name_key = ? ORDER BY name", (key,)).fetchall()
        if len(names) == 1:
            return str(names[0][0])
        counts = {
            name: db.execute("SELECT count(*) FROM article_authors WHERE author_id = ?", (number,)).fetchone()[0]
            for name, number in names
        }
        return str(max(names, key=lambda row: counts[row[0]])[0])

    return label
