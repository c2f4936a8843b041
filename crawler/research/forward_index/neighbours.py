"""Counts the words around hits, as :mod:`crawler.research.words.neighbours` counts them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy

from crawler.archive.search.matching import WantedTerm
from crawler.research.forward_index.hits import Hits
from crawler.research.forward_index.index import (
    BARRIER_NUMBER,
    COLUMN_END,
    ROWS_IN_CACHE,
    Array,
    ForwardIndex,
    find_changes,
    split_rows,
)
from crawler.research.forward_index.runs import MOST_BITS, RunKeys, find_pairs, find_singles, make_run_keys, split_pairs
from crawler.research.forward_index.surroundings import read_surroundings
from crawler.research.words.neighbours import Neighbours
from crawler.research.words.tokens import join_words


def count_neighbours(index: ForwardIndex, rows: Array, wanted: Sequence[WantedTerm], window: int) -> Neighbours:
    """Count the words so many words around the hits of terms in articles; terms are none of NEAR."""
    neighbours = Neighbours()
    kinds: dict[int, _Gathered] = {1: _Gathered(), 2: _Gathered()}
    first = 0
    for part in split_rows(rows, ROWS_IN_CACHE):
        hits, articles = read_surroundings(index, part, wanted, 2 * window + 4)
        for ranges in _list_ranges(index, hits.words):
            is_inside, is_near = _find_sides(hits, window, ranges.places, ranges.length)
            kinds[ranges.length].add(
                ranges.make_keys(is_near), first + articles[ranges.places[is_near]], ranges.make_keys(is_inside)
            )
        neighbours.hits += len(hits.begins)
        neighbours.articles += len(find_changes(hits.owners))
        first += len(part)
    for length, gathered in kinds.items():
        near, near_articles, inside = gathered.join()
        keys, counts = numpy.unique(inside, return_counts=True)
        _add(neighbours.inside, _name(index, length, keys), counts)
        keys, counts, spread = _count_by_article(near, near_articles)
        names = _name(index, length, keys)
        _add(neighbours.near, names, counts)
        _add(neighbours.spread, names, spread)
    return neighbours


class _Gathered:
    """What is near hits and inside of them, of parts of articles that fit into the processor's own memory."""

    def __init__(self) -> None:
        nothing = numpy.zeros(0, dtype=numpy.int64)
        self._near, self._articles, self._inside = [nothing], [nothing], [nothing]

    def add(self, near: Array, articles: Array, inside: Array) -> None:
        """Add the keys of what is near, their articles, and the keys of what is inside."""
        self._near.append(near)
        self._articles.append(articles)
        self._inside.append(inside)

    def join(self) -> tuple[Array, Array, Array]:
        """Return the same of all parts."""
        return numpy.concatenate(self._near), numpy.concatenate(self._articles), numpy.concatenate(self._inside)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunNeighbours:
    """The runs of so many words around hits, as numbers that rise."""

    keys: RunKeys
    """What the numbers stand for."""
    runs: Array
    near: Array
    """How often each is near."""
    spread: Array
    """In how many articles it is."""
    inside_total: int
    inside: Array
    """How often each is inside of a hit or reaches into one."""
    hits: int
    articles: int
    """Articles with a hit."""


def count_run_neighbours(
    index: ForwardIndex, rows: Array, wanted: Sequence[WantedTerm], window: int, length: int
) -> RunNeighbours:
    """Count the runs of so many words around the hits of terms in articles; terms are none of NEAR."""
    base = len(index.vocabulary)
    keys = make_run_keys(index.words[:0], length, base)[0]
    gathered = _Gathered()
    hit_count = article_count = first = 0
    # Numbers of runs that fit as they are do not depend on the articles beside.
    for part in split_rows(rows, ROWS_IN_CACHE if length * base.bit_length() <= MOST_BITS else max(len(rows), 1)):
        hits, articles = read_surroundings(index, part, wanted, 2 * window + length + 2)
        keys, numbers, places = make_run_keys(hits.words, length, base)
        is_inside, is_near = _find_sides(hits, window, places, length)
        gathered.add(numbers[is_near], first + articles[places[is_near]], numbers[is_inside])
        hit_count += len(hits.begins)
        article_count += len(find_changes(hits.owners))
        first += len(part)
    near_numbers, near_articles, inside_numbers = gathered.join()
    runs, near, spread = _count_by_article(near_numbers, near_articles)
    inside_runs, inside_counts = numpy.unique(inside_numbers, return_counts=True)
    inside = numpy.zeros(len(runs), dtype=numpy.int64)
    if len(runs):
        at = numpy.minimum(numpy.searchsorted(runs, inside_runs), len(runs) - 1)
        is_both = runs[at] == inside_runs
        inside[at[is_both]] = inside_counts[is_both]
    return RunNeighbours(
        keys=keys,
        runs=runs,
        near=near,
        spread=spread,
        inside_total=int(inside_counts.sum()),
        inside=inside,
        hits=hit_count,
        articles=article_count,
    )


