"""Adds what stands on top of likely lines and goes with them: a heading, who speaks, what a row is about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from crawler.extraction.layout.blocks import Block
from crawler.extraction.layout.labels import PROSE, ends_sentence, measure_prose
from crawler.extraction.layout.lines import TextLine

LEAST_CHANCE: Final = 0.2
"""The chance from which a line may go with the one below it."""
LONGEST: Final = 120
LEAST_ROWS: Final = 3
_LEVELS: Final = 3


def add_row_labels(lines: Sequence[TextLine], chances: Sequence[float], likely: list[bool]) -> None:
    """Make lines likely that label the likely line below them.

    A heading does where the text has begun above it, and where several are set alike, each on top of a sentence,
    as what unfolds an answer does; any other short line where it stands in its row as others do that are likely.
    """
    rows: dict[_Row, list[int]] = defaultdict(list)
    headings: dict[_Row, list[int]] = defaultdict(list)
    for line, following in pairwise(lines):
        may_label = likely[line.index] or chances[line.index] >= LEAST_CHANCE
        if not may_label or line.has_links or len(line.text) > LONGEST:
            continue
        if not likely[following.index] or following.heading:
            continue
        is_heading = line.heading or line.block.tag == "summary"
        if is_heading and ends_sentence(following.text) and stands_above(line, following):
            headings[_describe_row(line)].append(line.index)
        if measure_prose(following.text) < PROSE:
            continue
        if line.heading:
            likely[line.index] = likely[line.index] or _heads_part(line, following, lines, likely)
        elif line.block.parent is not None and line.block.parent.parent is not None:
            rows[_describe_row(line)].append(line.index)
    for places in headings.values():
        if len(places) >= LEAST_ROWS and any(likely[: places[0]]):
            for place in places:
                likely[place] = True
    for places in rows.values():
        count = sum(likely[place] for place in places)
        if len(places) >= LEAST_ROWS and count * 2 >= len(places):
            for place in places:
                likely[place] = True


_Row = tuple[Block | None, str, str, str, str]


def _describe_row(line: TextLine) -> _Row:
    """Return what lines have in common that are set in one way, each in a block of its own beside the others."""
    block, above = line.block, line.block.parent
    if above is None:
        return None, block.tag, block.name, "", ""
    return above.parent, block.tag, block.name, above.tag, above.name


def _heads_part(line: TextLine, following: TextLine, lines: Sequence[TextLine], likely: Sequence[bool]) -> bool:
    """Does a heading stand between two paragraphs of the text, on top of the second?"""
    before = lines[line.index - 1] if line.index else None
    if before is None or not likely[before.index] or before.heading or measure_prose(before.text) < PROSE:
        return False
    return ends_sentence(following.text) and stands_above(line, following)


def stands_above(line: TextLine, following: TextLine) -> bool:
    """Does a heading stand in the block of the line below it, or in one of the two around that?"""
    above: Block | None = following.block
    for _ in range(_LEVELS):
        if above is not None and above is line.block.parent:
            return True
        above = above.parent if above is not None else None
    return False
