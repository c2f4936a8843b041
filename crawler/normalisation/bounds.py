"""How much of a page is read: its parsed form takes many times the memory of its bytes, and tags cost most."""

from __future__ import annotations

import re

MAX_BYTES = 16 * 1024 * 1024
MAX_TAGS = 120_000
"""Several times what the largest pages of newspapers have. Twice as many take 300 MB of memory when they are read."""

_TAG = re.compile(rb"<(?:(script)\b|/?[a-z])")


def within_bounds(page: bytes) -> bytes:
    """Return the page, or as much of its beginning as has no more bytes and tags than are read.

    What looks like tags inside a script is none.

    >>> len(within_bounds(b"<b>" * 1_000_000)) // 3
    120000
    """
    page = page[:MAX_BYTES]
    if page.count(b"<") <= MAX_TAGS:
        return page
    lowered = page.lower()
    at = 0
    for _ in range(MAX_TAGS):
        found = _TAG.search(lowered, at)
        if found is None:
            return page
        at = found.end()
        if found[1]:
            at = lowered.find(b"</script", at)
            if at < 0:
                return page
    beyond = _TAG.search(lowered, at)
    return page if beyond is None else page[: beyond.start()]
