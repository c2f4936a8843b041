"""Finds end tags that end nothing, and that browsers show as a break: ``One.</p>Two.</p>``, ``One.</br>Two.``."""

from __future__ import annotations

import re
from typing import Final

_TAG: Final = re.compile(r"<(/?)p(?=[\s>/])[^<>]{0,2000}>", re.I)
_EMPTY: Final = "<p></p>"
_END_OF_BREAK: Final = re.compile(r"</br\s{0,9}/?>", re.I)


def print_stray_ends(text: str) -> str:
    """Return a page with an empty paragraph for each ``</p>`` that ends none, and a break for each ``</br>``.

    The parser drops them, and what they part becomes one text. ``</p>`` ends nothing where it stands behind another
    one, with none begun between; a page that closes what it opens is returned as it is.
    """
    if "</br" in text or "</BR" in text:
        text = _END_OF_BREAK.sub("<br>", text)
    ends = text.count("</p>") + text.count("</P>")
    if ends <= text.count("<p>") + text.count("<p ") + text.count("<P>") + text.count("<P "):
        return text
    pieces: list[str] = []
    done = 0
    is_open = False
    for tag in _TAG.finditer(text):
        if tag[1] and not is_open:
            pieces += text[done : tag.start()], _EMPTY
            done = tag.end()
        is_open = not tag[1]
    return "".join([*pieces, text[done:]])
