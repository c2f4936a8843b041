"""Finds the articles that share the telling words of one article, the most similar first.

A word is telling when it is frequent in the article, above all in the headline, and rare in others: its
weight is tf·idf (Spärck Jones 1972; Robertson 2004), its frequencies are those of the search index. The articles that
have most of these words are ranked by BM25, as in a search. In scripts without spaces two characters in a row take the
place of a word.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from sqlite_utils import Database

from crawler.archive.search.compiler import compile_query
from crawler.archive.search.query import Filter, Or, Query, Term
from crawler.archive.search.ranking import BM25_WEIGHTS, Hit, make_hit
from crawler.archive.search.selection import order_by_day
from crawler.normalisation.words.tokenizer import BARRIER, index_words, is_unspaced

MAX_TELLING_WORDS: Final = 16
MAX_TELLING_PAIRS: Final = 10
"""Words, or pairs of characters, that are searched for at most; more would find the same articles, later."""
FIELD_WEIGHTS: Final = {"headline": 3, "lead": 2, "body": 1}
_MAX_WORDS: Final = 300
_MAX_PAIRS: Final = 80
"""Words, and pairs of characters, of a long text that are weighed: the most frequent ones."""
_IDS_AROUND: Final = 5_000
_MIN_TOO_MANY: Final = 50
_MAX_TOO_MANY: Final = 10_000
_TOO_MANY_DIVISOR: Final = 20
"""A word in more than a twentieth of all articles, or in ten thousand of them, is not telling."""


def more_like(db: Database, article_id: int, limit: int = 10) -> list[Hit]:
    """Return articles of the same language on the same subject; none for an article that is not archived.

    Copies and translations of the article are not among them. There are none when no article shares a telling word.
    """
    terms = find_telling_words(db, article_id)
    if not terms:
        return []
    (language,) = db.execute("SELECT language FROM articles WHERE id = ?", (article_id,)).fetchone()
    plan = compile_query(Query("", Or(terms)), (Filter("language", language),))
    where = plan.make_where()
    rows = db.execute(
        f"SELECT a.id, bm25(articles_fts, {BM25_WEIGHTS}) FROM {plan.tables} WHERE {where.sql} AND a.id <> ?"
        " AND a.id NOT IN (SELECT other_id FROM near_copies WHERE article_id = ?"
        " UNION ALL SELECT article_id FROM near_copies WHERE other_id = ?)"
        f" ORDER BY 2, {order_by_day('DESC')} LIMIT ?",
        (*where.values, article_id, article_id, article_id, max(0, limit)),
    ).fetchall()
    return [make_hit(db, number, points, terms) for number, points in rows]


def find_telling_words(db: Database, article_id: int) -> tuple[Term, ...]:
    """Return the words that an article has and few others have, the most telling first."""
    row = db.execute("SELECT headline, lead, body FROM articles WHERE id = ?", (article_id,)).fetchone()
    if row is None:
        return ()
    weights: Counter[tuple[str, ...]] = Counter()
    for text, weight in zip(row, FIELD_WEIGHTS.values(), strict=True):
        for unit in _iter_units(index_words(text)):
            weights[unit] += weight
    (articles,) = db.execute("SELECT count(*) FROM articles").fetchone()
    too_many = min(max(_MIN_TOO_MANY, articles // _TOO_MANY_DIVISOR), _MAX_TOO_MANY)
    weighed = []
    remaining = {1: _MAX_WORDS, 2: _MAX_PAIRS}
    for unit, weight in weights.most_common():
        if not remaining[len(unit)]:
            continue
        remaining[len(unit)] -= 1
        frequency = _estimate_frequency(db, unit, article_id, articles, too_many)
        if 1 < frequency < too_many:
            weighed.append((math.log1p(weight) * math.log(articles / frequency), unit))
    weighed.sort(key=lambda pair: (-pair[0], pair[1]))
    pairs = [unit for _, unit in weighed if len(unit) == 2][:MAX_TELLING_PAIRS]
    return tuple(Term(unit) for _, unit in weighed if len(unit) == 1 or unit in pairs)[:MAX_TELLING_WORDS]


def _estimate_frequency(db: Database, unit: tuple[str, ...], article_id: int, articles: int, too_many: int) -> float:
    """Return the number of articles that have a word, up to ``too_many``.

    For a pair of characters it is estimated from the ten thousand articles around this one: each character is in
    thousands of articles, and each of these has to be checked for the pair.
    """
    sql = "SELECT count(*) FROM (SELECT 1 FROM articles_fts WHERE articles_fts MATCH ? {} LIMIT ?)"
    if len(unit) == 1:
        return int(db.execute(sql.format(""), (f'"{unit[0]}"', too_many)).fetchone()[0])
    window = (article_id - _IDS_AROUND, article_id + _IDS_AROUND)
    count = db.execute(sql.format("AND rowid BETWEEN ? AND ?"), (f'"{" ".join(unit)}"', *window, too_many)).fetchone()[
        0
    ]
    return float(count if count <= 1 else count * max(1.0, articles / (2 * _IDS_AROUND)))


def _iter_units(words: list[str]) -> Iterator[tuple[str, ...]]:
    """Yield the words, and in scripts without spaces each pair of neighbouring characters."""
    for word in words:
        if len(word) > 1 and not word.isdecimal() and not is_unspaced(word):
            yield (word,)
    for pair in pairwise(words):
        if BARRIER not in pair and all(map(is_unspaced, pair)):
            yield pair
