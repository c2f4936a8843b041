"""Recognises pages whose text only a script brings: an empty element for an application, and little to read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from crawler.extraction.layout.lines import TextLine

FEW_LETTERS: Final = 300
"""A page that shows fewer letters outside of links may be one."""
_LOOKED_AT: Final = 400_000
"""Characters of a page's source that are searched."""
_MOUNTING_POINT: Final = re.compile(
    r"<(?P<tag>div|main|section|body)\b[^<>]{0,200}?\bid\s*=\s*[\"']?(?:root|app|__next|__nuxt|___gatsby|react-root|app-root|"
    r"svelte|application|mount)[\"'\s>][^<>]{0,200}>?\s*(?:<!--.{0,200}?-->\s*)?</(?P=tag)"
    r"|<(?P<own>app|app-root|[a-z]{1,20}-app)\b[^<>]{0,200}>\s*</(?P=own)",
    re.I | re.S,
)
"""The empty element into which the usual frameworks put a page."""
_ASKS_FOR_SCRIPT: Final = re.compile(r"<noscript\b[^<>]{0,200}>(?:(?!</noscript).){0,2000}?java\s?script", re.I | re.S)
"""The word is the same in every language."""


def shows_little(lines: Sequence[TextLine]) -> bool:
    """Return True if a page has next to nothing to read outside of links."""
    letters = 0
    for line in lines:
        letters += len(line.unlinked)
        if letters >= FEW_LETTERS:
            return False
    return True


def is_brought_by_script(lines: Sequence[TextLine], source: str) -> bool:
    """Return True if a page shows next to nothing, and says or shows that a script brings the rest."""
    if not shows_little(lines):
        return False
    head = source[:_LOOKED_AT]
    return _MOUNTING_POINT.search(head) is not None or _ASKS_FOR_SCRIPT.search(head) is not None
