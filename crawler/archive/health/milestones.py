"""Dates the numbers of a site by its milestones: numbers whose date is known and fits those of their neighbours."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date
from itertools import pairwise


def find_longest_rising(dated: Iterable[tuple[int, date]]) -> list[tuple[int, date]]:
    """Return the longest subsequence of numbers whose dates never fall, so that a misprinted date moves no neighbours.

    It is found by patience sorting. ``dated`` is sorted by number.
    """
    rows = list(dated)
    tails: list[date] = []
    tail_indexes: list[int] = []
    predecessors: list[int | None] = []
    for index, (_, day) in enumerate(rows):
        tail = bisect_right(tails, day)
        predecessors.append(tail_indexes[tail - 1] if tail else None)
        tails[tail : tail + 1] = [day]
        tail_indexes[tail : tail + 1] = [index]
    rising: list[tuple[int, date]] = []
    current = tail_indexes[-1] if tail_indexes else None
    while current is not None:
        rising.append(rows[current])
        current = predecessors[current]
    return rising[::-1]


def split_into_months(milestones: list[tuple[int, date]], last: int) -> list[tuple[str, int, int]]:
    """Return (month, first number, last number); the days between milestones are spread evenly over the numbers."""
    (number, day), *_ = milestones
    starts = [(f"{day:%Y-%m}", number)]
    for (low, begin), (high, end) in pairwise(milestones):
        month = _advance_month(begin)
        while month <= end:
            ahead = -(-(month - begin).days * (high - low) // max((end - begin).days, 1))
            starts.append((f"{month:%Y-%m}", low + ahead))
            month = _advance_month(month)
    ends = [start - 1 for _, start in starts[1:]] + [max(last, milestones[-1][0])]
    return [(month, start, end) for (month, start), end in zip(starts, ends, strict=True) if end >= start]


def _advance_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def list_days_of_month(month: str, first: date, last: date) -> list[str]:
    """Return the days of a month, ``YYYY-MM-DD``, that lie between two days."""
    begin = date.fromisoformat(f"{month}-01")
    low, high = max(begin, first).toordinal(), min(_advance_month(begin).toordinal() - 1, last.toordinal())
    return [date.fromordinal(ordinal).isoformat() for ordinal in range(low, high + 1)]
