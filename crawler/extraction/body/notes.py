"""Finds what a page says of its own text, amid, above or below it: who translated it, whom to tell of mistakes.

Such a line is a sentence of its own. How it begins tells it, in the words of ``tables/text_ends.toml``. An appeal for
money is told so too, where it is set in other type or links to where money is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

from crawler.extraction.body.appeals import QUOTED, asks_for_money
from crawler.extraction.body.button_boxes import leads_to_request
from crawler.extraction.layout.lines import TextLine
from crawler.extraction.parsing.markup import Hint
from crawler.normalisation.words.text import fold
from crawler.normalisation.words.word_tables import load_table

LONGEST_NOTE: Final = 300
LONGEST_APPEAL: Final = 400
"""Letters of an appeal that stands amid a text."""
_SHORTEST: Final = 4
_LONGEST_ROW: Final = 60
"""Letters of a line that are compared; no row of the table is longer."""
_LEADING: Final = " *([{_–—-•※★■▶►✍️📝"
_TELLING: Final = 3


def find_notes(chosen: Sequence[TextLine]) -> set[int]:
    """Return the indexes of the lines of a text that are about it, or ask its readers for money."""
    return {
        line.index
        for line in chosen
        if _SHORTEST < len(line.text) <= LONGEST_APPEAL
        and (tells_of_text(line.text) or (_is_set_apart(line) and asks_for_money(line.text)))
    }


def tells_of_text(text: str) -> bool:
    """Is a line about the text that a page prints, and nothing of it?

    >>> tells_of_text("(This article was translated from Italian by Mary Poole)")
    True
    >>> tells_of_text("This article of the constitution was translated in 1904.")
    False
    """
    if len(text) > LONGEST_NOTE:
        return False
    begins = text.lstrip(_LEADING) if text[0] in _LEADING else text
    beginnings, first_letters = _load()
    if begins[:_TELLING].lower() not in first_letters or QUOTED.search(text, 0, _TELLING):
        return False
    return fold(begins[:_LONGEST_ROW]).startswith(beginnings)


def _is_set_apart(line: TextLine) -> bool:
    """Is a line set in other type, or does it link to where something is given?"""
    if line.hints & Hint.EMPHASIS:
        return True
    return line.has_links and any(leads_to_request(href) for href, _ in line.links[:5])


@cache
def _load() -> tuple[tuple[str, ...], frozenset[str]]:
    """Return how notes begin, folded, and the first letters of all."""
    rows = load_table("text_ends")["notes"]["begin"]
    return tuple(map(fold, rows)), frozenset(row[:_TELLING].lower() for row in rows)
