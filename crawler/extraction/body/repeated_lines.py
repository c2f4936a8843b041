"""Leaves out what a page prints several times: placeholders and labels, a second copy of the text."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Final

from crawler.extraction.layout.blocks import Block
from crawler.extraction.layout.labels import PROSE, measure_prose
from crawler.extraction.layout.lines import TextLine

MANY: Final = 4
"""A long line that is printed so many times is a placeholder or a label, and no part of a story."""
LEAST_COPIED: Final = 3
"""Paragraphs that a second copy of a text has at least."""
COPIED_SHARE: Final = 0.3
"""The share of a text from which its repeated lines are a story printed in several copies."""


def leave_repeated(chosen: list[TextLine], lines: Sequence[TextLine]) -> list[TextLine]:
    """Return the lines without those that the page prints again and again; of a story in copies one of each."""
    chosen = _leave_second_copies(chosen)
    repeats = Counter(line.text for line in lines)
    once = {line.text: line for line in reversed(chosen)}
    repeated = {text for text in once if repeats[text] >= MANY and len(text) >= PROSE}
    is_copied = sum(map(len, repeated)) > COPIED_SHARE * sum(map(len, once))
    return [line for line in chosen if line.text not in repeated or (is_copied and line is once[line.text])]


def _leave_second_copies(chosen: list[TextLine]) -> list[TextLine]:
    """Return the lines without a block that prints paragraphs of the text once more, as for narrower screens."""
    prose = [line for line in chosen if measure_prose(line.text) >= PROSE]
    if len({line.text for line in prose}) == len(prose):
        return chosen
    blocks: dict[Block | None, list[TextLine]] = defaultdict(list)
    for line in prose:
        blocks[line.block.parent].append(line)
    copies: set[Block | None] = set()
    printed = [line.text for line in prose]
    first = {line.text: place for place, line in reversed(list(enumerate(prose)))}
    for block, inside in blocks.items():
        if block is not None and block.tag in ("ul", "ol", "dl", "tbody"):
            continue  # the same address or meal under several headings
        texts = [line.text for line in inside]
        place = first[texts[0]]
        is_below = prose[place].block.parent is not block
        if is_below and len(texts) >= LEAST_COPIED and printed[place : place + len(texts)] == texts:
            copies.add(block)
    return [line for line in chosen if line.block.parent not in copies] if copies else chosen
