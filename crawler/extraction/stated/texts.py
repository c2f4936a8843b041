"""Reads the text of what is stated as HTML, and often escaped once more: titles, names."""

from __future__ import annotations

import re
from typing import Final

from crawler.normalisation.words.entities import unescape
from crawler.normalisation.words.text import clean

_FORMATTING: Final = (
    "abbr|a|big|blockquote|br|b|center|cite|div|em|font|h[1-6]|img|ins|i|mark|nobr|p|q|small|span|strong|strike|"
    "sub|sup|s|tt|u|wbr"
)
_TAG: Final = re.compile(rf"</?(?:{_FORMATTING})(?:[\s/][^<>]{{0,300}})?>", re.IGNORECASE)
"""A tag that gives words a look; others, like ``<script>``, are words that somebody writes about."""


def strip_markup(stated: str) -> str:
    """Return a stated text without tags that format it, its references as characters, however often they were escaped.

    >>> strip_markup("Ferry to &lt;i&gt;Sull&lt;/i&gt; &amp;amp; back"), strip_markup("3 < 4 & 5 > 4")
    ('Ferry to Sull & back', '3 < 4 & 5 > 4')
    >>> strip_markup("A printer sets &lt;script&gt; in lead")
    'A printer sets <script> in lead'
    """
    if "&" not in stated and "<" not in stated:
        return stated
    return clean(_TAG.sub("", unescape(unescape(stated))))
