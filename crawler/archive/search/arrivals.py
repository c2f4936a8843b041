"""Finds which articles of a selection have come into the archive since a moment."""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database

from crawler.archive.database import select_column, select_count
from crawler.archive.search.selection import Selection, order_by_day, refuse_unknown_snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveMoment:
    """What an archive held at a moment."""

    at: str
    """The moment, an instant in UTC."""
    last_id: int | None = None
    """The highest id of an article then; None where only the time is known."""


def read_moment(db: Database, at: str) -> ArchiveMoment:
    """Return what the archive holds now, where ``at`` is now."""
    return ArchiveMoment(at=at, last_id=select_count(db, "SELECT max(id) FROM articles"))


def find_arrivals(db: Database, selection: Selection, since: ArchiveMoment) -> list[int]:
    """Return the ids of the articles of a selection that the archive did not hold at a moment, the newest day first.

    New is a higher id, whatever the article's age: it may come out of an old WARC file or another archive. The time of
    the first visit counts too, for the id of a forgotten article is given again. Raises UnknownSnapshot.
    """
    refuse_unknown_snapshot(db, selection)
    ids = selection.plan().make_ids_query()
    return select_column(
        db,
        f"SELECT a.id FROM articles a WHERE a.id IN ({ids.sql}) AND (a.id > ? OR a.first_seen_at > ?)"
        f" ORDER BY {order_by_day('DESC')}",
        # Without a known id none is higher.
        (*ids.values, since.last_id if since.last_id is not None else (1 << 63) - 1, since.at),
    )
