"""What people decided about places, as it is stored: merges, renames, splits and locations.

A place is known by an identity: ``geonames:1819729`` or ``country:LB`` of the gazetteer, or ``name:georgetown`` after
the folded name where nothing else tells which place it is. Identities are the same in every archive, so edits can be
shared.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from crawler.archive.database import select_rows
from crawler.archive.write.authority.edits import describe_split
from crawler.normalisation.places.gazetteer import PlaceKind
from crawler.normalisation.words.tokenizer import make_search_text

PlaceAction = Literal["merge", "rename", "split", "locate"]
PLACE_ACTIONS: Final[tuple[PlaceAction, ...]] = ("merge", "rename", "split", "locate")
NAMED: Final = "name:"
"""Begins the identity of a place that only its name tells."""


class PlaceRef(NamedTuple):
    """A place as edits name it: by what it is known by, and by its name for people."""

    identity: str
    name: str


class Location(NamedTuple):
    """Where a place is; all None for a place of which nobody knows."""

    kind: PlaceKind | None = None
    country: str | None = None
    """A code of ISO 3166."""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceEdit:
    """One edit, as it is stored."""

    id: int
    made_at: str
    action: PlaceAction
    source: PlaceRef
    target: PlaceRef
    """The place that the names belong to since; the source where an edit renames it or says where it is."""
    language: str | None = None
    """A rename: the name is that in this language."""
    location: Location | None = None
    """Where the target is; None if the edit does not say."""
    printed: tuple[str, ...] = ()
    """The printed names that a split is limited to; empty for all."""
    articles: tuple[str, ...] = ()
    """The identities (``asianews/en/55331``) of the articles that a split is limited to; empty for all."""
    why: str
    moved: int = 0
    """Articles that had another place afterwards."""
    undone_at: str | None = None

    def describe(self) -> str:
        """Return the edit in words: ``merge “Pechino” into “Beijing”``."""
        source, target = f"“{self.source.name}”", f"“{self.target.name}”"
        match self.action:
            case "merge":
                return f"merge {source} into {target}"
            case "rename":
                return f"rename {source} as {target}" + (f" in {self.language}" if self.language else "")
            case "split":
                return describe_split(self.source.name, self.target.name, self.printed, self.articles)
            case "locate":
                location = self.location or Location()
                facts = [str(fact) for fact in location[1:] if fact is not None]
                into = f" as {target}" if self.target != self.source else ""
                return f"locate {source}{into}: {', '.join(facts) or 'nowhere'}"


class PlaceEdits:
    """The edits that are not undone, in the order in which they were made."""

    def __init__(self, edits: Iterable[PlaceEdit], identities: Mapping[str, str]) -> None:
        """Take ``identities``: the folded name → the identity that the gazetteer gives it."""
        self.standing = tuple(edit for edit in edits if edit.undone_at is None)
        self._identities = identities

    def find_place(self, identity: str, part_key: str, article: Callable[[], str] | None = None) -> str:
        """Return the identity of the place that a name stands for, by the gazetteer's identity of it.

        Without an article, splits that are limited to articles are passed over.
        """
        place, moved = identity, False
        for edit in self.standing:
            if edit.action == "rename" or (edit.articles and (article is None or article() not in edit.articles)):
                continue
            names_it = not moved and edit.source.identity == NAMED + part_key
            if (names_it or edit.source.identity == place) and _applies_to(edit, part_key):
                place, moved = self.canonise(edit.target.identity), True
        return place

    def canonise(self, identity: str) -> str:
        """Return what the gazetteer knows a place by that an edit knew by its name alone."""
        return self._identities.get(identity.removeprefix(NAMED), identity) if identity.startswith(NAMED) else identity


def _applies_to(edit: PlaceEdit, part_key: str) -> bool:
    return not edit.printed or part_key in map(make_search_text, edit.printed)


def read_place_edits(conn: sqlite3.Connection) -> list[PlaceEdit]:
    """Return all edits, those that were undone too, oldest first."""
    return [
        PlaceEdit(
            id=row["id"],
            made_at=row["made_at"],
            action=row["action"],
            source=PlaceRef(row["identity"], row["name"]),
            target=PlaceRef(row["to_identity"], row["to_name"]),
            language=row["language"],
            location=Location(row["kind"], row["country"], row["latitude"], row["longitude"])
            if row["action"] == "locate"
            else None,
            printed=tuple(json.loads(row["printed"])),
            articles=tuple(json.loads(row["articles"])),
            why=row["why"],
            moved=row["moved"],
            undone_at=row["undone_at"],
        )
        for row in select_rows(conn, "SELECT * FROM place_edits ORDER BY id")
    ]


def add_place_edit(conn: sqlite3.Connection, edit: PlaceEdit) -> int:
    """Insert a new edit inside the caller's transaction and return its number; its own ``id`` is ignored."""
    row = (
        edit.made_at,
        edit.action,
        *edit.source,
        *edit.target,
        edit.language,
        *(edit.location or Location()),
        json.dumps(edit.printed, ensure_ascii=False),
        json.dumps(edit.articles, ensure_ascii=False),
        edit.why,
    )
    columns = (
        "made_at, action, identity, name, to_identity, to_name, language, kind, country, latitude, longitude,"
        " printed, articles, why"
    )
    cursor = conn.execute(f"INSERT INTO place_edits ({columns}) VALUES ({', '.join('?' * len(row))})", row)
    return int(cursor.lastrowid or 0)
