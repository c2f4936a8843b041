"""What counting words comes to: frequencies of some texts, and lists of words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple


class CorpusSize(NamedTuple):
    """How much some texts have."""

    articles: int
    words: int


@dataclass(slots=True)
class Frequencies:
    """The words of some texts."""

    words: Counter[str] = field(default_factory=Counter)
    spread: Counter[str] = field(default_factory=Counter)
    """In how many articles each word occurs; empty unless it was asked for."""
    size: int = 0
    """Words in all."""
    articles: int = 0

    def __add__(self, other: Frequencies) -> Frequencies:
        """Return the words of both."""
        return Frequencies(
            words=self.words + other.words,
            spread=self.spread + other.spread,
            size=self.size + other.size,
            articles=self.articles + other.articles,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word, or several in a row, of a selection."""

    word: str
    count: int
    per_million: float
    articles: int
    """Its range: in how many articles it occurs."""
    dispersion: float
    """Gries's deviation of proportions over the articles: near 0 it stands everywhere alike, near 1 in one place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WordList:
    """The words of a selection in one language, the most frequent first."""

    language: str
    articles: int
    size: int
    """What was counted, in all."""
    types: int
    """Different words among it."""
    total: int
    """Words that are frequent enough to be listed."""
    words: tuple[Word, ...]


def sort_words(words: Iterable[Word], limit: int | None) -> tuple[Word, ...]:
    """Return the first words in the order of a list: the most frequent first, of these the one of most articles."""
    return tuple(sorted(words, key=lambda word: (-word.count, -word.articles, word.word))[:limit])
