"""Mends end tags that browsers read otherwise than the parser: a page that ends early, and those that end nothing."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

_SIGN: Final = re.compile(r"<(?=[/pP])/?(?:[pP][ >]|br|BR|html|HTML)")
"""All that tells of such ends, found in one look; behind its first character it goes on to the next in most tags."""
_END_OF_PAGE: Final = re.compile(r"</(?:html|body)\s{0,9}>", re.I)
_SHOWN_TAG: Final = re.compile(r"<(?:p|div|h[1-6]|article|section|main|table|ul|ol|span|a|body)[\s>]", re.I)
_TAG: Final = re.compile(r"<(/?)p(?=[\s>/])[^<>]{0,2000}>", re.I)
_EMPTY: Final = "<p></p>"
_END_OF_BREAK: Final = re.compile(r"</br\s{0,9}/?>", re.I)


def mend_ends(text: str) -> str:
    """Return a page without ends of its own amid it, and with what its stray ends are shown as.

    That is an empty paragraph for each ``</p>`` that ends none, and a break for each ``</br>``: the parser drops them,
    and what they part becomes one text. Where more of the page follows the first of its ends of ``body`` and ``html``,
    all of them are left out: a header that is included with them is one cause, a page within a page another. For
    libxml2 the page is over there; browsers show what follows in the same body.
    """
    signs = list(_SIGN.finditer(text))
    end = next((sign.start() for sign in signs if sign[0] in ("</html", "</HTML")), None)
    if end is not None and _SHOWN_TAG.search(text, end):
        text = _END_OF_PAGE.sub("", text)
        signs = list(_SIGN.finditer(text))
    counts = Counter([sign[0] for sign in signs])
    if counts["</br"] or counts["</BR"]:
        text = _END_OF_BREAK.sub("<br>", text)
    if counts["</p>"] + counts["</P>"] <= counts["<p>"] + counts["<p "] + counts["<P>"] + counts["<P "]:
        return text  # a page that closes what it opens
    return _print_stray_paragraphs(text)


def _print_stray_paragraphs(text: str) -> str:
    """Return a page with an empty paragraph for each ``</p>`` behind another one, with none begun between."""
    pieces: list[str] = []
    done = 0
    is_open = False
    for tag in _TAG.finditer(text):
        if tag[1] and not is_open:
            pieces += text[done : tag.start()], _EMPTY
            done = tag.end()
        is_open = not tag[1]
    return "".join([*pieces, text[done:]])
