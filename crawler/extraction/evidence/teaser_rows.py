"""Tells a page whose text is that of teasers: linked titles of other articles, their first words under each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Final

from crawler.extraction.layout.labels import PROSE, measure_prose
from crawler.extraction.layout.lines import TextLine
from crawler.extraction.links.related_regions import MORE

LEAST_ROWS: Final = 3
SHARE_OF_ROWS: Final = 0.8
"""The share of a text that stands in the rows of a listing, at least."""
SHORTEST_TITLE: Final = 20
LONGEST_DATE: Final = 30
SHARE_OF_ONE: Final = 0.6
"""The share that one row has at most: else it is the article, and links stand around it."""
MAX_LINES: Final = 3_000
_LINES_OF_ROW: Final = 8
"""Lines that a title and what announces its article take up at most."""


def is_made_of_teasers(
    lines: Sequence[TextLine], paragraphs: Sequence[str], leads_to_related: Callable[[str], bool]
) -> bool:
    """Return True if nearly all of a text stands under linked titles that are set alike and lead to other articles.

    ``lines`` are those behind the headline. A title stands above the text: what an article's own text goes before are
    links amid it or beside it.
    """
    kept = {text for text in paragraphs if measure_prose(text) >= PROSE // 2}
    total = sum(map(len, kept))
    rows: dict[tuple[str, str, int], list[int]] = defaultdict(list)
    for place, line in enumerate(lines[:MAX_LINES]):
        if _is_title(line) and leads_to_related(line.links[0][0]):
            rows[line.block.tag, line.block.name, line.heading].append(place)
    for titles in rows.values():
        if len(titles) < LEAST_ROWS or any(line.text in kept for line in lines[: titles[0]]):
            continue
        letters = announced = longest = 0
        for title, following in zip(titles, [*titles[1:], len(lines)], strict=True):
            row = lines[title : min(following, title + _LINES_OF_ROW)]
            own = sum(len(line.text) for line in row if line.text in kept)
            letters += own
            announced += any(line.text in kept for line in row[1:])
            longest = max(longest, own)
        if announced >= LEAST_ROWS and letters >= SHARE_OF_ROWS * total and longest <= SHARE_OF_ONE * letters:
            return True
    return False


def announces_one(
    lines: Sequence[TextLine], paragraphs: Sequence[str], leads_to_related: Callable[[str], bool]
) -> bool:
    """Return True if all prose stands between a linked heading and a link that says "Read more", to one other article.

    A section of which one story is shown prints it so.
    """
    kept = {text for text in paragraphs if measure_prose(text) >= PROSE // 2}
    places = [place for place, line in enumerate(lines[:MAX_LINES]) if line.text in kept]
    if not places:
        return False
    above = [line for line in lines[max(0, places[0] - _LINES_OF_ROW) : places[0]] if line.heading and line.has_links]
    below = [line for line in lines[places[-1] : places[-1] + _LINES_OF_ROW] if line.has_links]
    if not above or above[-1].link_share < 0.9 or not leads_to_related(above[-1].links[0][0]):
        return False
    return any(href == above[-1].links[0][0] and MORE.fullmatch(text) for line in below for href, text in line.links)


def _is_title(line: TextLine) -> bool:
    """Is a line a linked title, perhaps with its date?"""
    if line.link_share < 0.6 or measure_prose(line.text) < SHORTEST_TITLE:
        return False
    return line.text.startswith(line.links[0][1]) and len(line.unlinked) <= LONGEST_DATE
