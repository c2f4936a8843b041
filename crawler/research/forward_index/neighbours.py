"""Counts the words around hits, as :mod:`crawler.research.words.neighbours` counts them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy

from crawler.archive.search.matching import WantedTerm
from crawler.research.forward_index.hits import Hits, find_hits
from crawler.research.forward_index.index import BARRIER_NUMBER, COLUMN_END, Array, ForwardIndex, split_rows
from crawler.research.forward_index.runs import make_run_keys
from crawler.research.words.neighbours import Neighbours
from crawler.research.words.tokens import TokenRule, join_words


def count_neighbours(
    index: ForwardIndex, rows: Array, wanted: Sequence[WantedTerm], window: int, rule: TokenRule
) -> Neighbours:
    """Count what stands so many words around the hits of terms in articles; terms are none of NEAR."""
    neighbours = Neighbours()
    for part in split_rows(rows):
        hits = find_hits(index, part, wanted)
        surroundings = _find_surroundings(hits, window)
        article_ends = numpy.cumsum(index.articles.ends[part] - index.articles.begins[part])
        for ranges in _list_ranges(index, hits.words, rule):
            is_inside, is_near = surroundings.compare(ranges)
            _add(neighbours.inside, ranges.name, *numpy.unique(ranges.keys[is_inside], return_counts=True))
            keys, tokens, counts = numpy.unique(ranges.keys[is_near], return_inverse=True, return_counts=True)
            _add(neighbours.near, ranges.name, keys, counts)
            owners = numpy.searchsorted(article_ends, ranges.places[is_near], side="right")
            pairs = numpy.unique(tokens * len(part) + owners)
            _add(neighbours.spread, ranges.name, keys, numpy.bincount(pairs // len(part), minlength=len(keys)))
        neighbours.hits += len(hits.begins)
        neighbours.articles += len(numpy.unique(hits.owners))
    return neighbours


@dataclass(frozen=True, slots=True)
class _Ranges:
    """What a rule counts in the words of articles: ranges of one length, each with the key of its words."""

    places: Array
    length: int
    keys: Array
    name: Callable[[Array], list[str]]


@dataclass(frozen=True, slots=True)
class _Surroundings:
    inside: Array
    """At each place the words before it that are inside of a hit."""
    ranks: Array
    """At each place the words before it that are no barriers."""
    around: Array
    """Of these words, at each rank, those before it that are around a hit."""

    def compare(self, ranges: _Ranges) -> tuple[Array, Array]:
        """Return which ranges reach into a hit, and which others stand near one as a whole."""
        is_inside = self.inside[ranges.places + ranges.length] > self.inside[ranges.places]
        ranks = self.ranks[ranges.places]
        is_around = self.around[ranks + ranges.length] - self.around[ranks] == ranges.length
        return is_inside, is_around & ~is_inside


def _find_surroundings(hits: Hits, window: int) -> _Surroundings:
    words = hits.words
    ranks = _sum_before(words > BARRIER_NUMBER)
    column_ends = numpy.flatnonzero(words == COLUMN_END)
    columns = numpy.searchsorted(column_ends, hits.begins)
    lowest = ranks[numpy.concatenate(([0], column_ends[:-1] + 1))][columns]
    highest = ranks[column_ends][columns]
    first, after = ranks[hits.begins], ranks[hits.ends]
    around = _cover(
        numpy.concatenate((numpy.maximum(first - window, lowest), after)),
        numpy.concatenate((first, numpy.minimum(after + window, highest))),
        int(ranks[-1]),
    )
    return _Surroundings(
        inside=_sum_before(_cover(hits.begins, hits.ends, len(words))), ranks=ranks, around=_sum_before(around)
    )


def _list_ranges(index: ForwardIndex, words: Array, rule: TokenRule) -> list[_Ranges]:
    if rule.ngrams is not None:
        keys, numbers, places = make_run_keys(words, rule.ngrams, len(index.vocabulary))
        return [_Ranges(places, rule.ngrams, numbers, lambda numbers: keys.name(numbers, index))]
    counted = words > BARRIER_NUMBER
    unspaced = index.find_unspaced()[words]
    beside = numpy.zeros(len(words), dtype=bool)
    pairs = numpy.flatnonzero(unspaced[:-1] & unspaced[1:])
    beside[pairs] = beside[pairs + 1] = True
    places = numpy.flatnonzero(counted & ~beside)
    return [
        _Ranges(places, 1, words[places], lambda numbers: [index.vocabulary[number] for number in numbers.tolist()]),
        _Ranges(
            pairs,
            2,
            (words[pairs].astype(numpy.int64) << 32) | words[pairs + 1],
            lambda numbers: [
                join_words((index.vocabulary[number >> 32], index.vocabulary[number & 0xFFFFFFFF]))
                for number in numbers.tolist()
            ],
        ),
    ]


def _add(counter: Counter[str], name: Callable[[Array], list[str]], keys: Array, counts: Array) -> None:
    for word, count in zip(name(keys), counts.tolist(), strict=True):
        counter[word] += count


def _cover(begins: Array, ends: Array, length: int) -> Array:
    """Return which of so many places are in a range."""
    changes = numpy.bincount(begins, minlength=length + 1) - numpy.bincount(ends, minlength=length + 1)
    return numpy.cumsum(changes)[:length] > 0


def _sum_before(marks: Array) -> Array:
    """Return at each place, and behind the last, the number of marks before it."""
    sums = numpy.zeros(len(marks) + 1, dtype=numpy.int64)
    numpy.cumsum(marks, out=sums[1:])
    return sums
