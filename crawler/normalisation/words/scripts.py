"""The characters of scripts that part no words by spaces: one table for all that cuts or counts them.

Each constant is the inside of a character class of a regular expression. Search, near copies, differences, counts of
words, names and labels are made from these, so that a character belongs to a script everywhere or nowhere.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Final

HAN: Final = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
"""Chinese characters, those for compatibility included."""
HAN_SIGNS: Final = r"\u3005-\u3007"
"""What stands for a Chinese character: 々 for the one before, 〆 and 〇."""
KANA: Final = r"\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff"
"""Hiragana and katakana with their marks of repetition and length, without the point between names (・)."""
HANGUL: Final = r"\uac00-\ud7a3"
"""Korean syllables. Koreans do write spaces, but particles cling to their words."""
THAI: Final = r"\u0e00-\u0e4e"
LAO: Final = r"\u0e80-\u0ecf\u0edc-\u0eff"
BURMESE: Final = r"\u1000-\u103f\u104e-\u108f\u109a-\u109f\ua9e0-\ua9ef\ua9fa-\ua9fe\uaa60-\uaa7f"
KHMER: Final = r"\u1780-\u17d3\u17d7\u17dc\u17dd"
"""These four with their vowels and tones, without their digits: a number is one word in any script."""

CJK_SIGNS: Final = r"\u3000-\u303f\uff00-\uffef"
"""Punctuation of East Asia, and forms as wide as a Chinese character."""
CJK: Final = CJK_SIGNS + HAN + KANA
"""What a line of Chinese or Japanese goes on with without a space."""
NAME_POINT: Final = r"\u30fb"
"""The point between the names of a foreigner in Chinese and Japanese."""

EMOJI: Final = (
    r"\u231a\u231b\u2328\u23cf\u23e9-\u23f3\u23f8-\u23fa\u2600-\u2604\u260e\u2611\u2614\u2615\u2618\u261d\u2620"
    r"\u2622\u2623\u2626\u262a\u262e\u262f\u2638-\u263a\u2640\u2642\u2648-\u2653\u265f\u2660\u2663\u2665\u2666\u2668"
    r"\u267b\u267e\u267f\u2692-\u2697\u2699\u269b\u269c\u26a0\u26a1\u26a7\u26b0\u26b1\u26bd\u26be\u26c4\u26c5\u26c8"
    r"\u26ce\u26cf\u26d1\u26d3\u26d4\u26e9\u26ea\u26f0-\u26f5\u26f7-\u26fa\u26fd\u2702\u2705\u2708-\u270d\u270f\u2712"
    r"\u2714\u2716\u271d\u2721\u2728\u2733\u2734\u2744\u2747\u274c\u274e\u2753-\u2755\u2757\u2763\u2764\u2795-\u2797"
    r"\u27b0\u27bf\u2b50\u2b55\U0001f004\U0001f0cf\U0001f170\U0001f171\U0001f17e\U0001f17f\U0001f18e"
    r"\U0001f191-\U0001f19a\U0001f300-\U0001f3fa\U0001f400-\U0001f64f\U0001f680-\U0001f6ff\U0001f7e0-\U0001f7f0"
    r"\U0001f90c-\U0001f9ff\U0001fa70-\U0001faff"
)
"""Emoji of one character (emoji-data.txt of Unicode 16), without arrows and squares, which pages use as bullets, and
without letters and Han in a frame, which are the letters."""
FLAG_LETTERS: Final = r"\U0001f1e6-\U0001f1ff"
"""Two of these make a flag."""

_RARE: Final = (
    r"\u3021-\u3029\u3031-\u3035\u31f0-\u31ff"  # Suzhou numerals, repetition in vertical kana, kana for Ainu
    r"\u3105-\u312f\u31a0-\u31bf"  # bopomofo
    r"\u1100-\u11ff\u3131-\u318e\ua960-\ua97c\ud7b0-\ud7fb"  # letters of Hangul outside syllables
)
IDEOGRAPHS: Final = HAN + HAN_SIGNS + KANA
"""Characters that count as a word each."""
UNSPACED: Final = THAI + LAO + BURMESE + KHMER + IDEOGRAPHS + HANGUL + _RARE
"""All characters that are cut off one by one, each with its marks: one way for search and for differences."""
SKETCHED: Final = (
    r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Whole blocks of these scripts, signs and digits included, as sketches of near copies cut them. Archives store the
sketches, and two are alike only when both were cut in one way: this class does not change."""


def is_small(text: str) -> bool:
    """Return True for a text in small letters of a script that also has capitals.

    Georgian is written without: Unicode calls its letters small, since others were made for headings.

    >>> is_small("lee"), is_small("Lee"), is_small("ნინო")
    (True, False, False)
    """
    return text.islower() and not "\u10d0" <= text[0] <= "\u10ff"


@cache
def list_marks() -> str:
    """Return the combining marks as the inside of a character class; none is written by hand, none forgotten."""
    codes = [
        code
        for block in (range(0x300, 0x1E00), range(0x20D0, 0x2100), range(0x302A, 0x309B), range(0xA66F, 0xAC00))
        for code in block
        if unicodedata.category(chr(code)) in ("Mn", "Mc", "Me")
    ]
    codes += [*range(0xFE00, 0xFE10), *range(0xFE20, 0xFE30)]
    ranges: list[list[int]] = []
    for code in codes:
        if ranges and code == ranges[-1][1] + 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in ranges)


@cache
def make_character_pattern() -> str:
    """Return the pattern of one character of a script without spaces, with its marks."""
    return f"[{UNSPACED}][{list_marks()}]*"


@cache
def make_word_pattern() -> str:
    """Return the pattern of a word of all other scripts, with its marks."""
    return f"[^\\W_{UNSPACED}](?:[^\\W_{UNSPACED}]|[{list_marks()}])*"
