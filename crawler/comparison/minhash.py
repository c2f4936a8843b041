"""Sketches texts (bottom-k MinHash), and estimates from two sketches which share of the texts is the same.

A sketch is made of the folded text, so that case, diacritics, quotes and spaces make no difference. Texts that are
equal to the letter have the same digest (:mod:`crawler.normalisation.digest`).
"""

from __future__ import annotations

import re
import struct
from bisect import bisect_right
from dataclasses import dataclass
from zlib import crc32

from crawler.normalisation.words.scripts import SKETCHED
from crawler.normalisation.words.text import ASCII_SPACED, fold

SKETCH_SIZE = 64
"""Values kept of each text. With 64 the estimate of a similarity of 0.8 is off by about 0.05."""
BAND_SIZE = 16
"""The lowest values, through which candidates are found; two texts alike by 0.8 share about thirteen of them."""
SHINGLE = 3
"""Words (or ideographs) that make one shingle: single words say what a text is about, three how it says it."""
NEAR_COPY_SIMILARITY = 0.8
"""The similarity from which on two texts are near copies. On pairs made from one text of 300 words, ten scattered
edits of one word keep about 0.8, while two reports of one event by different writers stay below 0.2; see
``tests/comparison/test_minhash.py``."""

_WORD = re.compile(f"[{SKETCHED}]|[^\\W_{SKETCHED}]+")
_MOST_WORDS = 200_000
"""Words that are sketched: more than any article has, so that a hostile page of megabytes costs no more."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The 64 lowest hashes of a text's shingles, rising: a fair sample of them, the same for the same text."""

    values: tuple[int, ...]

    @classmethod
    def from_text(cls, text: str) -> Fingerprint:
        """Return the sketch of a text; a text of fewer than three words is one shingle, an empty one has none."""
        hashes = _list_hashes(text)
        if not hashes:
            return cls(())
        bound = 4 * SKETCH_SIZE * 2**32 // len(hashes)  # of the hashes of a long text only the lower ones need sorting
        lowest = sorted({number for number in hashes if number < bound})
        return cls(tuple((lowest if len(lowest) >= SKETCH_SIZE else sorted(set(hashes)))[:SKETCH_SIZE]))

    @classmethod
    def from_bytes(cls, stored: bytes) -> Fingerprint:
        """Return the sketch that :meth:`to_bytes` wrote."""
        return cls(struct.unpack(f"<{len(stored) // 4}I", stored))

    def to_bytes(self) -> bytes:
        """Return the sketch with four bytes a value, little-endian: 256 bytes for a text of any length."""
        return struct.pack(f"<{len(self.values)}I", *self.values)

    @property
    def band(self) -> tuple[int, ...]:
        """The lowest values, through which candidates for comparison are found."""
        return self.values[:BAND_SIZE]


def join_sketched(lead: str | None, body: str) -> str:
    """Return the text of an article that is sketched."""
    return f"{lead}\n\n{body}" if lead else body


def estimate_similarity(one: Fingerprint, other: Fingerprint) -> float:
    """Estimate the share of all shingles of two texts that is in both: 0.0 to 1.0, to three places.

    The share is exact for texts that have no more shingles than a sketch holds values.
    """
    first, second = set(one.values), set(other.values)
    union = sorted(first | second)[:SKETCH_SIZE]
    if not union:
        return 0.0
    return round(len((first & second).intersection(union)) / len(union), 3)


def estimate_overlap(one: Fingerprint, other: Fingerprint) -> tuple[int, float]:
    """Count the values that two sketches share, and estimate of which share of a text's shingles the other has more.

    A sketch holds all hashes of its text up to its highest value. So up to the lower one of two highest values both
    texts are known, and of each this sample tells which share the other one has; the larger one is returned.
    """
    shared = len({*one.values} & {*other.values})
    if not shared:
        return 0, 0.0
    ends = [sketch.values[-1] for sketch in (one, other) if len(sketch.values) == SKETCH_SIZE]
    bound = min(ends, default=2**32)
    return shared, shared / min(bisect_right(sketch.values, bound) for sketch in (one, other))


def hash_shingles(text: str) -> frozenset[int]:
    """Return the hashes of all shingles of a text, of which a sketch holds the lowest."""
    return frozenset(_list_hashes(text))


def compute_similarity(one: frozenset[int], other: frozenset[int]) -> float:
    """Return the share of all shingles of two texts that is in both, cut to three places: 1.0 only where it is all."""
    both = len(one & other)
    return (1000 * both // len(one | other)) / 1000 if both else 0.0


def split_words(text: str) -> list[str]:
    """Return the words that shingles are made of; each character of a script that writes no spaces is one.

    Search and differences cut the same words, but for three things that stay as they are because archives store
    sketches: a mark (a vowel of Thai, Burmese, Khmer or Devanagari) is parted from its letter, each digit and sign of
    a block of such a script is a word, and so is the point between Japanese names. The reasons stand in
    ``docs/decisions/0002-search-tokens.md``.
    """
    folded = text.lower() if text.isascii() else fold(text)
    if folded.isascii():
        return folded.translate(ASCII_SPACED).split()[:_MOST_WORDS]
    return _WORD.findall(folded)[:_MOST_WORDS]


def _list_hashes(text: str) -> list[int]:
    words = split_words(text)
    spaced = (" \n".join(words) + " ").encode("utf-8", "surrogatepass").split(b"\n")  # a space behind each
    hashes = [*map(crc32, map(b"".join, zip(*(spaced[first:] for first in range(SHINGLE)), strict=False)))]
    return hashes or ([crc32(b"".join(spaced))] if words else [])
