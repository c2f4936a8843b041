"""Measures what stands around each line once every line has a first chance of being body, for the second judgement."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from math import log1p
from typing import Final

from crawler.extraction.lines import TextLine

FEATURES: Final = (
    *("chance", "before", "second_before", "third_before", "after", "second_after", "third_after", "neighbour_most"),
    *("parent_chance", "grandparent_chance", "kind_chance", "tag_chance"),
    *("body_before", "body_after", "body_before_share", "page_body", "longest_chance"),
    *("lines_to_body_before", "lines_to_body_after", "gap", "between_body", "headings_before_body"),
)
"""Names of the numbers that are measured here, in their order."""
_SURE: Final = 0.8
_FAR: Final = 30
_MAX_WORDS: Final = 100
_FEW_WORDS: Final = 8


def count_words(text: str) -> float:
    """Return the number of words of a text, roughly; at most 100. Scripts without spaces count by letters."""
    return min(float(_MAX_WORDS), max(text.count(" ") + 1.0, len(text) / 8))


class _Means:
    """The mean chance of each group of lines, weighed by words."""

    def __init__(self) -> None:
        self.sums: dict[Hashable, float] = {}
        self.words: dict[Hashable, float] = {}

    def add(self, key: Hashable, chance: float, words: float) -> None:
        self.sums[key] = self.sums.get(key, 0.0) + chance * words
        self.words[key] = self.words.get(key, 0.0) + words

    def __getitem__(self, key: Hashable) -> float:
        return self.sums[key] / self.words[key]


def measure_surroundings(
    lines: Sequence[TextLine], kinds: Sequence[tuple[str, ...]], chances: Sequence[float], least: float
) -> dict[int, list[float]]:
    """Return for each line whose chance is at least ``least`` its numbers, in the order of :data:`FEATURES`."""
    total_lines = len(lines)
    words = [count_words(line.text) for line in lines]
    parents, grandparents, of_kind, of_tag = _Means(), _Means(), _Means(), _Means()
    keys: list[tuple[int, int, tuple[str, int]]] = []
    for line, kind, chance, count in zip(lines, kinds, chances, words, strict=True):
        parent = line.block.parent or line.block
        key = (id(parent), id(parent.parent or parent), (line.block.tag, line.heading))
        keys.append(key)
        parents.add(key[0], chance, count)
        grandparents.add(key[1], chance, count)
        of_tag.add(key[2], chance, count)
        of_kind.add(kind, chance, count)
    body_until, headings_until = [0.0], [0]
    for line, chance, count in zip(lines, chances, words, strict=True):
        body_until.append(body_until[-1] + chance * count)
        headings_until.append(headings_until[-1] + (line.heading > 0))
    sure = [chance > _SURE and count > _FEW_WORDS for chance, count in zip(chances, words, strict=True)]
    to_before, to_after = _measure_distances(sure), _measure_distances(sure[::-1])[::-1]
    body = body_until[-1] or 1.0
    longest = max(range(total_lines), key=lambda index: chances[index] * words[index]) if lines else 0
    padded = [0.0, 0.0, 0.0, *chances, 0.0, 0.0, 0.0]
    rows: dict[int, list[float]] = {}
    for index, chance in enumerate(chances):
        if chance < least:
            continue
        parent_key, grandparent_key, tag_key = keys[index]
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
            parents[parent_key],
            grandparents[grandparent_key],
            of_kind[kinds[index]],
            of_tag[tag_key],
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


def _measure_distances(sure: Sequence[bool]) -> list[int]:
    """Return how many lines lie between each line and the last sure body before it."""
    distances: list[int] = []
    distance = _FAR
    for is_sure in sure:
        distances.append(distance)
        distance = 1 if is_sure else min(_FAR, distance + 1)
    return distances
