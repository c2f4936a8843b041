"""Compares lines with stated headlines, and with the slug of the page's address, by the words that they share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from crawler.extraction.layout.lines import TextLine
from crawler.normalisation.words.scripts import HAN, KANA
from crawler.normalisation.words.text import fold

ENOUGH: Final = 0.75
"""The share of words that a line and a stated headline have in common, of the longer one, in any element."""
ENOUGH_IN_H1: Final = 0.5
"""The same for an ``h1``, of the shorter one: it is the headline already by its tag."""
_FEWEST: Final = 3
"""Words in common, at least; a slug and an ``h1`` may share two."""
_TITLE_SEPARATOR: Final = re.compile(r"\s[-–—|·•:/]+\s|\s*[|｜]\s*|:\s")
_WORD: Final = re.compile(r"\w+")
_UNSPACED: Final = re.compile(f"[{HAN}{KANA}]")
_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae"})


@dataclass(frozen=True, slots=True)
class HeadlineWords:
    """The words of a stated headline or a slug."""

    words: frozenset[str]
    source: str


def read_words(text: str) -> frozenset[str]:
    """Return the words of a text, folded; of Chinese and Japanese each pair of characters."""
    folded = fold(text[:1000])
    if folded.isascii():
        return frozenset(_WORD.findall(folded))
    words: set[str] = set()
    for word in _WORD.findall(folded):
        if _UNSPACED.search(word):
            words.update(word[index : index + 2] for index in range(max(1, len(word) - 1)))
        else:
            words.add(word)
    return frozenset(words)


def split_title(title: str) -> tuple[str, ...]:
    """Return a stated headline, and what is left of it without its last or its first part: the paper's name, a section.

    >>> split_title("The pier closes - Courier")
    ('The pier closes - Courier', 'The pier closes')
    """
    parts = _TITLE_SEPARATOR.split(title[:1000])
    if len(parts) == 1:
        return (title,)
    rests = (" ".join(parts[:-1]), " ".join(parts[1:]))
    return (title, *(rest for rest in rests if len(read_words(rest)) >= _FEWEST))


def rate_line(text: str, stated: Sequence[HeadlineWords], slug: frozenset[str], heading: int) -> tuple[float, str]:
    """Return how many words a line shares with what is stated, 0 when too few, and the source of that."""
    words = read_words(text)
    best: tuple[float, str] = (0.0, "")
    for headline in stated:
        common = len(words & headline.words)
        longer = max(len(words), len(headline.words))
        share = common / longer if longer else 0.0
        enough = share >= ENOUGH
        if heading == 1 and common >= _FEWEST:
            enough = enough or common / min(len(words), len(headline.words)) >= ENOUGH_IN_H1
        if enough and common >= _FEWEST:
            best = max(best, (share, headline.source))
    if len(slug) >= _FEWEST and words:
        spelled = words | read_words(text.lower().translate(_UMLAUTS)) if not text.isascii() else words
        common = len(spelled & slug)
        long_words = sum(len(word) > 2 for word in words)
        share = common / len(slug)
        covers = common >= 0.5 * long_words
        if (heading == 1 and common >= 2 and share >= ENOUGH_IN_H1) or (
            common >= _FEWEST and share >= ENOUGH and covers
        ):
            best = max(best, (share * 0.99, "address"))
    return best


def begins_above(lines: Sequence[TextLine], line: TextLine, stated: str) -> bool:
    """Does a stated headline, folded, begin in the heading above and end in this one, which is another of its level?"""
    above = lines[line.index - 1] if line.index else line
    if above is line or not above.heading == line.heading > 0 or above.block is line.block or above.text.isupper():
        return False
    return " ".join(fold(f"{above.text} {line.text}").split()) == stated
