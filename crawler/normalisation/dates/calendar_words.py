"""Knows the names of months, days of the week and halves of the day, in the languages of ``tables/calendar.toml``."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Final

from crawler.normalisation.words.word_tables import load_table, make_word_key

_SAME_LANGUAGE: Final = {"no": "nb", "tl": "fil", "iw": "he", "in": "id", "yue": "zh", "sh": "sr", "prs": "fa"}
_SPELLINGS: Final = str.maketrans("يىكہھه’", "ییکههه'", "॰\u200c\u200d")
"""Letters of the Arabic script that keyboards of its languages write one for another, and marks that come and go."""

SHORT_WITH_SLASHES: Final = frozenset(
    ("en", "es", "it", "el", "ca", "gl", "pt", "fr", "id", "ms", "fil", "tl", "hi", "bn", "ta", "te", "sw")
)
"""Languages whose short dates are ``25/04/24`` or ``4/25/24``, none of them year first; source: as below."""
DAY_FIRST_WITH_POINTS: Final = frozenset(
    (
        *("az", "be", "bg", "bs", "cs", "da", "de", "et", "fi", "he", "hr", "hy", "is", "ka", "kk", "ky", "lb", "lv"),
        *("mk", "nb", "nn", "no", "pl", "ro", "ru", "sk", "sl", "sq", "sr", "tk", "tr", "uk"),
    )
)
"""Languages whose short dates are ``25.04.24``; source: CLDR, formats of the length ``short``."""


@lru_cache(maxsize=4096)
def find_month(word: str, languages: tuple[str, ...]) -> int | None:
    """Return the number of the month that a word names: in these languages, else in English, else in any other.

    Where only other languages know the word, they must agree: ``listopad`` is October in one, November in two.

    >>> find_month("Décembre", ("fr",)), find_month("May", ("de",)), find_month("listopad", ())
    (12, 5, None)
    """
    key = _make_key(word).replace(" ", "")  # "มี.ค." is printed as one word and read as two
    for language in (*languages, "en"):
        if (month := _load_months(_SAME_LANGUAGE.get(language, language)).get(key)) is not None:
            return month
    return _load_unanimous_months().get(key)


def has_calendar(language: str) -> bool:
    """Are the names of months and days known in a language?"""
    return bool(_load_months(_SAME_LANGUAGE.get(language, language)))


def find_weekday(word: str, languages: tuple[str, ...]) -> int | None:
    """Return the number of the day of the week that a word names, 0 for Monday, in these languages or in English."""
    key = _make_key(word)
    for language in (*languages, "en"):
        if (day := _load_days(_SAME_LANGUAGE.get(language, language)).get(key)) is not None:
            return day
    return None


def find_half(word: str, languages: tuple[str, ...]) -> int | None:
    """Return 0 for a word that means before noon in these languages or in English, 1 for one after noon, else None."""
    key = _make_key(word).replace(" ", "")
    for language in (*languages, "en"):
        if (half := _load_halves(_SAME_LANGUAGE.get(language, language)).get(key)) is not None:
            return half
    return None


def _make_key(word: str) -> str:
    if not word.isascii():
        word = word.translate(_SPELLINGS)
    return make_word_key(word.replace("'", " "))


def _split_rows(rows: Sequence[str]) -> dict[str, int]:
    names = ((_make_key(name), index) for index, row in enumerate(rows) for name in row.split(", "))
    return {key: index for key, index in names if key}


@cache
def _load_months(language: str) -> dict[str, int]:
    rows = load_table("calendar").get(language, {}).get("months", ())
    return {key.replace(" ", ""): index + 1 for key, index in _split_rows(rows).items()}


@cache
def _load_days(language: str) -> dict[str, int]:
    return _split_rows(load_table("calendar").get(language, {}).get("days", ()))


@cache
def _load_halves(language: str) -> dict[str, int]:
    rows = load_table("calendar").get(language, {}).get("halves", ("am", "pm"))
    return {key.replace(" ", ""): index for key, index in _split_rows(rows).items()}


@cache
def _load_unanimous_months() -> dict[str, int]:
    """Return the names that mean one month in every language that has them; those of two letters tell too little."""
    months: dict[str, set[int]] = {}
    for language in load_table("calendar"):
        for key, month in _load_months(language).items():
            months.setdefault(key, set()).add(month)
    return {key: min(numbers) for key, numbers in months.items() if len(numbers) == 1 and len(key) > 2}
