"""Tallies the parts of an ingest that have been read, now or before an interruption."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection

from crawler.engines.progress import WorkProgress
from crawler.shards.parts import Part


class PartTally:
    """Counts parts, files all of whose parts were read, and pages; ``count_pages`` tells those of a part."""

    def __init__(self, parts: Collection[Part], count_pages: Callable[[Part], int]) -> None:
        self._count_pages = count_pages
        self._left = Counter(part.path for part in parts)
        self._all_files = len(self._left)
        self._all_bytes = sum(part.size for part in parts)
        self._bytes = 0
        self._pages = 0

    def add(self, part: Part) -> None:
        """Note that a part has been read."""
        self._left[part.path] -= 1
        self._bytes += part.size
        self._pages += self._count_pages(part)

    @property
    def progress(self) -> WorkProgress:
        """How far the reading has come."""
        return WorkProgress(
            files=sum(not left for left in self._left.values()),
            all_files=self._all_files,
            bytes=self._bytes,
            all_bytes=self._all_bytes,
            pages=self._pages,
        )
