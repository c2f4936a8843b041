"""Finds the ends of paragraphs that nobody began, at which browsers begin one and end it: ``One.</p>Two.</p>``."""

from __future__ import annotations

import re
from typing import Final

_TAG: Final = re.compile(r"<(/?)p(?=[\s>/])[^<>]{0,2000}>", re.I)
_BREAK: Final = "<p></p>"


def print_stray_ends(text: str) -> str:
    """Return a page with an empty paragraph for each end that stands behind another one, with none begun between.

    The parser drops such an end, and what it parts becomes one text. A page has them where a script or an editor wrote
    ``</p>`` as others write ``<br>``; one that closes what it opens is returned as it is.
    """
    ends = text.count("</p>") + text.count("</P>")
    if ends <= text.count("<p>") + text.count("<p ") + text.count("<P>") + text.count("<P "):
        return text
    pieces: list[str] = []
    done = 0
    is_open = False
    for tag in _TAG.finditer(text):
        if tag[1] and not is_open:
            pieces += text[done : tag.start()], _BREAK
            done = tag.end()
        is_open = not tag[1]
    return "".join([*pieces, text[done:]])
