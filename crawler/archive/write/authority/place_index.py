"""Works out which place each printed name stands for: from what the gazetteer has for it, and what people decided.

What the gazetteer has is kept in ``place_lookups``, so places can be worked out again without it: after an edit, a
merge of archives, or when an edit is undone. Articles are not touched: they lead to their places by ``place_key``.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from crawler.archive.database import list_records
from crawler.archive.write.authority.place_edits import NAMED, Location, PlaceEdits, read_place_edits
from crawler.archive.write.authority.place_labels import make_labels
from crawler.normalisation.places.parts import split_places

NOT_ASKED: Final = "not asked"
"""The rule of a name that no gazetteer was asked for yet."""


class Lookup(NamedTuple):
    """What the gazetteer has for one printed name: a row of ``place_lookups``."""

    place_key: str
    position: int
    part_key: str
    printed: str
    identity: str
    """Of the place that was chosen, or ``name:`` and the folded name."""
    rule: str
    candidates: str
    """The places of that name, as a JSON list of objects."""
    gazetteer: str | None


@dataclass(slots=True)
class _Place:
    """A place as it is worked out."""

    name: str
    name_source: str
    location: Location = field(default_factory=Location)
    location_source: str | None = None
    names: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class PlaceIndex:
    """Writes ``places``, ``place_names`` and ``place_splits``, inside the caller's transaction."""

    conn: sqlite3.Connection

    def add_new_names(self) -> int:
        """Note the printed names that came since, each as a place of its own; return how many came."""
        rows = list_printed_places(self.conn, only_new=True)
        for place_key, printed in rows:
            for position, part in enumerate(split_places(printed, lambda name, before: None)):
                row = self.conn.execute(
                    "SELECT identity, rule, candidates, gazetteer FROM place_lookups WHERE part_key = ? LIMIT 1",
                    (part.key,),
                ).fetchone()
                answer = row or (NAMED + part.key, NOT_ASKED, "[]", None)
                write_lookup(self.conn, Lookup(place_key, position, part.key, part.printed, *answer))
        return len(rows)

    def work_out(self) -> int:
        """Write the places anew; return the number of articles that have another place now."""
        delete_unprinted(self.conn)
        self.add_new_names()
        lookups, edits, names = self._resolve()
        splits = self._split_articles(edits, lookups)
        former = self._read_former()
        places = _describe_places(edits, lookups, names, splits)
        ids = self._write_places(places)
        self.conn.execute("DELETE FROM place_names")
        self.conn.executemany(
            "INSERT INTO place_names VALUES (?, ?, ?, ?)", [(*name, ids[identity]) for name, identity in names.items()]
        )
        self.conn.execute("DELETE FROM place_splits")
        self.conn.executemany(
            "INSERT INTO place_splits VALUES (?, ?, ?, ?, ?, ?)",
            [
                (article, position, *article.split("/", 2), ids[identity])
                for (article, position), identity in splits.items()
            ],
        )
        delete_unprinted(self.conn)
        return self._count_moved(former)

    def find_misplaced(self) -> Iterator[tuple[str, str]]:
        """Yield (place, message) for each printed name whose place is not the one of the standing edits."""
        _, _, names = self._resolve()
        former = {
            (place_key, position): identity
            for place_key, position, identity in self.conn.execute(
                "SELECT n.place_key, n.position, p.identity FROM place_names n JOIN places p ON p.id = n.place_id"
            )
        }
        for (place_key, position, _), identity in names.items():
            if former.get((place_key, position)) != identity:
                yield (
                    f"place {place_key}",
                    f"leads to {former.get((place_key, position))}, by gazetteer and edits to {identity}",
                )

    def _resolve(self) -> tuple[list[Lookup], PlaceEdits, dict[tuple[str, int, str], str]]:
        """Return what is looked up, the standing edits, and (place_key, position, part_key) → place."""
        lookups = list_records(self.conn, Lookup, "SELECT * FROM place_lookups ORDER BY place_key, position")
        identities = {row.part_key: row.identity for row in reversed(lookups)}
        edits = PlaceEdits(read_place_edits(self.conn), identities)
        names = {
            (row.place_key, row.position, row.part_key): edits.find_place(row.identity, row.part_key) for row in lookups
        }
        return lookups, edits, names

    def _split_articles(self, edits: PlaceEdits, lookups: list[Lookup]) -> dict[tuple[str, int], str]:
        """Return (article, position) → place, for all articles that splits name and whose place is another by them."""
        articles = {article for edit in edits.standing for article in edit.articles if article.count("/") >= 2}
        by_key: dict[str, list[Lookup]] = {}
        for lookup in lookups:
            by_key.setdefault(lookup.place_key, []).append(lookup)
        splits: dict[tuple[str, int], str] = {}
        for article in sorted(articles):
            site, language, site_key = article.split("/", 2)
            row = self.conn.execute(
                "SELECT place_key FROM articles WHERE site = ? AND language = ? AND site_key = ?",
                (site, language, site_key),
            ).fetchone()
            for lookup in by_key.get(row[0] or "", ()) if row else ():
                splits[article, lookup.position] = edits.find_place(
                    lookup.identity,
                    lookup.part_key,
                    lambda identity=article: identity,  # type: ignore[misc]
                )
        return splits

    def _write_places(self, places: Mapping[str, _Place]) -> dict[str, int]:
        """Insert or update places; one that stays keeps its number. Return identity → number."""
        labels = make_labels({identity: (place.name, place.location.country) for identity, place in places.items()})
        self.conn.execute("UPDATE places SET label_key = identity || char(10) || id")  # labels may change hands
        for identity, place in places.items():
            label, label_key = labels[identity]
            values = (
                *(identity, place.name, place.name_source, json.dumps(place.names, ensure_ascii=False)),
                *(label, label_key, *place.location, place.location_source),
            )
            self.conn.execute(
                "INSERT INTO places (identity, name, name_source, names, label, label_key, kind, country, latitude,"
                " longitude, location_source) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (identity) DO UPDATE SET name = excluded.name, name_source = excluded.name_source,"
                " names = excluded.names, label = excluded.label, label_key = excluded.label_key,"
                " kind = excluded.kind, country = excluded.country, latitude = excluded.latitude,"
                " longitude = excluded.longitude, location_source = excluded.location_source",
                values,
            )
        return dict(self.conn.execute("SELECT identity, id FROM places"))

    def _read_former(self) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
        """Return place_key → identities, and article → identities, as they stand."""
        by_key: dict[str, tuple[str, ...]] = {}
        by_article: dict[str, tuple[str, ...]] = {}
        for former, column, table in ((by_key, "place_key", "place_names"), (by_article, "article", "place_splits")):
            for key, identity in self.conn.execute(
                f"SELECT {column}, p.identity FROM {table} JOIN places p ON p.id = place_id ORDER BY {column}, position"
            ):
                former[key] = (*former.get(key, ()), identity)
        return by_key, by_article

    def _count_moved(self, former: tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]) -> int:
        """Count the articles whose places are others than they were."""
        by_key, by_article = self._read_former()
        split = {*former[1], *by_article}
        counts = {
            key: self.conn.execute("SELECT count(*) FROM articles WHERE place_key = ?", (key,)).fetchone()[0]
            for key in former[0]
            if former[0][key] != by_key.get(key)
        }
        moved = sum(counts.values())
        for article in split:
            site, language, site_key = article.split("/", 2)
            row = self.conn.execute(
                "SELECT place_key FROM articles WHERE site = ? AND language = ? AND site_key = ?",
                (site, language, site_key),
            ).fetchone()
            if row is not None:
                before = former[1].get(article, former[0].get(row[0]))
                moved += (before != by_article.get(article, by_key.get(row[0]))) - (row[0] in counts)
        return int(moved)


