"""Knows the words that stand around dates and times: ``published``, ``updated``, ``ago``, ``min read``."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final, Literal

from crawler.normalisation.dates.calendar_words import find_half, find_month, find_weekday
from crawler.normalisation.words.text import fold
from crawler.normalisation.words.word_tables import load_table, load_words, make_word_key

Role = Literal["published", "updated"]
UPDATED: Final = "anatomy:updated"
"""The source of a date that is printed as that of an update."""

WORD: Final = r"[^\W\d_][^\s\d!-&(-/:-@\[-`{-~«»“”|·•⋅–—，、。،؛]*"
"""A pattern of a word in any script, its combining marks included."""
WORDS: Final = re.compile(rf"\d+|{WORD}")
TRIMMED: Final = " \t\x00|·•»›⋅/,;:()[]—–-*.@"
"""Marks that part the words of a line from each other."""
_SCRIPT_WITHOUT_SPACES: Final = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0eff]")
_PUNCTUATION: Final = str.maketrans(
    "０１２３４５６７８９：／．，،（）－〜\u00a0\u202f՝։៖፡", "0123456789:/.,,()-~  ::::"
)


def flatten(text: str) -> str:
    """Return the text with plain digits and punctuation, each character in its place."""
    if text.isascii():
        return text
    text = text.translate(_PUNCTUATION)
    return "".join(
        str(unicodedata.decimal(character)) if character.isdecimal() and not character.isascii() else character
        for character in text
    )


def is_unit(text: str) -> bool:
    """Return True if a text is a word for a length of time, or one that stands behind it: ``mins``, ``read``."""
    key = make_word_key(text)
    return key in load_words_of("units") or key in load_words_of("reading")


def find_role(text: str) -> Role | None:
    """Return what the last word of a kind in a text before a date says: that the story was published, or updated."""
    folded = fold(text)
    role: Role | None = None
    place = -1
    for word in WORDS.finditer(folded):
        key = word[0].replace(".", "")
        if key in load_words_of("updated"):
            role, place = "updated", word.start()
        elif key in load_words_of("published"):
            role, place = ("published", word.start()) if role is None or key not in _WEAK else (role, place)
    if not text.isascii():
        for kind in ("updated", "published"):
            for part in load_table("date_words")[f"{kind}_parts"]:
                if (position := folded.rfind(part)) > place and not (role is not None and part in _WEAK_PARTS):
                    role, place = kind, position
    return role


_WEAK: Final = frozenset(
    map(
        make_word_key, ("online", "date", "dated", "datum", "fecha", "data", "дата", "تاريخ", "تاریخ", "tarihi", "seit")
    )
)
"""Words that say "published" only where none before them says "updated": "Updated Date: 6 May"."""
_WEAK_PARTS: Final = frozenset(("日期", "时间", "時間", "등록"))


def strip_date_words(text: str) -> str:
    """Return a text without the words at its end that a date behind it has left: ``By Ann Lee on``, ``Last Updated:``.

    >>> strip_date_words("By Ann Lee Last Updated:")
    'By Ann Lee'
    """
    words = text.split()
    had_role = False
    count = len(words)
    if len(words) > 3 and words[-3].isdigit() and make_word_key(words[-1]) in load_words_of("ago"):
        words = words[:-3]  # "Ann Lee 2 minutes ago"
    while len(words) > 1:
        key = make_word_key(words[-1].strip(TRIMMED))
        if words[-2].isdigit():  # "Ann Lee 7 hours"
            if len(words) < 3 or key not in load_words_of("units"):
                break
            words = words[:-2]
            continue
        is_role = key in load_words_of("published") or key in load_words_of("updated")
        is_plain = (
            had_role
            or words[-1].upper() == words[-1] == words[-1].lower()
            or words[-1].islower()
            or words[-1][-1] in ":："
            or key in _OFTEN_CAPITALISED
        )
        if words[-2][-1] == "." and words[-2][0].islower():
            break  # "Anna Nowak, oprac. ab": initials
        if not is_plain or not (is_role or key in load_words_of("around")):  # "An Dang": "đăng" is a role too
            break
        had_role |= is_role
        words.pop()
    return text if len(words) == count else " ".join(words).rstrip(" |·•⋅/,;:–—-")


_OFTEN_CAPITALISED: Final = frozenset(("published", "posted", "updated"))


@cache
def load_words_of(kind: str) -> frozenset[str]:
    """Return the words of a kind in ``tables/date_words.toml``: ``published``, ``updated``, ``around``, ``units`` …"""
    return frozenset(word for row in load_words("date_words", kind) for word in row.split())


def is_known(segment: str, languages: tuple[str, ...]) -> bool:
    """Return True if a text is made of words that stand around dates; figures count beside units of time."""
    words = WORDS.findall(segment)
    if not words:
        return all(not character.isalnum() for character in segment)
    if find_weekday(segment.strip(TRIMMED), languages) is not None:
        return True
    if len(words) == 2 and _is_day_of_month(words, languages):
        return True
    is_length = has_unit(segment)
    for word in words:
        if word.isdigit():
            if len(word) > 3 or not is_length:
                return False
        elif not _is_time_word(word, languages):
            return False
    return True


def _is_day_of_month(words: list[str], languages: tuple[str, ...]) -> bool:
    """Are two words a day and its month, without the year: "12 May", "May 12"?"""
    day, month = sorted(words, key=lambda word: not word.isdecimal())
    return day.isdecimal() and 0 < int(day) < 32 and not month.isdecimal() and find_month(month, languages) is not None


def _is_time_word(word: str, languages: tuple[str, ...]) -> bool:
    key = make_word_key(word).strip("'")
    if any(key in load_words_of(kind) for kind in ("around", "published", "updated", "units", "ago", "reading")):
        return True
    if find_weekday(word, languages) is not None or find_half(word, languages) is not None:
        return True
    if _SCRIPT_WITHOUT_SPACES.search(word):
        for part in _load_parts():
            word = word.replace(part, "")
        return not word or len(word) == 1
    return False


@cache
def _load_parts() -> tuple[str, ...]:
    table = load_table("date_words")
    parts = (*table["published_parts"], *table["updated_parts"], *table["around_parts"])
    return tuple(sorted(parts, key=len, reverse=True))


def has_unit(text: str) -> bool:
    """Return True if a text prints a length of time: ``3 min read``, ``vor 5 Stunden``, ``2 days ago``."""
    keys = [make_word_key(word) for word in WORDS.findall(text)]
    if not any(key.isdigit() for key in keys):
        return False
    if any(key in load_words_of("units") for key in keys):
        return any(key in load_words_of(kind) for key in keys for kind in ("minutes", "ago", "reading"))
    return bool(_ASIAN_AGO.search(text))


_ASIAN_AGO: Final = re.compile(
    r"\d\s?(?:ชั่วโมง|นาที|วัน)\s?(?:ที่แล้ว|ที่ผ่านมา|ก่อน)|อ่าน\s?\d{1,3}\s?นาที|\d\s?(?:分钟|分鐘|分|小时|小時|時間|日|天|시간|분|일)\s?(?:前|전)"
)
