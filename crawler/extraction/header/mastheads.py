"""Tells the name of a blog that is the only h1 of its pages from a headline: it leads up, and a heading follows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from crawler.extraction.layout.labels import PROSE, measure_prose
from crawler.extraction.layout.lines import TextLine

LINES_TO_TEXT: Final = 3
"""Lines under a headline of which one is text."""


def find_headline_below(
    masthead: TextLine, lines: Sequence[TextLine], leads_up: Callable[[str], bool]
) -> TextLine | None:
    """Return the heading over the text, where an h1 is only a link to the folder that the page stands in.

    None where the h1 leads elsewhere, where no other heading stands over a text, or where several of one level follow:
    those are the parts of a text.
    """
    if masthead.heading != 1 or masthead.link_share < 1 or not all(leads_up(href) for href, _ in masthead.links):
        return None
    below = [line for line in lines[masthead.index + 1 :] if 1 < line.heading <= 4 and not line.has_links]
    heading = next((line for line in below if _stands_over_text(line, lines)), None)
    if heading is None or any(line.heading == heading.heading for line in below if line is not heading):
        return None
    return heading


def _stands_over_text(line: TextLine, lines: Sequence[TextLine]) -> bool:
    following = lines[line.index + 1 : line.index + 1 + LINES_TO_TEXT]
    text = next((other for other in following if other.heading or measure_prose(other.unlinked) >= PROSE), None)
    return text is not None and not text.heading
