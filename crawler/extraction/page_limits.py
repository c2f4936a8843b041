"""How much of a page is read: its parsed form takes many times the memory of its bytes, and tags cost most."""

from __future__ import annotations

import re

MAX_BYTES = 16 * 1024 * 1024
MAX_TAGS = 105_000
"""Several times what the largest pages of newspapers have. So many take 130 MB of memory when they are read."""

_TAG = re.compile(rb"<(?:(script)\b|/?[a-z])", re.IGNORECASE)
_END_OF_SCRIPT = re.compile(rb"</script", re.IGNORECASE)


def truncate_page(page: bytes) -> bytes:
    """Return the page, or as much of its beginning as has no more bytes and tags than are read.

    What looks like tags inside a script is none.

    >>> len(truncate_page(b"<b>" * 1_000_000)) // 3
    105000
    """
    page = page[:MAX_BYTES]
    if page.count(b"<") <= MAX_TAGS:
        return page
    at = 0
    for _ in range(MAX_TAGS):
        found = _TAG.search(page, at)
        if found is None:
            return page
        at = found.end()
        if found[1]:
            end = _END_OF_SCRIPT.search(page, at)
            if end is None:
                return page
            at = end.start()
    beyond = _TAG.search(page, at)
    return page if beyond is None else page[: beyond.start()]
