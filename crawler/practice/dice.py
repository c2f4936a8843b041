"""Choices that follow from a text: the same text, the same choices, on every machine."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

Choice = TypeVar("Choice")


class Dice:
    """Makes choices by stretching one digest of ``key``; quicker than seeding a generator for each page."""

    def __init__(self, key: str) -> None:
        self._state = int.from_bytes(blake2b(key.encode(), digest_size=8).digest()) | 1

    def roll(self) -> int:
        """Return the next number, of 40 bits."""
        # Multiplier and increment are Knuth's for 64 bits; only the upper bits are good.
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) & 0xFFFF_FFFF_FFFF_FFFF
        return self._state >> 24

    def pick(self, choices: Sequence[Choice]) -> Choice:
        """Return one of the choices."""
        return choices[self.roll() % len(choices)]
