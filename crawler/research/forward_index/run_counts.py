"""Counts the runs of many words: each run as a whole first, and by article those alone that are listed.

Of most articles of a language the runs of the others are counted, which are fewer, and taken from those of all, which
are counted once for each state of the archive.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy

from crawler.research.forward_index.index import ROWS_IN_CACHE, Array, ForwardIndex, find_changes, gather, split_rows
from crawler.research.forward_index.runs import MOST_BITS, RunKeys, make_run_keys
from crawler.research.forward_index.token_counts import TokenCounts
from crawler.research.words.frequencies import MOST_WORDS_IN_LANGUAGE

_TOP_RUNS: Final = 300
_MOST_BYTES_KEPT: Final = 1_000_000_000
_MOST_LOOKED_UP: Final = 1_000_000
"""Pairs of a beginning and a word, of which each has its place in a table; more are searched for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopRuns:
    """The most frequent runs of a language by article: a row for each run of each article."""

    places: Array
    """Where the runs are among those of the language; they rise."""
    of_language: Array
    """The rows of its articles."""
    counts: TokenCounts
    """Its tokens are the places in ``places``, and its rows are sorted by them."""

    def has(self, places: Array) -> bool:
        """Return True if the runs at all these places are among them."""
        return bool(numpy.isin(places, self.places, assume_unique=True).all())

    def select(self, places: Array, rows: Array) -> tuple[Array, Array, Array]:
        """Return the tokens, frequencies and owners of runs in some articles of the language."""
        begins, ends = (
            numpy.searchsorted(self.counts.tokens, numpy.searchsorted(self.places, places), side=side)
            for side in ("left", "right")
        )
        owners_of_articles = numpy.full(len(self.of_language), -1, dtype=numpy.int64)
        owners_of_articles[numpy.searchsorted(self.of_language, rows)] = numpy.arange(len(rows))
        owners = owners_of_articles[gather(self.counts.owners, begins, ends)]
        is_chosen = owners >= 0
        tokens = numpy.repeat(numpy.arange(len(places)), ends - begins)
        frequencies = gather(self.counts.frequencies, begins, ends)
        return tokens[is_chosen], frequencies[is_chosen], owners[is_chosen]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCounts:
    """How often each run of so many words is in some articles."""

    index: ForwardIndex
    rows: Array
    """The articles."""
    keys: RunKeys
    """What the numbers of runs stand for."""
    runs: Array
    """Their numbers, rising; runs of the whole language may be among them that are not there."""
    counts: Array
    """How often each is there."""
    sizes: Array
    """How many runs each article has."""
    top: TopRuns | None = None
    """The most frequent runs of the language by article, where the language was counted."""

    @property
    def size(self) -> int:
        """How many runs there are."""
        return int(self.sizes.sum())

    def count(self, runs: Array) -> Array:
        """Return how often runs are there, by their numbers."""
        if not len(self.runs):
            return numpy.zeros(len(runs), dtype=numpy.int64)
        places = numpy.minimum(numpy.searchsorted(self.runs, runs), len(self.runs) - 1)
        return numpy.where(self.runs[places] == runs, self.counts[places], 0)

    def count_columns(self, columns: Sequence[Array]) -> Array:
        """Return how often runs are there, by their first words, their second ones, and so on."""
        numbers, is_there = self.keys.number(columns)
        return numpy.where(is_there, self.count(numbers), 0)

    def count_articles(self, runs: Array) -> Array:
        """Return in how many articles runs are, by their numbers, which rise."""
        is_there = self.count(runs) > 0
        articles = numpy.zeros(len(runs), dtype=numpy.int64)
        if is_there.any():
            _, articles[is_there] = self.select(numpy.searchsorted(self.runs, runs[is_there])).sum_up()
        return articles

    def name(self, places: Array) -> Sequence[str]:
        """Return what the runs at some places of ``runs`` are called."""
        return self.keys.name(self.runs[places], self.index)

    def select(self, places: Array) -> TokenCounts:
        """Return the counts by article of the runs at some rising places of ``runs``, which are its tokens."""
        chosen = self.runs[places]
        if self.top is not None and self.top.has(places):
            tokens, frequencies, owners = self.top.select(places, self.rows)
            return self._make_token_counts(chosen, tokens, frequencies, owners)
        tree = _make_tree(self.keys.split(chosen), self.keys.base)
        tables = _make_tables(tree, self.keys.base)
        bits = max(len(self.rows) - 1, 1).bit_length()
        pair_arrays = [numpy.zeros(0, dtype=numpy.int64)]
        first = 0
        for part in split_rows(self.rows, ROWS_IN_CACHE):
            tokens, begins = _find_runs(self.index.read_words(part), tree, tables, self.keys.base)
            owners = numpy.searchsorted(_find_ends(self.index, part), begins, side="right")
            pair_arrays.append((tokens << bits) | (owners + first))
            first += len(part)
        pairs = numpy.concatenate(pair_arrays)
        pairs.sort()
        pair_count = len(pairs)
        changes = find_changes(pairs)
        pairs = pairs[changes]
        frequencies = numpy.diff(changes, append=pair_count)
        return self._make_token_counts(chosen, pairs >> bits, frequencies, pairs & ((1 << bits) - 1))

    def _make_token_counts(self, chosen: Array, tokens: Array, frequencies: Array, owners: Array) -> TokenCounts:
        return TokenCounts(
            tokens=tokens,
            frequencies=frequencies,
            owners=owners,
            ends=numpy.zeros(0, dtype=numpy.int64),
            sizes=self.sizes,
            index=self.index,
            keys=self.keys.limit_to(chosen),
        )


