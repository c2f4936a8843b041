"""Builds a forward index of an archive and brings it up to date: it reads the articles that are new or changed."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING, Final

import numpy

from crawler.archive.search.texts import (
    ArticleMark,
    RereadMark,
    list_article_marks,
    read_indexed_texts,
    read_reread_mark,
)
from crawler.normalisation.tokenizer import BARRIER
from crawler.research.forward_index.growing_array import GrowingArray
from crawler.research.forward_index.index import BARRIER_NUMBER, COLUMN_END, ArticlePlaces, ForwardIndex
from crawler.research.words.tokens import DEFAULT_RULE, list_tokens, make_column

if TYPE_CHECKING:
    from sqlite_utils import Database

ARTICLES_PER_BATCH: Final = 500
_MOST_IDLE: Final = 0.5
"""When more of the files than this is of articles that changed or went, they are written anew."""


class _Vocabulary(dict[str, int]):
    """Word → its number; a new word gets the next one."""

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self)
        return number


class IndexBuilder:
    """Keeps the forward index of one archive for as long as the process runs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reread_mark: RereadMark | None = None
        self._clear()

    def _clear(self) -> None:
        self._numbers = _Vocabulary({"": COLUMN_END, BARRIER: BARRIER_NUMBER})
        self._words, self._tokens, self._frequencies = GrowingArray(), GrowingArray(), GrowingArray()
        self._marks: dict[int, ArticleMark] = {}
        self._places: dict[int, tuple[int, int, int, int]] = {}
        """Article id → begin and end of its words, and of its tokens."""

    def update(self, db: Database, seconds: float = float("inf")) -> ForwardIndex | None:
        """Return the index of an archive as it is now; None when that is not ready after so many seconds.

        What was read until then is kept: the next call goes on from there.

        Raises:
            OSError: the temporary folder has no room.

        """
        until = time.monotonic() + seconds
        with self._lock:
            reread_mark = read_reread_mark(db)
            if reread_mark != self._reread_mark:
                self._clear()
                self._reread_mark = reread_mark
            marks = {mark.id: mark for mark in list_article_marks(db)}
            self._drop_others(marks)
            missing = iter([article_id for article_id in marks if article_id not in self._places])
            while batch := list(islice(missing, ARTICLES_PER_BATCH)):
                if time.monotonic() > until:
                    return None
                self._read_articles(db, batch, marks)
            return self._make_index()

    def count_missing(self, db: Database) -> int:
        """Return how many articles are still to be read."""
        return sum(1 for mark in list_article_marks(db) if self._marks.get(mark.id) != mark)

    def _drop_others(self, marks: dict[int, ArticleMark]) -> None:
        """Drop the articles that are not, or no longer as they were, among these."""
        for article_id in [known for known, mark in self._marks.items() if marks.get(known) != mark]:
            del self._marks[article_id], self._places[article_id]
        used = sum(end - begin for begin, end, _, _ in self._places.values())
        if used < len(self._words) * (1 - _MOST_IDLE):
            self._clear()

    def _read_articles(self, db: Database, ids: Sequence[int], marks: dict[int, ArticleMark]) -> None:
        numbers = self._numbers
        words: list[int] = []
        tokens: list[int] = []
        owners: list[int] = []
        """Of each token the place of its article in the batch."""
        word_ends, token_ends = [0], [0]
        read: list[int] = []
        for article_id, text in read_indexed_texts(db, ids):
            columns = (text.headline, text.lead, text.body)
            for column in columns:
                words += map(numbers.__getitem__, column)
                words.append(COLUMN_END)
                tokens += map(numbers.__getitem__, list_tokens(make_column(column, DEFAULT_RULE)))
            owners += [len(read)] * (len(tokens) - len(owners))
            word_ends.append(len(words))
            read.append(article_id)
        # Sorted by article, then by token, so that each pair of both is one run.
        pairs = (numpy.array(owners, dtype=numpy.int64) << 32) | numpy.array(tokens, dtype=numpy.int64)
        distinct, frequencies = numpy.unique(pairs, return_counts=True)
        token_ends += [int(end) for end in numpy.searchsorted(distinct >> 32, numpy.arange(len(read)), side="right")]
        first_word, first_token = len(self._words), len(self._tokens)
        self._words.append(words)
        self._tokens.append(distinct & 0xFFFFFFFF)
        self._frequencies.append(frequencies)
        for place, article_id in enumerate(read):
            self._marks[article_id] = marks[article_id]
            self._places[article_id] = (
                first_word + word_ends[place],
                first_word + word_ends[place + 1],
                first_token + token_ends[place],
                first_token + token_ends[place + 1],
            )

    def _make_index(self) -> ForwardIndex:
        ids = sorted(self._places)
        places = numpy.array([self._places[article_id] for article_id in ids], dtype=numpy.int64).reshape(-1, 4)
        languages = list(dict.fromkeys(mark.language for mark in self._marks.values()))
        codes = {language: code for code, language in enumerate(languages)}
        return ForwardIndex(
            articles=ArticlePlaces(
                ids=numpy.array(ids, dtype=numpy.int64),
                languages=numpy.array(
                    [codes[self._marks[article_id].language] for article_id in ids], dtype=numpy.int64
                ),
                begins=places[:, 0],
                ends=places[:, 1],
                token_begins=places[:, 2],
                token_ends=places[:, 3],
            ),
            languages=tuple(languages),
            words=self._words.read(),
            tokens=self._tokens.read(),
            frequencies=self._frequencies.read(),
            vocabulary=tuple(self._numbers),
            numbers=self._numbers,
        )
