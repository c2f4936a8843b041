"""Finds the articles that have half of an article's text, or of whose text it has half, without being copies.

Copies are alike as wholes, and stored as pairs. A text that was cut to its first paragraphs, or stands within a longer
one, is not; such pairs are looked for when they are asked about. The lowest hashes of a text's shingles are a sample of
them: those that two sketches could both hold tell which texts are worth comparing, and the texts themselves decide.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from crawler.archive.articles.prints import find_span
from crawler.archive.database import Connection, select_dicts, select_rows
from crawler.archive.search.copies import IDS_OF_GROUP
from crawler.comparison.minhash import Fingerprint, estimate_overlap, join_sketched
from crawler.comparison.passages import Passages
from crawler.items import Precision

MIN_SHARE: Final = 0.5
"""Of either text, what the other one has at least."""
MAX_SHARED_TEXTS: Final = 20
"""Articles that are listed at most, those with most of the text first."""
_RARE: Final = 50
"""A value that more articles have is a stock phrase, and leads to none of them."""
_MIN_SHINGLES: Final = 12
"""A text of fewer is a caption or a notice, which others repeat by chance."""
_MIN_ESTIMATE: Final = 0.25
_MAX_COMPARED: Final = 40
_MAX_CHARACTERS: Final = 500_000
"""Texts, and their characters, that are compared at most, those that share most values first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedText:
    """Another article that has much of an article's text, or much of whose text it has."""

    article_id: int
    site: str
    language: str
    url: str
    headline: str
    published_at: str | None
    """The instant in UTC, or the day where only the day is known."""
    published_on: str | None
    published_precision: Precision | None
    words: int
    """Words of the given article that the other one has too; characters in scripts without spaces."""
    share: float
    """Of the given article's lead and body, what the other one has, from 0 to 1."""
    other_share: float
    """Of the other one's lead and body, what the given article has."""
    earlier: bool | None
    """True if the other one was certainly printed before, False if after; None if dates leave it open."""


def list_shared_texts(db: Connection, article_id: int) -> list[SharedText]:
    """Return the articles of the same language that share half of their text with an article, or of its text.

    Those with most of its text come first. Its copies are not among them; no article is, for one that is not archived.
    """
    own = next(iter(select_dicts(db, _OWN_SQL, (article_id,))), None)
    if own is None or len((sketch := Fingerprint.from_bytes(own["sketch"])).values) < _MIN_SHINGLES:
        return []
    passages = Passages(join_sketched(own["lead"], own["body"]))
    span = find_span(own["published_at"], own["published_precision"])
    shared = []
    for row in _iter_texts(db, _find_candidates(db, article_id, own["language"], sketch)):
        overlap = passages.measure_overlap(join_sketched(row.pop("lead"), row.pop("body")))
        if max(overlap.share, overlap.other_share) < MIN_SHARE:
            continue
        other_span = find_span(row["published_at"], row["published_precision"])
        earlier = True if other_span[1] < span[0] else False if span[1] < other_span[0] else None
        shared.append(
            SharedText(
                **row, words=overlap.words, share=overlap.share, other_share=overlap.other_share, earlier=earlier
            )
        )
    shared.sort(key=lambda other: (-other.words, -other.other_share, other.published_at or "~", other.article_id))
    return shared[:MAX_SHARED_TEXTS]


def _find_candidates(db: Connection, article_id: int, language: str, sketch: Fingerprint) -> list[int]:
    """Return the ids of articles that may share text, those whose sketches share most values first."""
    copies = {row[0] for row in select_rows(db, f"{IDS_OF_GROUP} SELECT id FROM prints", (article_id,))}
    counts: Counter[int] = Counter()
    for value in sketch.values:
        rows = [*select_rows(db, _VALUE_SQL, (language, value, _RARE + 1))]
        if len(rows) <= _RARE:
            counts.update(row[0] for row in rows if row[0] not in copies)
    candidates = []
    for other_id in counts:
        for row in select_rows(db, 'SELECT "values" FROM sketches WHERE article_id = ?', (other_id,)):
            shared, share = estimate_overlap(sketch, Fingerprint.from_bytes(row[0]))
            if shared > 1 and share >= _MIN_ESTIMATE:
                candidates.append((-shared, other_id))
    return [other_id for _, other_id in sorted(candidates)[:_MAX_COMPARED]]


def _iter_texts(db: Connection, ids: list[int]) -> Iterator[dict[str, Any]]:
    """Yield articles with their texts, as long as these are not too many characters in all."""
    remaining = _MAX_CHARACTERS
    for other_id in ids:
        for row in select_dicts(db, _TEXT_SQL, (other_id, remaining)):
            remaining -= len(row["body"])
            yield row


_OWN_SQL: Final = """
SELECT a.language, a.lead, a.body, a.published_at, a.published_precision, coalesce(s."values", x'') AS sketch
FROM articles a LEFT JOIN sketches s ON s.article_id = a.id WHERE a.id = ?
"""
_VALUE_SQL: Final = "SELECT article_id FROM sketch_bands WHERE language = ? AND value = ? LIMIT ?"
_TEXT_SQL: Final = """
SELECT id AS article_id, site, language, url, headline, published_at, published_on, published_precision, lead, body
FROM articles WHERE id = ? AND length(body) <= ?
"""
