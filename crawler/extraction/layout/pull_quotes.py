"""Tells which texts that are not read aloud repeat words of the page: pull quotes, whole or cut short."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from crawler.normalisation.words.text import fold

MOST_COPIES: Final = 200
"""Texts that are not read aloud and are looked for in the text of the page."""
MOST_COMPARED: Final = 200_000
"""The most characters of a text in which the words of a shortened pull quote are looked for."""
FEWEST_QUOTED: Final = 4
MOST_QUOTED: Final = 30
"""Words of a pull quote that may be a shortened one."""
_WORD: Final = re.compile(r"\w+")
_QUOTES: Final = "\"'“”„‟«»‹›‘’「」『』 .…"


def find_copies(unspoken: Sequence[str], spoken: str) -> set[int]:
    """Return the places of those texts that the spoken text of the page holds, whole or in most of their words."""
    places = range(min(MOST_COPIES, len(unspoken)))
    copies = {place for place in places if unspoken[place].strip(_QUOTES) in spoken}
    words = {place: _WORD.findall(fold(unspoken[place])) for place in places if place not in copies}
    words = {place: of_text for place, of_text in words.items() if FEWEST_QUOTED <= len(of_text) <= MOST_QUOTED}
    if words:
        folded = fold(spoken[:MOST_COMPARED])
        words = {place: of_text for place, of_text in words.items() if _may_be_said(of_text, folded)}
    if words:
        said = f" {' '.join(_WORD.findall(folded))} "
        copies.update(place for place, of_text in words.items() if _is_said(of_text, said))
    return copies


def _may_be_said(words: list[str], folded: str) -> bool:
    """Return False for words that are surely not said: one that is in any three quarters of them does not occur."""
    length = _count_said(words)
    return all(word in folded for word in words[len(words) - length : length])


def _is_said(words: list[str], said: str) -> bool:
    """Return True for a short text of which three words in four are said in this order: a quote cut short."""
    length = _count_said(words)
    return any(f" {' '.join(words[start : start + length])} " in said for start in range(len(words) - length + 1))


def _count_said(words: list[str]) -> int:
    return -(-3 * len(words) // 4)
