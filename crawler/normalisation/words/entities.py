"""Resolves the character references of HTML, however long their numbers are."""

from __future__ import annotations

import html
import re
from typing import Final

_ENDLESS: Final = re.compile(r"&#[0-9]{1000,};?")
"""Python makes no integer of more than 4,300 digits; no character has a number of more than seven."""


def unescape(text: str) -> str:
    """Return a text with the characters that its references stand for; U+FFFD for a number that is none.

    >>> unescape("harbour &amp; quay &#8211;"), unescape(f"&#{'9' * 5000};")
    ('harbour & quay –', '�')
    """
    if len(text) > 1000 and "&#" in text:
        text = _ENDLESS.sub("\ufffd", text)
    return html.unescape(text)
