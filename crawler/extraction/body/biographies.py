"""Finds where a text ends because its page goes on to tell who the writer is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from crawler.extraction.header.header import Header
from crawler.extraction.layout.clues import Clues
from crawler.extraction.layout.lines import TextLine
from crawler.normalisation.bylines.byline import is_byline, list_printed_names

MOST_LINES: Final = 6
"""Lines at the end of a text of which one may begin to tell who the writer is; so it goes on to the end."""
LEAST_ABOVE: Final = 4
"""Lines of the text that stand above it."""
LONGEST_HEADING: Final = 80


def list_writers(header: Header, clues: Clues) -> tuple[str, ...]:
    """Return the writers of two names or more that structured data and the byline name, as printed."""
    printed = list_printed_names(header.byline.value, clues.language) if header.byline is not None else ()
    return tuple(name for name in (*clues.author_names, *printed) if " " in name)


def find_biography(chosen: Sequence[TextLine], lines: Sequence[TextLine], names: Sequence[str], clues: Clues) -> int:
    """Return the index of the first line of a text that is about its writer, the number of lines where none is.

    ``lines`` are all of the page: a heading that names the writer need not be one of the text.
    """
    below = range(max(LEAST_ABOVE, len(chosen) - MOST_LINES), len(chosen))
    for index in below:
        between = lines[chosen[index - 1].index + 1 : chosen[index].index + 1]
        if is_biography(chosen[index], names) or any(_heads_biography(line, names, clues) for line in between):
            return index
    return len(chosen)


def is_biography(line: TextLine, names: Sequence[str]) -> bool:
    """Does a line say who the writer is: "Ann Lee is a reporter who covers rivers"?"""
    text = line.text.lstrip("([*–— ")
    name = next((name for name in names if text.startswith(f"{name} ")), None)
    return name is not None and text[len(name) + 1].islower()


def _heads_biography(line: TextLine, names: Sequence[str], clues: Clues) -> bool:
    """Is a heading under a text one over who its writer is: "Written by Ann Lee"?"""
    if not line.heading or len(line.text) > LONGEST_HEADING:
        return False
    return any(line.text.endswith(name) for name in names) and is_byline(line.text, clues.language)