def count_runs(index: ForwardIndex, rows: Array, length: int) -> RunCounts:
    """Count the runs of so many words in articles of one language, with 20 bytes of memory for each word."""
    if len(rows):
        language, of_language, others = index.find_others(rows)
        if len(rows) > len(others) and can_total(index, of_language):
            total = find_total(index, language, of_language, length)
            return _subtract(index, total, of_language, rows, _project(total, _count_anew(index, others, length)))
    return _count_anew(index, rows, length)


def count_runs_of_sides(index: ForwardIndex, here: Array, there: Array, length: int) -> tuple[RunCounts, RunCounts]:
    """Count the runs of so many words in articles and in others; the same run has the same number in both."""
    fewer, more = sorted((here, there), key=len)
    if len(more):
        language, of_language, others = index.find_others(more)
        if numpy.array_equal(others, fewer) and can_total(index, of_language):
            total = find_total(index, language, of_language, length)
            counts = _project(total, _count_anew(index, fewer, length))
            of_fewer = _limit(index, total, of_language, fewer, counts)
            of_more = _subtract(index, total, of_language, more, counts)
            return (of_fewer, of_more) if fewer is here else (of_more, of_fewer)
    keys, numbers, sizes = _number_runs(index, numpy.concatenate((here, there)), length)
    end = int(sizes[: len(here)].sum())
    return (
        _count_numbers(index, here, keys, numbers[:end], sizes[: len(here)]),
        _count_numbers(index, there, keys, numbers[end:], sizes[len(here) :]),
    )


def count_languages(index: ForwardIndex, length: int) -> None:
    """Count the runs of so many words of each language that is small enough; the largest comes last and is kept."""
    counts = index.count_languages(index.find_rows(index.articles.ids))
    for language in sorted(counts, key=counts.__getitem__):
        of_language = index.find_rows(index.list_ids(language))
        if can_total(index, of_language):
            find_total(index, language, of_language, length)


def can_total(index: ForwardIndex, of_language: Array) -> bool:
    """Return True if a language is small enough to have all its runs counted."""
    words = index.articles.ends[of_language] - index.articles.begins[of_language]
    return int(words.sum()) <= MOST_WORDS_IN_LANGUAGE


def find_total(index: ForwardIndex, language: str, of_language: Array, length: int) -> RunCounts:
    """Return the runs of all articles of a language, which are counted once for as long as these stay the same."""
    kept = index.run_totals
    with kept.lock:
        total: RunCounts | None = kept.totals.pop((language, length), None)
        if total is None or not numpy.array_equal(
            total.index.articles.begins[total.rows], index.articles.begins[of_language]
        ):
            del total
            total = _add_top(_count_anew(index, of_language, length))
        kept.totals[language, length] = total
        while len(kept.totals) > 1 and sum(map(_measure, kept.totals.values())) > _MOST_BYTES_KEPT:
            kept.totals.popitem(last=False)
        return total


def _measure(total: RunCounts) -> int:
    arrays = [total.runs, total.counts, total.sizes, *total.keys.steps, *total.keys.last]
    if total.top is not None:
        arrays += [total.top.counts.tokens, total.top.counts.frequencies, total.top.counts.owners]
    return sum(array.nbytes for array in arrays if array is not None)


def _add_top(total: RunCounts) -> RunCounts:
    most = min(_TOP_RUNS, len(total.runs))
    places = numpy.sort(numpy.argpartition(total.counts, len(total.runs) - most)[len(total.runs) - most :])
    counts = total.select(places)
    assert counts.owners is not None
    counts = replace(
        counts,
        tokens=counts.tokens.astype(numpy.uint16),
        frequencies=counts.frequencies.astype(numpy.uint32),
        owners=counts.owners.astype(numpy.uint32),
    )
    return replace(total, top=TopRuns(places=places, of_language=total.rows, counts=counts))


def _project(total: RunCounts, some: RunCounts) -> Array:
    """Return how often some articles of a language have each of its runs."""
    counts = numpy.zeros(len(total.runs), dtype=numpy.int64)
    if len(some.runs):  # no articles have no keys
        numbers, _ = total.keys.number(some.keys.split(some.runs))
        counts[numpy.searchsorted(total.runs, numbers)] = some.counts
    return counts


