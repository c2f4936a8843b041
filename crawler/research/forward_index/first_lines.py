"""Finds the articles that the first lines of a sorted concordance are from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy

from crawler.archive.search.matching import WantedTerm
from crawler.research.forward_index.hits import Hits, find_hits
from crawler.research.forward_index.index import BARRIER_NUMBER, COLUMN_END, Array, ForwardIndex, split_rows


def count_hits(index: ForwardIndex, rows: Array, wanted: Sequence[WantedTerm]) -> Array:
    """Return the number of hits of terms in each of some articles."""
    parts = [find_hits(index, part, wanted).count_by_article(len(part)) for part in split_rows(rows)]
    return numpy.concatenate(parts) if parts else numpy.zeros(0, dtype=numpy.int64)


def find_first_articles(
    index: ForwardIndex,
    rows: Array,
    wanted: Sequence[WantedTerm],
    side: Literal["left", "right"],
    limit: int,
    words_sorted_by: int,
) -> list[int]:
    """Return the ids of the articles that the first lines are from, in the order of so many words beside the hits."""
    keys = []
    owners = []
    for part in split_rows(rows):
        hits = find_hits(index, part, wanted)
        keys.append(_make_keys(index, hits, side, words_sorted_by))
        owners.append(part[hits.owners])
    table = numpy.concatenate(keys) if keys else numpy.zeros((0, words_sorted_by), dtype=numpy.int64)
    if not len(table):
        return []
    owner = numpy.concatenate(owners)
    chosen = numpy.arange(len(table))
    if limit < len(table):
        highest = numpy.partition(table[:, 0], limit - 1)[limit - 1]
        chosen = numpy.flatnonzero(table[:, 0] <= highest)
        chosen = chosen[numpy.lexsort(table[chosen].T[::-1])][:limit]  # of equal lines the first stays first
    ids: list[int] = index.articles.ids[numpy.unique(owner[chosen])].tolist()
    return ids


def _make_keys(index: ForwardIndex, hits: Hits, side: Literal["left", "right"], length: int) -> Array:
    """Return, for each hit, the places in the alphabet of the words beside it, from it outwards; -1 where none is."""
    table = numpy.full((len(hits.begins), length), -1, dtype=numpy.int64)
    has_ended = numpy.zeros(len(hits.begins), dtype=bool)
    for step in range(length):
        places = hits.begins - 1 - step if side == "left" else hits.ends + step
        is_outside = (places < 0) | (places >= len(hits.words))
        words = hits.words[numpy.where(is_outside, 0, places)]
        has_ended |= is_outside | (words == COLUMN_END)
        table[:, step] = numpy.where(has_ended, COLUMN_END, words)
    is_apart = table == BARRIER_NUMBER
    with_barriers = numpy.flatnonzero(is_apart.any(axis=1))
    if len(with_barriers):
        order = numpy.argsort(is_apart[with_barriers], axis=1, kind="stable")
        table[with_barriers] = numpy.take_along_axis(table[with_barriers], order, axis=1)
    return numpy.where(table <= BARRIER_NUMBER, -1, index.rank_words()[table])
