"""Looks the printed places of an archive up in a gazetteer, and notes what it has for each."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from crawler.archive.database import select_column, translate_errors, write_transaction
from crawler.archive.write.authority.place_edits import NAMED
from crawler.archive.write.authority.place_index import Lookup, PlaceIndex, list_printed_places, write_lookup
from crawler.normalisation.places.choosing import Choice, Evidence, Rule, choose_place
from crawler.normalisation.places.countries import find_country
from crawler.normalisation.places.parts import PlacePart, split_names, split_places
from crawler.normalisation.words.tokenizer import make_search_text

if TYPE_CHECKING:
    from crawler.archive.store import Archive
    from crawler.normalisation.places.gazetteer import Gazetteer, GazetteerEntry, Match

MAX_CANDIDATES: Final = 20
"""Places of one name that are kept, the most populous."""
_UNKNOWN_SITE: Final = "ZZ"
"""Stands for the country of a publication that nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupResult:
    """What became of the printed names of an archive."""

    names: int
    """Printed names, each place of a dateline with several for itself."""
    rules: Mapping[Rule, int]
    """How each was chosen, or why it was not → names."""
    moved: int
    """Articles that have another place than before."""
    gazetteer: str


def look_up_places(archive: Archive, gazetteer: Gazetteer, site_countries: Mapping[str, str]) -> LookupResult:
    """Look all printed places up, in one transaction; what people decided stays and comes after.

    ``site_countries`` has the ISO 3166 code of the country of each publication that is known.
    """
    with translate_errors(archive.path), write_transaction(archive.db):
        conn = archive.db.conn
        languages = select_column(conn, "SELECT DISTINCT language FROM articles ORDER BY 1")
        printed = list_printed_places(conn)
        matches = gazetteer.find(
            {name for _, text in printed for name in split_names(text)} | {text for _, text in printed}, languages
        )
        parts = {key: _split(text, matches, languages) for key, text in printed}
        evidence = _gather_evidence(conn, parts, site_countries, languages)
        choices = {
            part.key: choose_place(matches[make_search_text(part.printed)], evidence[part.key])
            for own_parts in parts.values()
            for part in own_parts
        }
        for place_key, own_parts in parts.items():
            conn.execute("DELETE FROM place_lookups WHERE place_key = ?", (place_key,))
            for position, part in enumerate(own_parts):
                candidates = matches[make_search_text(part.printed)]
                write_lookup(
                    conn, _make_lookup(place_key, position, part, candidates, choices[part.key], gazetteer.name)
                )
        _write_aliases(conn, matches)
        moved = PlaceIndex(conn).work_out()
    counts = Counter(choice.rule for choice in choices.values())
    return LookupResult(names=len(choices), rules=dict(counts.most_common()), moved=moved, gazetteer=gazetteer.name)


def describe_candidate(entry: GazetteerEntry) -> dict[str, Any]:
    """Return an entry as it is kept among the candidates of a name."""
    names = ("identity", "name", "kind", "country", "latitude", "longitude", "population", "is_capital")
    return {name: getattr(entry, name) for name in names}


def _split(text: str, matches: Mapping[str, Sequence[Match]], languages: Sequence[str]) -> tuple[PlacePart, ...]:
    def find_country_of(name: str, before: str) -> str | None:
        country = find_country(name, languages)
        own = matches[make_search_text(before)]
        is_inside = any(match.entry.country == country and match.entry.kind != "country" for match in own)
        return country if is_inside else None

    return split_places(text, find_country_of)


def _gather_evidence(
    conn: sqlite3.Connection,
    parts: Mapping[str, Sequence[PlacePart]],
    site_countries: Mapping[str, str],
    languages: Sequence[str],
) -> dict[str, Evidence]:
    """Return folded name → what is printed about it, in all datelines that have it."""
    sites: dict[str, set[str]] = {}
    kickers: dict[str, Counter[str]] = {}
    countries: dict[str, str | None] = {}
    rows = conn.execute(
        "SELECT place_key, site, kicker_key, count(*) FROM articles a INDEXED BY articles_narrow"
        " WHERE place_key IS NOT NULL GROUP BY 1, 2, 3"
    )
    for place_key, site, kicker_key, count in rows:
        if kicker_key is not None and kicker_key not in countries:
            countries[kicker_key] = find_country(kicker_key, languages)
        country = countries.get(kicker_key)
        for part in parts.get(place_key, ()):
            sites.setdefault(part.key, set()).add(site_countries.get(site, _UNKNOWN_SITE).upper())
            if country is not None:
                kickers.setdefault(part.key, Counter())[country] += count
    return {
        part.key: Evidence(
            country=part.country,
            site_countries=frozenset(sites.get(part.key, ())),
            kickers=dict(kickers.get(part.key, {})),
        )
        for own_parts in parts.values()
        for part in own_parts
    }


def _make_lookup(
    place_key: str, position: int, part: PlacePart, matches: Sequence[Match], choice: Choice, gazetteer: str
) -> Lookup:
    chosen = choice.match.entry if choice.match is not None else None
    candidates = [match.entry for match in matches[:MAX_CANDIDATES]]
    if chosen is not None and chosen not in candidates:
        candidates.append(chosen)
    return Lookup(
        place_key=place_key,
        position=position,
        part_key=part.key,
        printed=part.printed,
        identity=chosen.identity if chosen is not None else NAMED + part.key,
        rule=choice.rule,
        candidates=json.dumps([describe_candidate(entry) for entry in candidates], ensure_ascii=False),
        gazetteer=gazetteer,
    )


def _write_aliases(conn: sqlite3.Connection, matches: Mapping[str, Sequence[Match]]) -> None:
    """Write the other names of all places that may be meant; only those of places of the archive are searched."""
    entries = {match.entry.identity: match.entry for own in matches.values() for match in own[:MAX_CANDIDATES]}
    conn.executemany(
        "INSERT INTO place_aliases VALUES (?, ?) ON CONFLICT DO NOTHING",
        [
            (key, entry.identity)
            for entry in entries.values()
            for key in sorted({make_search_text(alias) for alias in (entry.name, *entry.aliases)})
            if key
        ],
    )
