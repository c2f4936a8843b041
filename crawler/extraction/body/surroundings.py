"""Measures what stands around each line once every line has a first chance of being body, for the second judgement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from itertools import accumulate
from math import log1p
from operator import mul
from typing import Final

from crawler.extraction.layout.lines import TextLine

FEATURES: Final = (
    *("chance", "before", "second_before", "third_before", "after", "second_after", "third_after", "neighbour_most"),
    *("parent_chance", "grandparent_chance", "kind_chance", "tag_chance"),
    *("body_before", "body_after", "body_before_share", "page_body", "longest_chance"),
    *("lines_to_body_before", "lines_to_body_after", "gap", "between_body", "headings_before_body"),
)
"""Names of the numbers that are measured here, in their order."""
_Sums = list[float]
"""Of a group of lines: the sum of their chances, weighed by words, and of their words. The quotient is the mean."""
_SURE: Final = 0.8
_FAR: Final = 30
_MAX_WORDS: Final = 100.0
_FEW_WORDS: Final = 8


def count_words(text: str) -> float:
    """Return the number of words of a text, roughly; at most 100. Scripts without spaces count by letters."""
    words, letters = text.count(" ") + 1.0, len(text) / 8
    most = words if words > letters else letters
    return most if most < _MAX_WORDS else _MAX_WORDS


def measure_surroundings(
    lines: Sequence[TextLine], kinds: Sequence[tuple[str, ...]], chances: Sequence[float], least: float
) -> dict[int, list[float]]:
    """Return for each line whose chance is at least ``least`` its numbers, in the order of :data:`FEATURES`."""
    total_lines = len(lines)
    words = [count_words(line.text) for line in lines]
    masses = list(map(mul, chances, words))
    means_of_lines = _sum_up(lines, kinds, masses, words)
    body_until = [0.0, *accumulate(masses)]
    headings_until = [0, *accumulate([line.heading > 0 for line in lines])]
    sure = [chance > _SURE and count > _FEW_WORDS for chance, count in zip(chances, words, strict=True)]
    to_before, to_after = _measure_distances(sure), _measure_distances(sure[::-1])[::-1]
    body = body_until[-1] or 1.0
    longest = masses.index(max(masses)) if lines else 0
    padded = [0.0, 0.0, 0.0, *chances, 0.0, 0.0, 0.0]
    rows: dict[int, list[float]] = {}
    for index, chance in enumerate(chances):
        if chance < least:
            continue
        parent, grandparent, of_kind, of_tag = means_of_lines[index]
        around = padded[index : index + 7]
        rows[index] = [
            chance,
            around[2],
            around[1],
            around[0],
            around[4],
            around[5],
            around[6],
            max(around[2], around[4]),
            parent[0] / parent[1],
            grandparent[0] / grandparent[1],
            of_kind[0] / of_kind[1],
            of_tag[0] / of_tag[1],
            log1p(body_until[index]),
            log1p(body_until[-1] - body_until[index + 1]),
            body_until[index] / body,
            log1p(body_until[-1]),
            chances[longest],
            float(to_before[index]),
            float(to_after[index]),
            float(to_before[index] + to_after[index]),
            float(to_before[index] < _FAR and to_after[index] < _FAR),
            float(headings_until[min(total_lines, index + to_after[index])] - headings_until[index]),
        ]
    return rows


def _sum_up(
    lines: Sequence[TextLine], kinds: Sequence[tuple[str, ...]], masses: Sequence[float], words: Sequence[float]
) -> list[tuple[_Sums, _Sums, _Sums, _Sums]]:
    """Return for each line the sums of its four groups: the block above, the one above that, its kind, its tag."""
    parents, grandparents, of_kind, of_tag = (defaultdict[Hashable, _Sums]([0.0, 0.0].copy) for _ in range(4))
    sums_of_lines: list[tuple[_Sums, _Sums, _Sums, _Sums]] = []
    last_parent, last_kind, last_heading = None, None, 0
    for line, kind, mass, count in zip(lines, kinds, masses, words, strict=True):
        block = line.block
        parent = block.parent or block
        if parent is not last_parent or kind is not last_kind or line.heading != last_heading:
            # Else it goes on with a row of one kind, and so of one tag.
            groups = (
                parents[parent],
                grandparents[parent.parent or parent],
                of_kind[kind],
                of_tag[block.tag, line.heading],
            )
            last_parent, last_kind, last_heading = parent, kind, line.heading
        for sums in groups:
            sums[0] += mass
            sums[1] += count
        sums_of_lines.append(groups)
    return sums_of_lines


def _measure_distances(sure: Sequence[bool]) -> list[int]:
    """Return how many lines lie between each line and the last sure body before it."""
    distances: list[int] = []
    distance = _FAR
    for is_sure in sure:
        distances.append(distance)
        distance = 1 if is_sure else distance + 1 if distance < _FAR else _FAR
    return distances
