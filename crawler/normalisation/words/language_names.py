"""Reads what a switch of languages prints: the name of a language, in its own words or in English, or its code."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Final

from crawler.normalisation.words.word_tables import load_table, make_word_key

LONGEST: Final = 24


@lru_cache(maxsize=2048)  # each link is asked several times, and the menus of a site are on each of its pages
def read_language_name(text: str) -> str | None:
    """Return the code of the language that a text is the name of (``Italiano``, ``IT``); None for any other text."""
    if not 2 <= len(text) <= LONGEST:
        return None
    name = text.strip(" |·•()[]")
    codes = _load_codes()
    if len(name) == 2 and name.isascii():
        return name.lower() if name.lower() in codes.values() else None
    beginning = name[:2]
    if beginning.isascii() and beginning.isalpha() and beginning.lower() not in _load_beginnings():
        return None  # most texts, for less than their key costs
    return codes.get(make_word_key(name))


def read_language_code(stated: str) -> str | None:
    """Return the code of a language as ISO 639-1 has it, from one of two or three letters; None where it names none.

    >>> read_language_code("DEU"), read_language_code("iw"), read_language_code("ceb"), read_language_code("mul")
    ('de', 'he', 'ceb', None)
    """
    code = stated.lower()
    other: str = load_table("languages")["codes"].get(code, code)
    return None if other in _NO_LANGUAGE else other


_NO_LANGUAGE: Final = frozenset(("mul", "und", "zxx", "mis", "xx"))
"""Codes of ISO 639 for several languages, an unknown one, none, and what programs write in their place."""


@cache
def _load_beginnings() -> frozenset[str]:
    """Return the first two letters of all names."""
    return frozenset(name[:2] for name in _load_codes())


@cache
def _load_codes() -> dict[str, str]:
    """Return the code of each name of ``tables/languages.toml``."""
    names = load_table("languages")["names"]
    return {make_word_key(name): code for code, row in names.items() for name in row}
