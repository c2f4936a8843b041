"""Remembering: what takes a second to count is counted once for each state of an archive.

The state is read off the files, before the archive is: a figure may so be newer than the state it is kept for, never
older. Who may do with a figure that is some seconds old says so, and the page then says when it was counted.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Generic, TypeVar, cast

from crawler.normalisation.dates import instant

T = TypeVar("T")

MAX_CACHED: Final = 200
"""Figures; those that were not asked for the longest are forgotten."""
_SETTLED_NS: Final = 100_000_000
"""A file that was written more recently may be written again without its time changing."""


@dataclass(frozen=True, slots=True)
class FileState:
    """One state of an archive's files."""

    path: str
    marks: tuple[tuple[int, int, int], ...]
    """File number, size and time of the last change, of the archive and of its log."""
    settled: bool

    @property
    def file(self) -> tuple[str, int]:
        """Which file it is; one that took the place of another is not the same."""
        return self.path, self.marks[0][0] if self.marks else 0


def read_file_state(path: Path) -> FileState:
    """Return the state that an archive's files are in; of a file that cannot be looked at nothing is remembered."""
    marks = []
    for file in (path, path.with_name(path.name + "-wal")):
        try:
            found = file.stat()
        except OSError:
            continue
        marks.append((found.st_ino, found.st_size, found.st_mtime_ns))
    newest = max((mark[2] for mark in marks), default=time.time_ns())
    return FileState(str(path), tuple(marks), time.time_ns() - newest > _SETTLED_NS)


@dataclass(frozen=True, slots=True)
class CachedValue(Generic[T]):
    """What was counted, and when."""

    value: T
    counted_at: str


@dataclass(frozen=True, slots=True)
class _CacheEntry:
    stamp: FileState
    at: float
    figure: CachedValue[Any]


_cache: Final[OrderedDict[tuple[tuple[str, int], str], _CacheEntry]] = OrderedDict()
_lock: Final = threading.Lock()


def cached(state: FileState, name: str, count: Callable[[], T], *, seconds: float = 0) -> CachedValue[T]:
    """Return what ``count`` gives for an archive in this state; it is only called when that is not known.

    ``name`` says what is counted. A figure of another state will do when it is at most so many ``seconds`` old.
    """
    key = (state.file, name)
    with _lock:
        kept = _cache.get(key)
        if kept is not None:
            _cache.move_to_end(key)
            if (kept.stamp == state and state.settled) or time.monotonic() - kept.at < seconds:
                return cast(CachedValue[T], kept.figure)
    began = time.monotonic()
    made = CachedValue(count(), instant(datetime.now(UTC)))
    with _lock:
        _cache[key] = _CacheEntry(state, began, made)
        while len(_cache) > MAX_CACHED:
            _cache.popitem(last=False)
    return made
