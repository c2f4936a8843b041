"""Gives each run of so many words a number, such that two runs have the same number if they are the same words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy

from crawler.research.forward_index.index import BARRIER_NUMBER, Array, ForwardIndex
from crawler.research.words.tokens import join_words

MOST_BITS: Final = 62
"""Bits of a number of 64 that are used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunKeys:
    """What the numbers of runs stand for.

    A number is that of the run without its last word, times ``base``, plus the last word; where that would not fit into
    64 bits, the numbers so far are replaced by their places among themselves.
    """

    base: int
    limit: int
    """All numbers are below it."""
    steps: tuple[Array | None, ...] = ()
    """From the second word on: before it was added, the numbers that stand at each place; None where they stayed."""
    last: tuple[Array, ...] = ()
    """The same after the last word, one upon the other."""

    def compress(self, numbers: Array) -> tuple[RunKeys, Array]:
        """Return numbers as their places among themselves."""
        values, places = numpy.unique(numbers, return_inverse=True)
        return replace(self, limit=len(values), last=(*self.last, values)), places

    def limit_to(self, values: Array) -> RunKeys:
        """Return the keys for places among these numbers."""
        return replace(self, limit=len(values), last=(*self.last, values))

    def name(self, numbers: Array, index: ForwardIndex) -> list[str]:
        """Return the runs with these numbers, as :func:`crawler.research.words.tokens.join_words` joins them."""
        vocabulary = index.vocabulary
        columns = [[vocabulary[number] for number in column.tolist()] for column in self.split(numbers)]
        return [join_words(run) for run in zip(*columns, strict=True)]

    def number(self, columns: Sequence[Array]) -> tuple[Array, Array]:
        """Return the numbers of runs by their first words, their second ones, and so on, and whether they have one."""
        numbers = columns[0].astype(numpy.int64)
        is_there = numpy.ones(len(numbers), dtype=bool)
        for values, column in zip(self.steps, columns[1:], strict=True):
            if values is not None:
                numbers, is_there = _find_places(values, numbers, is_there)
            numbers = numbers * self.base + column
        for values in self.last:
            numbers, is_there = _find_places(values, numbers, is_there)
        return numbers, is_there

    def split(self, numbers: Array) -> list[Array]:
        """Return the first words of runs, their second ones, and so on."""
        for values in reversed(self.last):
            numbers = values[numbers]
        columns = []
        for values in reversed(self.steps):
            columns.append(numbers % self.base)
            numbers = numbers // self.base
            if values is not None:
                numbers = values[numbers]
        return [numbers, *reversed(columns)]


def _find_places(values: Array, numbers: Array, is_there: Array) -> tuple[Array, Array]:
    """Return the places of numbers among rising values, and which of those that were there still are."""
    if not len(values):
        return numpy.zeros_like(numbers), numpy.zeros_like(is_there)
    places = numpy.minimum(numpy.searchsorted(values, numbers), len(values) - 1)
    return places, is_there & (values[places] == numbers)


def make_run_keys(words: Array, length: int, base: int) -> tuple[RunKeys, Array, Array]:
    """Return the keys, the number and the place of each run of so many words that no barrier and no end is inside of.

    ``base`` is above every word.
    """
    if length * base.bit_length() <= MOST_BITS:
        return _make_plain_keys(words, length, base)
    places = find_runs(words, length)
    keys = RunKeys(base=base, limit=base)
    numbers = words[places].astype(numpy.int64)
    for step in range(1, length):
        values = None
        if keys.limit.bit_length() + base.bit_length() > MOST_BITS:
            values, numbers = numpy.unique(numbers, return_inverse=True)
            keys = replace(keys, limit=len(values))
        numbers *= base
        numbers += words[step:][places]
        keys = replace(keys, limit=keys.limit * base, steps=(*keys.steps, values))
    return keys, numbers, places


def _make_plain_keys(words: Array, length: int, base: int) -> tuple[RunKeys, Array, Array]:
    """Return the same of runs whose numbers fit as they are: all neighbours at once, and then without those parted."""
    keys = RunKeys(base=base, limit=base**length, steps=(None,) * (length - 1))
    places = find_runs(words, length)
    if not len(places):
        return keys, numpy.zeros(0, dtype=numpy.int64), places
    count = len(words) - length + 1
    numbers = words[:count].astype(numpy.int64)
    for step in range(1, length):
        numbers *= base
        numbers += words[step : step + count]
    return keys, numbers[places], places


def find_runs(words: Array, length: int) -> Array:
    """Return where runs of so many words begin that no barrier and no end is inside of."""
    return numpy.flatnonzero(~_is_near(words <= BARRIER_NUMBER, length))


def find_pairs(is_character: Array) -> Array:
    """Return the places of the characters that are followed by another one."""
    return numpy.flatnonzero(is_character[:-1] & is_character[1:])


def find_singles(words: Array, pairs: Array) -> Array:
    """Return the places of the words that are in no pair, barriers and ends left out."""
    is_single = words > BARRIER_NUMBER
    is_single[pairs] = False
    is_single[pairs + 1] = False
    return numpy.flatnonzero(is_single)


def split_pairs(pairs: Array) -> list[tuple[int, int]]:
    """Return the first and the second word of pairs that are one number each."""
    return list(zip((pairs >> 32).tolist(), (pairs & 0xFFFFFFFF).tolist(), strict=True))


def _is_near(apart: Array, length: int) -> Array:
    """Return where one of the next so many words, this one among them, parts runs, or none is there."""
    near = apart.copy()
    for step in range(1, length):
        near[:-step] |= apart[step:]
        near[-step:] = True
    return near
