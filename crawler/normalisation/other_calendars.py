"""Turns the days of other calendars into Gregorian ones, where the arithmetic leaves no doubt."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Final

from crawler.normalisation.word_tables import make_word_key

ERAS: Final = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "明治": 1867, "民國": 1911, "民国": 1911}
"""Era of Japan or of the Republic of China → the Gregorian year before its first."""
BUDDHIST: Final = 543
"""Years that the Thai and Lao solar calendar is ahead."""
BUDDHIST_YEARS: Final = range(2450, 2651)
BUDDHIST_CENTURY: Final = 2500
"""The year that two figures are counted from."""
PERSIAN_YEARS: Final = range(1280, 1480)
_PERSIAN_MONTHS: Final = (
    "فروردین حمل",
    "اردیبهشت ثور",
    "خرداد جوزا",
    "تیر سرطان",
    "مرداد اسد",
    "شهریور سنبله",
    "مهر میزان",
    "آبان عقرب",
    "آذر قوس",
    "دی جدی",
    "بهمن دلو",
    "اسفند حوت",
)
"""Names in Iran, then in Afghanistan; source: CLDR, calendar ``persian``."""
_EPOCH: Final = 226_894
"""The proleptic day of the Gregorian calendar before the first of the Persian one."""


def read_persian_day(year: int, month: int, day: int) -> date | None:
    """Return the Gregorian day of one of the Persian solar calendar; None where it has no such day.

    >>> read_persian_day(1404, 1, 1)
    datetime.date(2025, 3, 21)
    """
    if year not in PERSIAN_YEARS or not 1 <= month <= 12:
        return None
    length = (
        31 if month <= 6 else 30 if month < 12 or _count_days_before(year + 1) - _count_days_before(year) == 366 else 29
    )
    if not 1 <= day <= length:
        return None
    days = _count_days_before(year) + (31 * (month - 1) if month <= 7 else 30 * (month - 7) + 186)
    return date.fromordinal(_EPOCH + days + day)


def find_persian_month(word: str) -> int | None:
    """Return the number of the Persian month that a word names, in Iran or Afghanistan."""
    return _load_persian_months().get(_make_key(word))


def _make_key(word: str) -> str:
    return make_word_key(word.replace("ي", "ی").replace("ك", "ک"))  # as Arabic keyboards write them


@cache
def _load_persian_months() -> dict[str, int]:
    return {make_word_key(name): number for number, names in enumerate(_PERSIAN_MONTHS, 1) for name in names.split()}


def _count_days_before(year: int) -> int:
    """Return the days before a year: 8 leap years in 33, which is right from 1244 to 1472."""
    past = year - 1
    cycles, rest = divmod(past, 33)
    return past * 365 + cycles * 8 + sum(1 for leap in (1, 5, 9, 13, 17, 22, 26, 30) if leap <= rest)
