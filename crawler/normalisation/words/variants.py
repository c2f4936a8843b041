"""Brings the spellings of one word to one, for search: variants of letters, of digits, and of marks inside words.

The rows are in ``tables/variants.toml``, each with its source; what rows cannot say, what depends on the letters
around, is in :mod:`crawler.normalisation.words.variant_rules`. An index made by these rules and a query folded by them
meet. The printed text stays as it is, and :func:`align` tells which part of it each folded character comes from.

>>> fold_variants("٢٠٢٢ Qurʾan צה״ל 臺灣").text
'2022 quran צהל 台湾'
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Final, NamedTuple

from crawler.normalisation.words.scripts import list_marks
from crawler.normalisation.words.text import fold
from crawler.normalisation.words.variant_rules import Rule, choose_rules, compile_inner_mark
from crawler.normalisation.words.word_tables import load_table

_UNSEEN: Final = (
    *((0xAD, 0xAD), (0x61C, 0x61C), (0x6D6, 0x6DC), (0x6DF, 0x6E4), (0x6E7, 0x6E8), (0x6EA, 0x6ED), (0x730, 0x74A)),
    *((0x8D3, 0x8E1), (0x8E3, 0x8FF), (0x180B, 0x180F), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F)),
    *((0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0x1F3FB, 0x1F3FF), (0xE0000, 0xE01EF)),
)
"""Joiners, direction marks, variation selectors, tones of skin, tags, signs of the Quran, vowel points of Syriac.

No word is told from another by them."""
_HALF_SPACE: Final = re.compile(r"(?<=[\u0600-\u06ff\u0750-\u077f\u0870-\u08ff\ufb50-\ufdff\ufe70-\ufefc])\u200c")
"""The joiner that parts a Persian word from its endings without a gap; many write a space instead."""
_WORD_OF_SORANI: Final = re.compile(
    r"(?<![\u0620-\u06d5\u200c])(?=ئه\u200c|[\u0620-\u06d5\u200c]{0,40}[ێۆڕڵڤ])[\u0620-\u06d5\u200c]+"
)
_JAMO: Final = r"\u1100-\u11ff\u3131-\u318e\ua960-\ua97c\ud7b0-\ud7fb\uffa0-\uffdc"
"""Letters of Hangul, which may be composed into one syllable."""
_MORE_MARKS: Final = (
    r"\u0610-\u061a\u0640\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f\uff9e\uff9f"
    r"\U00010a00-\U00010aff\U00010d22-\U00010eff\U00010f46-\U00010f8f\U00011000-\U00011fff\U00016af0-\U00016b3f"
    r"\U0001bc9d\U0001bc9e\U0001cf00-\U0001cf4f\U0001d165-\U0001d244\U0001e000-\U0001e94a"
)
"""What folds away or into the letter before it, beside the combining marks; of rare scripts the whole blocks."""
_MAX_CACHED_LETTERS: Final = 40
_MAX_REPLACED_ONE_BY_ONE: Final = 64
"""Nobody writes so many: where they occur, all are replaced in one pass."""


class FoldedText(NamedTuple):
    """A folded text, and characters of which it has no others: they tell what need not be looked for in it."""

    text: str
    characters: set[str]


class AlignedText(NamedTuple):
    """A folded text, and where the part of the printed text begins and ends that each of its characters is from."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]


def fold_variants(text: str) -> FoldedText:
    """Return text for the index and for queries: as :func:`fold` does, with one form for each variant."""
    folded = _fold_characters(_mark_vowels_of_sorani(text))
    rules = choose_rules(folded.characters)
    if not rules:
        return folded
    unified = folded.text
    for rule in rules:
        unified = rule.pattern.sub(rule.replace, unified)
    return FoldedText(unified, folded.characters)


def align(text: str) -> AlignedText:
    """Return what :func:`fold_variants` makes of a text, aligned with the text."""
    text = _mark_vowels_of_sorani(text)
    folded = _fold_characters(text)
    if not _may_shift(text, folded.text):
        aligned = AlignedText(folded.text, range(len(text)), range(1, len(text) + 1))
    else:
        parts: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        for match in _compile_stretch().finditer(text):
            printed, start = match[0], match.start()
            stretch = _align_cached(printed) if len(printed) <= _MAX_CACHED_LETTERS else _align_stretch(printed)
            parts.append(stretch.text)
            starts += [start + offset for offset in stretch.starts]
            ends += [start + offset for offset in stretch.ends]
        aligned = AlignedText("".join(parts), starts, ends)
    for rule in choose_rules(folded.characters):
        aligned = _apply_rule(rule, aligned)
    return aligned


def join_at_marks(text: str) -> str:
    """Return text of ASCII in lower case without the apostrophes that stand inside words: ``shi'a`` is ``shia``."""
    if "'" not in text and "`" not in text:
        return text
    return compile_inner_mark().sub("", text.replace("`", "'"))


def _fold_characters(text: str) -> FoldedText:
    """Return text with each character folded and replaced by its row of the tables, whatever stands around."""
    table_of_signs = _load_signs()
    if not (text.isascii() or table_of_signs.keys().isdisjoint(text)):
        text = text.translate({ord(sign): table_of_signs[sign] for sign in table_of_signs.keys() & set(text)})
    folded = fold(_HALF_SPACE.sub(" ", text) if "\u200c" in text else text)
    characters = set(folded)
    if folded.isascii():
        return FoldedText(folded, characters)
    table = _load_characters()
    replaced = table.keys() & characters
    if not replaced:
        return FoldedText(folded, characters)
    if len(replaced) > _MAX_REPLACED_ONE_BY_ONE:
        folded = folded.translate({ord(character): table[character] for character in replaced})
    else:
        for character in replaced:
            folded = folded.replace(character, table[character])
    return FoldedText(folded, (characters - replaced).union(*(table[character] for character in replaced)))


