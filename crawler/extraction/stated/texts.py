"""Reads the text of what is stated as HTML, and often escaped once more: titles, names."""

from __future__ import annotations

import re
from html import unescape
from typing import Final

from crawler.normalisation.words.text import clean

_TAG: Final = re.compile(r"</?[A-Za-z][^<>]{0,300}>")


def strip_markup(stated: str) -> str:
    """Return a stated text without tags, its references as characters, however often they were escaped.

    >>> strip_markup("Ferry to &lt;i&gt;Sull&lt;/i&gt; &amp;amp; back"), strip_markup("3 < 4 & 5 > 4")
    ('Ferry to Sull & back', '3 < 4 & 5 > 4')
    """
    if "&" not in stated and "<" not in stated:
        return stated
    return clean(_TAG.sub("", unescape(unescape(stated))))
