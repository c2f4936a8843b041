"""Computes the tints of a calendar: counts go in, for each count one of five tints and a legend in numbers come out.

The tints part the cells, not the range of their counts: each is given to about a fifth of those with articles, so that
an archive of even months shows which are fuller, and one month of a thousand does not make all others alike.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

HEAT_LEVELS: Final = 5
"""Tints of the style sheet, ``heat-1`` to ``heat-5``, beside the figure in each cell."""


@dataclass(frozen=True, slots=True)
class HeatStep:
    """One tint of the legend, and the counts that have it."""

    level: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class HeatScale:
    """The tints of one calendar."""

    steps: tuple[HeatStep, ...]
    """From the fewest articles to the most; empty where no cell has any."""

    def find_level(self, articles: int) -> int:
        """Return the tint of a cell: 0 for no articles."""
        if not articles or not self.steps:
            return 0
        index = bisect_left([step.high for step in self.steps], articles)
        return self.steps[min(index, len(self.steps) - 1)].level


def make_heat_scale(counts: Iterable[int]) -> HeatScale:
    """Return the tints for the counts of all cells of a calendar; the most have the last one.

    >>> [(step.level, step.low, step.high) for step in make_heat_scale([0, 1, 2, 3, 4, 50]).steps]
    [(1, 1, 1), (2, 2, 2), (3, 3, 3), (4, 4, 4), (5, 50, 50)]
    >>> [(step.level, step.low, step.high) for step in make_heat_scale([1, 1, 1, 25]).steps]
    [(2, 1, 1), (5, 25, 25)]
    """
    held = sorted(count for count in counts if count)
    if not held:
        return HeatScale(())
    highest = sorted({held[-(-rank * len(held) // HEAT_LEVELS) - 1] for rank in range(1, HEAT_LEVELS + 1)})
    steps = []
    for index, high in enumerate(highest, 1):
        low = held[bisect_left(held, highest[index - 2] + 1)] if index > 1 else held[0]
        steps.append(HeatStep(level=index * HEAT_LEVELS // len(highest), low=low, high=high))
    return HeatScale(tuple(steps))
