"""Holds the texts that were read against what people say the text is, and sums that up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean
from typing import Final

from training.line_labels import split_words

_RUN: Final = 4
_WHOLE: Final = 0.9


@dataclass(frozen=True, kw_only=True, slots=True)
class BodyScore:
    """How near one text is to its truth."""

    precision: float | None
    """The share of its runs of four words that stand in the truth; None for no text."""
    recall: float
    is_whole: bool
    """Are nine tenths of its words right?"""


@dataclass(frozen=True, kw_only=True, slots=True)
class BodyFigures:
    """The means over the pages of a set."""

    pages: int
    precision: float
    recall: float
    whole: float

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def score_body(text: str, truth: str) -> BodyScore:
    """Return how near a text is to its truth; an empty text is what a refused page has."""
    own, wanted = split_words(text), split_words(truth)
    own_runs, wanted_runs = _count_runs(own), _count_runs(wanted)
    hits = (own_runs & wanted_runs).total()
    words = (Counter(own) & Counter(wanted)).total()
    return BodyScore(
        precision=hits / own_runs.total() if own_runs else None,
        recall=hits / max(1, wanted_runs.total()),
        is_whole=2 * words / max(1, len(own) + len(wanted)) >= _WHOLE,
    )


def sum_up(scores: Sequence[BodyScore]) -> BodyFigures:
    """Return the means over pages, at least one of them."""
    return BodyFigures(
        pages=len(scores),
        precision=mean([score.precision for score in scores if score.precision is not None] or [0.0]),
        recall=mean(score.recall for score in scores),
        whole=mean(score.is_whole for score in scores),
    )


def _count_runs(words: Sequence[str]) -> Counter[tuple[str, ...]]:
    return Counter(zip(*(words[shift:] for shift in range(_RUN)), strict=False))