def list_printed_places(conn: sqlite3.Connection, *, only_new: bool = False) -> list[tuple[str, str]]:
    """Return (place_key, spelling printed most often) of all places in datelines, or of those not noted yet."""
    condition = " AND place_key NOT IN (SELECT place_key FROM place_lookups)" if only_new else ""
    printed: dict[str, str] = {}
    for key, spelling in conn.execute(
        "SELECT place_key, dateline_place FROM articles WHERE place_key IS NOT NULL AND dateline_place IS NOT NULL"
        f"{condition} GROUP BY 1, 2 ORDER BY 1, count(*) DESC, 2"
    ):
        printed.setdefault(key, spelling)
    return list(printed.items())


def delete_unprinted(conn: sqlite3.Connection) -> None:
    """Delete the printed names that no dateline has any more, and the places that nothing leads to any more."""
    for table in ("place_names", "place_lookups"):
        conn.execute(
            f"DELETE FROM {table} WHERE place_key NOT IN (SELECT place_key FROM articles WHERE place_key IS NOT NULL)"
        )
    conn.execute(
        "DELETE FROM places WHERE id NOT IN (SELECT place_id FROM place_names UNION SELECT place_id FROM place_splits)"
    )


def write_lookup(conn: sqlite3.Connection, lookup: Lookup) -> None:
    """Insert or replace what the gazetteer has for a printed name."""
    conn.execute(
        "INSERT INTO place_lookups VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (place_key, position) DO UPDATE SET"
        " part_key = excluded.part_key, printed = excluded.printed, identity = excluded.identity,"
        " rule = excluded.rule, candidates = excluded.candidates, gazetteer = excluded.gazetteer",
        lookup,
    )


def _describe_places(
    edits: PlaceEdits,
    lookups: list[Lookup],
    names: Mapping[tuple[str, int, str], str],
    splits: Mapping[tuple[str, int], str],
) -> dict[str, _Place]:
    """Return what is known of each place that a name or an article leads to."""
    places: dict[str, _Place] = {}
    candidates: dict[str, tuple[dict[str, object], str]] = {}
    for lookup in lookups:
        for candidate in json.loads(lookup.candidates):
            candidates[candidate["identity"]] = (candidate, lookup.gazetteer or "")
    for lookup in lookups:
        identity = names[lookup.place_key, lookup.position, lookup.part_key]
        if lookup.part_key == identity.removeprefix(NAMED) or identity not in places:
            places[identity] = _Place(lookup.printed, "printed")
    for identity in splits.values():
        places.setdefault(identity, _Place(identity.removeprefix(NAMED), "printed"))
    for identity, place in places.items():
        if identity in candidates:
            candidate, gazetteer = candidates[identity]
            place.name, place.name_source = str(candidate["name"]), gazetteer
            place.location = Location(*(candidate[name] for name in Location._fields))  # type: ignore[arg-type]
            place.location_source = gazetteer
    for edit in edits.standing:
        target = places.get(edits.canonise(edit.target.identity))
        if target is None:
            continue
        if edit.action == "rename" and edit.language is not None:
            target.names[edit.language] = edit.target.name
        elif edit.action == "rename" or (target.name_source == "printed" and edit.target != edit.source):
            target.name, target.name_source = edit.target.name, f"edit {edit.id}"
        if edit.location is not None:
            target.location, target.location_source = edit.location, f"edit {edit.id}"
    return places
