"""Finds the articles that share the telling words of one article, the most alike first.

A word tells what an article is about when it stands in it often, above all in the headline, and in few others: its
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
from crawler.normalisation.tokenizer import BARRIER, index_words, is_unspaced

MAX_TELLING_WORDS: Final = 16
MAX_TELLING_PAIRS: Final = 10
"""So many words, or pairs of characters, are searched for; more find the same articles, later."""
FIELD_WEIGHTS: Final = {"headline": 3, "lead": 2, "body": 1}
_MAX_WORDS: Final = 300
_MAX_PAIRS: Final = 80
"""Of a long text the words, and the pairs of characters, that stand in it most often."""
_IDS_AROUND: Final = 5_000
_MIN_TOO_MANY: Final = 50
_MAX_TOO_MANY: Final = 10_000
_TOO_MANY_DIVISOR: Final = 20
"""A word that more than a twentieth of all articles have tells nothing, nor does one in ten thousand of them."""


def more_like(db: Database, article_id: int, limit: int = 10) -> list[Hit]:
    """Return articles of the same language that are about the same; none for an article that is not archived.

    Its copies are not among them, nor its translations. Of a text that shares no telling word there are none.
    """
    terms = find_telling_words(db, article_id)
    if not terms:
        return []
    (language,) = db.execute("SELECT language FROM articles WHERE id = ?", (article_id,)).fetchone()
    plan = compile_query(Query("", Or(terms)), (Filter("language", language),))
    where = plan.where()
    found = db.execute(
        f"SELECT a.id, bm25(articles_fts, {BM25_WEIGHTS}) FROM {plan.tables} WHERE {where.sql} AND a.id <> ?"
        " AND a.id NOT IN (SELECT other_id FROM near_copies WHERE article_id = ?"
        " UNION ALL SELECT article_id FROM near_copies WHERE other_id = ?)"
        f" ORDER BY 2, {order_by_day('DESC')} LIMIT ?",
        (*where.values, article_id, article_id, article_id, max(0, limit)),
    ).fetchall()
    return [make_hit(db, number, points, terms) for number, points in found]


def find_telling_words(db: Database, article_id: int) -> tuple[Term, ...]:
    """Return what an article has and few others have, the most telling first."""
    row = db.execute("SELECT headline, lead, body FROM articles WHERE id = ?", (article_id,)).fetchone()
    if row is None:
        return ()
    counted: Counter[tuple[str, ...]] = Counter()
    for text, weight in zip(row, FIELD_WEIGHTS.values(), strict=True):
        for unit in _list_units(index_words(text)):
            counted[unit] += weight
    (articles,) = db.execute("SELECT count(*) FROM articles").fetchone()
    too_many = min(max(_MIN_TOO_MANY, articles // _TOO_MANY_DIVISOR), _MAX_TOO_MANY)
    weighed = []
    left = {1: _MAX_WORDS, 2: _MAX_PAIRS}
    for unit, weight in counted.most_common():
        if not left[len(unit)]:
            continue
        left[len(unit)] -= 1
        have_it = _estimate_frequency(db, unit, article_id, articles, too_many)
        if 1 < have_it < too_many:
            weighed.append((math.log1p(weight) * math.log(articles / have_it), unit))
    weighed.sort(key=lambda pair: (-pair[0], pair[1]))
    pairs = [unit for _, unit in weighed if len(unit) == 2][:MAX_TELLING_PAIRS]
    return tuple(Term(unit) for _, unit in weighed if len(unit) == 1 or unit in pairs)[:MAX_TELLING_WORDS]


def _estimate_frequency(db: Database, unit: tuple[str, ...], article_id: int, articles: int, too_many: int) -> float:
    """Return how many articles have a word, up to ``too_many``.

    Of two characters it is estimated from the ten thousand articles around this one: each of them is in thousands, and
    whether they stand side by side has to be looked up for each of these.
    """
    sql = "SELECT count(*) FROM (SELECT 1 FROM articles_fts WHERE articles_fts MATCH ? {} LIMIT ?)"
    if len(unit) == 1:
        return int(db.execute(sql.format(""), (f'"{unit[0]}"', too_many)).fetchone()[0])
    window = (article_id - _IDS_AROUND, article_id + _IDS_AROUND)
    found = db.execute(sql.format("AND rowid BETWEEN ? AND ?"), (f'"{" ".join(unit)}"', *window, too_many)).fetchone()[
        0
    ]
    return float(found if found <= 1 else found * max(1.0, articles / (2 * _IDS_AROUND)))


def _list_units(found: list[str]) -> Iterator[tuple[str, ...]]:
    """Yield words, and of scripts without spaces each two characters that stand side by side."""
    for word in found:
        if len(word) > 1 and not word.isdecimal() and not is_unspaced(word):
            yield (word,)
    for pair in pairwise(found):
        if BARRIER not in pair and all(map(is_unspaced, pair)):
            yield pair
