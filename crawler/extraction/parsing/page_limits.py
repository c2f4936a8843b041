"""Limits how much of a page is read: its parsed form takes many times the memory of its bytes; tags cost most."""

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
    if len(page) <= 2 * MAX_TAGS or page.count(b"<") <= MAX_TAGS:  # a tag has two bytes at least
        return page
    position = 0
    for _ in range(MAX_TAGS):
        tag = _TAG.search(page, position)
        if tag is None:
            return page
        position = tag.end()
        if tag[1]:
            end = _END_OF_SCRIPT.search(page, position)
            if end is None:
                return page
            position = end.start()
    beyond = _TAG.search(page, position)
    return page if beyond is None else page[: beyond.start()]
