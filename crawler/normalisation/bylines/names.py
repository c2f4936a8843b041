"""Normalises people's names: one spelling for each person, the name to sort by, and a test for what reads as a name.

No person is known but those of ``tables/names.toml``; a name is never cut or merged on a guess.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

from crawler.normalisation.words.scripts import HAN, NAME_POINT, is_small
from crawler.normalisation.words.text import fold
from crawler.normalisation.words.word_tables import load_table, load_words, make_word_key

MAX_NAME = 80
MAX_WORDS = 8

_INSIDE = frozenset(".'’‘ʼ`´-‐‑·・•\u200c\u200d־׳״՛")
_INITIALS = re.compile(r"(?:[^\W\d_]\.-?){1,4}|[^\W\d_]{1,3}\.?")
_SUFFIXES = load_words("bylines", "orders", "suffixes")
_FAMILY_PARTICLES = load_words("names", "particles", "family")
_LEADING = load_words("names", "particles", "leading")
_PATRONYMICS = load_words("names", "particles", "patronymic")
_LOWER_CASE = _FAMILY_PARTICLES | _PATRONYMICS | load_words("names", "particles", "inside")


def normalise_name(name: str, language: str | None = None) -> str:
    """Return the one spelling of a name: capitals of a headline undone, known variants met (``tables/names.toml``).

    >>> normalise_name("ALESSANDRA DE POLI"), normalise_name("JB. VU"), normalise_name("NAT da Polis")
    ('Alessandra De Poli', 'JB Vu', 'NAT da Polis')
    """
    alias = _load_aliases().get(make_word_key(name))
    if alias is not None:
        return alias
    return _undo_turkish_capitals(name) if language in ("tr", "az") or "İ" in name else _undo_capitals(name)


def is_known_name(name: str) -> bool:
    """Return True if the table of names has this spelling."""
    return make_word_key(name) in _load_aliases() or make_word_key(name) in _load_families()


def is_given_name(text: str) -> bool:
    """Return True if the text is one word that the table of given names has, with a capital."""
    return text[:1].isupper() and text.isalpha() and is_listed_given_name(text)


def is_listed_given_name(word: str) -> bool:
    """Return True if a word is in the table of given names, in capitals or not."""
    return make_word_key(word) in load_words("given_names", "names", "words")


def make_sort_name(name: str) -> str:
    """Return the name to sort by: the family name first, where it can be told; else the name in its own order.

    >>> make_sort_name("Alessandra De Poli"), make_sort_name("Wang Zhicheng"), make_sort_name("Theresa Kim Hwa-young")
    ('De Poli, Alessandra', 'Wang Zhicheng', 'Kim Hwa-young, Theresa')
    """
    family = _load_families().get(make_word_key(name))
    if family is not None:
        return f"{family}, {name.removesuffix(family).strip()}"
    parts = name.split()
    suffix = parts.pop() if len(parts) > 2 and make_word_key(parts[-1]) in _SUFFIXES else ""
    if len(parts) < 2 or any(make_word_key(part) in _PATRONYMICS and part.islower() for part in parts):
        return name
    if _is_family_name_first(parts) or make_word_key(parts[0]) in _LEADING:
        return name
    # A Christian name before a whole East Asian one; sure only when the given name is hyphenated or has several words.
    if _is_family_name_first(parts[1:]) and (len(parts) > 3 or "-" in parts[-1]):
        start = 1
    else:
        start = len(parts) - 1
        while start > 1 and make_word_key(parts[start - 1]) in _FAMILY_PARTICLES:
            start -= 1
        if start > 2 and parts[start - 1] in ("y", "e", "i"):  # Ramón y Cajal
            start -= 2
    return f"{' '.join(parts[start:])}, {' '.join(parts[:start])} {suffix}".rstrip()


def could_be_name(text: str) -> bool:
    """Return True if nothing in the text speaks against a name: letters and a name's own marks, not too many words."""
    text = _without_quotes(text)
    return (
        0 < len(text) <= MAX_NAME
        and len(text.split()) <= MAX_WORDS
        and all(any(character.isalpha() for character in word) for word in text.split())
        and all(_is_name_character(character) for character in text)
    )


def reads_as_name(text: str) -> bool:
    """Return True if the text is printed like a name: capitalised words, initials, particles, and nothing else.

    Capitals throughout are a kicker's or a headline's, unless the table knows the name.
    """
    text = _without_quotes(text)
    parts = text.split()
    if not could_be_name(text) or len(parts) > 6:
        return False
    if is_known_name(text):
        return True
    if not any(_is_capitalised(part) for part in parts) or parts[-1] in _LOWER_CASE:
        return False
    return all(_is_capitalised(part) or _is_initials(part) or part in _LOWER_CASE for part in parts)


def _without_quotes(text: str) -> str:
    """Return a name without the quotation marks around what somebody is called within it: Ann "Annie" Lee."""
    return _NICKNAME.sub(r"\1", text) if _QUOTE.search(text) is not None else text


_QUOTE = re.compile("\\s[“\"„«‘']")
_NICKNAME = re.compile(r"(?<=\s)[“\"„«‘']([^\W\d_][^\W\d_.-]{0,20})[”\"“»’'](?=\s[^\W\d_])")


def has_small_words(text: str) -> bool:
    """Return True if the text has a word in small letters that is no particle: "Patriarch of Baghdad", "a priest"."""
    return any(is_small(word) and make_word_key(word) not in _LOWER_CASE for word in text.split())


