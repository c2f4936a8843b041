"""Tells from the markup which lines are printed under a picture: in its box, in italics below it, or as its alt.

Where captions are most of a text, they are added to it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from crawler.extraction.layout.blocks import Block
from crawler.extraction.layout.labels import PROSE, ends_sentence
from crawler.extraction.layout.lines import TextLine
from crawler.extraction.layout.paragraphs import find_paragraph_block
from crawler.extraction.layout.picture_credits import ends_with_credit
from crawler.extraction.parsing.markup import Hint

LONGEST_CAPTION: Final = 250
"""Letters of a line that only its place tells."""
LEAST_CAPTIONS: Final = 3
"""Captions in sentences that a row of pictures has at least."""
MOST_BESIDE: Final = 1_200
"""Letters of text that such a row has beside them at most."""
_NAMING: Final = ("td", "th", "li", "dt", "dd")
_PICTURE: Final = re.compile(
    r"(?<![a-z])(?:image|img|photo|picture|pic|foto|fotografia|bild|figure|media|imagen|immagine|imagem|afbeelding|visual)"
    r"s?(?![a-z])",
    re.I,
)
"""What the box of a picture is named for, as a part of a name."""


def is_set_as_caption(line: TextLine, homes: Mapping[Block, int]) -> bool:
    """Is a line set as what a picture shows?

    ``homes`` are the blocks that hold the text's paragraphs, with their number.
    """
    if line.has_links and line.link_share > 0.5:
        return False
    home = find_paragraph_block(line)
    if line.hints & Hint.DESCRIBED and homes.get(home, 0) <= 1:
        return line.block.tag not in _NAMING  # what a row or an entry is about is its name
    if len(line.text) > LONGEST_CAPTION:
        return False
    if not line.hints & Hint.BELOW_PICTURE:
        return False
    if line.hints & Hint.PICTURED:
        return line.hints & Hint.ITALIC != 0 and line.block.tag == "p"
    box = line.block.parent
    if box is None or homes.get(home, 0) > 1:
        return False
    return _PICTURE.search(box.name[:200]) is not None


def add_captions(chosen: list[TextLine], lines: Sequence[TextLine], start: int) -> list[TextLine]:
    """Return the lines of a text with the captions under the headline where these are most of it: pictures in a row.

    ``start`` is the index of the first line below the header among ``lines``, which are all of the page.
    """
    captions = [
        line
        for line in lines[start:]
        if line.hints & Hint.CAPTION
        and not line.has_links
        and not line.hints & Hint.RELATED
        and len(line.text) >= PROSE // 2
        and (ends_sentence(line.text) or ends_with_credit(line.text))
    ]
    letters = sum(len(line.text) for line in chosen)
    if len(captions) < LEAST_CAPTIONS or letters > MOST_BESIDE or sum(len(line.text) for line in captions) <= letters:
        return chosen
    return sorted({line.index: line for line in (*chosen, *captions)}.values(), key=lambda line: line.index)
