"""The archive: one SQLite file that holds articles, links, the queue and the search index.

>>> from crawler.archive import Archive

The names below are imported from their subpackages when they are first used, so that a module of one subpackage does
not load the others.
"""

import sys
from typing import TYPE_CHECKING

from crawler.system.late_imports import attach_names

if TYPE_CHECKING:
    from crawler.archive.search.facets import condition, tally
    from crawler.archive.search.selection import Filters, Selection
    from crawler.archive.search.similar import more_like
    from crawler.archive.snapshots.compare import verify
    from crawler.archive.snapshots.freeze import find_snapshot, freeze
    from crawler.archive.store import Archive

__all__ = ["Archive", "Filters", "Selection", "condition", "find_snapshot", "freeze", "more_like", "tally", "verify"]

__getattr__, __dir__ = attach_names(
    __name__,
    {
        "Archive": ".store",
        "Filters": ".search.selection",
        "Selection": ".search.selection",
        "condition": ".search.facets",
        "find_snapshot": ".snapshots.freeze",
        "freeze": ".snapshots.freeze",
        "more_like": ".search.similar",
        "tally": ".search.facets",
        "verify": ".snapshots.compare",
    },
)


def _load_sqlite_utils() -> None:
    """Import sqlite-utils without pandas and numpy, which it would load where they are installed.

    sqlite-utils imports them to store values of their types, which an archive never holds; they would cost every
    command 120 MB and half a second. A program that has loaded them itself keeps them. While this function runs (some
    50 ms, once), another thread that imports pandas or numpy for the first time gets an ImportError.
    """
    unwanted = [name for name in ("pandas", "numpy") if name not in sys.modules]
    for name in unwanted:
        sys.modules[name] = None  # type: ignore[assignment]  # Python's own sign for "cannot be imported"
    try:
        import sqlite_utils  # noqa: F401
    finally:
        for name in unwanted:
            del sys.modules[name]


_load_sqlite_utils()
