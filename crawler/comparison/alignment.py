"""Aligns two sequences: returns which of their ranges are equal, and which became one another.

Its time is bounded: two sequences, however long or odd, cost no more than :data:`MOST_EDITS` and :data:`MOST_STEPS`
allow. Where they differ in more places, runs that stand once in each hold them together, and what lies between two of
these is aligned for itself.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Iterator, Sequence
from math import isqrt
from typing import NamedTuple

MOST_EDITS = 300
"""Items that leave or come on one path; the work grows with the square of it."""
MOST_STEPS = 10 * MOST_EDITS**2
"""Work on all that lies between runs, in the same measure."""


class AlignedRange(NamedTuple):
    """A range of the old sequence and the range of the new one that it equals or became; either may be empty."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int
    same: bool

    @property
    def old_slice(self) -> slice:
        """The slice of the old sequence."""
        return slice(self.old_start, self.old_end)

    @property
    def new_slice(self) -> slice:
        """The slice of the new sequence."""
        return slice(self.new_start, self.new_end)

    @property
    def size(self) -> int:
        """Items on the longer side."""
        return max(self.old_end - self.old_start, self.new_end - self.new_start)


def align(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[AlignedRange]:
    """Return the ranges of two sequences that are equal and that are not, in order and without gaps.

    The edit script is the shortest one, by Myers (An O(ND) Difference Algorithm, 1986). After :data:`MOST_EDITS` edits
    the search stops, and :func:`_match_unique_runs` parts what is between the common beginning and the common end.

    >>> [(aligned.old_slice, aligned.new_slice) for aligned in align("abcd", "axcd") if not aligned.same]
    [(slice(1, 2, None), slice(1, 2, None))]
    """
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    tail = 0
    while tail < min(len(old), len(new)) - start and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    last_old, last_new = len(old) - tail, len(new) - tail
    middle = _find_shortest_path(old[start:last_old], new[start:last_new], MOST_EDITS)
    if middle is None:
        middle = _match_unique_runs(old[start:last_old], new[start:last_new])
    pairs = [
        *((place, place) for place in range(start)),
        *((start + old_place, start + new_place) for old_place, new_place in middle),
        *((last_old + offset, last_new + offset) for offset in range(tail)),
    ]
    return list(_iter_ranges(pairs, (len(old), len(new))))


def _iter_ranges(pairs: list[tuple[int, int]], end: tuple[int, int]) -> Iterator[AlignedRange]:
    """Yield the ranges into which pairs of equal positions part two sequences of the lengths ``end``."""
    start = expected = (0, 0)  # of a run of equal items: where it began, and where it would go on
    for pair in [*pairs, end]:
        if pair != expected or pair == end:
            if expected != start:
                yield AlignedRange(start[0], expected[0], start[1], expected[1], True)
            if pair != expected:
                yield AlignedRange(expected[0], pair[0], expected[1], pair[1], False)
            start = pair
        expected = (pair[0] + 1, pair[1] + 1)


def _match_unique_runs(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Return pairs of equal positions: runs that stand once on either side, in order, and what is equal between them.

    Runs are of three items; where none is unique, of one. It is the patience diff of B. Cohen.
    """
    for length in (3, 1):
        if chain := _find_longest_chain(_find_unique_runs(old, length), _find_unique_runs(new, length)):
            break
    pairs: list[tuple[int, int]] = []
    steps = MOST_STEPS
    i = j = 0
    for a, b in [*chain, (len(old), len(new))]:
        if a > i and b > j:
            most = min(MOST_EDITS, a - i + b - j, isqrt(steps))
            steps -= most**2 // 2
            pairs += [(i + x, j + y) for x, y in _find_shortest_path(old[i:a], new[j:b], most) or ()]
            i, j = a, b
        for step in range(length if a < len(old) else 0):
            if a + step >= i and b + step >= j:
                pairs.append((a + step, b + step))
                i, j = a + step + 1, b + step + 1
    return pairs


def _find_unique_runs(items: Sequence[Hashable], length: int) -> dict[tuple[Hashable, ...], int]:
    """Return the runs of so many items that stand once, with their positions."""
    places: dict[tuple[Hashable, ...], int] = {}
    for place, run in enumerate(zip(*(items[first:] for first in range(length)), strict=False)):
        places[run] = -1 if run in places else place
    return {run: place for run, place in places.items() if place >= 0}


def _find_longest_chain(
    old: dict[tuple[Hashable, ...], int], new: dict[tuple[Hashable, ...], int]
) -> list[tuple[int, int]]:
    """Return the most pairs of positions of equal runs that rise on both sides (a longest increasing subsequence)."""
    pairs = [(place, new[run]) for run, place in old.items() if run in new]
    ends: list[int] = []  # of the chains of one, two, three … pairs, the lowest position they can end at
    last: list[int] = []
    before: list[int] = []
    for number, (_, place) in enumerate(pairs):
        length = bisect_left(ends, place)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [place]
        last[length : length + 1] = [number]
    chain: list[tuple[int, int]] = []
    number = last[-1] if last else -1
    while number >= 0:
        chain.append(pairs[number])
        number = before[number]
    return chain[::-1]


def _find_shortest_path(old: Sequence[Hashable], new: Sequence[Hashable], most: int) -> list[tuple[int, int]] | None:
    """Return the pairs of equal positions on the shortest path; None for a path of more edits than ``most``."""
    if not old or not new:
        return []
    if abs(len(old) - len(new)) > most:
        return None
    furthest = {1: 0}
    trail: list[dict[int, int]] = []
    for edits in range(min(len(old) + len(new), most) + 1):
        trail.append(dict(furthest))
        for k in range(-edits, edits + 1, 2):
            down = k == -edits or (k != edits and furthest[k - 1] < furthest[k + 1])
            x = furthest[k + 1] if down else furthest[k - 1] + 1
            y = x - k
            while x < len(old) and y < len(new) and old[x] == new[y]:
                x, y = x + 1, y + 1
            furthest[k] = x
            if x >= len(old) and y >= len(new):
                return _trace_back(trail, len(old), len(new))
    return None


def _trace_back(trail: list[dict[int, int]], x: int, y: int) -> list[tuple[int, int]]:
    """Return the pairs of equal positions on the path that leads to (x, y), by the ends of all paths it could take."""
    pairs = []
    for edits in range(len(trail) - 1, -1, -1):
        furthest, k = trail[edits], x - y
        down = k == -edits or (k != edits and furthest[k - 1] < furthest[k + 1])
        before = k + 1 if down else k - 1
        old_x = furthest[before]
        old_y = old_x - before
        while x > old_x and y > old_y and x > 0 and y > 0:
            x, y = x - 1, y - 1
            pairs.append((x, y))
        x, y = old_x, old_y
    return pairs[::-1]
