"""Finds an appeal for money that a paper prints under a text as further paragraphs of it.

Nothing but its words tells it apart: it speaks of giving, of the paper's work, and to its readers. The words are rows
of ``tables/text_ends.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from crawler.extraction.layout.lines import TextLine
from crawler.normalisation.words.word_search import holds_any
from crawler.normalisation.words.word_tables import load_table

MOST_PARAGRAPHS: Final = 4
LEAST_ABOVE: Final = 3
"""Lines of a text that stand above its appeal."""
LONGEST: Final = 700
QUOTED: Final = re.compile('["“”„«»「」『』]')
"""An appeal quotes nobody; a story about money for papers does."""
_LONGEST_ACCOUNT: Final = 200
_ACCOUNT: Final = re.compile(r"\bIBAN\b[\s:]{0,3}[A-Z]{2}\d\d\b")
_WITH_SPACES: Final = "\u0590"
"""The first character behind the scripts of which a word's beginning is looked for: Latin, Greek, Cyrillic."""


def find_appeal(chosen: Sequence[TextLine]) -> int:
    """Return the index of the first line of the appeal that ends a text, the number of lines where none does."""
    for index in range(max(LEAST_ABOVE, len(chosen) - MOST_PARAGRAPHS), len(chosen)):
        following = [line.text for line in chosen[index:]]
        if all(map(_is_of_appeal, following)) and any(map(asks_for_money, following)):
            return index
    return len(chosen)


def asks_for_money(text: str) -> bool:
    """Is a paragraph an appeal of the paper to its readers for money, or the account to send it to?

    >>> asks_for_money("If you value our reporting, please consider making a donation.")
    True
    >>> asks_for_money("The donation was made by readers of the paper.")
    False
    """
    if len(text) > LONGEST or QUOTED.search(text):
        return False
    if len(text) <= _LONGEST_ACCOUNT and _ACCOUNT.search(text) is not None:
        return True
    return _has_words_of(text, "give", "work", "you")


def _is_of_appeal(text: str) -> bool:
    """Is a paragraph an appeal, or one that speaks to the readers of the paper's work, as one before it does?"""
    return asks_for_money(text) or (len(text) <= LONGEST and _has_words_of(text, "work", "you"))


def _has_words_of(text: str, *kinds: str) -> bool:
    """Does a text have a word of each of these rows: for giving, for the paper's work, for whom it speaks to?"""
    rows, folded = load_table("text_ends")["appeals"], f"{text.lower()} "
    return all(holds_any(folded, rows[kind], _make_pattern) for kind in kinds)


def _make_pattern(word: str) -> str:
    return rf"\b{re.escape(word)}" if word < _WITH_SPACES else re.escape(word)
