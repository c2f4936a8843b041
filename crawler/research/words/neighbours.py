"""Counts the words around the hits of a query, and those inside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from crawler.archive.search.matching import WantedTerm, find_hits
from crawler.normalisation.words.tokenizer import BARRIER
from crawler.research.words.tokens import Column, join_words


@dataclass(slots=True)
class Neighbours:
    """What stands around hits."""

    near: Counter[str] = field(default_factory=Counter)
    inside: Counter[str] = field(default_factory=Counter)
    """What a hit is, or a part of it, and what reaches into one."""
    spread: Counter[str] = field(default_factory=Counter)
    """In how many articles each word stands near a hit."""
    hits: int = 0
    articles: int = 0
    """Articles with a hit."""


class NeighbourCounter:
    """Counts the words around the hits, and those inside them, one article after another."""

    def __init__(self, window: int) -> None:
        self.window = window
        self.neighbours = Neighbours()

    def count_article(self, texts: Sequence[tuple[Column, Sequence[WantedTerm]]]) -> None:
        """Count around the hits of terms in the headline, lead and body of an article."""
        near: list[str] = []
        before = self.neighbours.hits
        for column, wanted in texts:
            near += self._count_text(column, wanted)
        self.neighbours.near.update(near)
        self.neighbours.spread.update(set(near))
        self.neighbours.articles += self.neighbours.hits > before

    def _count_text(self, column: Column, wanted: Sequence[WantedTerm]) -> list[str]:
        words, ranges = column
        stretches = find_hits(words, wanted)
        if not stretches:
            return []
        self.neighbours.hits += len(stretches)
        if ranges is None:
            ranges = [(place, place + 1) for place, word in enumerate(words) if word != BARRIER]
        positions, position = [], 0  # a barrier keeps characters apart, but is no word
        for word in words:
            positions.append(position)
            position += word != BARRIER
        positions.append(position)
        inside = {place for first, end in stretches for place in range(first, end)}
        around = {
            place
            for first, end in stretches
            for place in (
                *range(max(positions[first] - self.window, 0), positions[first]),
                *range(positions[end], min(positions[end] + self.window, position)),
            )
        }
        near = []
        for first, end in ranges:
            if not inside.isdisjoint(range(first, end)):
                self.neighbours.inside[join_words(words[first:end])] += 1
            elif around.issuperset(range(positions[first], positions[first] + end - first)):
                near.append(join_words(words[first:end]))
        return near
