"""Tells what stands in the masthead from the header of an article: the name of a blog that is the only h1 of its pages,
which leads up and over another heading, and the day on which the paper came out, or the page was asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final

from crawler.extraction.layout.labels import PROSE, measure_prose
from crawler.extraction.layout.lines import TextLine
from crawler.extraction.parsing.markup import Hint

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


def is_day_of_masthead(line: TextLine, lines: Sequence[TextLine], headline: int) -> bool:
    """Is a date above the headline today's: beside the weather, behind "today is", above the logo or the menu?

    ``headline`` is the index of the headline's line.
    """
    if _TODAY.search(line.text) or _DEGREES.search(line.text):
        return True
    following = lines[line.index + 1 : headline]
    if any(_DEGREES.search(other.text) for other in following[:2] if len(other.text) < _LONGEST_WEATHER):
        return True
    if any(leads_home(other) for other in following):
        return True
    menu = [other for other in following if other.hints & Hint.CHROME and other.link_share > _MOSTLY_LINKED]
    if sum(len(other.links) for other in menu) >= _LINKS_OF_MENU:
        return True
    return line.block.tag == "li" and any(
        other.block.tag == "li" and other.block.parent is line.block.parent and other.link_share > _LINKED
        for other in lines[max(0, line.index - 1) : line.index + 2]
        if other is not line
    )


_TODAY: Final = re.compile(
    r"\b(?:today(?:'s date)?(?: is)?|heute(?: ist)?|hoy(?: es)?|aujourd['’]hui|oggi|hoje|vandaag|idag|i dag|dzisiaj"
    r"|dziś|dnes|сегодня|сьогодні|danas|данас|bugün|σήμερα|hôm nay|hari ini)\b|اليوم|امروز|היום|今天是|今日是|오늘은",
    re.I,
)
_DEGREES: Final = re.compile(r"\d\s?[°º˚]|℃|℉")
_LONGEST_WEATHER: Final = 40
_LINKS_OF_MENU: Final = 3
_MOSTLY_LINKED: Final = 0.7
_LINKED: Final = 0.9
_HOME: Final = re.compile(r"(?:(?:https?:)?//[^/?#]+)?/?(?:index\.\w+)?")


def leads_home(line: TextLine) -> bool:
    """Is the line nothing but a link to the home page?"""
    return line.link_share > _LINKED and all(_is_home(href[:300]) for href, _ in line.links)


@lru_cache(maxsize=2048)  # the menus of a site are on each of its pages
def _is_home(href: str) -> bool:
    return _HOME.fullmatch(href) is not None


def _stands_over_text(line: TextLine, lines: Sequence[TextLine]) -> bool:
    following = lines[line.index + 1 : line.index + 1 + LINES_TO_TEXT]
    text = next((other for other in following if other.heading or measure_prose(other.unlinked) >= PROSE), None)
    return text is not None and not text.heading
