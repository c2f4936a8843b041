"""Tells a page that breaks off from one whose author closes no element that needs not be closed."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from crawler.extraction.parsing.shown_source import drop_hidden

_TAIL: Final = 4_000
_HEAD: Final = 50_000
_OPTIONAL: Final = frozenset(
    ("html", "head", "body", "p", "li", "td", "tr", "th", "dt", "dd", "option", "tbody", "thead", "tfoot", "colgroup")
)
"""Elements whose end tag HTML lets authors leave out."""
_VOID: Final = frozenset(
    ("area", "base", "basefont", "br", "col", "embed", "frame", "hr", "img", "input", "link", "meta", "param", "wbr")
)
_HABIT: Final = 3
"""Paragraphs, items or cells that are never closed, which show that the author closes none."""
_TAG: Final = re.compile(r"<(/?)([a-z][a-z0-9]{0,15})\b[^<>]{0,2000}(/?)>")
_UNSHOWN: Final = ("script", "style")


def breaks_off(text: str) -> bool:
    """Return True if a page opens ``html`` and ``body``, closes neither, and is no page that leaves such ends out."""
    tail = text[-_TAIL:].lower()
    if "</html" in tail or "</body" in tail:
        return False
    folded = text.lower()
    return "<html" in folded[:_HEAD] and "<body" in folded and not _leaves_ends_out(folded)


def _leaves_ends_out(folded: str) -> bool:
    """Are all elements closed that must be, and none of some kind of those that need not be?"""
    if folded.rfind("<") > folded.rfind(">"):
        return False
    if any(folded.rfind(f"<{name}") > folded.rfind(f"</{name}") for name in _UNSHOWN):
        return False
    balance: Counter[str] = Counter()
    closed: set[str] = set()
    for closing, name, empty in _TAG.findall(drop_hidden(folded, _UNSHOWN)):
        if name in _VOID or empty:
            continue
        balance[name] += -1 if closing else 1
        if closing:
            closed.add(name)
    must_close = (balance.keys() - _OPTIONAL) | (closed - {"html"})
    if any(balance[name] > 0 for name in must_close):
        return False
    return any(balance[name] >= _HABIT for name in _OPTIONAL - closed)
