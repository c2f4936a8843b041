"""Lists the prints of a text: an article and its copies, by the papers that printed it and the instants."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from crawler.archive.database import Connection, select_dicts, select_rows
from crawler.archive.search.copies import IDS_OF_GROUP, ORDER_OF_PRINTS
from crawler.comparison.minhash import Fingerprint, estimate_similarity
from crawler.items import Precision

MAX_PRINTS: Final = 200
"""Prints that are listed; all are counted."""
_EAST: Final = timedelta(hours=14)
_WEST: Final = timedelta(hours=12)
"""A day begins so long before its midnight in UTC somewhere, and ends so long after the next one elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedArticle:
    """An article as lists of prints name it."""

    article_id: int
    site: str
    language: str
    url: str
    headline: str
    published_at: str | None
    """The instant in UTC, or the day where only the day is known."""
    published_on: str | None
    published_precision: Precision | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Print(PrintedArticle):
    """One article that prints a text."""

    similarity: float
    """How alike its text and the given article's are, from 0 to 1; 1 for the given article itself."""
    same_text: bool
    """True if headline, lead, byline and body are those of the given article."""
    first: bool
    """True if it was printed before all others; of none if days without hours, or no dates, leave that open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prints:
    """The prints of a text, and how many there are."""

    total: int
    """The number of articles that print it, the given one among them: 1 for an article without copies."""
    sites: int
    """The number of sites that print it."""
    prints: tuple[Print, ...]
    """The earliest first by the instant, at most :data:`MAX_PRINTS`; empty for an article without copies."""


def list_prints(db: Connection, article_id: int) -> Prints:
    """Return the prints of an article's text.

    Prints belong together when pairs of copies lead from one to the other; ``similarity`` compares with this article.
    """
    rows = list(select_dicts(db, _PRINTS_SQL, (article_id, MAX_PRINTS)))
    if len(rows) < 2:
        return Prints(total=1, sites=1, prints=())
    (counts,) = select_dicts(db, _COUNTS_SQL, (article_id,))
    (own,) = select_dicts(db, _OWN_SQL, (article_id,))
    sketch = Fingerprint.from_bytes(own["sketch"])
    pairs = {row[0]: row[1] for row in select_rows(db, _PAIRS_SQL, (article_id, article_id))}
    first_id = _find_first(rows) if counts["total"] == len(rows) else None
    prints = []
    for row in rows:
        other_sketch, digest = row.pop("sketch"), row.pop("digest")
        same_text = digest == own["digest"]
        prints.append(
            Print(
                **row,
                similarity=_find_similarity(row["article_id"], same_text, pairs, sketch, other_sketch),
                same_text=same_text,
                first=row["article_id"] == first_id,
            )
        )
    return Prints(total=counts["total"], sites=counts["sites"], prints=tuple(prints))


def _find_similarity(
    other_id: int, same_text: bool, pairs: dict[int, float], sketch: Fingerprint, other_sketch: bytes
) -> float:
    """Return how alike two prints are: as their pair says, or by sketches, which cannot tell that all is equal."""
    if same_text:
        return 1.0
    return pairs.get(other_id) or min(0.999, estimate_similarity(sketch, Fingerprint.from_bytes(other_sketch)))


def _find_first(rows: list[dict[str, Any]]) -> int | None:
    """Return the id of the article that was certainly printed before all others; None if nobody can tell."""
    spans = [find_span(row["published_at"], row["published_precision"]) for row in rows]
    for index, (row, (_, latest)) in enumerate(zip(rows, spans, strict=True)):
        if all(latest < earliest for other, (earliest, _) in enumerate(spans) if other != index):
            return int(row["article_id"])
    return None


def was_printed_before(
    published_at: str | None, precision: Precision | None, other_at: str | None, other_precision: Precision | None
) -> bool | None:
    """Return True if what has the first date was certainly printed before what has the other, False if after.

    None if dates leave it open.
    """
    (earliest, latest), (other_earliest, other_latest) = (
        find_span(published_at, precision),
        find_span(other_at, other_precision),
    )
    return True if latest < other_earliest else False if other_latest < earliest else None


def find_span(published_at: str | None, precision: Precision | None) -> tuple[datetime, datetime]:
    """Return the earliest and the latest instant at which an article can have been printed."""
    if published_at is None:
        return datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    try:
        moment = datetime.fromisoformat(published_at)
    except ValueError:  # a damaged cell
        return datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    if precision != "day":
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return moment, moment
    midnight = moment.replace(tzinfo=UTC)
    try:
        return midnight - _EAST, midnight + timedelta(days=1) + _WEST
    except OverflowError:  # the first or the last day of the calendar
        return midnight, midnight


_PRINTS_SQL: Final = f"""
{IDS_OF_GROUP}
SELECT p.id AS article_id, p.site, p.language, p.url, p.headline, p.published_at, p.published_on,
    p.published_precision, p.digest, coalesce(s."values", x'') AS sketch
FROM prints JOIN articles p ON p.id = prints.id LEFT JOIN sketches s ON s.article_id = p.id
ORDER BY {ORDER_OF_PRINTS} LIMIT ?
"""
_COUNTS_SQL: Final = f"""
{IDS_OF_GROUP}
SELECT count(*) AS total, count(DISTINCT p.site) AS sites FROM prints JOIN articles p ON p.id = prints.id
"""
_PAIRS_SQL: Final = """
SELECT other_id, similarity FROM near_copies WHERE article_id = ?
UNION ALL SELECT article_id, similarity FROM near_copies WHERE other_id = ?
"""
_OWN_SQL: Final = """
SELECT a.digest, coalesce(s."values", x'') AS sketch FROM articles a LEFT JOIN sketches s ON s.article_id = a.id
WHERE a.id = ?
"""