def _limit(index: ForwardIndex, total: RunCounts, of_language: Array, rows: Array, counts: Array) -> RunCounts:
    """Return the runs of some articles of a language, which are there so often."""
    return replace(
        total,
        index=index,
        rows=rows,
        counts=counts,
        sizes=total.sizes[numpy.searchsorted(of_language, rows)],
        top=None if total.top is None else replace(total.top, of_language=of_language),
    )


def _subtract(index: ForwardIndex, total: RunCounts, of_language: Array, rows: Array, counts: Array) -> RunCounts:
    """Return the runs of some articles of a language; those of the others are there so often."""
    return _limit(index, total, of_language, rows, total.counts - counts)


def _count_anew(index: ForwardIndex, rows: Array, length: int) -> RunCounts:
    keys, numbers, sizes = _number_runs(index, rows, length)
    return _count_numbers(index, rows, keys, numbers, sizes)


def _number_runs(index: ForwardIndex, rows: Array, length: int) -> tuple[RunKeys, Array, Array]:
    """Return the numbers of the runs of articles, one article after another, and how many runs each has."""
    base = len(index.vocabulary)
    # Numbers of runs that fit as they are do not depend on the articles beside.
    parts = split_rows(rows, ROWS_IN_CACHE) if length * base.bit_length() <= MOST_BITS else [rows]
    numbers = numpy.empty(int((index.articles.ends[rows] - index.articles.begins[rows]).sum()), dtype=numpy.int64)
    keys = RunKeys(base=base, limit=base)
    sizes = [numpy.zeros(0, dtype=numpy.int64)]
    end = 0
    for part in parts:
        keys, of_part, begins = make_run_keys(index.read_words(part), length, base)
        numbers[end : end + len(of_part)] = of_part
        end += len(of_part)
        sizes.append(numpy.diff(numpy.searchsorted(begins, _find_ends(index, part)), prepend=0))
    return keys, numbers[:end], numpy.concatenate(sizes)


def _count_numbers(index: ForwardIndex, rows: Array, keys: RunKeys, numbers: Array, sizes: Array) -> RunCounts:
    """Return the counts of runs by their numbers, which are sorted for that."""
    numbers.sort()
    changes = find_changes(numbers)
    return RunCounts(
        index=index,
        rows=rows,
        keys=keys,
        runs=numbers[changes],
        counts=numpy.diff(changes, append=len(numbers)),
        sizes=sizes,
    )


def _find_ends(index: ForwardIndex, rows: Array) -> Array:
    """Return where each article ends in the words of articles."""
    return numpy.cumsum(index.articles.ends[rows] - index.articles.begins[rows])


def _make_tree(columns: Sequence[Array], base: int) -> list[Array]:
    """Return of runs in their order, for each length, their beginnings of this length as rising numbers.

    A number is the place of the beginning without its last word among those before, times ``base``, plus that word.
    """
    tree = []
    places = numpy.zeros(len(columns[0]), dtype=numpy.int64)
    for column in columns:
        beginnings = places * base + column
        changes = find_changes(beginnings)
        tree.append(beginnings[changes])
        places = numpy.repeat(numpy.arange(len(changes)), numpy.diff(changes, append=len(beginnings)))
    return tree


def _find_runs(words: Array, tree: Sequence[Array], tables: Sequence[Array], base: int) -> tuple[Array, Array]:
    """Return the places in a tree of the runs that are in the words, and where they begin; no run has a barrier.

    Of each step there is a table that says which words can stand there, and which of these a word is, from 1.
    """
    length = max(len(words) - len(tree) + 1, 0)
    firsts = tables[0][words[:length]]
    can_begin = firsts > 0
    for step, table in enumerate(tables[1:], 1):
        can_begin &= table[words[step : step + length]] > 0
    begins = numpy.flatnonzero(can_begin)
    places = firsts[begins].astype(numpy.int64) - 1  # the beginnings of one word are the words themselves
    for beginnings, table, before, step in zip(tree[1:], tables[1:], tree, range(1, len(tree)), strict=False):
        number = int(table.max(initial=0))
        if len(before) * number <= _MOST_LOOKED_UP:
            places_of_pairs = numpy.full(len(before) * number, -1, dtype=numpy.int32)
            places_of_pairs[beginnings // base * number + table[beginnings % base] - 1] = numpy.arange(len(beginnings))
            places = places_of_pairs[places * number + table[words[begins + step]] - 1]
            is_there = places >= 0
        else:
            numbers = places * base + words[begins + step]
            places = numpy.searchsorted(beginnings, numbers)
            is_there = beginnings[numpy.minimum(places, len(beginnings) - 1)] == numbers
        begins, places = begins[is_there], places[is_there].astype(numpy.int64)
    return places, begins


def _make_tables(tree: Sequence[Array], base: int) -> list[Array]:
    tables = []
    for beginnings in tree:
        words = numpy.unique(beginnings % base)
        table = numpy.zeros(base, dtype=numpy.uint16 if len(words) < 2**16 else numpy.uint32)
        table[words] = numpy.arange(1, len(words) + 1)
        tables.append(table)
    return tables
