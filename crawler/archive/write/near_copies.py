"""Links an article to those of the same language that have the same text, or almost the same.

The pairs depend on the texts alone, never on the order in which they were archived: a pair is linked
when its digests are equal (``duplicate``), or when the sketches share six of their sixteen lowest values and are alike
by :data:`crawler.comparison.minhash.NEAR_COPY_SIMILARITY` or more (``near``). The first of a pair is the earlier one:
by day of publication, then by the site's key.
"""

from __future__ import annotations

import sqlite3
from collections import Counter

from crawler.comparison.minhash import NEAR_COPY_SIMILARITY, Fingerprint, estimate_similarity

_MIN_SHARED_VALUES = 6
"""Thousands of texts share stock phrases of the newspaper, so one shared value proves nothing; texts alike by 0.8 share
fewer than six of sixteen values once in 10,000 pairs (the binomial distribution)."""
_MIN_SHINGLES = 12
"""A text of fewer shingles is too short to be a near copy: two captions of six words are alike by chance."""

MAX_COPIES_LINKED = 100
"""Copies that a new article is linked to at most. A site that answers every address with one text would otherwise fill
the table with the square of its addresses; only beyond this bound does the order of loading matter."""
_MAX_BANDS_READ = 100_000


def link_new(conn: sqlite3.Connection, article_id: int, language: str, digest: str, sketch: Fingerprint) -> bool:
    """Link an article that was never linked to its copies; return True if another one has the same text."""
    conn.execute('INSERT INTO sketches (article_id, "values") VALUES (?, ?)', (article_id, sketch.to_bytes()))
    return _link_sketch(conn, article_id, language, digest, sketch)


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
    _link_sketch(conn, article_id, language, digest, sketch)


def link_sketched(conn: sqlite3.Connection, article_id: int) -> None:
    """Link an article that has a sketch, and no links yet, to its copies; one without a sketch to its duplicates."""
    language, digest, values = conn.execute(
        'SELECT a.language, a.digest, s."values" FROM articles a LEFT JOIN sketches s ON s.article_id = a.id'
        " WHERE a.id = ?",
        (article_id,),
    ).fetchone()
    _link_sketch(conn, article_id, language, digest, Fingerprint.from_bytes(values or b""))


def _link_sketch(conn: sqlite3.Connection, article_id: int, language: str, digest: str, sketch: Fingerprint) -> bool:
    """Link an article to its copies, and enter the values by which later ones find it; return True for a duplicate."""
    pairs: dict[int, tuple[float, str]] = {}
    if len(sketch.values) >= _MIN_SHINGLES:
        for other_id, candidate_sketch in _find_candidates(conn, article_id, language, digest, sketch.band):
            similarity = estimate_similarity(sketch, Fingerprint.from_bytes(candidate_sketch))
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
        (language, *band, article_id, _MAX_BANDS_READ),
    )
    counts = Counter(other_id for (other_id,) in rows)
    candidates = sorted((-count, other_id) for other_id, count in counts.items() if count >= _MIN_SHARED_VALUES)
    query = 'SELECT s.article_id, s."values" FROM sketches s JOIN articles a ON a.id = s.article_id'
    return [
        row
        for _, other_id in candidates[: 2 * MAX_COPIES_LINKED]
        for row in conn.execute(f"{query} WHERE s.article_id = ? AND a.digest <> ?", (other_id, digest))
    ]


def _order_pair(conn: sqlite3.Connection, first_id: int, second_id: int) -> tuple[int, int]:
    first, second = conn.execute(
        "SELECT id FROM articles WHERE id IN (?, ?)"
        " ORDER BY published_on IS NULL, published_on, length(site_key), site_key, site, id",
        (first_id, second_id),
    ).fetchall()
    return first[0], second[0]
