"""Finds what a page tells of who the writer is: below the text, which ends there, or above it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from crawler.extraction.header.header import Header
from crawler.extraction.layout.clues import Clues
from crawler.extraction.layout.date_labels import is_date_line
from crawler.extraction.layout.lines import TextLine
from crawler.extraction.layout.paragraphs import find_paragraph_block
from crawler.normalisation.bylines.byline import is_byline, list_printed_names

MOST_LINES: Final = 6
"""Lines at the end of a text of which one may begin to tell who the writer is; so it goes on to the end."""
LEAST_ABOVE: Final = 4
"""Lines of the text that stand above it."""
MOST_LINES_ABOVE: Final = 3
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
    name = _find_writer(text, names)
    return name is not None and text[len(name) + 1].islower()


def _find_writer(text: str, names: Sequence[str]) -> str | None:
    """Return the name of a writer that a text begins with; None where it begins with none."""
    return next((name for name in names if text.startswith(f"{name} ")), None)


_TELLS_OF_WRITER: Final = re.compile(
    r"is (?:an?|the|our|one|based|redact|verslag|journal|een) ?|covers |writes |reports (?:on|from|for) |joined |"
    r"has (?:been|worked|covered|reported|written) |works |lives |"
    r"ist (?:redakt|report|korrespond|journal|autor|seit|leit)|"
    r"(?:schreibt|arbeitet|berichtet) |est (?:journal|correspond|report|réda|une? |chef)|couvre |écrit |"
    r"es (?:periodista|redact|corresponsal|una? )|escribe |cubre |è (?:una? |un['’]|giornalista|corrispond|redatt)|"
    r"scrive |si occupa |é (?:jornalista|rep[óo]rter|uma? )|escreve |cobre |schrijft |"
    r"(?:är|er) (?:reporter|journalist|redakt|en )|skriver |jest |pisze |"
    r"(?:—|–|-) ?(?:журналист|корреспондент|обозреватель|репортер|редактор)|пишет ",
    re.I,
)
"""How a text about a writer goes on behind the name. A lead that begins with it says what the writer did this time."""


def tells_of_writer(line: TextLine, names: Sequence[str]) -> bool:
    """Does a line above a text say who the writer is: "Ann Lee is a reporter who covers rivers"?"""
    name = _find_writer(line.text, names)
    return name is not None and _TELLS_OF_WRITER.match(line.text, len(name) + 1) is not None


def leave_biography_above(
    chosen: list[TextLine], lines: Sequence[TextLine], header: Header, names: Sequence[str], clues: Clues
) -> list[TextLine]:
    """Return the lines of a text without those above it that say who the writer is, in its header or in a box."""
    if not names or len(chosen) < LEAST_ABOVE:
        return chosen
    biographies = [line for line in chosen[:MOST_LINES_ABOVE] if tells_of_writer(line, names)]
    if not biographies:
        return chosen
    home = find_paragraph_block(chosen[-1])
    left_out = {
        line.index
        for line in biographies
        if line.index < header.start
        or find_paragraph_block(line) is not home
        or any(is_date_line(other.text, clues.language) for other in lines[line.index + 1 : line.index + 2])
    }
    left_out |= {index - 1 for index in left_out if lines[index - 1].text in names}
    return [line for line in chosen if line.index not in left_out]


def _heads_biography(line: TextLine, names: Sequence[str], clues: Clues) -> bool:
    """Is a heading under a text one over who its writer is: "Written by Ann Lee"?"""
    if not line.heading or len(line.text) > LONGEST_HEADING:
        return False
    return any(line.text.endswith(name) for name in names) and is_byline(line.text, clues.language)
