"""Finds where the next story begins on pages that load one under the other: a second headline as the first was set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from crawler.extraction.body.sister_stories import find_sister_below
from crawler.extraction.header.header import Header
from crawler.extraction.layout.clues import Clues
from crawler.extraction.layout.labels import PROSE, find_date, is_country_line, measure_prose, starts_with_dateline
from crawler.extraction.layout.lines import TextLine
from crawler.extraction.parsing.markup import Hint
from crawler.normalisation.bylines.byline import is_byline

LINES_ABOVE: Final = 3
"""Lines above a headline that may be its date, its kicker or both."""
LEAST_ABOVE: Final = 3
"""Paragraphs of a story below which a heading may begin that of somebody else."""
SHORTEST_HEADLINE: Final = 20
LINES_BELOW: Final = 4
"""Lines below a headline among which its date, byline or dateline stands."""


def find_next_story(lines: Sequence[TextLine], header: Header, clues: Clues) -> int:
    """Return the index of the line with which the next story of the page begins; the number of lines where none does.

    A headline of another story is set as the page's own is (the same tag, the same class), stands under a text, and has
    a date, a byline or a dateline of its own. What stands between the text and it (date, kicker) is the next story's.
    """
    next_story = min(_find_set_alike(lines, header, clues), _find_signed_heading(lines, header, clues))
    return min(next_story, find_sister_below(lines, header, clues))


def _find_set_alike(lines: Sequence[TextLine], header: Header, clues: Clues) -> int:
    """Return the index of the line with which a story begins whose headline is set as the page's own."""
    own = header.line
    if own is None or not (own.heading or own.block.name):
        return len(lines)
    has_text = False
    for line in lines[header.start :]:
        is_set_alike = (
            line.heading == own.heading and line.block.tag == own.block.tag and line.block.name == own.block.name
        )
        if has_text and not is_set_alike:
            continue  # neither the next headline nor needed to tell that there is a text
        is_prose = measure_prose(line.unlinked) >= PROSE
        if is_prose and is_set_alike:
            return len(lines)  # paragraphs are set so too: it tells nothing
        has_text = has_text or is_prose
        if has_text and is_set_alike and line.link_share < 0.5 and line.text != own.text:
            above = _list_above(lines, line.index, header.start, clues)
            if any(_is_dated(part, clues) for part in above) or _is_signed(lines[line.index + 1 :], clues):
                return above[0].index if above else line.index
    return len(lines)


def _find_signed_heading(lines: Sequence[TextLine], header: Header, clues: Clues) -> int:
    """Return the index of the one heading below a text that somebody else signed; the number of lines where none is.

    A story of another writer stands there, however its headline is set. Where several parts are signed they are the
    story: a round of news, a debate.
    """
    if header.line is None or header.byline is None:
        return len(lines)
    paragraphs, signed = 0, []
    for line in lines[header.start :]:
        if not line.heading:
            paragraphs += len(line.text) >= PROSE
        elif paragraphs >= LEAST_ABOVE and len(line.text) >= SHORTEST_HEADLINE and not line.has_links:
            following = lines[line.index + 1 : line.index + 2 + LINES_BELOW]
            is_told = sum(len(other.text) >= PROSE for other in following) > 1 and not line.hints & Hint.CHROME
            if is_told and _is_signed_by_other(following[0], header.byline.value, clues):
                signed.append(line.index)
    return signed[0] if len(signed) == 1 else len(lines)


def _is_signed_by_other(line: TextLine, byline: str, clues: Clues) -> bool:
    is_short = len(line.text) < PROSE and line.text != byline
    return is_short and is_byline(line.text, clues.language)


def _list_above(lines: Sequence[TextLine], index: int, start: int, clues: Clues) -> list[TextLine]:
    """Return the date and the kicker that stand right above a headline."""
    first = index
    while first > max(start, index - LINES_ABOVE) and (
        _is_dated(lines[first - 1], clues) or is_country_line(lines[first - 1].text)
    ):
        first -= 1
    return list(lines[first:index])


def _is_signed(below: Sequence[TextLine], clues: Clues) -> bool:
    """Do a date, a byline or a dateline stand under a headline?"""
    return any(
        _is_dated(line, clues)
        or (len(line.text) < PROSE and is_byline(line.text, clues.language))
        or starts_with_dateline(line.text, clues.labels)
        for line in below[:LINES_BELOW]
    )


def _is_dated(line: TextLine, clues: Clues) -> bool:
    return len(line.text) < PROSE and find_date(line.text, clues.labels, "listing") is not None
