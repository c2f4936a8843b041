"""Turns the days of other calendars into Gregorian ones, where the arithmetic leaves no doubt."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import Final

from crawler.normalisation.words.word_tables import make_word_key

ERAS: Final = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "明治": 1867, "民國": 1911, "民国": 1911}
"""Era of Japan or of the Republic of China → the Gregorian year before its first."""
_HAN_FIGURES: Final = {figure: number for number, figure in enumerate("〇一二三四五六七八九")} | {"零": 0}
HAN_FIGURES: Final = "〇零一二三四五六七八九"
BUDDHIST: Final = 543
"""Years that the Thai and Lao solar calendar is ahead."""
BUDDHIST_YEARS: Final = range(2450, 2651)
BUDDHIST_CENTURY: Final = 2500
"""The year that two figures are counted from."""
PERSIAN_YEARS: Final = range(1280, 1480)
_PERSIAN_MONTHS: Final = (
    "فروردین حمل وری",
    "اردیبهشت ثور غویی",
    "خرداد جوزا غبرګولی",
    "تیر سرطان چنګاښ",
    "مرداد اسد زمری",
    "شهریور سنبله وږی",
    "مهر میزان تله",
    "آبان عقرب لړم",
    "آذر قوس لیندۍ",
    "دی جدی مرغومی",
    "بهمن دلو سلواغه",
    "اسفند حوت کب",
)
"""Names in Iran, then in Afghanistan, in Dari and Pashto; source: CLDR, calendar ``persian``."""
_EPOCH: Final = 226_894
"""The proleptic day of the Gregorian calendar before the first of the Persian one."""


_ETHIOPIAN_MONTHS: Final = (
    "መስከረም",
    "ጥቅምት",
    "ኅዳር ህዳር ሕዳር",
    "ታኅሣሥ ታህሳስ ታሕሳስ ታህሣሥ",
    "ጥር",
    "የካቲት",
    "መጋቢት",
    "ሚያዝያ ሚያዚያ",
    "ግንቦት",
    "ሰኔ",
    "ሐምሌ ሀምሌ",
    "ነሐሴ ነሃሴ",
    "ጳጉሜን ጳጉሜ",
)
"""Source: CLDR, calendar ``ethiopic``, with spellings in use."""
_ETHIOPIAN_EPOCH: Final = 2_795
"""The proleptic day of the Gregorian calendar before the first of the Ethiopian one."""
_UNREAD_MONTHS: Final = (
    # Islamic months, by sight of the moon or by tables that differ from country to country.
    "محرم|صفر|ربيع الأول|ربيع الآخر|ربيع الثاني|ربیع الاول|ربیع الثانی|جمادى الأولى|جمادى الآخرة|جمادى الثانية|"
    "جمادی الاول|جمادی الثانی|رجب المرجب|شعبان المعظم|رمضان المبارک|شوال المکرم|"
    "محرم الحرام|صفر المظفر|رجب|شعبان|رمضان|شوال|ذو القعدة|ذي القعدة|ذیقعدہ|"
    "ذوالقعدہ|ذوالقعدة|ذوالحجة|ذو الحجة|ذي الحجة|ذوالحجہ|"
    "মহররম|সফর|রবিউল আউয়াল|রবিউস সানি|জমাদিউল আউয়াল|জমাদিউস সানি|রজব|শাবান|রমজান|শাওয়াল|জিলকদ|জিলহজ|"
    "muharram|safar|rabiul awal|rabiul akhir|jumadil awal|jumadil akhir|rajab|sya'?ban|ramadh?an|syawal|"
    "d?zul[kq]ai?'?dah|d?zulhijj?ah|rabi al-awwal|rabi al-thani|shawwal|dhul-qadah|dhul-hijjah|"
    # Months of Nepal and of Bengal, whose lengths are set year by year, or were changed.
    "वैशाख|बैशाख|जेठ|जेष्ठ|असार|आषाढ|साउन|श्रावण|भदौ|भाद्र|असोज|आश्विन|कात्तिक|कार्तिक|मंसिर|मङ्सिर|पुस|पुष|पौष|माघ|फागुन|फाल्गुण|चैत|चैत्र|"
    "বৈশাখ|জ্যৈষ্ঠ|আষাঢ়|শ্রাবণ|ভাদ্র|আশ্বিন|কার্তিক|অগ্রহায়ণ|পৌষ|মাঘ|ফাল্গুন|চৈত্র|"
    "baisakh|jestha|asar|shrawan|bhadra|asoj|kartik|mangsir|poush|magh|falgun|chaitra|"
    # Months of the Jewish calendar.
    "בניסן|באייר|בסיוון|בסיון|בתמוז|באב|באלול|בתשרי|בחשוון|בחשון|בכסלו|בטבת|בשבט|באדר"
)
_ERA: Final = r"(?:\s?(?:[AB]?H\b|BS\b|هـ|ھ|ه|गते|বঙ্গাব্দ|হিজরি|वि\.सं\.?))?"
_UNREAD: Final = re.compile(
    rf"(?:(?:\d{{4}}[\s,،]{{1,2}})?\d{{1,2}}[\s,،]{{1,2}}(?:{_UNREAD_MONTHS})(?:[\s,،]{{1,2}}\d{{4}}(?!\d))?"
    rf"|(?:\d{{4}}[\s,،]{{1,2}})?(?:{_UNREAD_MONTHS})[\s,،]{{1,2}}\d{{1,2}}(?!\d)(?:[\s,،]{{1,2}}\d{{4}}(?!\d))?){_ERA}"
    r"|\d{1,2}\s(?:nisan|iyy?ar|sivan|tamm?uz|av|elul|tishr[ei]i?|c?heshvan|kislev|tevet|sh[ev]+at|adar)[\s,]{1,2}57\d\d"
    r"|(?<![\d/])1[34]\d\d([/-])\d{1,2}\1\d{1,2}\s?(?:هـ|ھ|ه)(?!\w)"
    r"|(?<![\d/.-])(?:1[34]\d\d|20[789]\d)([/-])\d{1,2}\2\d{1,2}(?![\d/.-])"
    r"|(?<![\d/.-])\d{1,2}([/-])\d{1,2}\3(?:1[34]\d\d|20[789]\d)(?![\d/.-])",
    re.I,
)
_OTHER_YEAR: Final = re.compile(r"(?<!\d)(?:1[34]\d\d|20[789]\d|57\d\d)(?!\d)")
"""Dates of calendars that no arithmetic turns into Gregorian ones with certainty."""


def read_han_number(text: str) -> int:
    """Return the number of Chinese figures, written one by one or with tens.

    >>> read_han_number("二〇二六"), read_han_number("十二"), read_han_number("三十"), read_han_number("一百一十三")
    (2026, 12, 30, 113)
    """
    if "百" in text:
        hundreds, _, rest = text.partition("百")
        return 100 * _HAN_FIGURES.get(hundreds, 1) + (read_han_number(rest) if rest else 0)
    if "十" in text:
        tens, _, ones = text.partition("十")
        return 10 * _HAN_FIGURES.get(tens, 1) + _HAN_FIGURES.get(ones, 0)
    return int("".join(str(_HAN_FIGURES[figure]) for figure in text))


def find_unread_dates(text: str) -> list[tuple[int, int]]:
    """Return where a text, its digits plain, prints dates of calendars that are not read: they are dates all the same.

    >>> find_unread_dates("27 شوال 1445 هـ")
    [(0, 15)]
    """
    if text.isascii() and _OTHER_YEAR.search(text) is None:
        return []
    return [match.span() for match in _UNREAD.finditer(text)]


def find_ethiopian_month(word: str) -> int | None:
    """Return the number of the Ethiopian month that an Amharic word names."""
    return _load_ethiopian_months().get(make_word_key(word)) if word[:1] > "\u1200" else None


@cache
def _load_ethiopian_months() -> dict[str, int]:
    return {make_word_key(name): number for number, names in enumerate(_ETHIOPIAN_MONTHS, 1) for name in names.split()}


def read_ethiopian_day(year: int, month: int, day: int) -> date | None:
    """Return the Gregorian day of one of the Ethiopian calendar; None where it has no such day.

    >>> read_ethiopian_day(2016, 1, 1), read_ethiopian_day(2016, 8, 28)
    (datetime.date(2023, 9, 12), datetime.date(2024, 5, 6))
    """
    length = 30 if month < 13 else 6 if year % 4 == 3 else 5
    if not (1 <= month <= 13 and 1 <= day <= length and year in ETHIOPIAN_YEARS):
        return None
    return date.fromordinal(_ETHIOPIAN_EPOCH + 365 * (year - 1) + year // 4 + 30 * (month - 1) + day)


ETHIOPIAN_YEARS: Final = range(1850, 2093)


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
