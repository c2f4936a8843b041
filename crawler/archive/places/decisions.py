"""Edits the places of an archive: merges, renames, splits and locates them, and undoes these edits.

Every edit is logged with its reason, also holds for articles that come later, and can be undone at any time. What
datelines print is never changed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from crawler.archive.authority.edits import EditRefused, check_name, check_why, choose_edit_to_undo
from crawler.archive.database import select_column, translate_errors, write_transaction
from crawler.archive.places.finding import NoSuchPlace, find_place, list_candidates
from crawler.archive.write.authority.place_edits import (
    NAMED,
    Location,
    PlaceAction,
    PlaceEdit,
    PlaceRef,
    add_place_edit,
    read_place_edits,
)
from crawler.archive.write.authority.place_index import PlaceIndex
from crawler.normalisation.dates.moments import instant
from crawler.normalisation.words.text import clean
from crawler.normalisation.words.tokenizer import make_search_text

if TYPE_CHECKING:
    from crawler.archive.store import Archive
    from crawler.normalisation.places.gazetteer import GazetteerEntry

_LARGEST_ID: Final = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceResult:
    """The result of an edit, or of undoing it."""

    edit: PlaceEdit
    moved: int
    """Number of articles that have another place now."""


def merge(archive: Archive, source: str, target: str, *, why: str, now: datetime) -> PlaceResult:
    """Give all names of one place to another. Places are given by number or name. Raises EditRefused."""
    with _open_transaction(archive) as conn:
        source_place, target_place = find_place(conn, source), find_place(conn, target)
        if source_place.identity == target_place.identity:
            raise EditRefused(f"“{source}” and “{target}” are one place already")
        return _apply(conn, _make_edit("merge", source_place, target_place, why, now))


def rename(
    archive: Archive, place: str, name: str, *, why: str, now: datetime, language: str | None = None
) -> PlaceResult:
    """Give a place another name, or another one in a language. Raises EditRefused."""
    with _open_transaction(archive) as conn:
        source = find_place(conn, place)
        edit = _make_edit("rename", source, PlaceRef(source.identity, check_name(name)), why, now)
        return _apply(conn, replace(edit, language=language))


def split(
    archive: Archive,
    place: str,
    name: str,
    *,
    why: str,
    now: datetime,
    printed: Sequence[str] = (),
    articles: Sequence[int] = (),
) -> PlaceResult:
    """Give some names of a place, or some of its articles, to another place, known or new.

    Raises EditRefused for a printed name or an article that is not of this place.
    """
    with _open_transaction(archive) as conn:
        source = find_place(conn, place)
        try:
            target = find_place(conn, name)
        except NoSuchPlace:
            target = PlaceRef(NAMED + make_search_text(check_name(name)), check_name(name))
        if source.identity == target.identity:
            raise EditRefused(f"“{name}” is “{source.name}” itself: split it as another name")
        if not printed and not articles:
            raise EditRefused("say what to split off: by what the dateline prints, or articles by number")
        edit = replace(
            _make_edit("split", source, target, why, now),
            printed=_match_printed(conn, source, printed),
            articles=_find_identities(conn, source, articles),
        )
        return _apply(conn, edit)


def locate(
    archive: Archive,
    place: str,
    *,
    why: str,
    now: datetime,
    entry: GazetteerEntry | str | None = None,
    location: Location | None = None,
) -> PlaceResult:
    """Say which place of the gazetteer a place is, or where it is; with neither, that nobody knows.

    ``entry`` is an entry, or the identity of one of the place's candidates. Raises EditRefused.
    """
    with _open_transaction(archive) as conn:
        source = target = find_place(conn, place)
        located = list_candidates(conn).get(entry) if isinstance(entry, str) else entry
        if entry is not None and located is None:
            raise EditRefused(f"“{str(entry)[:60]}” is no candidate for a place of this archive")
        if located is not None:
            target = PlaceRef(located.identity, located.name)
            location = Location(located.kind, located.country, located.latitude, located.longitude)
        edit = _make_edit("locate", source, target, why, now)
        return _apply(conn, replace(edit, location=location or Location()))


def undo(archive: Archive, now: datetime, number: int | None = None) -> PlaceResult:
    """Undo an edit, by default the last standing one. Raises EditRefused when a later edit depends on it."""
    with _open_transaction(archive) as conn:
        edit = choose_edit_to_undo(read_place_edits(conn), number, "places", _depends_on)
        conn.execute("UPDATE place_edits SET undone_at = ? WHERE id = ?", (instant(now), edit.id))
        moved = PlaceIndex(conn).work_out()
        return PlaceResult(edit=replace(edit, undone_at=instant(now)), moved=moved)


def history(archive: Archive) -> list[PlaceEdit]:
    """Return all edits, oldest first; those that were undone have the instant of it."""
    with translate_errors(archive.path):
        return read_place_edits(archive.db.conn)


def apply_edits(archive: Archive, edits: Sequence[PlaceEdit]) -> list[PlaceEdit]:
    """Apply edits from elsewhere, in their order; edits that stand here already are skipped.

    They may concern places of which nothing is archived yet. Returns the edits that were applied.
    """
    with _open_transaction(archive) as conn:
        present = {_get_content(edit) for edit in read_place_edits(conn) if edit.undone_at is None}
        return [_apply(conn, edit).edit for edit in edits if _get_content(edit) not in present]


@contextmanager
def _open_transaction(archive: Archive) -> Iterator[sqlite3.Connection]:
    with translate_errors(archive.path), write_transaction(archive.db):
        PlaceIndex(archive.db.conn).work_out()  # articles may have come since
        yield archive.db.conn


def _depends_on(later: PlaceEdit, edit: PlaceEdit) -> bool:
    return edit.action != "rename" and later.source.identity == edit.target.identity


def _make_edit(action: PlaceAction, source: PlaceRef, target: PlaceRef, why: str, now: datetime) -> PlaceEdit:
    return PlaceEdit(id=0, made_at=instant(now), action=action, source=source, target=target, why=check_why(why))


def _apply(conn: sqlite3.Connection, edit: PlaceEdit) -> PlaceResult:
    number = add_place_edit(conn, edit)
    moved = PlaceIndex(conn).work_out()
    conn.execute("UPDATE place_edits SET moved = ? WHERE id = ?", (moved, number))
    return PlaceResult(edit=replace(edit, id=number, moved=moved), moved=moved)


def _get_content(edit: PlaceEdit) -> tuple[object, ...]:
    parts = edit.action, edit.source.identity, edit.target, edit.language, edit.location
    return (*parts, frozenset(edit.printed), frozenset(edit.articles))


def _match_printed(conn: sqlite3.Connection, place: PlaceRef, names: Sequence[str]) -> tuple[str, ...]:
    """Return the printed names; raise EditRefused for one that no dateline of the place has."""
    query = (
        "SELECT DISTINCT l.printed FROM place_names n JOIN places p ON p.id = n.place_id JOIN place_lookups l"
        " ON l.place_key = n.place_key AND l.position = n.position WHERE p.identity = ? ORDER BY 1"
    )
    printed = select_column(conn, query, (place.identity,))
    keys = {make_search_text(name) for name in printed}
    for name in names:
        if make_search_text(name) not in keys:
            examples = ", ".join(f"“{text}”" for text in printed[:5])
            raise EditRefused(f"no dateline prints “{place.name}” as “{name[:60]}”, but as {examples}")
    return tuple(dict.fromkeys(clean(name) for name in names))


def _find_identities(conn: sqlite3.Connection, place: PlaceRef, articles: Sequence[int]) -> tuple[str, ...]:
    identities = []
    for article_id in dict.fromkeys(articles):
        row = conn.execute(
            "SELECT a.site || '/' || a.language || '/' || a.site_key FROM v_article_places v JOIN articles a"
            " ON a.id = v.article_id JOIN places p ON p.id = v.place_id WHERE a.id = ? AND p.identity = ?",
            (min(article_id, _LARGEST_ID), place.identity),
        ).fetchone()
        if row is None:
            raise EditRefused(f"article {article_id} is not archived, or not from “{place.name}”")
        identities.append(row[0])
    return tuple(identities)
