"""Links an article to those of the same language that have the same text, or almost the same.

The pairs depend on the texts alone, never on the order in which they were archived: a pair is linked
when its digests are equal (``duplicate``), or when the sketches share six of their sixteen lowest values and the texts
are alike by :data:`crawler.comparison.minhash.NEAR_COPY_SIMILARITY` or more (``near``). The sketches choose which texts
are compared; the texts decide, as long as :data:`MAX_CHARACTERS_COMPARED` lasts. The first of a pair is the earlier
one: by day of publication, then by the site's key.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from crawler.comparison.minhash import (
    NEAR_COPY_SIMILARITY,
    Fingerprint,
    compute_similarity,
    estimate_similarity,
    hash_shingles,
    join_sketched,
)

_MIN_SHARED_VALUES = 6
"""Thousands of texts share stock phrases of the newspaper, so one shared value proves nothing; texts alike by 0.8 share
fewer than six of sixteen values once in 10,000 pairs (the binomial distribution)."""
_MIN_SHINGLES = 12
"""A text of fewer shingles is too short to be a near copy: two captions of six words are alike by chance."""

MAX_COPIES_LINKED = 100
"""Copies that a new article is linked to at most. A site that answers every address with one text would otherwise fill
the table with the square of its addresses; only beyond this bound does the order of loading matter."""
MAX_OF_VALUE = 500
"""Articles that are looked up by one value, the first ones; what more articles share is stock (a forecast's frame, an
error page). Two texts are compared for sharing six values, stock that was not read to its end counted as shared."""
MAX_CHARACTERS_COMPARED = 100_000
"""Characters of other texts that are compared with a new one, those of the most similar sketches first: thirty usual
articles. The estimate decides about the others, which only a flood of copies or a text of megabytes has."""
_ESTIMATE_MARGIN = 0.2
"""What an estimate may be wrong by: four times its standard deviation."""


def link_new(
    conn: sqlite3.Connection, article_id: int, language: str, digest: str, text: str, sketch: Fingerprint
) -> bool:
    """Link an article that was never linked to its copies; return True if another one has the same text."""
    conn.execute('INSERT INTO sketches (article_id, "values") VALUES (?, ?)', (article_id, sketch.to_bytes()))
    return _link_sketch(conn, article_id, language, digest, text, sketch)


def link_copies(conn: sqlite3.Connection, article_id: int, language: str, digest: str, text: str) -> None:
    """Sketch the present text of an article and link it to its copies; its former links are deleted."""
    sketch = Fingerprint.from_text(text)
    former_sketch = conn.execute('SELECT "values" FROM sketches WHERE article_id = ?', (article_id,)).fetchone()
    if former_sketch is not None:
        conn.executemany(
            "DELETE FROM sketch_bands WHERE language = ? AND value = ? AND article_id = ?",
            [(language, value, article_id) for value in Fingerprint.from_bytes(former_sketch[0]).band],
        )
        conn.execute("DELETE FROM near_copies WHERE article_id = ?1 OR other_id = ?1", (article_id,))
    conn.execute(
        'INSERT INTO sketches (article_id, "values") VALUES (?, ?)'
        ' ON CONFLICT (article_id) DO UPDATE SET "values" = excluded."values"',
        (article_id, sketch.to_bytes()),
    )
    _link_sketch(conn, article_id, language, digest, text, sketch)


def link_sketched(conn: sqlite3.Connection, article_id: int) -> None:
    """Link an article that has a sketch, and no links yet, to its copies; one without a sketch to its duplicates."""
    language, digest, lead, body, values = conn.execute(
        'SELECT a.language, a.digest, a.lead, a.body, s."values" FROM articles a'
        " LEFT JOIN sketches s ON s.article_id = a.id WHERE a.id = ?",
        (article_id,),
    ).fetchone()
    sketch = Fingerprint.from_bytes(values or b"")
    _link_sketch(conn, article_id, language, digest, join_sketched(lead, body), sketch)


def _link_sketch(
    conn: sqlite3.Connection, article_id: int, language: str, digest: str, text: str, sketch: Fingerprint
) -> bool:
    """Link an article to its copies, and enter the values by which later ones find it; return True for a duplicate."""
    pairs: dict[int, tuple[float, str]] = {}
    if len(sketch.values) >= _MIN_SHINGLES:
        candidates = _find_candidates(conn, article_id, language, digest, sketch.band)
        for other_id, similarity in _compare_texts(conn, text, sketch, candidates):
            if similarity >= NEAR_COPY_SIMILARITY:
                pairs[other_id] = (similarity, "near")
        conn.executemany(
            "INSERT INTO sketch_bands (language, value, article_id) VALUES (?, ?, ?)",
            [(language, value, article_id) for value in sketch.band],
        )
    duplicates = conn.execute(
        "SELECT id FROM articles WHERE digest = ? AND language = ? AND id <> ? ORDER BY id LIMIT ?",
        (digest, language, article_id, MAX_COPIES_LINKED),
    ).fetchall()
    pairs |= {other_id: (1.0, "duplicate") for (other_id,) in duplicates}
    for other_id, (similarity, kind) in pairs.items():
        first, second = _order_pair(conn, article_id, other_id)
        conn.execute(
            "INSERT INTO near_copies (article_id, other_id, similarity, kind) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (article_id, other_id) DO NOTHING",
            (first, second, similarity, kind),
        )
    return bool(duplicates)


def reorder_copies(conn: sqlite3.Connection, article_id: int) -> None:
    """Order the pairs of an article again, the earlier one first, after its day or key has changed."""
    rows = conn.execute(
        "SELECT article_id, other_id FROM near_copies WHERE article_id = ?1 OR other_id = ?1", (article_id,)
    ).fetchall()
    for first_id, second_id in rows:
        if _order_pair(conn, first_id, second_id) != (first_id, second_id):
            conn.execute(
                "UPDATE near_copies SET article_id = ?2, other_id = ?1 WHERE article_id = ?1 AND other_id = ?2",
                (first_id, second_id),
            )


def _find_candidates(
    conn: sqlite3.Connection, article_id: int, language: str, digest: str, band: tuple[int, ...]
) -> list[tuple[int, bytes]]:
    """Return id and sketch of the articles of other texts that share most values, the first ones of equal."""
    marks = ", ".join("?" * len(band))
    rows = conn.execute(
        f"SELECT article_id FROM sketch_bands WHERE language = ? AND value IN ({marks}) AND article_id <> ? LIMIT ?",
        (language, *band, article_id, MAX_OF_VALUE),
    ).fetchall()
    counts = Counter(other_id for (other_id,) in rows)
    stock_counts: Counter[int] = Counter()
    stock = 0
    if len(rows) == MAX_OF_VALUE:  # seldom: any of them may be stock
        counts.clear()
        for value in band:
            rows = conn.execute(
                "SELECT article_id FROM sketch_bands WHERE language = ? AND value = ? AND article_id <> ? LIMIT ?",
                (language, value, article_id, MAX_OF_VALUE),
            ).fetchall()
            is_stock = len(rows) == MAX_OF_VALUE
            stock += is_stock
            (stock_counts if is_stock else counts).update(other_id for (other_id,) in rows)
    least = max(1, _MIN_SHARED_VALUES - stock)
    candidates = [(-count, -stock_counts[other_id], other_id) for other_id, count in counts.items() if count >= least]
    if stock >= _MIN_SHARED_VALUES:
        candidates += [
            (0, -count, other_id)
            for other_id, count in stock_counts.items()
            if count >= _MIN_SHARED_VALUES and other_id not in counts
        ]
    candidates.sort()
    query = 'SELECT s.article_id, s."values" FROM sketches s JOIN articles a ON a.id = s.article_id'
    sketches = (
        row
        for _, _, other_id in candidates[: 2 * MAX_COPIES_LINKED]
        for row in conn.execute(f"{query} WHERE s.article_id = ? AND a.digest <> ?", (other_id, digest))
    )
    return [*islice(sketches, MAX_COPIES_LINKED)]


def _compare_texts(
    conn: sqlite3.Connection, text: str, sketch: Fingerprint, candidates: list[tuple[int, bytes]]
) -> Iterator[tuple[int, float]]:
    """Yield how alike a text and those of candidates are, the most similar first."""
    estimates = [
        (estimate_similarity(sketch, Fingerprint.from_bytes(values)), other_id) for other_id, values in candidates
    ]
    remaining = MAX_CHARACTERS_COMPARED
    shingles: frozenset[int] | None = None
    for estimate, other_id in sorted(estimates, key=lambda pair: (-pair[0], pair[1])):
        if estimate < NEAR_COPY_SIMILARITY - _ESTIMATE_MARGIN:
            return
        length, lead, body = conn.execute(
            "SELECT length(body), lead, CASE WHEN length(body) <= ? THEN body END FROM articles WHERE id = ?",
            (remaining, other_id),
        ).fetchone()
        remaining -= length
        if remaining < 0:
            yield other_id, estimate
            continue
        shingles = hash_shingles(text) if shingles is None else shingles
        yield other_id, compute_similarity(shingles, hash_shingles(join_sketched(lead, body)))


def _order_pair(conn: sqlite3.Connection, first_id: int, second_id: int) -> tuple[int, int]:
    first, second = conn.execute(
        "SELECT id FROM articles WHERE id IN (?, ?)"
        " ORDER BY published_on IS NULL, published_on, length(site_key), site_key, site, id",
        (first_id, second_id),
    ).fetchall()
    return first[0], second[0]
