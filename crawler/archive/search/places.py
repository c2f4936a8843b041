"""Finds articles by their place, under all its names, and by its country; maps printed places to places for counting.

An article leads to its places by ``place_key``, through ``place_names``; an article that a person gave to another
place, through ``place_splits``. A printed place that came since places were last worked out has no row: where it equals
a part that has one, it is of the same place, else a place of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from crawler.archive.database import Connection, select_rows, select_value
from crawler.normalisation.places.countries import LETTERS_OF_CODE, find_country

PlaceFacet = Literal["place", "country"]

_KEYS: Final = (
    "(SELECT place_key, place_id FROM place_names UNION SELECT part_key, place_id FROM place_names"
    " WHERE part_key NOT IN (SELECT place_key FROM place_names))"
)
_SPLIT: Final = (
    "(SELECT b.id AS article_id, x.place_id FROM place_splits x CROSS JOIN articles b"
    " ON b.site = x.site AND b.language = x.language AND b.site_key = x.site_key)"
)
_NAMED: Final = (
    "SELECT place_id FROM place_names WHERE part_key = ? OR place_key = ?"
    " UNION SELECT p.id FROM place_aliases l JOIN places p ON p.identity = l.identity WHERE l.alias_key = ?"
)


def compile_place(key: str, *, exact: bool, prefix: bool) -> tuple[str, tuple[Any, ...]]:
    """Return SQL on ``articles a``, and its values, for the articles from a place whose name is folded in ``key``.

    An exact key is first the label of one place, and only where there is none a name of any place (but no other name of
    the gazetteer while a dateline prints it that was not looked up: that would be a guess); else any words of a
    name match, or another name of the gazetteer as a whole.
    """
    if exact:
        places = (
            "SELECT id FROM places WHERE label_key = ? UNION SELECT place_id FROM"
            f" ({_NAMED}) WHERE NOT EXISTS (SELECT 1 FROM places WHERE label_key = ?)"
            " AND NOT EXISTS (SELECT 1 FROM articles WHERE place_key = ?"
            f" AND place_key NOT IN (SELECT place_key FROM {_KEYS}))"
        )
        condition = _compile(places, "a.place_key = ?")
        return condition, (key,) * 13
    words = f" {key}" + ("" if prefix else " ")
    places = (
        "SELECT n.place_id FROM place_names n JOIN places p ON p.id = n.place_id"
        " WHERE instr(' ' || n.part_key || ' ', ?)"
        " OR instr(' ' || p.label_key || ' ', ?)" + (f" UNION {_NAMED}" if not prefix else "")
    )
    values = (words, words, *(() if prefix else (key,) * 3))
    return _compile(places, "instr(' ' || a.place_key || ' ', ?) > 0"), (*values, words, *values)


def compile_country(country: str) -> tuple[str, tuple[Any, ...]]:
    """Return SQL on ``articles a``, and its values, for the articles from places in a country, by code or name."""
    country = country.strip()
    code = country.upper() if len(country) == LETTERS_OF_CODE else find_country(country) or country
    return _compile("SELECT id FROM places WHERE country = ?", "0"), (code, code)


def compile_located() -> str:
    """Return SQL on ``articles a`` for the articles from a place whose country is known."""
    return _compile("SELECT id FROM places WHERE country IS NOT NULL", "0")


def _compile(places: str, unmapped: str) -> str:
    """Return the condition for a SELECT of place ids; ``unmapped`` is that for keys that lead to no place."""
    by_key = f"a.place_key IN (SELECT place_key FROM {_KEYS} WHERE place_id IN ({places}))"
    without = f"a.place_key NOT IN (SELECT place_key FROM {_KEYS}) AND {unmapped}"
    split = f"a.id IN (SELECT article_id FROM {_SPLIT} WHERE place_id IN ({places}))"
    return f"(({by_key} OR {without}) AND a.id NOT IN (SELECT article_id FROM {_SPLIT}) OR {split})"


@dataclass(frozen=True, slots=True)
class PlaceMap:
    """Which places printed names lead to, for counting."""

    keys: Mapping[str, tuple[str, ...]]
    """place_key → values: folded labels, or codes of countries."""
    articles: Mapping[int, tuple[str, ...]]
    """Article that a person gave to another place → values."""
    labels: Mapping[str, str]
    """Folded label → label."""
    fallback: bool
    """True if a key that leads to no place stands for itself."""

    def find_values(self, place_key: str | None) -> tuple[str, ...]:
        """Return the values of a printed place."""
        if place_key is None:
            return ()
        return self.keys.get(place_key, (place_key,) if self.fallback else ())

    def find_article_values(self, article_id: int, place_key: str | None) -> tuple[str, ...]:
        """Return the values of an article, for people: labels of places, codes of countries."""
        values = self.articles.get(article_id, self.keys.get(place_key or "", ()))
        return tuple(self.labels.get(value, value) for value in values)

    def count(self, keys: Counter[str | None], moved: Iterable[tuple[int, str | None]]) -> Counter[str | None]:
        """Turn counts of printed places into counts of values.

        ``moved`` are, of the counted articles, those in :attr:`articles`, each with its printed place.
        """
        counts: Counter[str | None] = Counter()
        for key, count in keys.items():
            for value in self.find_values(key):
                counts[value] += count
        for article_id, key in moved:
            counts.subtract(self.find_values(key))
            counts.update(self.articles[article_id])
        return +counts


def has_located_places(db: Connection) -> bool:
    """Return True if the country of any place is known."""
    return bool(select_value(db, "SELECT EXISTS (SELECT 1 FROM places WHERE country IS NOT NULL)"))


def read_place_map(db: Connection, name: PlaceFacet) -> PlaceMap:
    """Return the map to places, or to countries."""
    column = "label_key" if name == "place" else "country"
    keys: dict[str, dict[str, None]] = {}
    articles: dict[int, dict[str, None]] = {}
    for row in select_rows(
        db, f"SELECT k.place_key AS owner, p.{column} AS value FROM {_KEYS} k JOIN places p ON p.id = k.place_id"
    ):
        keys.setdefault(row["owner"], {}).update({row["value"]: None} if row["value"] else {})
    for row in select_rows(
        db, f"SELECT s.article_id AS owner, p.{column} AS value FROM {_SPLIT} s JOIN places p ON p.id = s.place_id"
    ):
        articles.setdefault(row["owner"], {}).update({row["value"]: None} if row["value"] else {})
    labels = dict(db.execute("SELECT label_key, label FROM places").fetchall()) if name == "place" else {}
    return PlaceMap(
        keys={key: tuple(values) for key, values in keys.items()},
        articles={article_id: tuple(values) for article_id, values in articles.items()},
        labels=labels,
        fallback=name == "place",
    )
