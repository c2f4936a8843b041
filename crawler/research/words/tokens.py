"""Decides what is counted as one word: a word, so many in a row, or in scripts that part no words a pair of characters.

The search index holds single characters of scripts that part no words. Of these a list of the most frequent says
little, and pairs of them say what most words would. No run goes across a barrier of the index, the mark of punctuation
between such characters.

>>> list_tokens(make_column(["香", "港", "的", "radio"], TokenRule()))
['香港', '港的', 'radio']
>>> list_tokens(make_column(["the", "old", "boat"], TokenRule(ngrams=2)))
['the old', 'old boat']
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Final, NamedTuple

from crawler.archive.search.matching import WordRange
from crawler.errors import BadValue
from crawler.normalisation.words.tokenizer import BARRIER, has_unspaced, is_unspaced

MOST_WORDS: Final = 8
"""The longest run of words that is counted."""
_PAIR: Final = 2
"""Characters that are counted together where nothing else is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRule:
    """What is counted as one word.

    Raises:
        BadValue: ``ngrams`` is not 1 to :data:`MOST_WORDS`, or is given for segmented texts.

    """

    ngrams: int | None = None
    """Words, or characters of scripts that part no words, in a row; None is one word, and two characters."""
    segmented: bool = False
    """Chinese and Japanese are cut into words (:mod:`crawler.research.words.segmentation`)."""

    def __post_init__(self) -> None:
        if self.ngrams is not None and not 1 <= self.ngrams <= MOST_WORDS:
            raise BadValue(f"1 to {MOST_WORDS} words in a row are counted, not {self.ngrams}")


DEFAULT_RULE: Final = TokenRule()
"""Words, and pairs of characters."""


class Column(NamedTuple):
    """The words of a headline, lead or body as the index holds them, and which ranges of them are counted."""

    words: list[str]
    ranges: list[WordRange] | None
    """None: each word that is no barrier."""


def make_column(words: list[str], rule: TokenRule) -> Column:
    """Return the words of a text with the ranges that a rule counts."""
    if rule.ngrams == 1 or (rule.ngrams is None and not has_unspaced(words)):
        return Column(words, None)
    return Column(words, list(_iter_pairs(words) if rule.ngrams is None else _iter_runs(words, rule.ngrams)))


def list_tokens(column: Column) -> list[str]:
    """Return what is counted in a text."""
    if column.ranges is None:
        return [word for word in column.words if word != BARRIER] if BARRIER in column.words else column.words
    return [join_words(column.words[start:end]) for start, end in column.ranges]


def join_words(words: Sequence[str]) -> str:
    """Return words as one text, with a space between two of them unless both are characters.

    >>> join_words(["bbc", "香", "港"])
    'bbc 香港'
    """
    if len(words) == 1:
        return words[0]
    pieces = list(words[:1])
    for before, word in pairwise(words):
        pieces.append(word if is_unspaced(before) and is_unspaced(word) else f" {word}")
    return "".join(pieces)


def make_runs(column: Column, length: int) -> Column:
    """Return a column in which so many of what is counted, one directly after the other, are counted as one."""
    ranges = column.ranges
    if ranges is None or length == 1:
        return column
    runs = (ranges[place : place + length] for place in range(len(ranges) - length + 1))
    joined = [(run[0][0], run[-1][1]) for run in runs if all(end == start for (_, end), (start, _) in pairwise(run))]
    return Column(column.words, joined)


def _iter_stretches(words: Sequence[str]) -> Iterator[WordRange]:
    """Yield the ranges between barriers."""
    start = 0
    for place, word in enumerate(words):
        if word == BARRIER:
            yield start, place
            start = place + 1
    yield start, len(words)


def _iter_runs(words: Sequence[str], length: int) -> Iterator[WordRange]:
    for start, end in _iter_stretches(words):
        for place in range(start, end - length + 1):
            yield place, place + length


def _iter_pairs(words: Sequence[str]) -> Iterator[WordRange]:
    """Yield each word, and each pair of neighbouring characters; a character that has no neighbour alone."""
    for start, end in _iter_stretches(words):
        place = start
        for unspaced, group in groupby(words[start:end], is_unspaced):
            size = len(list(group))
            if not unspaced:
                yield from ((index, index + 1) for index in range(place, place + size))
            elif size < _PAIR:
                yield place, place + size
            else:
                yield from ((index, index + _PAIR) for index in range(place, place + size - 1))
            place += size
