"""Finds the articles that have half of an article's text, or of whose text it has half, without being copies.

Copies are alike as wholes, and stored as pairs. A text that was cut to its first paragraphs, or stands within a longer
one, is not; such pairs are looked for when they are asked about. The lowest hashes of a text's shingles are a sample of
them: those that two sketches could both hold tell which texts are worth comparing, and the texts themselves decide.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from crawler.archive.articles.prints import PrintedArticle, was_printed_before
from crawler.archive.database import Connection, select_column, select_dicts, select_rows
from crawler.archive.search.copies import IDS_OF_GROUP
from crawler.comparison.minhash import Fingerprint, estimate_overlap, join_sketched
from crawler.comparison.passages import Overlap, Passages

MIN_SHARE: Final = 0.5
"""Of either text, what the other one has at least."""
MAX_SHARED_TEXTS: Final = 20
"""Articles that are listed at most, those with most of the text first."""
MAX_CHARACTERS_IN_ALL: Final = 1_000_000_000
"""Characters, of both sides, that are compared at most when many articles are asked about: some minutes."""
_RARE: Final = 50
"""A value that more articles have is a stock phrase, and leads to none of them."""
_MIN_SHINGLES: Final = 12
"""A text of fewer is a caption or a notice, which others repeat by chance."""
_MIN_ESTIMATE: Final = 0.25
_SKETCHES_PER_QUERY: Final = 500
_MAX_COMPARED: Final = 40
_MAX_COMPARED_OF_MANY: Final = 500
_MAX_CHARACTERS: Final = 500_000
"""Texts, and their characters, that are compared with one at most, those that share most values first; more texts where
many are asked about, for all of their pairs are wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedText(PrintedArticle):
    """Another article that has much of an article's text, or much of whose text it has."""

    words: int
    """Words of the given article that the other one has too; characters in scripts without spaces."""
    share: float
    """Of the given article's lead and body, what the other one has, from 0 to 1."""
    other_share: float
    """Of the other one's lead and body, what the given article has."""
    earlier: bool | None
    """True if the other one was certainly printed before, False if after; None if dates leave it open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedPair:
    """Two articles of which one has half of the other's text and more."""

    article_id: int
    other_id: int
    overlap: Overlap


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedPairs:
    """The pairs that share text among many articles, and how far the texts were compared."""

    pairs: tuple[SharedPair, ...]
    articles: int
    """The articles that were asked about."""
    complete: bool
    """False if the bound on characters ended the search before the last article."""


def list_shared_texts(db: Connection, article_id: int) -> list[SharedText]:
    """Return the articles of the same language that share half of their text with an article, or of its text.

    Those with most of its text come first. Its copies are not among them; no article is, for one that is not archived.
    """
    shared = []
    for own, row, overlap in _Comparison(db).iter_overlaps(article_id):
        earlier = was_printed_before(
            row["published_at"], row["published_precision"], own["published_at"], own["published_precision"]
        )
        others = {name: value for name, value in row.items() if name not in ("lead", "body")}
        shared.append(
            SharedText(
                **others, words=overlap.words, share=overlap.share, other_share=overlap.other_share, earlier=earlier
            )
        )
    shared.sort(key=lambda other: (-other.words, -other.other_share, other.published_at or "~", other.article_id))
    return shared[:MAX_SHARED_TEXTS]


def list_shared_pairs(
    db: Connection,
    article_ids: Iterable[int],
    *,
    max_characters: int = MAX_CHARACTERS_IN_ALL,
    report: Callable[[int], None] | None = None,
) -> SharedPairs:
    """Return each pair that :func:`list_shared_texts` tells of any of these articles, once, however it was found.

    Args:
        db: where the articles are.
        article_ids: those that are asked about, in their order; their partners may be any of the archive.
        max_characters: the characters of texts that are compared at most; the article that exceeds it is the last one.
        report: called after each article with their number so far.

    """
    comparison = _Comparison(db, _list_stock(db))
    pairs: list[SharedPair] = []
    articles = 0
    for article_id in article_ids:
        if comparison.characters > max_characters:
            return SharedPairs(pairs=tuple(pairs), articles=articles, complete=False)
        for _, row, overlap in comparison.iter_overlaps(article_id):
            pairs.append(SharedPair(article_id=article_id, other_id=row["article_id"], overlap=overlap))
        articles += 1
        if report is not None:
            report(articles)
    return SharedPairs(pairs=tuple(pairs), articles=articles, complete=True)


