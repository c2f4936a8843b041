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


def unescape_whole(text: str) -> str:
    """Return a text without the references that end with a semicolon: "R&D; A&B" has none.

    >>> unescape_whole("the harbour&#039;s R&D &amp; quay")
    "the harbour's R&D & quay"
    """
    return _REFERENCE.sub(lambda reference: unescape(reference[0]), text)


_REFERENCE: Final = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
