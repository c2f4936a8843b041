"""Measures how much of a text stands in another one, word for word: a text cut short, or built into a longer one.

:mod:`crawler.comparison.minhash` says whether two texts are alike as wholes. Here each side has a figure of its own:
the words that stand in runs which the other text has too. A run is of six words; of twelve characters in scripts that
part no words by spaces, where a few characters in a row are common to all texts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from crawler.normalisation.words.tokenizer import BARRIER, index_words, is_unspaced

WORDS_IN_ROW: Final = 6
CHARACTERS_IN_ROW: Final = 12
Run = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Overlap:
    """What two texts share: words, or characters of scripts without spaces, and their share of each text."""

    words: int
    """Those of the first text that are shared."""
    share: float
    """Of the first text, what stands in the second, from 0 to 1; to three places, 1.0 only where it is all."""
    other_share: float
    """Of the second text, what stands in the first."""
    other_words: int
    """Those of the second text that are shared: more than the first has where it repeats them."""


class Passages:
    """A text that several others are compared with."""

    def __init__(self, text: str) -> None:
        self._words = _split_words(text)
        self._runs: dict[int, list[Run]] = {}

    def measure_overlap(self, other: str) -> Overlap:
        """Return how many words of this text and of another one stand in runs that both have."""
        words, other_words = self._words, _split_words(other)
        length = _choose_length(min(words, other_words, key=len))
        if length not in self._runs:
            self._runs[length] = _list_runs(words, length)
        runs, other_runs = self._runs[length], _list_runs(other_words, length)
        shared = set(other_runs).intersection(runs)
        count, other_count = (_count_covered(lines, shared, length) for lines in (runs, other_runs))
        return Overlap(count, _divide(count, len(words)), _divide(other_count, len(other_words)), other_count)


def _choose_length(words: list[str]) -> int:
    return CHARACTERS_IN_ROW if 2 * sum(map(is_unspaced, words)) > len(words) else WORDS_IN_ROW


def _split_words(text: str) -> list[str]:
    """Return the words of a text as search has them."""
    return [word for word in index_words(text) if word != BARRIER]


def _list_runs(words: list[str], length: int) -> list[Run]:
    return [*zip(*(words[start:] for start in range(length)), strict=False)]


def _count_covered(runs: Iterable[Run], shared: set[Run], length: int) -> int:
    covered, end = 0, 0
    for start, run in enumerate(runs):
        if run in shared:
            covered += start + length - max(start, end)
            end = start + length
    return covered


def _divide(count: int, total: int) -> float:
    return 1.0 if total and count == total else min(0.999, round(count / max(1, total), 3))