class _Comparison:
    """Compares articles with those that may share text with them, each two once."""

    def __init__(self, db: Connection, stock: Mapping[str, Collection[int]] | None = None) -> None:
        self.characters = 0
        """Of the texts that were compared, on both sides."""
        self._db = db
        self._stock = stock
        self._compared: set[tuple[int, int]] = set()

    def iter_overlaps(self, article_id: int) -> Iterator[tuple[dict[str, Any], dict[str, Any], Overlap]]:
        """Yield an article, another one of which either has half of the other's text, and what they share."""
        sketched = next(iter(select_dicts(self._db, _SKETCH_SQL, (article_id,))), None)
        if sketched is None or len((sketch := Fingerprint.from_bytes(sketched["sketch"])).values) < _MIN_SHINGLES:
            return
        candidates = self._find_candidates(article_id, sketched["language"], sketch)
        if not candidates:
            return
        (own,) = select_dicts(self._db, _OWN_SQL, (article_id,))
        passages = Passages(join_sketched(own["lead"], own["body"]))
        for row in _iter_texts(self._db, candidates):
            self._compared.add((article_id, row["article_id"]))
            self.characters += len(own["body"]) + len(row["body"])
            overlap = passages.measure_overlap(join_sketched(row["lead"], row["body"]))
            if max(overlap.share, overlap.other_share) >= MIN_SHARE:
                yield own, row, overlap

    def _find_candidates(self, article_id: int, language: str, sketch: Fingerprint) -> list[int]:
        """Return the ids of articles that may share text, those whose sketches share most values first."""
        others = self._find_others(language, sketch)
        others -= {row[0] for row in select_rows(self._db, f"{IDS_OF_GROUP} SELECT id FROM prints", (article_id,))}
        candidates = []
        values = {*sketch.values}
        for other_id, stored in _iter_sketches(self._db, sorted(others)):
            other = Fingerprint.from_bytes(stored)
            if len(values.intersection(other.values)) < 2:  # most of them, by chance
                continue
            shared, share = estimate_overlap(sketch, other)
            if share >= _MIN_ESTIMATE and (other_id, article_id) not in self._compared:
                candidates.append((-shared, other_id))
        most = _MAX_COMPARED if self._stock is None else _MAX_COMPARED_OF_MANY
        return [other_id for _, other_id in sorted(candidates)[:most]]

    def _find_others(self, language: str, sketch: Fingerprint) -> set[int]:
        """Return the ids of all articles whose lowest values have one that is no stock phrase in common with these."""
        if self._stock is None:
            others: set[int] = set()
            for value in sketch.values:
                rows = [*select_rows(self._db, _VALUE_SQL, (language, value, _RARE + 1))]
                if len(rows) <= _RARE:
                    others.update(row[0] for row in rows)
            return others
        stock = self._stock.get(language, ())
        values = [value for value in sketch.values if value not in stock]
        marks = ", ".join("?" * len(values))
        return {*select_column(self._db, f"{_VALUES_SQL} IN ({marks})", (language, *values))}


def _list_stock(db: Connection) -> dict[str, set[int]]:
    """Return, for each language, the values that so many articles have that they are stock and lead nowhere."""
    stock: dict[str, set[int]] = {}
    for language, value in select_rows(db, _STOCK_SQL, (_RARE,)):
        stock.setdefault(language, set()).add(value)
    return stock


def _iter_sketches(db: Connection, ids: list[int]) -> Iterator[tuple[int, bytes]]:
    """Yield the sketches of articles with their ids."""
    for start in range(0, len(ids), _SKETCHES_PER_QUERY):
        batch = ids[start : start + _SKETCHES_PER_QUERY]
        yield from select_rows(db, f"{_SKETCHES_SQL} IN ({', '.join('?' * len(batch))})", batch)


def _iter_texts(db: Connection, ids: list[int]) -> Iterator[dict[str, Any]]:
    """Yield articles with their texts, as long as these are not too many characters in all."""
    remaining = _MAX_CHARACTERS
    for other_id in ids:
        for row in select_dicts(db, _TEXT_SQL, (other_id, remaining)):
            remaining -= len(row["body"])
            yield row


_SKETCH_SQL: Final = """
SELECT a.language, s."values" AS sketch FROM sketches s JOIN articles a ON a.id = s.article_id WHERE s.article_id = ?
"""
_OWN_SQL: Final = "SELECT lead, body, published_at, published_precision FROM articles WHERE id = ?"
_VALUE_SQL: Final = "SELECT article_id FROM sketch_bands WHERE language = ? AND value = ? LIMIT ?"
_VALUES_SQL: Final = "SELECT DISTINCT article_id FROM sketch_bands WHERE language = ? AND value"
_STOCK_SQL: Final = "SELECT language, value FROM sketch_bands GROUP BY language, value HAVING count(*) > ?"
_SKETCHES_SQL: Final = 'SELECT article_id, "values" FROM sketches WHERE article_id'
_TEXT_SQL: Final = """
SELECT id AS article_id, site, language, url, headline, published_at, published_on, published_precision, lead, body
FROM articles WHERE id = ? AND length(body) <= ?
"""
