"""Holds the words of every article as numbers, and finds those of some articles."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy

COLUMN_END: Final = 0
"""Stands behind the headline, the lead and the body of each article."""
BARRIER_NUMBER: Final = 1
"""Stands for the barrier of the search index; words begin with the next number."""
ROWS_IN_CACHE: Final = 1_000
"""The words of so many articles fit into the processor's own memory, where they are counted twice as quickly."""
Array = Any
"""An array of numpy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePlaces:
    """Where the words and tokens of each article are; a row for each, by the ids of the articles."""

    ids: Array
    languages: Array
    """Places in ``ForwardIndex.languages``."""
    begins: Array
    ends: Array
    token_begins: Array
    token_ends: Array
    sizes: Array
    """Tokens of each article, as often as it has them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenTotals:
    """The tokens of all articles of a language, by their numbers."""

    counts: Array
    """How often each is there."""
    articles: Array
    """In how many articles."""


@dataclass(slots=True)
class KeptTotals:
    """What was counted of whole languages, for as long as their articles stay as they are."""

    totals: OrderedDict[tuple[str, int], Any] = field(default_factory=OrderedDict)
    """Language, and number of words in a row → its runs; what was asked for last comes last."""
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardIndex:
    """The words of all articles of an archive in one state of it."""

    articles: ArticlePlaces
    languages: tuple[str, ...]
    words: Array
    """The words in their order, with barriers and ends of columns."""
    tokens: Array
    """What the rule of no choice counts (:data:`crawler.research.words.tokens.DEFAULT_RULE`), in each article once."""
    frequencies: Array
    """How often the article has each of its tokens."""
    vocabulary: Sequence[str]
    """Number → word or token."""
    numbers: Mapping[str, int]
    """Word or token → its number."""
    unspaced: Array
    """Whether the word of a number is a character of a script that parts no words."""
    totals: Mapping[str, TokenTotals]
    """Language → its tokens."""
    run_totals: KeptTotals
    """The runs of words of whole languages (:mod:`crawler.research.forward_index.run_totals`)."""
    found_rows: OrderedDict[Any, Array] = field(default_factory=OrderedDict)
    """Question → the rows of the articles that it finds; what was asked for last comes last."""
    _ranks: list[Array] = field(default_factory=list)

    def find_rows(self, article_ids: Sequence[int]) -> Array:
        """Return the rows of articles, which have to be in the index, by their ids."""
        return numpy.searchsorted(self.articles.ids, numpy.sort(numpy.array(article_ids, dtype=numpy.int64)))

    def order_rows(self, rows: Array, article_ids: Sequence[int]) -> Array:
        """Return the places in ``rows``, which :meth:`find_rows` gave for these articles, in the order of the ids."""
        return numpy.searchsorted(self.articles.ids[rows], numpy.array(article_ids, dtype=numpy.int64))

    def count_words(self, article_ids: Sequence[int]) -> int:
        """Return how many words articles have, with barriers and ends of columns."""
        rows = self.find_rows(article_ids)
        return int((self.articles.ends[rows] - self.articles.begins[rows]).sum())

    def read_words(self, rows: Array) -> Array:
        """Return the words of articles, one article after another."""
        return gather(self.words, self.articles.begins[rows], self.articles.ends[rows])

    def read_tokens(self, rows: Array) -> tuple[Array, Array]:
        """Return the tokens of articles with their frequencies, one article after another."""
        begins, ends = self.articles.token_begins[rows], self.articles.token_ends[rows]
        return gather(self.tokens, begins, ends), gather(self.frequencies, begins, ends)

    def list_ids(self, language: str) -> Array:
        """Return the ids of all articles of a language."""
        return self.articles.ids[self._list_rows(language)]

    def select_language(self, rows: Array, language: str) -> Array:
        """Return the ids of those of some articles that are in a language."""
        if language not in self.languages:
            return numpy.zeros(0, dtype=numpy.int64)
        return self.articles.ids[rows[self.articles.languages[rows] == self.languages.index(language)]]

    def count_languages(self, rows: Array) -> dict[str, int]:
        """Return the number of articles in each language that has some of them."""
        counts = numpy.bincount(self.articles.languages[rows], minlength=len(self.languages)).tolist()
        return {language: count for language, count in zip(self.languages, counts, strict=True) if count}

    def list_other_ids(self, article_ids: Sequence[int], language: str) -> Array:
        """Return the ids of all articles of a language but these, which are some of them."""
        return self.articles.ids[self._leave_out(self._list_rows(language), self.find_rows(article_ids))]

    def find_others(self, rows: Array) -> tuple[str, Array, Array]:
        """Return the language of articles, the rows of all its articles, and those of the others."""
        language = self.languages[int(self.articles.languages[rows[0]])]
        of_language = self._list_rows(language)
        return language, of_language, self._leave_out(of_language, rows)

    def count_tokens(self, rows: Array) -> tuple[Array, Array]:
        """Return, for each number, how often articles of one language have its token, and in how many of them.

        Of most articles of a language the others are counted, which are fewer.
        """
        if not len(rows):
            zeros = numpy.zeros(len(self.vocabulary), dtype=numpy.int64)
            return zeros, zeros
        language, _, others = self.find_others(rows)
        if len(rows) <= len(others):
            return self._count_tokens(rows)
        total = self.totals[language]
        counts, articles = self._count_tokens(others)
        return total.counts - counts, total.articles - articles

    def rank_words(self) -> Array:
        """Return, for each number, the place of its word in the order of code points."""
        if not self._ranks:
            order = sorted(range(len(self.vocabulary)), key=self.vocabulary.__getitem__)
            ranks = numpy.empty(len(order), dtype=numpy.int64)
            ranks[order] = numpy.arange(len(order))
            self._ranks.append(ranks)
        return self._ranks[0]

    def _list_rows(self, language: str) -> Array:
        if language not in self.languages:
            return numpy.zeros(0, dtype=numpy.int64)
        return numpy.flatnonzero(self.articles.languages == self.languages.index(language))

    def _leave_out(self, rows: Array, some: Array) -> Array:
        is_left = numpy.zeros(len(self.articles.ids), dtype=bool)
        is_left[rows] = True
        is_left[some] = False
        return numpy.flatnonzero(is_left)

    def _count_tokens(self, rows: Array) -> tuple[Array, Array]:
        counts = numpy.zeros(len(self.vocabulary), dtype=numpy.int64)
        articles = numpy.zeros(len(self.vocabulary), dtype=numpy.int64)
        for part in split_rows(rows, ROWS_IN_CACHE):
            tokens, frequencies = self.read_tokens(part)
            counts += numpy.bincount(tokens, weights=frequencies, minlength=len(counts)).astype(numpy.int64)
            articles += numpy.bincount(tokens, minlength=len(counts))
        return counts, articles


def split_rows(rows: Array, size: int = 20_000) -> list[Array]:
    """Return rows in parts, so that memory does not grow with the archive."""
    return [rows[start : start + size] for start in range(0, len(rows), size)]


def find_changes(numbers: Array) -> Array:
    """Return the places at which a number differs from the one before it; the first is one of them."""
    differs = numpy.ones(len(numbers), dtype=bool)
    differs[1:] = numbers[1:] != numbers[:-1]
    return numpy.flatnonzero(differs)


def gather(numbers: Array, begins: Array, ends: Array) -> Array:
    """Return the pieces of an array one after another; neighbours are read together."""
    if not len(begins):
        return numbers[:0]
    first = numpy.flatnonzero(numpy.concatenate(([True], begins[1:] != ends[:-1])))
    last = numpy.concatenate((first[1:] - 1, [len(begins) - 1]))
    pieces = [numbers[begin:end] for begin, end in zip(begins[first].tolist(), ends[last].tolist(), strict=True)]
    return numpy.concatenate(pieces)
