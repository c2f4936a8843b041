"""Lists the spellings of a place in datelines."""

from __future__ import annotations

from typing import NamedTuple

from crawler.archive.database import Connection, list_records
from crawler.normalisation.tokenizer import make_search_text


class PlaceSpelling(NamedTuple):
    """One spelling by which datelines print a place."""

    printed: str
    articles: int


def list_place_spellings(db: Connection, place: str, limit: int) -> list[PlaceSpelling]:
    """Return the spellings of a place, the most frequent first."""
    return list_records(
        db,
        PlaceSpelling,
        "SELECT dateline_place AS printed, count(*) AS articles FROM articles WHERE place_key = ?"
        " GROUP BY dateline_place ORDER BY articles DESC, dateline_place LIMIT ?",
        (make_search_text(place), limit),
    )
