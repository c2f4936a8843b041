"""Finds the boxes amid a text that end in a button: to give money, to subscribe, to install a program.

What such a box says is a sentence as those of the text are, in any language. Its button tells it: a short link that is
all of its line, to a page whose address has one of the words of ``tables/prompts.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from crawler.extraction.layout.blocks import Block
from crawler.extraction.layout.lines import TextLine, make_inside_test
from crawler.normalisation.words.word_tables import load_table

LONGEST_BUTTON: Final = 40
LONGEST_ASKING: Final = 500
"""Letters of a box with a button, all of which is left out."""
MOST_BUTTONS: Final = 10
_LEVELS: Final = 3
_LONGEST_ADDRESS: Final = 300
_AROUND_PATH: Final = re.compile(r"^(?:[a-z]{2,10}:)?//[^/?#]*|[?#].*")
_BREAKS: Final = re.compile(r"[^a-z]+")


def find_button_boxes(chosen: Sequence[TextLine], lines: Sequence[TextLine]) -> set[int]:
    """Return the indexes of those chosen lines of a text that stand in a small box with a button under them.

    ``lines`` are all of the page: a button need not be one of the text.
    """
    if len(chosen) < 2:
        return set()
    places = range(chosen[0].index + 1, min(len(lines), chosen[-1].index + 1 + _LEVELS))
    buttons = [lines[place] for place in places if lines[place].has_links and _is_button(lines[place])]
    left_out: set[int] = set()
    for button in buttons[:MOST_BUTTONS]:
        left_out.update(line.index for line in _list_box(button, chosen))
    return left_out


def _is_button(line: TextLine) -> bool:
    if len(line.text) > LONGEST_BUTTON or line.link_share < 0.9 or len(line.links) > 1:
        return False
    return leads_to_request(line.links[0][0])


@cache
def leads_to_request(href: str) -> bool:
    """Does an address lead to where a paper asks for something: "/donate", "https://paper.example/en/newsletters"?

    >>> leads_to_request("/en/donate?from=box"), leads_to_request("/2024/04/16/they-donate-their-hats")
    (True, False)
    """
    if len(href) > _LONGEST_ADDRESS:
        return False
    path = _AROUND_PATH.sub("", href).lower()  # sooner than to split an address
    parts = path.rstrip("/").split("/")[-2:]
    named = [[word for word in _BREAKS.split(part.partition(".")[0]) if word] for part in parts]
    return any(0 < len(words) <= 2 and words[0] in _load_words() for words in named)


def _list_box(button: TextLine, chosen: Sequence[TextLine]) -> list[TextLine]:
    """Return the chosen lines of the largest block around a button that is small and not all of the text."""
    box: Block | None = button.block
    box_lines: list[TextLine] = []
    for _ in range(_LEVELS):
        if box is None or box.parent is None:
            break
        stands_inside = make_inside_test(box)
        inside = [line for line in chosen if stands_inside(line)]
        if len(inside) == len(chosen) or sum(len(line.text) for line in inside) > LONGEST_ASKING:
            break
        box_lines, box = inside, box.parent
    return box_lines


@cache
def _load_words() -> frozenset[str]:
    return frozenset(load_table("prompts")["buttons"]["addresses"])
