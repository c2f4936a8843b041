"""Writes edits of places as a TOML file that people can review and share, and parses such a file."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from crawler.archive.authority.edit_tables import check_fields, format_table, parse_action, parse_made_at, parse_tables
from crawler.archive.authority.edits import EditRefused, check_name, check_why
from crawler.archive.write.authority.place_edits import NAMED, PLACE_ACTIONS, Location, PlaceAction, PlaceEdit, PlaceRef
from crawler.normalisation.places.gazetteer import PLACE_KINDS
from crawler.normalisation.words.tokenizer import make_search_text

_HEADER: Final = """\
# Edits of places, in the order in which they were made: the order counts.
# To make them in another archive: seealso places import FILE. What stands there already is passed over.
# place_id and to_id are those of the gazetteer; a place without one is known by its name.
"""
_TEXT_FIELDS: Final = (
    *("action", "place", "place_id", "to", "to_id", "language", "kind", "country", "why", "made_at"),
)
_LIST_FIELDS: Final = ("printed", "articles")
_NUMBER_FIELDS: Final = {"latitude": 90, "longitude": 180}
"""Field → the largest number of degrees."""
_MAX_ID: Final = 200


def to_toml(edits: Iterable[PlaceEdit]) -> str:
    """Return the standing edits as TOML, which :func:`from_toml` reads."""
    return _HEADER + "".join(_format_table(edit) for edit in edits if edit.undone_at is None)


def from_toml(text: str, now: datetime) -> list[PlaceEdit]:
    """Parse edits that :func:`to_toml` or a person wrote; an edit without a time was made ``now``.

    Raises EditRefused with the number of the edit that cannot be understood.
    """
    return parse_tables(text, lambda row: _parse_row(row, now))


def check_location(location: Location) -> Location:
    """Return a location. Raises EditRefused for a code that is none, and for half a position."""
    country = location.country.strip().upper() if location.country else None
    if country is not None and not (len(country) == 2 and country.isascii() and country.isalpha()):
        raise EditRefused(f"“{country[:20]}” is no ISO 3166 code of a country: write two letters, as IT")
    if (location.latitude is None) != (location.longitude is None):
        raise EditRefused("a position has a latitude and a longitude")
    for name, most in _NUMBER_FIELDS.items():
        degrees = getattr(location, name)
        if degrees is not None and not (math.isfinite(degrees) and abs(degrees) <= most):
            raise EditRefused(f"{name} is a number of degrees, at most {most}")
    return location._replace(country=country)


def _format_table(edit: PlaceEdit) -> str:
    values: dict[str, Any] = {"action": edit.action, "place": edit.source.name}
    values["place_id"] = _omit_usual(edit.source)
    if edit.target != edit.source:
        values |= {"to": edit.target.name, "to_id": _omit_usual(edit.target)}
    values |= {"language": edit.language, **(edit.location or Location())._asdict()}
    values |= {"printed": edit.printed, "articles": edit.articles, "why": edit.why, "made_at": edit.made_at}
    return format_table(values)


def _omit_usual(place: PlaceRef) -> str | None:
    return None if place.identity == NAMED + make_search_text(place.name) else place.identity


def _parse_row(row: Any, now: datetime) -> PlaceEdit:
    row = check_fields(row, _TEXT_FIELDS, _LIST_FIELDS, _NUMBER_FIELDS)
    action = parse_action(row, PLACE_ACTIONS)
    source = _parse_place(row, "place", "place_id")
    edit = PlaceEdit(
        id=0,
        made_at=parse_made_at(row, now),
        action=action,
        source=source,
        target=_parse_target(row, action, source),
        language=row.get("language"),
        location=_parse_location(row) if action == "locate" else None,
        printed=tuple(row.get("printed", ())),
        articles=tuple(row.get("articles", ())),
        why=check_why(row.get("why", "")),
    )
    _refuse_contradictions(edit, row)
    return edit


def _refuse_contradictions(edit: PlaceEdit, row: dict[str, Any]) -> None:
    if (edit.action == "split") != bool(edit.printed or edit.articles):
        raise EditRefused("a split, and nothing else, says what is printed or which articles")
    if edit.language is not None and edit.action != "rename":
        raise EditRefused("language belongs to a rename")
    if edit.action != "locate" and {"kind", "country", *_NUMBER_FIELDS} & set(row):
        raise EditRefused("kind, country, latitude and longitude belong to a locate")
    if edit.action in ("merge", "split") and edit.source.identity == edit.target.identity:
        raise EditRefused("it gives a place to itself")


def _parse_place(row: dict[str, Any], name: str, identity: str) -> PlaceRef:
    if name not in row:
        raise EditRefused(f"{name} is missing")
    text = check_name(row[name])
    own_identity = row.get(identity, NAMED + make_search_text(text))
    if not 0 < len(own_identity) <= _MAX_ID or ":" not in own_identity:
        raise EditRefused(f"{identity} must be as geonames:1819729")
    return PlaceRef(own_identity, text)


def _parse_target(row: dict[str, Any], action: PlaceAction, source: PlaceRef) -> PlaceRef:
    if action == "rename":
        return PlaceRef(source.identity, _parse_place(row, "to", "to_id").name)
    return source if action == "locate" and "to" not in row else _parse_place(row, "to", "to_id")


def _parse_location(row: dict[str, Any]) -> Location:
    if row.get("kind") not in (None, *PLACE_KINDS):
        raise EditRefused(f"kind must be one of {', '.join(PLACE_KINDS)}")
    return check_location(
        Location(row.get("kind"), row.get("country"), *(_parse_degrees(row.get(name)) for name in _NUMBER_FIELDS))
    )


def _parse_degrees(value: float | None) -> float | None:
    return None if value is None else float(value)
