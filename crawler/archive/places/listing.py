"""Lists places with their articles, names and sources, those that nobody has located, and countries."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from crawler.archive.authority.edits import EditRefused
from crawler.archive.database import Connection, list_records, select_count, select_rows, translate_errors
from crawler.archive.places.finding import PlaceCandidate, find_place
from crawler.archive.search.compiler import NARROW_ARTICLES, Condition
from crawler.archive.search.facets import tally
from crawler.archive.search.places import compile_located
from crawler.archive.search.selection import Selection
from crawler.archive.write.authority.place_index import NOT_ASKED
from crawler.normalisation.places.choosing import RULE_WORDS
from crawler.normalisation.places.countries import name_country
from crawler.normalisation.places.gazetteer import PlaceKind
from crawler.normalisation.words.tokenizer import make_search_text

if TYPE_CHECKING:
    from crawler.archive.store import Archive

_RULE_WORDS: Final = {**RULE_WORDS, NOT_ASKED: "no gazetteer was asked yet"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceName:
    """A name by which datelines print a place."""

    printed: str
    language: str
    articles: int


class PlaceSpelling(NamedTuple):
    """The place of a dateline as it is printed."""

    printed: str
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceEntry:
    """A place, with the number of articles from it."""

    id: int | None
    """Its number in this archive; None for a printed place that came since places were last worked out."""
    label: str
    """Its name, with the country where several places have the name."""
    name: str
    name_source: str
    """``printed``, the gazetteer and its version, or ``edit`` and its number."""
    kind: PlaceKind | None
    country: str | None
    """A code of ISO 3166."""
    latitude: float | None
    longitude: float | None
    location_source: str | None
    """Who says where it is: the gazetteer and its version, or ``edit`` and its number."""
    gazetteer_id: str | None
    articles: int
    names: tuple[PlaceName, ...] = ()
    """As datelines print it, the most frequent first; of a list only where asked for."""
    preferred: Mapping[str, str] | None = None
    """Language → name there: what a person chose, else what is printed most often."""

    @property
    def country_name(self) -> str | None:
        """The English name of the country."""
        return name_country(self.country) if self.country else None


@dataclass(frozen=True, slots=True, kw_only=True)
class CountryEntry:
    """A country, with the number of articles from it."""

    code: str
    name: str
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A printed name of which it is not certain which place it is."""

    id: int
    """Number of the place that it stands for."""
    printed: str
    articles: int
    reason: str
    candidates: tuple[PlaceCandidate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceList:
    """The places and countries of a selection."""

    total: int
    """Articles of the selection."""
    placed: int
    """Of these, with a place in the dateline."""
    located: int
    """Of these, with a place that has a country."""
    places: tuple[PlaceEntry, ...]
    """All places, those with most articles first."""
    countries: tuple[CountryEntry, ...]


def list_places(archive: Archive, selection: Selection | None = None, name: str = "") -> PlaceList:
    """Return the places that a selection's articles come from, or those that have these words in a name.

    An article from two places counts for each of them.
    """
    selection = selection or Selection()
    with translate_errors(archive.path):
        db = archive.db
        counts = tally(db, selection, ["place", "country"], None)
        rows = {row["label_key"]: row for row in select_rows(db, "SELECT * FROM places")}
        wanted = _find_ids(db, name) if name.strip() else None
        places = []
        for value in counts.facets["place"]:
            key = make_search_text(value.label)
            row = rows.get(key)
            if wanted is None or (row["id"] in wanted if row else f" {make_search_text(name)} " in f" {key} "):
                places.append(_make_entry(row, value.label, value.count))
        placed, located = _count_placed(db, selection, counts.units)
        return PlaceList(
            total=counts.total,
            placed=placed,
            located=located,
            places=tuple(places),
            countries=tuple(
                CountryEntry(code=value.value, name=name_country(value.value), articles=value.count)
                for value in counts.facets["country"]
            ),
        )


def show_place(archive: Archive, identity: str) -> PlaceEntry:
    """Return one place with the names by which datelines print it, in each language."""
    with translate_errors(archive.path):
        row = select_rows(archive.db, "SELECT * FROM places WHERE identity = ?", (identity,)).fetchone()
        articles = select_count(
            archive.db, "SELECT count(DISTINCT article_id) FROM v_article_places WHERE place_id = ?", (row["id"],)
        )
        names = list_names(archive.db, row["id"])
        preferred: dict[str, str] = {}
        for name in names:
            preferred.setdefault(name.language, name.printed)
        return _make_entry(row, row["label"], articles, names=names, preferred=preferred | json.loads(row["names"]))


def find_listed_place(archive: Archive, name: str) -> PlaceEntry | None:
    """Return the one place of a name or label; None where there is none, or several. A number is a name, too."""
    if name.isdigit():
        return None
    try:
        place = find_place(archive.db.conn, name)
    except EditRefused:
        return None
    return show_place(archive, place.identity)


def list_names(db: Connection, place_id: int) -> tuple[PlaceName, ...]:
    """Return the names by which datelines print a place, the most frequent first."""
    names = list_records(
        db,
        PlaceName,
        "SELECT coalesce(l.printed, v.printed) AS printed, v.language, count(*) AS articles FROM v_article_places v"
        " JOIN articles a ON a.id = v.article_id LEFT JOIN place_lookups l ON l.place_key = a.place_key"
        " AND l.position = v.position WHERE v.place_id = ? GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2",
        (place_id,),
    )
    return tuple(names)


def list_spellings(db: Connection, selection: Selection, limit: int) -> list[PlaceSpelling]:
    """Return how the datelines of a selection's articles print their places, the most frequent first."""
    ids = selection.plan().make_ids_query()
    return list_records(
        db,
        PlaceSpelling,
        f"SELECT dateline_place AS printed, count(*) AS articles FROM articles WHERE id IN ({ids.sql})"
        " AND dateline_place IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?",
        (*ids.values, limit),
    )


def list_doubts(archive: Archive) -> list[Doubt]:
    """Return the printed names that no rule and no person has located, those with most articles first."""
    with translate_errors(archive.path):
        rows = select_rows(
            archive.db,
            "SELECT p.id, l.printed, l.rule, l.candidates,"
            " (SELECT count(*) FROM articles a WHERE a.place_key = l.place_key) AS articles"
            " FROM place_lookups l JOIN place_names n ON n.place_key = l.place_key AND n.position = l.position"
            " JOIN places p ON p.id = n.place_id"
            " WHERE p.location_source IS NULL ORDER BY articles DESC, l.printed, l.place_key",
        ).fetchall()
    return [
        Doubt(
            id=row["id"],
            printed=row["printed"],
            articles=row["articles"],
            reason=_RULE_WORDS.get(row["rule"], row["rule"]),
            candidates=tuple(PlaceCandidate(**candidate) for candidate in json.loads(row["candidates"])),
        )
        for row in rows
    ]


def _find_ids(db: Connection, name: str) -> set[int]:
    key = make_search_text(name)
    rows = select_rows(
        db,
        "SELECT id FROM places WHERE instr(' ' || label_key || ' ', ?1) UNION SELECT place_id FROM place_names"
        " WHERE instr(' ' || part_key || ' ', ?1) UNION SELECT p.id FROM place_aliases l JOIN places p"
        " ON p.identity = l.identity WHERE l.alias_key = ?2",
        (f" {key} ", key),
    )
    return {row["id"] for row in rows}


def _count_placed(db: Connection, selection: Selection, units: Mapping[int, int]) -> tuple[int, int]:
    """Count the articles of a selection that name a place, and those that name a located one.

    Of articles that share one of the ``units`` the first is looked at.
    """
    plan = replace(selection, unit="article").plan()
    if units:
        others = json.dumps([article_id for article_id, first in units.items() if article_id != first])
        plan.conditions.append(Condition("a.id NOT IN (SELECT value FROM json_each(?))", (others,)))
    ids = plan.make_ids_query()
    placed, with_country = db.execute(
        f"SELECT count(a.place_key), sum(a.place_key IS NOT NULL AND {compile_located()}) FROM {NARROW_ARTICLES}"
        f" WHERE a.id IN ({ids.sql})",
        ids.values,
    ).fetchone()
    return int(placed), int(with_country or 0)


def _make_entry(row: Any, label: str, articles: int, **more: Any) -> PlaceEntry:
    if row is None:
        return PlaceEntry(
            id=None,
            label=label,
            name=label,
            name_source="printed",
            kind=None,
            country=None,
            latitude=None,
            longitude=None,
            location_source=None,
            gazetteer_id=None,
            articles=articles,
        )
    identity = row["identity"]
    return PlaceEntry(
        id=row["id"],
        label=row["label"],
        name=row["name"],
        name_source=row["name_source"],
        kind=row["kind"],
        country=row["country"],
        latitude=row["latitude"],
        longitude=row["longitude"],
        location_source=row["location_source"],
        gazetteer_id=None if identity.startswith("name:") else identity,
        articles=articles,
        **more,
    )
