"""Finds the articles that some lines of a concordance are from, without making the lines before them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy

from crawler.archive.search.matching import WantedTerm
from crawler.archive.search.query import Term
from crawler.research.forward_index.hits import Hits, find_hits
from crawler.research.forward_index.index import BARRIER_NUMBER, COLUMN_END, Array, ForwardIndex, split_rows
from crawler.research.line_order import Levels


def count_hits(index: ForwardIndex, rows: Array, wanted: Sequence[WantedTerm]) -> Array:
    """Return the number of hits of terms in each of some articles."""
    parts = [find_hits(index, part, wanted).count_by_article(len(part)) for part in split_rows(rows)]
    return numpy.concatenate(parts) if parts else numpy.zeros(0, dtype=numpy.int64)


def find_articles_in_order(
    index: ForwardIndex, rows: Array, counts: Array, offset: int, limit: int
) -> tuple[list[int], int]:
    """Return the ids of the articles that lines in the order of ``rows`` are from, and the lines to skip in them.

    Args:
        index: the forward index.
        rows: the articles in the order of their lines.
        counts: the hits of each.
        offset: lines before the first wanted one.
        limit: lines wanted.

    """
    ends = counts.cumsum()
    chosen = numpy.flatnonzero((counts > 0) & (ends > offset) & (ends - counts < offset + limit))
    if not len(chosen):
        return [], 0
    ids: list[int] = index.articles.ids[rows[chosen]].tolist()
    return ids, offset - int(ends[chosen[0]] - counts[chosen[0]])


def find_articles_by_context(
    index: ForwardIndex, rows: Array, wanted: Sequence[WantedTerm], levels: Levels, offset: int, limit: int
) -> tuple[list[int], int]:
    """Return the ids of the articles that lines sorted by their context are from, and the lines to skip in them.

    Args:
        index: the forward index.
        rows: the articles, by id.
        wanted: what makes the lines.
        levels: the words that lines are sorted by.
        offset: lines before the first wanted one.
        limit: lines wanted.

    """
    longest = max((len(term.words) for term in wanted if isinstance(term, Term)), default=1)
    keys = []
    owners = []
    for part in split_rows(rows):
        hits = find_hits(index, part, wanted)
        keys.append(_make_keys(index, hits, levels, longest))
        owners.append(part[hits.owners])
    table = numpy.concatenate(keys) if keys else numpy.zeros((0, 1), dtype=numpy.int64)
    if offset >= len(table):
        return [], 0
    owner = numpy.concatenate(owners)
    end = min(offset + limit, len(table))
    chosen = numpy.arange(len(table))
    if end < len(table):
        highest = numpy.partition(table[:, 0], end - 1)[end - 1]
        chosen = numpy.flatnonzero(table[:, 0] <= highest)
    chosen = chosen[numpy.lexsort(table[chosen].T[::-1])][:end]  # of equal lines the first stays first
    chosen_rows = numpy.unique(owner[chosen[offset:]])
    ids: list[int] = index.articles.ids[chosen_rows].tolist()
    return ids, int(numpy.isin(owner[chosen[:offset]], chosen_rows).sum())


def _make_keys(index: ForwardIndex, hits: Hits, levels: Levels, longest: int) -> Array:
    """Return, for each hit, the places in the alphabet of the words that sort it; -1 where one is none.

    The keyword is as many columns as the longest of all keywords has words.
    """
    reaches = {side: max(0, *(side * level for level in levels)) for side in (-1, 1)}
    beside = {side: _find_words_beside(hits, side, reach) for side, reach in reaches.items() if reach}
    columns = []
    for level in levels:
        if level == 0:
            columns += _list_keyword_columns(hits, longest)
        else:
            columns.append(beside[1 if level > 0 else -1][:, abs(level) - 1])
    table = numpy.stack(columns, axis=1)
    return numpy.where(table <= BARRIER_NUMBER, -1, index.rank_words()[table])


def _list_keyword_columns(hits: Hits, longest: int) -> list[Array]:
    """Return the first word of each hit, the second, and so on; the end of a column where one has no more."""
    columns = []
    for step in range(longest):
        places = hits.begins + step
        columns.append(numpy.where(places < hits.ends, hits.words[numpy.minimum(places, hits.ends - 1)], COLUMN_END))
    return columns


def _find_words_beside(hits: Hits, side: int, reach: int) -> Array:
    """Return, for each hit, the words on a side of it, from it outwards; the end of a column where there is none."""
    # Between two words there is at most one barrier, as in make_sort_key.
    length = 2 * reach if bool((hits.words == BARRIER_NUMBER).any()) else reach
    table = numpy.full((len(hits.begins), length), COLUMN_END, dtype=numpy.int64)
    has_ended = numpy.zeros(len(hits.begins), dtype=bool)
    for step in range(length):
        places = hits.begins - 1 - step if side < 0 else hits.ends + step
        is_outside = (places < 0) | (places >= len(hits.words))
        words = hits.words[numpy.where(is_outside, 0, places)]
        has_ended |= is_outside | (words == COLUMN_END)
        table[:, step] = numpy.where(has_ended, COLUMN_END, words)
    is_apart = table == BARRIER_NUMBER
    with_barriers = numpy.flatnonzero(is_apart.any(axis=1))
    if len(with_barriers):
        order = numpy.argsort(is_apart[with_barriers], axis=1, kind="stable")
        table[with_barriers] = numpy.take_along_axis(table[with_barriers], order, axis=1)
    return table[:, :reach]
