"""Reads text that its publisher encoded as UTF-8 twice."""

from __future__ import annotations

import re
from typing import Final

_TWICE_BYTES = re.compile(rb"[\xc3][\x82-\xb4](?:\xc2[\xa0-\xbf])?\xc2[\x80-\x9f]")
_FIRST: Final = r"[\xc2-\xf4]"
"""Each pattern begins with this one set: so the search jumps from one to the next."""
_FOLLOWING: Final = r"(?:(?<=[\xc2-\xdf])[\x80-\xbf]|(?<=[\xe0-\xef])[\x80-\xbf]{2}|(?<=[\xf0-\xf4])[\x80-\xbf]{3})"
_UTF8_SEQUENCE = re.compile(_FIRST + _FOLLOWING)
"""One character of UTF-8, each of its bytes read as a character."""
_TWICE = re.compile(rf"{_FIRST}(?=[\xa0-\xbf]{{0,2}}[\x80-\x9f]){_FOLLOWING}")
"""The same with a control character in it."""


def may_be_encoded_twice(body: bytes) -> bool:
    """Has valid UTF-8 characters that text which was encoded twice has, and others hardly ever?"""
    return b"\xc2" in body and b"\xc3" in body and _TWICE_BYTES.search(body) is not None


def decode_again(text: str) -> tuple[str, str | None]:
    """Return text with the characters decoded that were encoded as UTF-8 twice, and the first of them as it was sent.

    A control character of ISO 8859-1 gives such a page away, since nobody prints one: an apostrophe became three
    characters, of which two are controls. Without any the text is returned as it is, and None.
    """
    sign = _TWICE.search(text)
    if sign is None:
        return text, None
    return _UTF8_SEQUENCE.sub(_decode_sequence, text), sign[0]


def _decode_sequence(sequence: re.Match[str]) -> str:
    try:
        return sequence[0].encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return sequence[0]
