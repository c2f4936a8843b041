"""Tells the language of a text by its script and by the words that every text in a language is full of.

For pages that state no language. The words are rows of ``tables/function_words.toml``; scripts that one language of the
press is written in tell it by themselves.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import Final

from crawler.normalisation.words.word_tables import load_table

FEWEST_LETTERS: Final = 100
"""Letters of a text that tells anything; a Han character counts as three."""
FEWEST_WORDS: Final = 20
LEAST_SHARE: Final = 0.12
"""The share of a text's words that are function words of its language."""
LEAST_LEAD: Final = 1.2
"""So many times those of the next language."""
_MOST_LETTERS: Final = 20_000
_WORD: Final = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0dff\u200c'’])*-?")
_OF_ONE_LANGUAGE: Final = (
    ("th", "\u0e01-\u0e5b"),
    ("lo", "\u0e81-\u0edf"),
    ("km", "\u1780-\u17ff"),
    ("my", "\u1000-\u109f"),
    ("ka", "\u10a0-\u10ff"),
    ("hy", "\u0531-\u058a"),
    ("el", "\u0370-\u03ff"),
    ("am", "\u1200-\u137f"),
    ("si", "\u0d80-\u0dff"),
    ("ta", "\u0b80-\u0bff"),
    ("te", "\u0c00-\u0c7f"),
    ("kn", "\u0c80-\u0cff"),
    ("ml", "\u0d00-\u0d7f"),
    ("gu", "\u0a80-\u0aff"),
    ("pa", "\u0a00-\u0a7f"),
    ("or", "\u0b00-\u0b7f"),
    ("dv", "\u0780-\u07bf"),
    ("bo", "\u0f00-\u0fff"),
    ("ko", "\uac00-\ud7a3"),
    ("ja", "\u3041-\u30fa"),
    ("zh", "\u3400-\u9fff"),
)
"""Language → the letters that only it uses in the press, Japanese before Chinese, whose characters it shares."""
_OF_SEVERAL: Final = (
    ("cyrillic", "\u0400-\u052f"),
    ("arabic", "\u0620-\u06d3\u06fa-\u06ff"),
    ("devanagari", "\u0900-\u097f"),
    ("hebrew", "\u05d0-\u05ea"),
    ("bengali", "\u0980-\u09ff"),
)
_ASCII: Final = re.compile("[\x00-\x7f]+")
_KANA_SHARE: Final = 0.03
"""The share of kana in a text in Japanese, at least; a Chinese one may quote a name."""


def tell_language(text: str) -> str | None:
    """Return the code of the language that a text is written in, of ISO 639; None where that is uncertain.

    >>> tell_language("The harbour board of the town voted on Tuesday to close the pier, and the fishermen who land "
    ...               "their boats there asked for a delay until the end of the season; it was not to be, for the "
    ...               "engineers say that the cracks in the pillars of the pier have grown since the end of March.")
    'en'
    """
    text = text[:_MOST_LETTERS]
    letters = sum(map(str.isalpha, text))
    beyond_ascii = _ASCII.sub("", text)  # all that the scripts but Latin have: in most texts little
    han = len(_compile_letters("\u3400-\u9fff").findall(beyond_ascii))
    if letters + 2 * han < FEWEST_LETTERS:
        return None
    for language, characters in _OF_ONE_LANGUAGE:
        share = len(_compile_letters(characters).findall(beyond_ascii)) / letters
        if share > (_KANA_SHARE if language == "ja" else 0.5):
            return language
    script = next(
        (
            name
            for name, characters in _OF_SEVERAL
            if len(_compile_letters(characters).findall(beyond_ascii)) > letters / 2
        ),
        "latin",
    )
    words = [word.lower().replace("’", "'") for word in _WORD.findall(text)]
    if len(words) < FEWEST_WORDS:
        return None
    counts = Counter(words)
    sums = {
        language: sum(counts[word] for word in counts.keys() & common) for language, common in _load(script).items()
    }
    (most, language), (second, next_language) = sorted(
        ((share, language) for language, share in sums.items()), reverse=True
    )[:2]
    if most < LEAST_SHARE * len(words) or most == second:
        return None
    others = _load(script)[next_language] - _load(script)[language]
    # Galician shares most of its words with Portuguese: without one of its own it is not meant.
    return language if most >= LEAST_LEAD * second or not any(counts[word] for word in others) else None


def is_in_letters_of_a_font(text: str, language: str | None) -> bool:
    """Does a text hold no letter of the script that its stated language is written in, and words of no language?

    Before Unicode the press of India and Vietnam was set in fonts that drew its letters in the places of Latin ones.

    >>> is_in_letters_of_a_font("eq[;ea=h us lkseokj dks iqy dk mn~?kkVu fd;k vkSj dgk fd ;g iqy cgqr t:jh Fkk] " * 2,
    ...                         "hi")
    True
    """
    letters = _LETTERS_OF.get(language or "")
    beginning = text[:_ENOUGH_LETTERS]
    if letters is None or len(beginning) < FEWEST_LETTERS or _compile_letters(letters).search(beginning) is not None:
        return False
    if language == "vi":  # typed without its signs it is read by everybody; letters of a font are full of others
        return len(_ASCII.sub("", beginning)) > len(beginning) // 20
    return sum(map(str.isalpha, beginning)) > len(beginning) // 2 and tell_language(text) is None


_ENOUGH_LETTERS: Final = 1_000
_LETTERS_OF: Final = {
    **dict.fromkeys(("hi", "mr", "ne"), "\u0900-\u097f"),
    **dict.fromkeys(("bn", "as"), "\u0980-\u09ff"),
    "pa": "\u0a00-\u0a7f\u0600-\u06ff",
    **{
        language: characters
        for language, characters in _OF_ONE_LANGUAGE
        if language in (*("ta", "te", "kn", "ml", "gu", "or", "si", "my", "km", "lo", "th", "am", "ka", "hy", "bo"),)
    },
    "vi": "\u1ea0-\u1ef9\u0300\u0301\u0303\u0309\u0323",
}
"""Language → letters of which every text in it has some."""


@cache
def _load(script: str) -> dict[str, frozenset[str]]:
    return {language: frozenset(words.split()) for language, words in load_table("function_words")[script].items()}


@cache
def _compile_letters(characters: str) -> re.Pattern[str]:
    return re.compile(f"[{characters}]")
