"""Hashes of the answers that an archive holds, in a file: a hint to readers, which pages need not be read once more.

A hash is of eight bytes, so that a million answers take eight million. The writer of the archive decides: a page that
was left out by a wrong hint is read after all.
"""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_left
from collections.abc import Iterable
from datetime import datetime
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Final, NamedTuple

from crawler.normalisation.dates.moments import instant
from crawler.shards.entries import ShardEntry

_WIDTH: Final = 8


class AnswerKey(NamedTuple):
    """What tells an answer from others: its address, its instant (``2022-03-11T08:45:00Z``) and its payload digest."""

    url_key: str
    fetched_at: str
    digest: str


def make_answer_key(entry: ShardEntry) -> AnswerKey:
    """Return the key of the answer of an entry that was read."""
    return AnswerKey(entry.url_key, instant(datetime.fromisoformat(entry.date)), entry.answer_digest)


def write_answer_hashes(path: Path, keys: Iterable[AnswerKey]) -> None:
    """Write the hashes of answers into a file. Raises OSError."""
    hashes = array("Q", sorted({_hash_key(key) for key in keys}))
    with path.open("wb") as file:
        hashes.tofile(file)


class AnswerHashes:
    """The hashes in a file, asked with ``in``; they are not read into memory."""

    def __init__(self, path: Path) -> None:
        self._hashes: memoryview | None = None
        if path.stat().st_size:
            with path.open("rb") as file:
                self._hashes = memoryview(mmap(file.fileno(), 0, access=ACCESS_READ)).cast("Q")

    def __contains__(self, key: AnswerKey) -> bool:
        if self._hashes is None:
            return False
        wanted = _hash_key(key)
        place = bisect_left(self._hashes, wanted)
        return place < len(self._hashes) and self._hashes[place] == wanted


def _hash_key(key: AnswerKey) -> int:
    text = f"{key.fetched_at} {key.digest} {key.url_key}"
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_WIDTH)
    return int.from_bytes(digest.digest(), "little")
