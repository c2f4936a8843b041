"""Builds a forward index of an archive and brings it up to date: it reads the articles that are new or changed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy

from crawler.archive.search.texts import (
    ArticleMark,
    RereadMark,
    list_article_marks,
    read_indexed_texts,
    read_reread_mark,
)
from crawler.normalisation.words.tokenizer import BARRIER, is_unspaced
from crawler.research.forward_index.growing_array import GrowingArray
from crawler.research.forward_index.index import (
    BARRIER_NUMBER,
    COLUMN_END,
    ArticlePlaces,
    ForwardIndex,
    KeptTotals,
    TokenTotals,
)
from crawler.research.forward_index.runs import find_pairs, find_singles, split_pairs
from crawler.research.words.tokens import join_words

if TYPE_CHECKING:
    from sqlite_utils import Database

ARTICLES_PER_BATCH: Final = 500
_MOST_IDLE: Final = 0.5
"""When more than this share of the files is of articles that changed or went, all is read anew."""


class _Vocabulary(dict[str, int]):
    """Word → its number; a new word gets the next one."""

    def __init__(self) -> None:
        super().__init__({"": COLUMN_END, BARRIER: BARRIER_NUMBER})
        self.unspaced = bytearray(2)
        """Of each number 1 if its word is a character of a script that parts no words."""
        self.words = list(self)

    def __missing__(self, word: str) -> int:
        return self._add(word, not word.isascii() and is_unspaced(word))

    def add_pair(self, pair: str) -> int:
        """Return the number of two characters that are counted together."""
        return self[pair] if pair in self else self._add(pair, False)

    def _add(self, word: str, is_character: bool) -> int:
        number = self[word] = len(self)
        self.words.append(word)
        self.unspaced.append(is_character)
        return number


class _Places(NamedTuple):
    """Where the words and the tokens of an article are."""

    begin: int
    end: int
    token_begin: int
    token_end: int
    size: int
    """Its tokens, as often as it has them."""


class IndexBuilder:
    """Keeps the forward index of one archive for as long as the process runs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reread_mark: RereadMark | None = None
        self._clear()

    def _clear(self) -> None:
        self._vocabulary = _Vocabulary()
        self._words, self._tokens, self._frequencies = GrowingArray(), GrowingArray(), GrowingArray()
        self._pairs: dict[int, int] = {}
        """Two characters as one number → the number of what they are together."""
        self._marks: dict[int, ArticleMark] = {}
        self._languages: dict[int, str] = {}
        self._places: dict[int, _Places] = {}
        self._totals: dict[str, numpy.ndarray] = {}
        """Language → of each token how often it is there, and in how many articles."""
        self._run_totals = KeptTotals()

    def update(self, db: Database, may_go_on: Callable[[int], bool] = lambda _: True) -> ForwardIndex | None:
        """Return the index of an archive as it is now; None where that was given up.

        ``may_go_on`` is asked before each batch, with the number of articles that are still to be read. What was read
        until it says no is kept: the next call goes on from there.

        Raises:
            OSError: the temporary folder has no room.

        """
        with self._lock:
            reread_mark = read_reread_mark(db)
            if reread_mark != self._reread_mark:
                self._clear()
                self._reread_mark = reread_mark
            marks = {mark.id: mark for mark in list_article_marks(db)}
            self._drop_others(marks)
            missing = [article_id for article_id in marks if article_id not in self._places]
            for start in range(0, len(missing), ARTICLES_PER_BATCH):
                if not may_go_on(len(missing) - start):
                    return None
                self._read_articles(db, missing[start : start + ARTICLES_PER_BATCH], marks)
                time.sleep(0)  # others may have the interpreter
            return self._make_index()

    def _drop_others(self, marks: dict[int, ArticleMark]) -> None:
        """Drop the articles that are not, or no longer as they were, among these."""
        for article_id in [old_id for old_id, mark in self._marks.items() if marks.get(old_id) != mark]:
            places = self._places[article_id]
            tokens = self._tokens.read()[places.token_begin : places.token_end]
            frequencies = self._frequencies.read()[places.token_begin : places.token_end]
            self._add_tokens(self._languages[article_id], tokens, -frequencies.astype(numpy.int64), -1)
            del self._marks[article_id], self._places[article_id], self._languages[article_id]
        used = sum(places.end - places.begin for places in self._places.values())
        if used < len(self._words) * (1 - _MOST_IDLE):
            self._clear()

    def _read_articles(self, db: Database, ids: Sequence[int], marks: dict[int, ArticleMark]) -> None:
        number_of = self._vocabulary.__getitem__
        numbers: list[int] = []
        word_ends: list[int] = []
        read: list[int] = []
        for article_id, language, text in read_indexed_texts(db, ids):
            for column in (text.headline, text.lead, text.body):
                numbers += map(number_of, column)
                numbers.append(COLUMN_END)
            word_ends.append(len(numbers))
            read.append(article_id)
            self._marks[article_id] = marks[article_id]
            self._languages[article_id] = language
        tokens, frequencies, token_ends, sizes = self._count_tokens(numpy.array(numbers, dtype=numpy.int64), word_ends)
        token_languages = numpy.repeat(
            [self._languages[article_id] for article_id in read], numpy.diff(token_ends, prepend=0)
        )
        for language in sorted(set(token_languages.tolist())):
            is_of_language = token_languages == language
            self._add_tokens(language, tokens[is_of_language], frequencies[is_of_language], 1)
        first_word, first_token = len(self._words), len(self._tokens)
        self._words.append(numbers)
        self._tokens.append(tokens)
        self._frequencies.append(frequencies)
        begin, token_begin = first_word, first_token
        for article_id, end, token_end, size in zip(read, word_ends, token_ends, sizes, strict=True):
            places = _Places(begin, first_word + end, token_begin, first_token + token_end, size)
            self._places[article_id] = places
            begin, token_begin = places.end, places.token_end

    def _add_tokens(self, language: str, tokens: numpy.ndarray, frequencies: numpy.ndarray, articles: int) -> None:
        """Add the tokens of articles to those of their language."""
        totals = self._totals.get(language, numpy.zeros((2, 0), dtype=numpy.int64))
        totals = numpy.pad(
            totals, ((0, 0), (0, len(self._vocabulary) - totals.shape[1]))
        )  # a copy: indexes keep theirs
        numpy.add.at(totals[0], tokens, frequencies)
        numpy.add.at(totals[1], tokens, articles)
        self._totals[language] = totals

    def _count_tokens(
        self, words: numpy.ndarray, word_ends: list[int]
    ) -> tuple[numpy.ndarray, numpy.ndarray, list[int], list[int]]:
        """Return the tokens of articles, how often each article has each, where those end, and their number."""
        is_character = numpy.frombuffer(self._vocabulary.unspaced, dtype=bool)[words]
        pairs = find_pairs(is_character)
        singles = find_singles(words, pairs)
        distinct, numbers = numpy.unique((words[pairs] << 32) | words[pairs + 1], return_inverse=True)
        vocabulary = self._vocabulary.words
        for pair, (first, second) in zip(distinct.tolist(), split_pairs(distinct), strict=True):
            if pair not in self._pairs:
                self._pairs[pair] = self._vocabulary.add_pair(join_words((vocabulary[first], vocabulary[second])))
        pair_numbers = numpy.array([self._pairs[pair] for pair in distinct.tolist()], dtype=numpy.int64)
        tokens = numpy.concatenate((words[singles], pair_numbers[numbers]))
        owners = numpy.searchsorted(word_ends, numpy.concatenate((singles, pairs)), side="right")
        # Sorted by article, then by token.
        distinct, frequencies = numpy.unique((owners << 32) | tokens, return_counts=True)
        token_ends = numpy.searchsorted(distinct >> 32, numpy.arange(len(word_ends)), side="right")
        sizes = numpy.bincount(owners, minlength=len(word_ends))
        return distinct & 0xFFFFFFFF, frequencies, token_ends.tolist(), sizes.tolist()

    def _make_index(self) -> ForwardIndex:
        ids = sorted(self._places)
        places = numpy.array([self._places[article_id] for article_id in ids], dtype=numpy.int64).reshape(-1, 5)
        languages = sorted(set(self._languages.values()))
        codes = {language: code for code, language in enumerate(languages)}
        return ForwardIndex(
            articles=ArticlePlaces(
                ids=numpy.array(ids, dtype=numpy.int64),
                languages=numpy.array([codes[self._languages[article_id]] for article_id in ids], dtype=numpy.int64),
                begins=places[:, 0],
                ends=places[:, 1],
                token_begins=places[:, 2],
                token_ends=places[:, 3],
                sizes=places[:, 4],
            ),
            languages=tuple(languages),
            words=self._words.read(),
            tokens=self._tokens.read(),
            frequencies=self._frequencies.read(),
            vocabulary=tuple(self._vocabulary.words),
            numbers=self._vocabulary,
            unspaced=numpy.frombuffer(bytes(self._vocabulary.unspaced), dtype=bool),
            totals={language: self._make_total(language) for language in languages},
            run_totals=self._run_totals,
        )

    def _make_total(self, language: str) -> TokenTotals:
        totals = self._totals[language]
        counts, articles = numpy.pad(totals, ((0, 0), (0, len(self._vocabulary) - totals.shape[1])))
        return TokenTotals(counts=counts, articles=articles)
