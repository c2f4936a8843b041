"""Reads the words around hits, which are few beside all words of the articles."""

from __future__ import annotations

from collections.abc import Sequence

import numpy

from crawler.archive.search.matching import WantedTerm
from crawler.research.forward_index.hits import Hits, find_hits, join_hits
from crawler.research.forward_index.index import (
    BARRIER_NUMBER,
    COLUMN_END,
    ROWS_IN_CACHE,
    Array,
    ForwardIndex,
    split_rows,
)


def read_surroundings(index: ForwardIndex, rows: Array, wanted: Sequence[WantedTerm], reach: int) -> tuple[Hits, Array]:
    """Return hits among so many words on each side alone, and of each word the place of its article."""
    hits_of_parts = []
    articles = [numpy.zeros(0, dtype=numpy.int64)]
    length = rows_before = 0
    for part in split_rows(rows, ROWS_IN_CACHE):
        hits = find_hits(index, part, wanted)
        ends = numpy.cumsum(index.articles.ends[part] - index.articles.begins[part])
        hits, of_part = _keep_surroundings(hits, ends, reach)
        hits_of_parts.append(
            Hits(
                words=hits.words, owners=hits.owners + rows_before, begins=hits.begins + length, ends=hits.ends + length
            )
        )
        articles.append(of_part + rows_before)
        length += len(hits.words)
        rows_before += len(part)
    return join_hits(hits_of_parts), numpy.concatenate(articles)


def _keep_surroundings(hits: Hits, article_ends: Array, reach: int) -> tuple[Hits, Array]:
    """Return hits among so many words on each side alone, and of each word its article; all where barriers meet.

    Between two words there is at most one barrier, so what is counted within a window is within twice as many places.
    Where words are left out stands the end of a column, which parts what it stands between.
    """
    is_barrier = hits.words == BARRIER_NUMBER
    if bool((is_barrier[1:] & is_barrier[:-1]).any()):
        return hits, numpy.repeat(numpy.arange(len(article_ends)), numpy.diff(article_ends, prepend=0))
    is_kept = numpy.zeros(len(hits.words) + 2, dtype=bool)  # one more on each side takes what is beyond the ends
    longest = int((hits.ends - hits.begins).max(initial=0))
    for step in range(-reach, longest + reach):
        is_kept[numpy.clip(hits.begins + (step + 1), 0, len(hits.words) + 1)] = True
    kept = numpy.flatnonzero(is_kept[1:-1])
    gaps = numpy.diff(kept, prepend=kept[:1]) > 1
    places = numpy.arange(len(kept)) + numpy.cumsum(gaps)
    # The last end closes the last column, as it does where all words are kept.
    words = numpy.full(len(kept) + int(gaps.sum()) + 1, COLUMN_END, dtype=hits.words.dtype)
    words[places] = hits.words[kept]
    articles = numpy.zeros(len(words), dtype=numpy.int64)
    kept_of_article = numpy.diff(numpy.searchsorted(kept, article_ends), prepend=0)
    articles[places] = numpy.repeat(numpy.arange(len(article_ends)), kept_of_article)
    begins = places[numpy.searchsorted(kept, hits.begins)]
    return Hits(words=words, owners=hits.owners, begins=begins, ends=begins + hits.ends - hits.begins), articles
