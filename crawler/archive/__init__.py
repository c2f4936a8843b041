"""The archive: everything SQLite. One file holds articles, links, the queue and the search index.

>>> from crawler.archive import Archive
"""

import sys


def _load_sqlite_utils() -> None:
    """Import sqlite-utils without pandas and numpy, which it would load where they are installed.

    It does so to store values of their types, which an archive never holds, and it would cost every command 120 MB
    and half a second. A program that has loaded them itself keeps them.
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

from crawler.archive.store import Archive  # noqa: E402

__all__ = ["Archive"]
