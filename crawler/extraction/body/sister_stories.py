"""Finds other stories in elements beside the one that holds the page's own: pages that load one under the other.

Such an element is of the same kind as the own story's, begins with a heading, is signed or dated, and holds a text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from crawler.extraction.header.header import Header
from crawler.extraction.layout.blocks import Block, find_common_block
from crawler.extraction.layout.clues import Clues
from crawler.extraction.layout.labels import PROSE, find_date, measure_prose
from crawler.extraction.layout.lines import TextLine, make_inside_test
from crawler.normalisation.bylines.byline import is_byline

LEAST_PARAGRAPHS: Final = 2
"""Paragraphs of a story beside the page's own, and of that."""
LINKED: Final = 0.9
MOST_HEADINGS: Final = 60
_LINES_BELOW: Final = 4
_HOLDERS: Final = ("article", "section", "div", "li", "td")


def find_sister_below(lines: Sequence[TextLine], header: Header, clues: Clues) -> int:
    """Return the index of the linked heading of the first other story below; the number of lines where none is."""
    for line in _list_headings(lines[header.start :]):
        is_title = line.link_share >= LINKED and any(clues.leads_to_related(href) for href, _ in line.links)
        if is_title and _heads_sister(line, lines, header, clues):
            return line.index
    return len(lines)


def find_sister_above(lines: Sequence[TextLine], header: Header, clues: Clues) -> int:
    """Return the index of the headline where another story stands above the page's own; 0 where none does."""
    if header.line is None:
        return 0
    headings = _list_headings(lines[: header.line.index])
    return header.line.index if any(_heads_sister(line, lines, header, clues) for line in headings) else 0


def _list_headings(lines: Sequence[TextLine]) -> list[TextLine]:
    return [line for line in lines if 0 < line.heading <= 4][:MOST_HEADINGS]


def _heads_sister(line: TextLine, lines: Sequence[TextLine], header: Header, clues: Clues) -> bool:
    """Does a heading begin an element of the same kind as the one around headline and text, with another story?"""
    own = header.line
    if own is None or line is own:
        return False
    common = find_common_block(own.block, line.block)
    home, sister = _find_child(own.block, common), _find_child(line.block, common)
    if home is None or sister is None or home.tag not in _HOLDERS:
        return False
    if (home.tag, home.name) != (sister.tag, sister.name):
        return False
    stands_inside = make_inside_test(sister)
    if line.index and stands_inside(lines[line.index - 1]):
        return False
    below = [other for other in lines[line.index + 1 :] if stands_inside(other)]
    is_signed = any(_signs(other, clues) for other in below[:_LINES_BELOW])
    if not is_signed or _count_paragraphs(below) < LEAST_PARAGRAPHS:
        return False
    stands_at_home = make_inside_test(home)
    return _count_paragraphs([other for other in lines[own.index :] if stands_at_home(other)]) >= LEAST_PARAGRAPHS


def _find_child(block: Block, around: Block) -> Block | None:
    """Return the block that stands directly in another one and holds a block, or is it; None for that one itself."""
    child: Block | None = block
    while child is not None and child.parent is not around:
        child = child.parent
    return child


def _count_paragraphs(lines: Sequence[TextLine]) -> int:
    return sum(measure_prose(line.unlinked) >= PROSE for line in lines)


def _signs(line: TextLine, clues: Clues) -> bool:
    """Is a short line a byline or a date?"""
    if len(line.text) >= PROSE:
        return False
    return is_byline(line.text, clues.language) or find_date(line.text, clues.labels, "listing") is not None
