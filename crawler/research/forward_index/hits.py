"""Finds the hits of a query's terms in the words of articles, as :mod:`crawler.archive.search.matching` finds them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy

from crawler.archive.search.matching import WantedTerm
from crawler.archive.search.query import Term
from crawler.research.forward_index.index import COLUMN_END, Array, ForwardIndex

_COLUMNS: Final = ("headline", "lead", "body")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hits:
    """The hits in some articles, as ranges of their words, rising."""

    words: Array
    """Those of the articles, one article after another."""
    owners: Array
    """Of each hit the place of its article among those that were asked for."""
    begins: Array
    ends: Array

    def count_by_article(self, articles: int) -> Array:
        """Return the number of hits in each of so many articles."""
        return numpy.bincount(self.owners, minlength=articles)


def join_hits(hits_of_parts: Sequence[Hits]) -> Hits:
    """Return the hits of parts of articles, whose places are those of all articles already, as one."""
    return Hits(
        words=numpy.concatenate([hits.words for hits in hits_of_parts]),
        owners=numpy.concatenate([hits.owners for hits in hits_of_parts]),
        begins=numpy.concatenate([hits.begins for hits in hits_of_parts]),
        ends=numpy.concatenate([hits.ends for hits in hits_of_parts]),
    )


def find_hits(index: ForwardIndex, rows: Array, wanted: Sequence[WantedTerm]) -> Hits:
    """Return the hits of terms in articles, each range once."""
    words = index.read_words(rows)
    columns = None
    if any(term.column is not None for term in wanted):
        ends = words == COLUMN_END
        columns = (numpy.cumsum(ends) - ends) % len(_COLUMNS)
    range_arrays = []
    width = max((len(term.words) for term in wanted if isinstance(term, Term)), default=0) + 1
    for term in wanted:
        if not isinstance(term, Term) or term.column not in (None, *_COLUMNS):
            continue
        begins = _find_term(index, words, term)
        if term.column is not None and columns is not None:
            begins = begins[columns[begins] == _COLUMNS.index(term.column)]
        range_arrays.append(begins * width + len(term.words))
    if len(range_arrays) == 1:  # rising, and each once
        (ranges,) = range_arrays
    else:
        ranges = numpy.unique(numpy.concatenate(range_arrays)) if range_arrays else numpy.zeros(0, dtype=numpy.int64)
    begins = ranges // width
    article_ends = numpy.cumsum(index.articles.ends[rows] - index.articles.begins[rows])
    return Hits(
        words=words,
        owners=numpy.searchsorted(article_ends, begins, side="right"),
        begins=begins,
        ends=begins + ranges % width,
    )


def _find_term(index: ForwardIndex, words: Array, term: Term) -> Array:
    """Return where a term begins."""
    begins = None
    for step, word in enumerate(term.words):
        prefix = term.prefix and step == len(term.words) - 1
        if prefix:
            is_wanted = numpy.fromiter((other.startswith(word) for other in index.vocabulary), dtype=bool)
        elif word not in index.numbers:
            return numpy.zeros(0, dtype=numpy.int64)
        if begins is None:
            begins = numpy.flatnonzero(is_wanted[words] if prefix else words == index.numbers[word])
        else:
            begins = begins[begins + step < len(words)]
            following = words[begins + step]
            begins = begins[is_wanted[following] if prefix else following == index.numbers[word]]
    return numpy.zeros(0, dtype=numpy.int64) if begins is None else begins
