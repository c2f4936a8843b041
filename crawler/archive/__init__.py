"""The archive: everything SQLite. One file holds articles, links, the queue and the search index.

>>> from crawler.archive import Archive
"""

from crawler.archive.store import Archive

__all__ = ["Archive"]
