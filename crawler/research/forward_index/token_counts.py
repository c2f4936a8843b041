"""Counts what a rule counts in some articles: each token, in how many articles it is, and how evenly it is spread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy

from crawler.archive.search.matching import WantedTerm
from crawler.research.forward_index.hits import Hits
from crawler.research.forward_index.index import ROWS_IN_CACHE, Array, ForwardIndex, find_changes, split_rows
from crawler.research.forward_index.runs import (
    MOST_BITS,
    RunKeys,
    find_pairs,
    find_runs,
    find_singles,
    make_run_keys,
    split_pairs,
)
from crawler.research.forward_index.surroundings import read_surroundings
from crawler.research.words.tokens import TokenRule, join_words


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenCounts:
    """What is counted in some articles: a row for each token of each article; of each token the articles rise."""

    tokens: Array
    """Small numbers."""
    frequencies: Array
    """How often the article has it."""
    owners: Array | None
    """The place of the article among those that were asked for; None where the rows are sorted by it."""
    ends: Array
    """Where the rows of each article end, then."""
    sizes: Array
    """How much is counted in each article."""
    index: ForwardIndex
    keys: RunKeys | None
    """What the numbers of tokens stand for; None where they are those of the index."""

    def sum_up(self) -> tuple[Array, Array]:
        """Return, for each token, how often it is there, and in how many articles."""
        length = int(self.tokens.max()) + 1 if len(self.tokens) else 0
        frequencies, articles = numpy.zeros(length), numpy.zeros(length, dtype=numpy.int64)
        for start in range(0, len(self.tokens), _ROWS_COUNTED):
            tokens = self.tokens[start : start + _ROWS_COUNTED]
            of_tokens = self.frequencies[start : start + _ROWS_COUNTED]
            frequencies += numpy.bincount(tokens, weights=of_tokens, minlength=length)
            articles += numpy.bincount(tokens, minlength=length)
        return frequencies.astype(numpy.int64), articles

    def name(self, tokens: Array) -> Sequence[str]:
        """Return what tokens are called."""
        if self.keys is not None:
            return self.keys.name(tokens, self.index)
        vocabulary = self.index.vocabulary
        return [vocabulary[token] for token in tokens.tolist()]

    def measure_deviations(self, counts: Array, tokens: Array) -> Array:
        """Return Gries's deviation of proportions of tokens; ``counts`` are the frequencies of all.

        Added up in the order of the articles, so that the figures are those of
        :func:`crawler.research.words.word_list.list_words` to the last digit.
        """
        total = int(self.sizes.sum())
        shares = self.sizes / total if total else numpy.zeros(len(self.sizes))
        is_wanted = numpy.zeros(len(counts), dtype=bool)
        is_wanted[tokens] = True
        deviations = numpy.ones(len(counts))
        for start in range(0, len(self.tokens), _ROWS_PER_PART):
            rows = start + numpy.flatnonzero(is_wanted[self.tokens[start : start + _ROWS_PER_PART]])
            of_article = shares[self._find_owners(rows)]
            row_tokens = self.tokens[rows]
            differences = numpy.abs(self.frequencies[rows] / counts[row_tokens] - of_article) - of_article
            numpy.add.at(deviations, row_tokens, differences)
        return numpy.maximum(deviations[tokens] / 2, 0.0)

    def _find_owners(self, rows: Array) -> Array:
        return numpy.searchsorted(self.ends, rows, side="right") if self.owners is None else self.owners[rows]


_ROWS_PER_PART: Final = 4_000_000
_ROWS_COUNTED: Final = 1_000_000


def count_tokens(index: ForwardIndex, rows: Array, rule: TokenRule) -> TokenCounts:
    """Count what a rule that needs no segmenter counts in articles."""
    if rule.ngrams is not None:
        return _count_runs(index, rows, rule.ngrams)
    tokens, frequencies = index.read_tokens(rows)
    return TokenCounts(
        tokens=tokens,
        frequencies=frequencies,
        owners=None,
        ends=numpy.cumsum(index.articles.token_ends[rows] - index.articles.token_begins[rows]),
        sizes=index.articles.sizes[rows],
        index=index,
        keys=None,
    )


def count_clusters(index: ForwardIndex, rows: Array, rule: TokenRule, wanted: Sequence[WantedTerm]) -> TokenCounts:
    """Count what a rule counts in articles and has a hit of the terms in it; the sizes are those of everything."""
    hits, articles = read_surroundings(index, rows, wanted, 2 * (rule.ngrams or 2) + 2)
    if rule.ngrams is not None:
        keys, numbers, places = make_run_keys(hits.words, rule.ngrams, len(index.vocabulary))
        holds_hit = _find_holders(hits, rule.ngrams)[places]
        sizes = _count_runs_of_articles(index, rows, rule.ngrams)
        return _sum_by_article(index, keys, numbers[holds_hit], articles[places[holds_hit]], sizes)
    pairs = find_pairs(index.unspaced[hits.words])
    singles = find_singles(hits.words, pairs)
    singles = singles[_find_holders(hits, 1)[singles]]
    pairs = pairs[_find_holders(hits, 2)[pairs]]
    owners = articles[numpy.concatenate((singles, pairs))]
    numbers = numpy.concatenate((hits.words[singles].astype(numpy.int64), _number_pairs(index, hits.words, pairs)))
    return _sum_by_article(index, None, numbers, owners, index.articles.sizes[rows])


def _count_runs(index: ForwardIndex, rows: Array, length: int) -> TokenCounts:
    keys, numbers, places = make_run_keys(index.read_words(rows), length, len(index.vocabulary))
    owners = _find_articles(index, rows, places)
    return _sum_by_article(index, keys, numbers, owners, numpy.bincount(owners, minlength=len(rows)))


def _count_runs_of_articles(index: ForwardIndex, rows: Array, length: int) -> Array:
    """Return the number of runs of so many words in each article."""
    sizes = [numpy.zeros(0, dtype=numpy.int64)]
    for part in split_rows(rows, ROWS_IN_CACHE):
        begins = find_runs(index.read_words(part), length)
        ends = numpy.cumsum(index.articles.ends[part] - index.articles.begins[part])
        sizes.append(numpy.diff(numpy.searchsorted(begins, ends), prepend=0))
    return numpy.concatenate(sizes)


def _find_articles(index: ForwardIndex, rows: Array, places: Array) -> Array:
    """Return of places in the words of articles the places of these articles."""
    lengths = index.articles.ends[rows] - index.articles.begins[rows]
    return numpy.repeat(numpy.arange(len(rows)), lengths)[places]


def _find_holders(hits: Hits, length: int) -> Array:
    """Return of each word whether so many words from it on have a hit in them."""
    is_short = hits.ends - hits.begins <= length
    changes = numpy.zeros(len(hits.words) + 1, dtype=numpy.int32)
    numpy.add.at(changes, numpy.maximum(hits.ends[is_short] - length, 0), 1)
    numpy.add.at(changes, hits.begins[is_short] + 1, -1)
    return numpy.cumsum(changes)[:-1] > 0


def _number_pairs(index: ForwardIndex, words: Array, pairs: Array) -> Array:
    """Return the numbers of the tokens that two characters are together."""
    distinct, places = numpy.unique((words[pairs].astype(numpy.int64) << 32) | words[pairs + 1], return_inverse=True)
    vocabulary = index.vocabulary
    names = [join_words((vocabulary[first], vocabulary[second])) for first, second in split_pairs(distinct)]
    return numpy.array([index.numbers[name] for name in names], dtype=numpy.int64)[places]


def _sum_by_article(
    index: ForwardIndex, keys: RunKeys | None, numbers: Array, owners: Array, sizes: Array
) -> TokenCounts:
    """Return the counts of tokens that have these numbers and stand in these articles."""
    bits = max(len(sizes) - 1, 1).bit_length()
    if keys is not None and keys.limit.bit_length() + bits > MOST_BITS:
        keys, numbers = keys.compress(numbers)
    pairs = (numbers << bits) | owners
    pairs.sort()
    begins = find_changes(pairs)
    frequencies = numpy.diff(begins, append=len(pairs))
    pairs = pairs[begins]
    numbers = pairs >> bits
    firsts = find_changes(numbers)
    tokens = numpy.repeat(numpy.arange(len(firsts)), numpy.diff(firsts, append=len(numbers)))
    return TokenCounts(
        tokens=numbers if keys is None else tokens,
        frequencies=frequencies,
        owners=pairs & ((1 << bits) - 1),
        ends=numpy.zeros(0, dtype=numpy.int64),
        sizes=sizes,
        index=index,
        keys=None if keys is None else keys.limit_to(numbers[firsts]),
    )
