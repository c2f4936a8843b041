"""Turns the shapes of Arabic letters, which old programs wrote in place of the letters, into these."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_SHAPE: Final = re.compile("[\ufb50-\ufbb1\ufbd3-\ufbff\ufe70-\ufefc]+")
"""The presentation forms A and B of Unicode, without its words of several letters and its signs."""
_SIGN: Final = "\ufe8e"
"""The last shape of the most frequent letter: what has few of it is no text in shapes, but perhaps quotes one."""
_FEWEST: Final = 20


def read_shapes(text: str) -> str:
    """Return a text with the letters for their shapes; one that has few of these as it is."""
    if text.count(_SIGN) < _FEWEST:
        return text
    return _SHAPE.sub(lambda shapes: unicodedata.normalize("NFKC", shapes[0]), text)
