"""Reads pages in UTF-8 of which pieces are in Latin: a headline from an old database, a footer that is included."""

from __future__ import annotations

import codecs
import re
from typing import Final, cast

from crawler.extraction.parsing.charsets import is_latin_usual

_ERRORS: Final = "seealso_mixed"
_IN_WORD: Final = re.compile(rb"[A-Za-z]{2}[\xc0\xc1\xc4-\xe1\xe3-\xff]{1,2}[A-Za-z]")
"""A letter of Latin amid a word: no character of UTF-8 begins so, and none of those that are often cut in two does."""
_OFTEN_CUT: Final = b"\xc2\xc3"


def read_mixed(body: bytes, damaged: str, language: str | None) -> tuple[str, str | None]:
    """Return the text of bytes that are UTF-8 but for some, and the word that tells that these are in Latin.

    ``damaged`` is the text with U+FFFD for these; it is returned, and None, where no word tells, or where the language
    is one that is not written in the usual Latin charset.
    """
    sign = _IN_WORD.search(body) if is_latin_usual(language) else None
    if sign is None:
        return damaged, None
    return body.decode("utf-8", _ERRORS), sign[0].decode("cp1252", "replace")


def join_surrogates(body: bytes) -> bytes:
    """Return bytes with the characters that old databases wrote as two halves, of three bytes each, in UTF-8."""
    return _HALVES.sub(_join_halves, body) if b"\xed" in body else body


def join_references(body: bytes) -> bytes:
    """Return bytes with the reference to a character for those to its two halves, as scripts write them.

    >>> join_references(b"&#55357;&#56832;")
    b'&#128512;'
    """
    return _REFERRED.sub(_join_referred, body) if _FIRST_HALF.search(body) is not None else body


_FIRST_HALF: Final = re.compile(rb"&#(?:5535|x[dD]83)")
_HALF: Final = rb"&#(?:x([dD][%b][0-9a-fA-F]{2})|(%b));"
_REFERRED: Final = re.compile(_HALF % (b"89abAB", rb"5[56]\d{3}") + _HALF % (b"c-fC-F", rb"5[67]\d{3}"))


def _join_referred(referred: re.Match[bytes]) -> bytes:
    high, low = (
        int(code, 16) if code else int(number or b"0")
        for code, number in ((referred[1], referred[2]), (referred[3], referred[4]))
    )
    are_halves = 0xD800 <= high < 0xDC00 <= low < 0xE000
    return b"&#%d;" % (0x10000 + ((high - 0xD800) << 10) + low - 0xDC00) if are_halves else referred[0]


_HALVES: Final = re.compile(rb"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]")


def _join_halves(halves: re.Match[bytes]) -> bytes:
    return halves[0].decode("utf-8", "surrogatepass").encode("utf-16", "surrogatepass").decode("utf-16").encode()


def _replace_by_latin(error: UnicodeError) -> tuple[str, int]:
    wrong = cast(UnicodeDecodeError, error)
    stray = wrong.object[wrong.start : wrong.end]
    is_cut = len(stray) > 1 or stray in _OFTEN_CUT
    return ("\ufffd" if is_cut else stray.decode("cp1252", "replace")), wrong.end


codecs.register_error(_ERRORS, _replace_by_latin)
