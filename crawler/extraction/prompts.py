"""Finds what a paper asks of its readers amid a text: to subscribe to a letter, follow a channel, install a program.

Such lines are set as the text is. Their words tell them, which are rows of ``tables/prompts.toml``, and that they quote
nobody.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from crawler.extraction.blocks import Block
from crawler.extraction.labels import PROSE, measure_prose
from crawler.extraction.lines import TextLine, make_inside_test
from crawler.normalisation.word_tables import load_table

LONGEST: Final = 220
"""Letters of a line that asks."""
LONGEST_BOX: Final = 500
"""Letters of the box around it, all of which is left out."""
MOST_LEFT_OUT: Final = 0.25
"""The share of a text from which such lines are its subject."""
_QUOTED: Final = re.compile('["“”„«»「」『』]')
LONGEST_BESIDE: Final = 150
"""Letters that another line in that box has at most."""
_SHORT: Final = 4
"""Letters of a word that others begin with: "app", "line"."""
_BEGINNING: Final = r"(?:^\W{{0,6}}|[.!?:]\s{{1,3}})(?:{})"
_WITH_SPACES: Final = "\u0e00"
"""The first character behind the scripts of which a word's beginning is looked for."""


def find_prompts(chosen: Sequence[TextLine]) -> set[int]:
    """Return the indexes of the lines that ask the reader to subscribe or follow, each with the small box around it."""
    asking = [line for line in chosen if asks_to_follow(line.text)]
    if not asking:
        return set()
    last = next((line for line in reversed(chosen) if measure_prose(line.text) >= PROSE and line not in asking), None)
    if last is None:
        return set()
    left_out = {line.index for line in asking}
    for line in asking:
        if line.block.tag == "li":  # the others of the list are steps
            continue
        inside = _list_box(line, chosen)
        if sum(len(other.text) for other in inside) <= LONGEST_BOX:
            left_out.update(other.index for other in inside)
    letters = sum(len(line.text) for line in chosen)
    return (
        left_out
        if sum(len(line.text) for line in chosen if line.index in left_out) <= MOST_LEFT_OUT * letters
        else set()
    )


def asks_to_follow(text: str) -> bool:
    """Does a line ask its reader to subscribe to something, or to follow it?

    >>> asks_to_follow("Join our WhatsApp channel to get the latest news.")
    True
    >>> asks_to_follow("He asked them to join the channel.")
    False
    """
    if len(text) > LONGEST or _QUOTED.search(text):
        return False
    folded = text.lower()
    begin, anywhere, what, alone = _compile()
    if alone.search(folded) is not None:
        return True
    return what.search(folded) is not None and (begin.search(folded) is not None or anywhere.search(folded) is not None)


def _list_box(line: TextLine, chosen: Sequence[TextLine]) -> list[TextLine]:
    """Return the lines of the largest block around a line that holds no paragraph of the text beside it."""
    box: Block | None = line.block
    inside: list[TextLine] = []
    for _ in range(4):
        if box is None or box.parent is None:
            break
        stands_inside = make_inside_test(box)
        held = [other for other in chosen if stands_inside(other)]
        if len(held) == len(chosen) or any(other is not line and len(other.text) > LONGEST_BESIDE for other in held):
            break
        inside, box = held, box.parent
    return inside


def _make_pattern(word: str) -> str:
    """Return the pattern of a word's beginning, of a short one as a whole, where the script parts words by spaces."""
    if word > _WITH_SPACES:
        return re.escape(word)
    return rf"\b{re.escape(word)}\b" if len(word) <= _SHORT else rf"\b{re.escape(word)}"


@cache
def _compile() -> tuple[re.Pattern[str], ...]:
    """Return patterns for what begins a request, for one anywhere, for what is offered, and for what needs no offer."""
    rows = load_table("prompts")["prompts"]
    begin = "|".join(re.escape(word) for word in rows["begin"])
    return (
        re.compile(_BEGINNING.format(begin)),
        re.compile("|".join(re.escape(word) for word in rows["anywhere"])),
        re.compile("|".join(map(_make_pattern, rows["what"]))),
        re.compile(_BEGINNING.format("|".join(re.escape(word) for word in rows["alone"]))),
    )
