"""Tells by its bytes that a page is in another charset than it declares.

Only pages that are no UTF-8 are asked. A declaration is doubted where the letters that it gives are not those of any
language that is written with it, and another charset gives frequent ones.
"""

from __future__ import annotations

import re
from typing import Final

from crawler.extraction.parsing.charsets import guess_by_letters, guess_latin_codec, measure_letters
from crawler.normalisation.words.language_words import tell_language

_LATIN: Final = frozenset(
    (
        *("cp1250", "cp1252", "cp1254", "cp1257", "cp1258", "mac-roman"),
        *("iso8859-2", "iso8859-3", "iso8859-4", "iso8859-10", "iso8859-13", "iso8859-14", "iso8859-15", "iso8859-16"),
    )
)
_ONE_BYTE: Final = frozenset(
    (
        *("cp866", "koi8-r", "koi8-u", "mac-cyrillic", "cp874", "cp1251", "cp1253", "cp1255", "cp1256"),
        *("iso8859-5", "iso8859-6", "iso8859-7", "iso8859-8"),
    )
)
_SEARCHED: Final = 200_000
_HIGH: Final = re.compile(rb"[\x80-\xff]")
_PAIRS: Final = re.compile(rb"(?:[\x80-\xfe][\x40-\xff]){2,}")
"""What words of other scripts give, and Latin ones hardly: bytes in a row of which each second is no ASCII."""
_IN_LATIN_WORD: Final = re.compile(rb"[A-Za-z][\xc0-\xff]{1,2}(?=[A-Za-z])")
_TAG: Final = re.compile(rb"<(?:script|style)\b.{0,50000}?</(?:script|style)>|<[^<>]{0,2000}>", re.I | re.S)
_FEW: Final = 12
_MANY: Final = 40
_BETTER: Final = 1.25
"""So many times must the share of frequent letters be that of the declared charset."""


def find_true_codec(body: bytes, declared: str, language: str | None) -> str | None:
    """Return the codec that the bytes of a page are in, where it is surely another than the declared one; else None."""
    if body.isascii():
        return guess_by_letters(body)[0] if b"\x1b$" in body and not declared.startswith("iso2022") else None
    sample = body[:_SEARCHED]
    high = len(_HIGH.findall(sample))
    if high < _FEW:
        return None
    in_pairs = sum(count for match in _PAIRS.finditer(sample) if (count := len(_HIGH.findall(match[0]))) > 2)
    if in_pairs * 2 < high:  # letters of a Latin alphabet
        return _find_latin_codec(sample, declared, high, language)
    if high < _MANY:
        return None
    if declared in _ARABIC and (language or "ar")[:2] == "ar":
        other = next(codec for codec in _ARABIC if codec != declared)
        return (
            other if _count_articles(sample, other) > _MANY_ARTICLES + 3 * _count_articles(sample, declared) else None
        )
    share = 0.0 if declared in _LATIN else measure_letters(body, declared)
    codec, best = guess_by_letters(body)
    return codec if codec not in (None, declared) and best > max(share, 0.1) * _BETTER else None


_ARABIC: Final = ("cp1256", "iso8859-6")
"""They set the second half of the alphabet in other places, and both give letters for it."""
_MANY_ARTICLES: Final = 5
_ARTICLE: Final = re.compile(r"(?<!\w)(?:[وبفك]?ال|لل)\w")


def _count_articles(sample: bytes, codec: str) -> int:
    """Return how many words of an Arabic text begin with the article, as each fourth or fifth does."""
    return len(_ARTICLE.findall(sample.decode(codec, "replace")))


def _find_latin_codec(sample: bytes, declared: str, high: int, language: str | None) -> str | None:
    is_inside = len(_IN_LATIN_WORD.findall(sample)) * 3 > high
    if declared in _ONE_BYTE and not is_inside:
        return None
    if declared not in _LATIN and declared not in _ONE_BYTE:
        return None
    language = language or tell_language(_TAG.sub(b" ", sample).decode("latin-1"))
    codec = guess_latin_codec(sample, language, declared)
    return codec or ("cp1252" if declared in _ONE_BYTE else None)
