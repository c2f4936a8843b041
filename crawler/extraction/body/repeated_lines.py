"""Leaves out what a page prints several times: placeholders and labels, a second copy of the text."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Final

from crawler.extraction.layout.blocks import Block
from crawler.extraction.layout.labels import PROSE, measure_prose
from crawler.extraction.layout.lines import TextLine
from crawler.extraction.layout.paragraphs import find_paragraph_block

MANY: Final = 4
"""A long line that is printed so many times is a placeholder or a label, and no part of a story."""
LEAST_COPIED: Final = 3
"""Paragraphs that a second copy of a text has at least."""
COPIED_SHARE: Final = 0.3
"""The share of a text from which its repeated lines are a story printed in several copies."""
LEAST_QUOTED: Final = 30
MOST_QUOTED: Final = 300
LONGEST_SPEAKER: Final = 60
_NO_QUOTES: Final = ("li", "dt", "dd", "pre", "td", "th")
_APART: Final = ("blockquote", "aside", "q")
_QUOTES: Final = "\"'“”„‟«»‹›‘’「」『』 .…"


def leave_repeated(chosen: list[TextLine], lines: Sequence[TextLine]) -> list[TextLine]:
    """Return the lines without those that the page prints again and again; of a story in copies one of each."""
    chosen = _leave_second_copies(chosen)
    repeats = Counter([line.text for line in lines])
    once = {line.text: line for line in reversed(chosen)}
    repeated = {text for text in once if repeats[text] >= MANY and len(text) >= PROSE}
    is_copied = sum(map(len, repeated)) > COPIED_SHARE * sum(map(len, once))
    return [line for line in chosen if line.text not in repeated or (is_copied and line is once[line.text])]


def leave_pull_quotes(chosen: list[TextLine]) -> list[TextLine]:
    """Return the lines without those set apart from the paragraphs that repeat words of one, with who said them.

    A lead stands above all, and may say what the text says again.
    """
    prose = [line for line in chosen if measure_prose(line.text) >= PROSE]
    if len(prose) < LEAST_COPIED:
        return chosen
    home = find_paragraph_block(prose[-1])
    inner = [place for place, line in enumerate(chosen[1:-1], 1) if LEAST_QUOTED <= len(line.text) <= MOST_QUOTED]
    apart = [place for place in inner if not chosen[place].heading and _is_set_apart(chosen[place], home)]
    if not apart:
        return chosen
    text = "\n".join([line.text for line in prose])
    left_out: set[int] = set()
    for place in apart:
        quoted = chosen[place].text.strip(_QUOTES)
        if quoted in text and text.count(quoted) > (chosen[place] in prose):
            left_out.add(place)
            speaker = chosen[place + 1]
            if speaker.block.parent is chosen[place].block.parent and len(speaker.text) <= LONGEST_SPEAKER:
                left_out.add(place + 1)
    return [line for place, line in enumerate(chosen) if place not in left_out]


def _is_set_apart(line: TextLine, home: Block) -> bool:
    """Does a line stand in a quotation or a box, and not where the paragraphs do?"""
    block = line.block
    if block.tag in _NO_QUOTES or find_paragraph_block(line) is home:
        return False
    return block.tag in _APART or (
        block.parent is not None and (block.parent.tag in _APART or block.parent.parent is home)
    )


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
