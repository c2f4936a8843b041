"""Leaves out what stands between headline and text and no header has taken: days of updates, bare names.

The days of a chronicle are text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from crawler.extraction.header.header import Header
from crawler.extraction.layout.clues import Clues
from crawler.extraction.layout.date_labels import is_date_line
from crawler.extraction.layout.labels import ends_sentence
from crawler.extraction.layout.lines import TextLine
from crawler.extraction.parsing.markup import Hint

LONGEST_NAME: Final = 40
MOST_WORDS_OF_NAME: Final = 3


def leave_dates_above(chosen: list[TextLine], lines: Sequence[TextLine], clues: Clues) -> list[TextLine]:
    """Return the lines without those that stand above a text and say when it was updated."""
    count = 0
    while count < len(chosen) - 1 and not chosen[count].heading and _is_date_above(chosen[count], lines, clues):
        count += 1
    return chosen[count:]


def _is_date_above(line: TextLine, lines: Sequence[TextLine], clues: Clues) -> bool:
    """Is a line one of dates, or a few words and no sentence above one: a name that nothing tells as one?"""
    if is_date_line(line.text, clues.language):
        return True
    if len(line.text) > LONGEST_NAME or ends_sentence(line.text):
        return False
    return any(is_date_line(other.text, clues.language) for other in lines[line.index + 1 : line.index + 2])


def may_be_bare_name(line: TextLine) -> bool:
    """Is a line between headline and date two or three words that nothing tells as a name, and no lead either?"""
    is_brief = len(line.text) <= LONGEST_NAME and 1 < len(line.text.split()) <= MOST_WORDS_OF_NAME
    return is_brief and not (line.heading or line.hints & Hint.LEAD or ends_sentence(line.text))


def dates_part(line: TextLine, lines: Sequence[TextLine], header: Header, clues: Clues) -> bool:
    """Is a line below the header its date once more, set as other days of a chronicle are?"""
    if header.published is None or line.text != header.published.value or line.index < header.start:
        return False
    block, above = line.block, line.block.parent
    return any(
        other.index >= header.start
        and other.text != line.text
        and (other.block.tag, other.block.name) == (block.tag, block.name)
        and above is not None
        and other.block.parent is not None
        and (other.block.parent is above or other.block.parent.parent is above.parent)
        and is_date_line(other.text, clues.language)
        for other in lines
    )
