"""Counts the words around hits, as :mod:`crawler.research.words.neighbours` counts them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy

from crawler.archive.search.matching import WantedTerm
from crawler.research.forward_index.hits import Hits, find_hits
from crawler.research.forward_index.index import (
    BARRIER_NUMBER,
    COLUMN_END,
    Array,
    ForwardIndex,
    find_changes,
    split_rows,
)
from crawler.research.forward_index.runs import find_pairs, find_singles, make_run_keys, split_pairs
from crawler.research.words.neighbours import Neighbours
from crawler.research.words.tokens import TokenRule, join_words


def count_neighbours(
    index: ForwardIndex, rows: Array, wanted: Sequence[WantedTerm], window: int, rule: TokenRule
) -> Neighbours:
    """Count what stands so many words around the hits of terms in articles; terms are none of NEAR."""
    neighbours = Neighbours()
    for part in split_rows(rows):
        hits = find_hits(index, part, wanted)
        owners = hits.owners
        hits, places = _keep_surroundings(hits, 2 * window + (rule.ngrams or 2) + 2)
        inside, around = _find_inside(hits), _find_around(hits, window)
        article_ends = numpy.cumsum(index.articles.ends[part] - index.articles.begins[part])
        for ranges in _list_ranges(index, hits.words, rule):
            is_inside, is_near = inside[ranges.places], around[ranges.places]
            for step in range(1, ranges.length):
                is_inside |= inside[ranges.places + step]
                is_near &= around[ranges.places + step]
            is_near &= ~is_inside
            _add(neighbours.inside, ranges.name, *numpy.unique(ranges.make_keys(is_inside), return_counts=True))
            keys, tokens, counts = numpy.unique(ranges.make_keys(is_near), return_inverse=True, return_counts=True)
            _add(neighbours.near, ranges.name, keys, counts)
            articles = numpy.searchsorted(article_ends, places[ranges.places[is_near]], side="right")
            pairs = tokens * len(part) + articles
            pairs.sort()
            of_articles = numpy.bincount(pairs[find_changes(pairs)] // len(part), minlength=len(keys))
            _add(neighbours.spread, ranges.name, keys, of_articles)
        neighbours.hits += len(hits.begins)
        neighbours.articles += len(numpy.unique(owners))
    return neighbours


@dataclass(frozen=True, slots=True)
class _Ranges:
    """What a rule counts in the words of articles: ranges of one length."""

    places: Array
    length: int
    make_keys: Callable[[Array], Array]
    """Returns the keys of the words of some ranges."""
    name: Callable[[Array], list[str]]


def _keep_surroundings(hits: Hits, reach: int) -> tuple[Hits, Array]:
    """Return hits among so many words on each side alone, and where these words stood; all where barriers meet.

    Between two words there is at most one barrier, so what is counted within a window is within twice as many places.
    Where words are left out stands the end of a column, which parts what it stands between.
    """
    is_barrier = hits.words == BARRIER_NUMBER
    if bool((is_barrier[1:] & is_barrier[:-1]).any()):
        return hits, numpy.arange(len(hits.words))
    is_kept = numpy.zeros(len(hits.words) + 2, dtype=bool)  # one more on each side takes what is beyond the ends
    longest = int((hits.ends - hits.begins).max(initial=0))
    for step in range(-reach, longest + reach):
        is_kept[numpy.clip(hits.begins + (step + 1), 0, len(hits.words) + 1)] = True
    kept = numpy.flatnonzero(is_kept[1:-1])
    gaps = numpy.flatnonzero(numpy.diff(kept) > 1) + 1
    begins = numpy.searchsorted(kept, hits.begins)
    begins += numpy.searchsorted(gaps, begins, side="right")
    words = numpy.insert(hits.words[kept], gaps, COLUMN_END)
    # The last end closes the last column, as it does where all words are kept.
    words, places = numpy.append(words, COLUMN_END), numpy.append(numpy.insert(kept, gaps, kept[gaps]), 0)
    return Hits(words=words, owners=hits.owners, begins=begins, ends=begins + hits.ends - hits.begins), places


def _find_inside(hits: Hits) -> Array:
    """Return of each word whether it is inside of a hit."""
    inside = numpy.zeros(len(hits.words), dtype=bool)
    lengths = hits.ends - hits.begins
    for step in range(int(lengths.max(initial=0))):
        inside[hits.begins[lengths > step] + step] = True
    return inside


def _find_around(hits: Hits, window: int) -> Array:
    """Return of each word whether it is at most so many words before or behind a hit of the same column."""
    places = numpy.flatnonzero(hits.words > BARRIER_NUMBER)
    column_ends = numpy.flatnonzero(hits.words == COLUMN_END)
    columns = numpy.searchsorted(column_ends, hits.begins)
    lowest = numpy.searchsorted(places, numpy.concatenate(([0], column_ends[:-1] + 1))[columns])
    highest = numpy.searchsorted(places, column_ends[columns])
    first, after = numpy.searchsorted(places, hits.begins), numpy.searchsorted(places, hits.ends)
    around = numpy.zeros(len(hits.words), dtype=bool)
    for step in range(window):
        before, behind = first - 1 - step, after + step
        around[places[before[before >= lowest]]] = True
        around[places[behind[behind < highest]]] = True
    return around


def _list_ranges(index: ForwardIndex, words: Array, rule: TokenRule) -> list[_Ranges]:
    if rule.ngrams is not None:
        keys, numbers, places = make_run_keys(words, rule.ngrams, len(index.vocabulary))

        def name_runs(numbers: Array) -> list[str]:
            return keys.name(numbers, index)

        return [_Ranges(places, rule.ngrams, lambda chosen: numbers[chosen], name_runs)]
    vocabulary = index.vocabulary
    pairs = find_pairs(index.unspaced[words])
    singles = find_singles(words, pairs)

    def name_words(numbers: Array) -> list[str]:
        return [vocabulary[number] for number in numbers.tolist()]

    def make_pairs(chosen: Array) -> Array:
        return (words[pairs[chosen]].astype(numpy.int64) << 32) | words[pairs[chosen] + 1]

    def name_pairs(numbers: Array) -> list[str]:
        return [join_words((vocabulary[first], vocabulary[second])) for first, second in split_pairs(numbers)]

    return [
        _Ranges(singles, 1, lambda chosen: words[singles[chosen]], name_words),
        _Ranges(pairs, 2, make_pairs, name_pairs),
    ]


def _add(counter: Counter[str], name: Callable[[Array], list[str]], keys: Array, counts: Array) -> None:
    for word, count in zip(name(keys), counts.tolist(), strict=True):
        counter[word] += count
