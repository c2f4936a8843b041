"""Reads text that its publisher took for another charset than it was in, and encoded as UTF-8 once more."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from crawler.extraction.parsing.charsets import guess_by_letters

_FIRST: Final = r"[\xc2-\xf4]"
"""Each pattern begins with this one set: so the search jumps from one to the next."""
_FOLLOWING: Final = r"(?:(?<=[\xc2-\xdf])[\x80-\xbf]|(?<=[\xe0-\xef])[\x80-\xbf]{2}|(?<=[\xf0-\xf4])[\x80-\xbf]{3})"
_UTF8_SEQUENCE = re.compile(_FIRST + _FOLLOWING)
"""One character of UTF-8, each of its bytes read as a character."""
_TWICE = re.compile(rf"{_FIRST}(?=[\xa0-\xbf]{{0,2}}[\x80-\x9f]){_FOLLOWING}")
"""The same with a control character in it."""

_FEWEST: Final = 3
"""Signs of a text that was taken for one in a charset of Windows."""
_MANY_LETTERS: Final = 12
_SEARCHED: Final = 200_000
_LATIN_SIGN: Final = re.compile(rb"\xc3\xa2\xe2\x82\xac(?:\xe2|\xc2|\xc5|\xcb)|\xc3\x83\xc2[\xa1-\xbf][a-z]")
"""What an apostrophe, a dash or a quotation mark became, of which the first two are never printed beside each other,
or a letter with an accent, its second half a sign amid a word."""
_LETTERS_IN_A_ROW: Final = re.compile(rb"\xc3[\x80-\xbf]\xc3[\x80-\xbf](?:\xc3[\x80-\xbf]){3,}")
"""Letters with accents of Latin, so many in a row as no word has."""
_ANY_SIGN: Final = re.compile(
    rb"\xc3(?:[\x82-\xb4](?:\xc2[\xa0-\xbf])?\xc2[\x80-\x9f]|\xa2\xe2\x82\xac|\x83\xc2|[\x80-\xbf](?:\xc3[\x80-\xbf]){4})"
)
"""A control character that was encoded twice, or the beginning of another of these signs: all begin with one byte."""


def _list_characters(codec: str, first: int, last: int) -> str:
    """Return the characters that a codec has for bytes, as browsers read them, escaped for a set of a pattern."""
    return re.escape("".join(_read_byte(byte, codec) for byte in range(first, last + 1)))


def _read_byte(byte: int, codec: str) -> str:
    return bytes((byte,)).decode(codec, "ignore") or chr(byte)


def _compile_runs(codec: str) -> re.Pattern[str]:
    """Return a pattern of characters of UTF-8 in a row, each of their bytes read by a codec."""
    following = f"[{_list_characters(codec, 0x80, 0xBF)}]"
    two, three, four = (_list_characters(codec, *bounds) for bounds in ((0xC2, 0xDF), (0xE0, 0xEF), (0xF0, 0xF4)))
    return re.compile(f"(?:[{two}]{following}|[{three}]{following}{{2}}|[{four}]{following}{{3}})+")


_RUNS: Final = {codec: _compile_runs(codec) for codec in ("cp1252", "cp1251")}
_BYTES: Final = {
    codec: {_read_byte(byte, codec): bytes((byte,)) for byte in range(0x80, 0x100)} for codec in ("cp1252", "cp1251")
}
_SIGNS: Final = "\xa0-\xbf\u2000-\u20cf\u2100-\u22ff\ufb00-\ufb06\ufeff\ufffd"
_COMMON: Final = {
    "cp1252": re.compile(f"[{_SIGNS}\xc0-\u017f]+"),
    "cp1251": re.compile(f"[{_SIGNS}\u0400-\u045f\u0490\u0491]+"),
}
"""What stands alone in a text in Latin or Cyrillic: its letters, and signs."""
_LONG_RUN: Final = 3
"""Characters in a row that are no chance, whatever they are."""
_LATIN_RUN: Final = re.compile(
    "(?<![A-Za-z])[\x80-\xff\u0152-\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]+(?![A-Za-z])"
)


def may_be_encoded_twice(body: bytes) -> bool:
    """Has valid UTF-8 characters that text which was encoded twice has, and others hardly ever?"""
    if b"\xc3" in body and _ANY_SIGN.search(body) is not None:
        return True
    return b"\xd0" in body and b"\xd0\xa0" in body and _is_full_of_capitals(body)


def decode_again(text: str, body: bytes) -> tuple[str, str | None]:
    """Return text with the characters decoded that were encoded twice, and the first of them as it was sent.

    ``body`` is the text in UTF-8. A control character of ISO 8859-1 gives such a page away, since nobody prints one: an
    apostrophe became three characters, of which two are controls. So do, three times and more, what the same became by
    way of Windows' charsets, and words of Latin letters that all have accents, which are those of another script.
    Without any of these the text is returned as it is, and None.
    """
    if (sign := _TWICE.search(text)) is not None:
        return _UTF8_SEQUENCE.sub(_decode_sequence, text), sign[0]
    codec = "cp1252" if len(_LATIN_SIGN.findall(body)) >= _FEWEST else "cp1251" if _is_full_of_capitals(body) else None
    if codec is not None:
        return _substitute(_RUNS[codec], lambda run: _decode_run(run, codec), text)
    if len(_LETTERS_IN_A_ROW.findall(body, 0, _SEARCHED)) < _MANY_LETTERS:
        return text, None
    true_codec, _ = guess_by_letters(text[:_SEARCHED].encode("cp1252", "ignore"))
    if true_codec is None:
        return text, None
    return _substitute(_LATIN_RUN, lambda run: _encode(run, "cp1252").decode(true_codec, "replace"), text)


def decode_name(name: str) -> str:
    """Return a name with the letters that were taken for Windows' Latin and encoded once more, of which one suffices.

    >>> decode_name("JosÃ© NÃºÃ±ez"), decode_name("Ãngel Lee")
    ('José Núñez', 'Ãngel Lee')
    """
    return _substitute(_RUNS["cp1252"], lambda run: _decode_run(run, "cp1252"), name)[0]


def _is_full_of_capitals(body: bytes) -> bool:
    """Are the capitals Р and С, which stand for the first bytes of Cyrillic letters, more than the letter о?"""
    capitals = body.count(b"\xd0\xa0") + body.count(b"\xd0\xa1")
    return capitals > 4 * _MANY_LETTERS and capitals > 4 * body.count(b"\xd0\xbe")


def _substitute(pattern: re.Pattern[str], decode: Callable[[str], str], text: str) -> tuple[str, str | None]:
    """Return the text with what matches decoded, and the first of it that changed."""
    first: list[str] = []

    def replace(match: re.Match[str]) -> str:
        decoded = decode(match[0])
        if decoded != match[0] and not first:
            first.append(match[0][:_LONGEST_SIGN])
        return decoded

    return pattern.sub(replace, text), next(iter(first), None)


_LONGEST_SIGN: Final = 40


def _decode_run(run: str, codec: str) -> str:
    try:
        decoded = _encode(run, codec).decode("utf-8")
    except UnicodeDecodeError:
        return run
    return decoded if len(decoded) >= _LONG_RUN or _COMMON[codec].fullmatch(decoded) else run


def _encode(run: str, codec: str) -> bytes:
    return b"".join(_BYTES[codec].get(character) or character.encode("latin-1") for character in run)


def _decode_sequence(sequence: re.Match[str]) -> str:
    try:
        return sequence[0].encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return sequence[0]
