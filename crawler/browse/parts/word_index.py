"""Keeps the forward index of each served archive, in which the pages of words count (extra ``desk``).

A small archive is read while its first reader waits; of a large one a thread of its own reads the articles, and the
page says so meanwhile and loads again.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from crawler.archive import Archive
from crawler.browse.cache import FileState
from crawler.browse.executor import NotReady
from crawler.browse.page import PageRequest
from crawler.errors import CrawlerError

if TYPE_CHECKING:
    from crawler.research.forward_index.builder import IndexBuilder
    from crawler.research.forward_index.index import ForwardIndex

logger = logging.getLogger(__name__)

ARTICLES_READ_AT_ONCE: Final = 1_000
"""So many are read while a reader waits."""
_RUNS_COUNTED_AHEAD: Final = (2, 3)
"""Words in a row that are counted before anybody asks."""
_MOST_ARCHIVES: Final = 8


@dataclass(slots=True)
class _KeptIndex:
    """The index of one archive."""

    builder: IndexBuilder
    state: FileState | None = None
    """What the index is of."""
    index: ForwardIndex | None = None
    missing: int = 0
    """Articles that are still to be read, while a thread reads them."""
    thread: threading.Thread | None = None
    has_failed: bool = False
    """The articles could not be read: pages count without the index."""
    lock: threading.Lock = field(default_factory=threading.Lock)


_kept: Final[OrderedDict[tuple[str, int], _KeptIndex]] = OrderedDict()
_lock: Final = threading.Lock()


def find_forward_index(request: PageRequest) -> ForwardIndex | None:
    """Return the forward index of a page's archive; None where numpy is not installed.

    Raises:
        NotReady: a thread reads the archive.

    """
    try:
        from crawler.research.forward_index.builder import IndexBuilder
    except ImportError:
        return None
    with _lock:
        kept = _kept.setdefault(request.file_state.file, _KeptIndex(IndexBuilder()))
        _kept.move_to_end(request.file_state.file)
        while len(_kept) > _MOST_ARCHIVES:
            _kept.popitem(last=False)
    if kept.has_failed:
        return None
    with kept.lock:
        if kept.thread is not None and kept.thread.is_alive():
            raise _explain(kept)
        if kept.index is None or kept.state != request.file_state or not request.file_state.settled:
            kept.index = kept.builder.update(request.archive.db, lambda missing: _is_soon_done(kept, missing))
            kept.state = request.file_state
        if kept.index is None:
            kept.thread = threading.Thread(
                target=_read_archive, args=(kept, Path(request.file_state.path)), name="seealso-words", daemon=True
            )
            kept.thread.start()
            raise _explain(kept)
        return kept.index


def _is_soon_done(kept: _KeptIndex, missing: int) -> bool:
    kept.missing = missing
    return missing <= ARTICLES_READ_AT_ONCE


def _read_archive(kept: _KeptIndex, path: Path) -> None:
    def note_progress(missing: int) -> bool:
        kept.missing = missing
        return True

    try:
        with Archive(path) as archive, archive.moment():
            index = kept.builder.update(archive.db, note_progress)
    except (CrawlerError, OSError, sqlite3.Error) as error:
        kept.has_failed = True
        logger.warning("the words of %s could not be read: %s", path, error)
        return
    if index is not None:
        # Pages are answered meanwhile; one that asks for runs waits for those of its language.
        threading.Thread(target=_count_runs, args=(index,), name="seealso-runs", daemon=True).start()


def _count_runs(index: ForwardIndex) -> None:
    from crawler.research.forward_index.run_counts import count_languages

    for length in _RUNS_COUNTED_AHEAD:
        count_languages(index, length)


def _explain(kept: _KeptIndex) -> NotReady:
    return NotReady(
        f"The words of this archive are counted once, and {kept.missing:,} of its articles are still to be read. This"
        " page loads again by itself."
    )
