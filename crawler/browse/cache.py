"""A cache of counts: what takes a second to count is counted once for each state of an archive.

The state is read off the files before the archive is opened, so a value may be newer than the state it is kept for,
never older. Callers that accept stale values pass ``seconds``, and the page then says when the value was counted.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final, Generic, TypeVar, cast

from crawler.normalisation.dates.moments import instant

T = TypeVar("T")

MAX_CACHED: Final = 200
"""Values; of the half that was not asked for the longest, one of a former state of the same archive is dropped first,
then the one that is counted again the soonest."""
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
        """The file's path and number; a file that replaced another one is a different file."""
        return self.path, self.marks[0][0] if self.marks else 0


def read_file_state(path: Path) -> FileState:
    """Return the state that an archive's files are in; a file that cannot be looked at has no settled state."""
    marks = []
    for file in (path, path.with_name(path.name + "-wal")):
        try:
            status = file.stat()
        except OSError:
            continue
        marks.append((status.st_ino, status.st_size, status.st_mtime_ns))
    newest = max((mark[2] for mark in marks), default=time.time_ns())
    return FileState(str(path), tuple(marks), time.time_ns() - newest > _SETTLED_NS)


@dataclass(frozen=True, slots=True)
class CachedValue(Generic[T]):
    """A value and the instant at which it was counted."""

    value: T
    counted_at: str


@dataclass(frozen=True, slots=True)
class _CacheEntry:
    state: FileState
    counted_at: float
    """Seconds of the monotonic clock."""
    seconds: float
    """How long the count took."""
    value: CachedValue[Any]


_cache: Final[OrderedDict[tuple[tuple[str, int], str], _CacheEntry]] = OrderedDict()
_lock: Final = threading.Lock()


def count_once(state: FileState, name: str, count: Callable[[], T], *, seconds: float = 0) -> CachedValue[T]:
    """Return what ``count`` gives for an archive in this state; ``count`` is called only when no cached value will do.

    ``name`` says what is counted. A value of another state will do when it is at most so many ``seconds`` old.
    """
    key = (state.file, name)
    with _lock:
        entry = _cache.get(key)
        if entry is not None:
            _cache.move_to_end(key)
            if (entry.state == state and state.settled) or time.monotonic() - entry.counted_at < seconds:
                return cast(CachedValue[T], entry.value)
    began = time.monotonic()
    value = CachedValue(count(), instant(datetime.now(UTC)))
    seconds_taken = time.monotonic() - began
    with _lock:
        _cache[key] = _CacheEntry(state, began, seconds_taken, value)
        while len(_cache) > MAX_CACHED:
            oldest = islice(_cache.items(), MAX_CACHED // 2)
            dropped, _ = min(
                oldest, key=lambda item: (item[0][0] != state.file or item[1].state == state, item[1].seconds)
            )
            del _cache[dropped]
    return value


def is_kept(state: FileState, name: str) -> bool:
    """Return True if :func:`count_once` has a value of this name for an archive in this state."""
    with _lock:
        entry = _cache.get((state.file, name))
    return entry is not None and entry.state == state and state.settled
