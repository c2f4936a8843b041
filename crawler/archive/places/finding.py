"""Finds a place of an archive by its number or any of its names, and the candidates of names that mean several."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import Final

from crawler.archive.authority.edits import EditRefused
from crawler.archive.database import Connection, list_records, select_column
from crawler.archive.write.authority.place_edits import PlaceRef
from crawler.normalisation.bylines.names import MAX_NAME
from crawler.normalisation.places.gazetteer import PlaceKind
from crawler.normalisation.words.digits import parse_digits
from crawler.normalisation.words.text import clean
from crawler.normalisation.words.tokenizer import make_search_text


class NoSuchPlace(EditRefused):
    """No place has this number or name: look in the list of places."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceCandidate:
    """A place of the gazetteer that a printed name may mean."""

    identity: str
    name: str
    kind: PlaceKind
    country: str
    latitude: float | None
    longitude: float | None
    population: int
    is_capital: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _FoundPlace:
    id: int
    identity: str
    name: str
    label: str


_COLUMNS: Final = "p.id, p.identity, p.name, p.label"
_WAYS: Final = (
    "SELECT {columns} FROM places p WHERE p.identity = :text",
    "SELECT {columns} FROM places p WHERE p.label_key = :key",
    "SELECT DISTINCT {columns} FROM places p JOIN place_names n ON n.place_id = p.id"
    " WHERE n.part_key = :key OR n.place_key = :key",
    "SELECT DISTINCT {columns} FROM places p JOIN place_aliases a ON a.identity = p.identity WHERE a.alias_key = :key",
)


def find_place(conn: sqlite3.Connection, text: str) -> PlaceRef:
    """Return the place of a number or a name, without regard to case and accents.

    Raises NoSuchPlace, or EditRefused when several fit.
    """
    text = clean(text)
    is_number = text.isascii() and text.isdigit()
    ways: tuple[str, ...] = ("SELECT {columns} FROM places p WHERE p.id = :number",) if is_number else _WAYS
    values = {"text": text, "key": make_search_text(text) or "\ue001", "number": parse_digits(text)}
    for way in ways:
        places = list_records(conn, _FoundPlace, way.format(columns=_COLUMNS) + " ORDER BY p.id", values)
        if len(places) > 1:
            matches = ", ".join(f"{place.id} “{place.label}”" for place in places)
            raise EditRefused(f"several places are called so, give the number: {matches}")
        if places:
            return PlaceRef(places[0].identity, places[0].name)
    raise NoSuchPlace(f"no place “{text[:MAX_NAME]}”; find one with: seealso places list NAME")


def list_candidates(conn: sqlite3.Connection) -> dict[str, PlaceCandidate]:
    """Return identity → candidate, of all names of the archive."""
    rows = select_column(conn, "SELECT candidates FROM place_lookups WHERE candidates <> '[]'")
    candidates = (PlaceCandidate(**row) for text in rows for row in json.loads(text))
    return {candidate.identity: candidate for candidate in candidates}


def list_place_keys(db: Connection) -> set[str]:
    """Return the folded names of all places of an archive: printed, of the gazetteer, and chosen by people."""
    keys = select_column(
        db,
        "SELECT place_key FROM articles WHERE place_key IS NOT NULL UNION SELECT part_key FROM place_names"
        " UNION SELECT label_key FROM places"
        " UNION SELECT l.alias_key FROM place_aliases l JOIN places p ON p.identity = l.identity",
    )
    return set(keys)