def _may_shift(printed: str, folded: str) -> bool:
    """Return False if each character of a folded text is from the one at its place: none grew, as none vanished."""
    return (
        len(folded) != len(printed)
        or not _list_vanishing().isdisjoint(printed)
        or not unicodedata.is_normalized("NFC", printed)
    )


def _align_stretch(printed: str) -> AlignedText:
    folded = _fold_characters(printed).text
    if not _may_shift(printed, folded):
        return AlignedText(folded, range(len(printed)), range(1, len(printed) + 1))
    starts: list[int] = []
    ends: list[int] = []
    parts: list[str] = []
    for match in _compile_cluster().finditer(printed):
        cluster = match[0]
        part = _fold_cached(cluster) if len(cluster) <= _MAX_CACHED_LETTERS else _fold_characters(cluster).text
        parts.append(part)
        starts += [match.start()] * len(part)
        ends += [match.start() + len(cluster.rstrip("\u200c\u2060"))] * len(part)
    return AlignedText("".join(parts), starts, ends)


@lru_cache(maxsize=50_000)
def _align_cached(printed: str) -> AlignedText:
    return _align_stretch(printed)


@lru_cache(maxsize=20_000)
def _fold_cached(printed: str) -> str:
    return _fold_characters(printed).text


def _apply_rule(rule: Rule, aligned: AlignedText) -> AlignedText:
    """Return an aligned text with a rule applied; what replaces a cut comes from all of it."""
    text, starts, ends = aligned
    parts: list[str] = []
    new_starts: list[int] = []
    new_ends: list[int] = []
    last = 0
    for match in rule.pattern.finditer(text):
        begin, end = match.span("cut")
        replacement = rule.table.get(match["cut"], "")
        parts += (text[last:begin], replacement)
        new_starts += (*starts[last:begin], *[starts[begin]] * len(replacement))
        new_ends += (*ends[last:begin], *[ends[end - 1]] * len(replacement))
        last = end
    if not last:
        return aligned
    return AlignedText("".join((*parts, text[last:])), [*new_starts, *starts[last:]], [*new_ends, *ends[last:]])


# Tables and patterns are made when the first text beyond ASCII asks for them: most commands meet none.


@cache
def _load_characters() -> dict[str, str]:
    """Return what replaces a character whatever stands around it."""
    table = load_table("variants")
    characters = {"\ue000": " ", "\ue001": " "}  # the index has these for itself
    for section in (
        "apostrophes",
        "hebrew",
        "arabic",
        "indic",
        "armenian",
        "ethiopic",
        "southeast",
        "mistaken",
        "kana",
    ):
        characters |= table[section]
    for zero in table["digits"]["zeros"]:
        characters |= {chr(ord(zero) + digit): str(digit) for digit in range(10)}
    for row in (table["chinese"]["characters"] + table["japanese"]["characters"]).split():
        characters |= dict.fromkeys(row[1:], row[0])
    return characters | {chr(code): "" for first, last in _UNSEEN for code in range(first, last + 1)}


@cache
def _load_signs() -> dict[str, str]:
    """Return what replaces a sign before anything is folded, for folding makes letters or figures of it.

    "Nokia™" is no "nokiatm", "№5" is "№ 5", "2½" is not "21⁄2"; the article of Afrikaans in one sign is 'n, the letter
    that Korea takes for a point between words is none, and the iota below a Greek vowel is an accent.
    """
    signs = {"™": " ", "℠": " ", "№": "no ", "ŉ": "'n", "ㆍ": "·"}
    signs |= {fraction: " " + unicodedata.normalize("NFKC", fraction) for fraction in "¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"}
    for code in range(0x1F80, 0x1FFD):
        form = unicodedata.normalize("NFD", chr(code))
        if form.endswith("\u0345"):
            signs[chr(code)] = unicodedata.normalize("NFC", form[:-1])
    return signs | {"\u0345": ""}


def _mark_vowels_of_sorani(text: str) -> str:
    """Return text with another joiner behind each heh that is the vowel ە in the former way to write Sorani Kurdish.

    There the joiner, which parts Persian words, only keeps the letters apart. The word shows that it is Kurdish: by
    letters that Persian has not, or by the hamza that a Kurdish word begins with before a vowel.
    """
    if "ه\u200c" not in text:
        return text
    return _WORD_OF_SORANI.sub(lambda match: match[0].replace("ه\u200c", "ه\u2060"), text)


@cache
def _compile_stretch() -> re.Pattern[str]:
    """Return the pattern of words of ASCII up to a space, or of all up to the next space."""
    return re.compile(rf"[\x00-\x7f]*[\x00-\x20](?![{_list_clinging()}])|[^\x00-\x20]+|[\x00-\x20]", re.DOTALL)


@cache
def _compile_cluster() -> re.Pattern[str]:
    """Return the pattern of a character and all that may fold into one with it."""
    clinging = f"[{_list_clinging()}]*"
    return re.compile(rf"[\uac00-\ud7a3{_JAMO}]{clinging}(?:[{_JAMO}]{clinging})*|.{clinging}", re.DOTALL)


@cache
def _list_vanishing() -> frozenset[str]:
    """Return the characters that may vanish, or make one with others."""
    pattern = re.compile(rf"[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u064b-\u065f\u0670{_MORE_MARKS}{_JAMO}]")
    nothing = {character for character, form in _load_characters().items() if not form}
    return frozenset(pattern.findall("".join(map(chr, range(0x300, 0xFFE0))))) | nothing


@cache
def _list_clinging() -> str:
    unseen = "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in _UNSEEN)
    return list_marks() + _MORE_MARKS + unseen
