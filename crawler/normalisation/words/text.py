"""Brings printed text into one spelling: for keeping, for comparing, for digests, for counting."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from itertools import filterfalse
from typing import Final

from crawler.normalisation.words.scripts import IDEOGRAPHS

COLONS: Final = ":：︰﹕∶՝፦៖"
"""What stands behind a label, in the scripts that have a sign of their own for it; the inside of a character class."""

ASCII_SPACED: Final = {code: " " for code in range(128) if not chr(code).isalnum()}
"""For ``str.translate``: a space for all of ASCII but letters and digits. What is left are the words: a third of the
time of a pattern."""


def clean(text: str) -> str:
    r"""Return text as the archive keeps it: what a reader sees, in one encoding, on one line.

    Letters are composed (NFC), every kind of white space is one space; soft hyphens, zero-width and control characters
    are gone. A lone half of a surrogate pair, which no database can store, becomes U+FFFD. Nothing visible is changed.

    >>> clean(" Cath\u00adolics\u00a0 at\u200b work\r\n")
    'Catholics at work'
    """
    if text.isascii() and text.isprintable():  # nothing to look for but spaces
        return " ".join(text.split()) if "  " in text else text.strip(" ")
    spaced = text if text.isprintable() and "  " not in text else " ".join(text.split())
    if spaced.isprintable():
        if spaced.isascii():
            return spaced
        # These are printable in Python's eyes, a space in a reader's; sought one by one, many times as quickly.
        if "\u3164" not in spaced and "\uffa0" not in spaced and "\u2800" not in spaced:
            return unicodedata.normalize("NFC", spaced.strip(" "))
    text = _replace(text, _INVISIBLE)
    if "\u200c" in text or "\u200d" in text:
        text = _JOINERS_WITHOUT_USE.sub("", text)
    return " ".join(unicodedata.normalize("NFC", text).split())


def fold(text: str) -> str:
    """Return text for comparing and indexing: no case, no diacritics, one form for each letter.

    Letters that Unicode does not decompose (ł ø đ æ œ ß ı þ ð …) become their plain look-alikes, apostrophes and
    hyphens are unified. Marks that are letters of their script (Hindi vowels, Japanese dakuten) stay.

    >>> fold("Zażółć Dalù GROẞE Đà Nẵng")
    'zazolc dalu grosse da nang'
    """
    if text.isascii():
        return text.lower().replace("`", "'")
    text = _replace(text, _UNIFIED)
    if text.isascii():  # but for its quotation marks
        return text.lower()
    text = unicodedata.normalize("NFKD", text).casefold()
    text = _DIACRITICS.sub("", unicodedata.normalize("NFKD", text))
    return unicodedata.normalize("NFC", _replace(text, _PLAIN))


def may_fold_to(character: str, firsts: Collection[str]) -> bool:
    """Return False for a letter that surely is none of these when it is folded: cheaper than to fold its text."""
    return not (character.isascii() and character.isalpha()) or character.lower() in firsts


def for_digest(text: str) -> str:
    r"""Return text for digests: a change of quotation marks, dashes, ellipses or spaces alone is no change.

    Case and diacritics count: a corrected name is a correction.

    >>> for_digest("“Asia”\u00a0— today…") == for_digest('"Asia" - today...')
    True
    """
    text = clean(text.replace("\n\n", " "))  # what parts paragraphs is a space like any other
    if text.isascii():
        return text.replace("`", "'")
    text = _replace(text, _UNIFIED)
    compatible = unicodedata.normalize("NFKC", text)
    return text if compatible == text else clean(_replace(compatible, _UNIFIED))


def count_words(text: str) -> int:
    """Count the words: runs between spaces or long dashes with a letter or digit, and each Han or kana character.

    "dell'Asean", "vice-president" and "3.5%" are one word, a lone dash is none, "亚洲新闻" is four. Scripts that part
    words neither by spaces nor by characters (Thai, Burmese, Khmer) count as printed: a run without a space is one.
    """
    ideographs = 0
    if text.isascii():
        words = text.split()
    else:
        for separator in _WORD_SEPARATORS:
            text = text.replace(separator, " ")
        words = text.split()
        beyond_ascii, ideographs = _IDEOGRAPH.subn(" ", " ".join(filterfalse(str.isascii, words)))
        words = [*filter(str.isascii, words), *beyond_ascii.split()]
    odd = [word for word in filterfalse(str.isalnum, words) if not word[0].isalnum()]
    return ideographs + len(words) - sum(1 for word in odd if not any(map(str.isalnum, word)))


def _replace(text: str, table: dict[str, str]) -> str:
    """Return the text with each character of the table replaced; much faster than str.translate when few occur."""
    if len(table) <= _FEW:  # so many searches take a fraction of what a set of all characters takes
        replaced = {character for character in table if character in text}
    else:
        replaced = table.keys() & set(text)
    if len(replaced) > 64:  # nobody writes so: one pass, however many
        return text.translate({ord(character): table[character] for character in replaced})
    for character in replaced:
        text = text.replace(character, table[character])
    return text


_FEW = 40


def _map_characters(characters: str | Iterable[int], replacement: str) -> dict[str, str]:
    return {character if isinstance(character, str) else chr(character): replacement for character in characters}


_INVISIBLE: dict[str, str] = {
    # Controls, but not those that str.split takes for white space.
    **_map_characters((code for code in (*range(0x20), *range(0x7F, 0xA0)) if not chr(code).isspace()), ""),
    # Soft hyphen, zero-width space, direction marks, word joiner and invisible operators, byte order mark, annotations.
    **_map_characters((0xAD, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF), ""),
    **_map_characters((*range(0xFFF9, 0xFFFC), *range(0xE0000, 0xE0080)), ""),
    **_map_characters((0x3164, 0xFFA0, 0x2800), " "),  # Hangul fillers and the empty braille cell look like spaces
    **_map_characters(range(0xD800, 0xE000), "\N{REPLACEMENT CHARACTER}"),
}

# Zero-width joiners spell words in Arabic and Indic scripts (Persian, Sinhala, Bengali); elsewhere they are litter.
_JOINERS_WITHOUT_USE = re.compile(
    "(?<![\u0600-\u109f\u2640\u2642\u2695-\u27bf\ufe0f\U0001f300-\U0001faff])[\u200c\u200d]"
)

_DIACRITICS = re.compile(
    r"[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670"
    r"\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)

_IDEOGRAPH = re.compile(f"[{IDEOGRAPHS}]")

_WORD_SEPARATORS = "—―…"

_UNIFIED: dict[str, str] = {
    **_map_characters("“”„‟«»″〝〞＂", '"'),
    **_map_characters("‘’‚‛‹›′´`ʹʻʼʽˈ＇", "'"),
    **_map_characters("‐‑‒–—―−﹘﹣－", "-"),
}

_PLAIN: dict[str, str] = dict(zip("łøđıðħŧŋĸƀɓɖɗƒɠɨɫƚɲɔɛəʋƴƶȷ", "lodidhtnkbbddfgillnoeevyzj", strict=True))
_PLAIN |= {"æ": "ae", "œ": "oe", "ß": "ss", "þ": "th"}