def has_word_against_name(text: str, *, throughout: bool = False) -> bool:
    """Return True if the text holds a word of headlines, kickers, menus or maps (``tables/names.toml``, not_names).

    With ``throughout``, True only if it holds nothing else.
    """
    folded = f" {make_word_key(text)} "
    for phrase in load_words("names", "not_names", "phrases"):
        if f" {phrase} " in folded:
            if not throughout:
                return True
            folded = folded.replace(f" {phrase} ", " ")
    stop = load_words("names", "not_names", "words")
    against = [word in stop for word in re.split(r"[\s-]+", folded) if word]
    return all(against) if throughout else any(against)


def names_topic(text: str) -> bool:
    """Return True for a text with a word of topics or labels that does not begin with a listed given name."""
    words = make_word_key(text).split()
    topics = load_words("names", "not_names", "topics")
    return any(word in topics for word in words) and not is_listed_given_name(words[0])


def is_han(text: str) -> bool:
    """Return True if the text is written in Chinese characters only (the point between foreign names aside)."""
    return bool(re.fullmatch(f"[{HAN}{NAME_POINT}·•]+", text))


def _is_name_character(character: str) -> bool:
    return (
        character.isalpha()
        or character == " "
        or character in _INSIDE
        or unicodedata.category(character) in ("Mn", "Mc")
    )


def _is_capitalised(word: str) -> bool:
    """Return True for capital and small letters (``De``, ``Li-sun``, ``al-Sharaa``), or a script without case."""
    letters = [letter for letter in word if letter.isalpha()]
    if not letters:
        return False
    if not any(letter.isupper() or is_small(letter) or letter.istitle() for letter in letters):
        return True
    first = next((letter for letter in letters if letter.isupper() or letter.istitle()), None)
    return (
        first is not None
        and any(letter.islower() for letter in letters)
        and (letters[0] == first or "-" in word or "'" in word)
    )


def _is_initials(word: str) -> bool:
    return word.isupper() and _INITIALS.fullmatch(word) is not None


@cache
def _load_aliases() -> dict[str, str]:
    rows = load_table("names")["alias"]
    return {make_word_key(printed): row["name"] for row in rows for printed in (row["name"], *row["printed"])}


@cache
def _load_families() -> dict[str, str]:
    return {make_word_key(row["name"]): row["family"] for row in load_table("names")["family"]}


def _undo_capitals(name: str) -> str:
    """Return a name in capitals in usual case. One word alone stays: it may be an acronym."""
    parts = name.split()
    if not is_in_capitals(name) or len(parts) < 2:
        return name
    return " ".join(_undo_word_capitals(part) for part in parts)


def _undo_turkish_capitals(name: str) -> str:
    """Return a Turkish name in capitals in usual case, where the small letter of I has no dot: "IŞIK" is "Işık"."""
    parts = name.split()
    if not is_in_capitals(name) or len(parts) < 2:
        return name
    return " ".join(f"{part[0]}{part[1:].replace('I', 'ı').replace('İ', 'i').lower()}" for part in parts)


def is_in_capitals(text: str) -> bool:
    """Return True for capitals throughout, but for those of "McRAE" and "MacDONALD"."""
    return text.isupper() or (
        _SMALL_IN_CAPITALS.search(text) is not None and _SMALL_IN_CAPITALS.sub("M", text).isupper()
    )


_SMALL_IN_CAPITALS = re.compile(r"\bMa?c(?=[A-Z]{2})")


def _undo_word_capitals(word: str) -> str:
    if word.startswith("Mac") and word[3:].isupper():
        return f"Mac{word[3]}{word[4:].lower()}"
    if make_word_key(word) in _PATRONYMICS:
        return word.lower()
    folded = fold(word)
    if "." in word or (folded.isascii() and not re.search("[aeiouy]", folded)):  # J.B., JB, NG
        return word
    usual = re.sub(r"[^\W\d_]+", lambda letters: letters[0][0] + letters[0][1:].lower(), word)
    return re.sub(r"^Mc([a-z])(?=[a-z]{2})", lambda letters: f"Mc{letters[1].upper()}", usual)


def _is_family_name_first(parts: Sequence[str]) -> bool:
    if not 2 <= len(parts) <= 4:
        return False
    family = make_word_key(parts[0])
    given_parts = [syllable for part in parts[1:] for syllable in fold(part).split("-")]
    return any(
        family in families
        and all(syllable.fullmatch(part) or syllables.fullmatch(part) for part in given_parts)
        and _count_syllables(given_parts, syllable) >= least
        for families, syllable, syllables, least in _compile_family_first()
    )


def _count_syllables(given_parts: list[str], syllable: re.Pattern[str]) -> int:
    return sum(1 if syllable.fullmatch(part) else 2 for part in given_parts)


@cache
def _compile_family_first() -> tuple[tuple[frozenset[str], re.Pattern[str], re.Pattern[str], int], ...]:
    rows = load_table("names")["family_first"]
    return tuple(
        (
            load_words("names", "family_first", language, "families"),
            re.compile(row["syllable"]),
            # Vietnamese parts every syllable by a space; the others join a given name's two.
            re.compile(f"(?:{row['syllable']})" + ("{2}" if language != "vietnamese" else "")),
            row["least"],
        )
        for language, row in rows.items()
    )