def _find_sides(hits: Hits, window: int, places: Array, length: int) -> tuple[Array, Array]:
    """Return of ranges of so many words which are inside of hits, or reach into one, and which are near one."""
    inside, around = _find_inside(hits), _find_around(hits, window)
    is_inside, is_near = inside[places], around[places]
    for step in range(1, length):
        is_inside |= inside[places + step]
        is_near &= around[places + step]
    return is_inside, is_near & ~is_inside


@dataclass(frozen=True, slots=True)
class _Ranges:
    """What a rule counts in the words of articles: ranges of one length."""

    places: Array
    length: int
    make_keys: Callable[[Array], Array]
    """Returns the keys of the words of some ranges."""


def _find_inside(hits: Hits) -> Array:
    """Return of each word whether it is inside of a hit."""
    inside = numpy.zeros(len(hits.words), dtype=bool)
    lengths = hits.ends - hits.begins
    for step in range(int(lengths.max(initial=0))):
        inside[hits.begins[lengths > step] + step] = True
    return inside


def _find_around(hits: Hits, window: int) -> Array:
    """Return of each word whether it is at most so many words before or behind a hit of the same column."""
    is_word = hits.words > BARRIER_NUMBER
    places = numpy.flatnonzero(is_word)
    words_before = numpy.concatenate(([0], numpy.cumsum(is_word)))
    column_ends = numpy.flatnonzero(hits.words == COLUMN_END)
    columns = numpy.searchsorted(column_ends, hits.begins)
    lowest = words_before[numpy.concatenate(([0], column_ends[:-1] + 1))[columns]]
    highest = words_before[column_ends[columns]]
    first, after = words_before[hits.begins], words_before[hits.ends]
    around = numpy.zeros(len(hits.words), dtype=bool)
    for step in range(window):
        before, behind = first - 1 - step, after + step
        around[places[before[before >= lowest]]] = True
        around[places[behind[behind < highest]]] = True
    return around


def _list_ranges(index: ForwardIndex, words: Array) -> list[_Ranges]:
    pairs = find_pairs(index.unspaced[words])
    singles = find_singles(words, pairs)

    def make_pairs(chosen: Array) -> Array:
        return (words[pairs[chosen]].astype(numpy.int64) << 32) | words[pairs[chosen] + 1]

    return [_Ranges(singles, 1, lambda chosen: words[singles[chosen]]), _Ranges(pairs, 2, make_pairs)]


def _name(index: ForwardIndex, length: int, keys: Array) -> list[str]:
    """Return the words, or pairs of characters, with these keys."""
    vocabulary = index.vocabulary
    if length == 1:
        return [vocabulary[number] for number in keys.tolist()]
    return [join_words((vocabulary[first], vocabulary[second])) for first, second in split_pairs(keys)]


def _count_by_article(keys: Array, articles: Array) -> tuple[Array, Array, Array]:
    """Return each different key, rising, how often it is there, and in how many articles."""
    if not len(keys):
        return keys, keys, keys
    bits = int(articles.max()).bit_length()
    values = None
    if int(keys.max()).bit_length() + bits > MOST_BITS:
        values, keys = numpy.unique(keys, return_inverse=True)
    pairs = (keys.astype(numpy.int64) << bits) | articles
    pairs.sort()
    begins = find_changes(pairs)
    keys = pairs[begins] >> bits
    firsts = find_changes(keys)
    counts = numpy.diff(begins[firsts], append=len(pairs))
    spread = numpy.diff(firsts, append=len(begins))
    keys = keys[firsts]
    return keys if values is None else values[keys], counts, spread


def _add(counter: Counter[str], names: Sequence[str], counts: Array) -> None:
    for word, count in zip(names, counts.tolist(), strict=True):
        counter[word] += count
