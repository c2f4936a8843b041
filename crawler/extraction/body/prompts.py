"""Finds what a paper asks of its readers amid a text: to subscribe to a letter, follow a channel, install a program.

Such lines are set as the text is. Their words tell them, which are rows of ``tables/prompts.toml``, and that they quote
nobody.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple

from crawler.extraction.body.appeals import QUOTED
from crawler.extraction.layout.blocks import Block
from crawler.extraction.layout.labels import PROSE, measure_prose
from crawler.extraction.layout.lines import TextLine, make_inside_test
from crawler.normalisation.words.word_search import holds_any
from crawler.normalisation.words.word_tables import load_table

LONGEST: Final = 220
"""Letters of a line that asks."""
MOST_ASKING: Final = 20
"""Such lines around which a box is looked for."""
LONGEST_BOX: Final = 500
"""Letters of the box around it, all of which is left out."""
MOST_LEFT_OUT: Final = 0.35
"""The share of a text from which such lines are its subject."""
LONGEST_BESIDE: Final = 150
"""Letters that another line in that box has at most."""
_SHORT: Final = 4
"""Letters of a word that others begin with: "app", "line"."""
_SENTENCE: Final = re.compile(r"[.!?:]\s{1,3}")
_FOLLOW: Final = re.compile(
    r"follow .{2,40} on .{0,40}(?:facebook|twitter|instagram|youtube|tiktok|threads|bluesky|linkedin|google news|"
    r"whatsapp|x\b)|"
    r"follow .{2,40} (?:to get|to receive|for) (?:an? |the |new |more )?(?:alert|notification|e-?mail|update)"
)
"""Whom to follow where: "Follow Ann Lee on Twitter"."""
_LEADING: Final = re.compile(r"\W{0,8}")
_TELLING: Final = 2
"""Letters of a beginning by which most sentences are told to be none."""
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
    for line in asking[:MOST_ASKING]:
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
    if len(text) > LONGEST or QUOTED.search(text):
        return False
    words, folded = _load(), text.lower()
    beginnings = [
        beginning if beginning[:1].isalnum() else _LEADING.sub("", beginning, count=1)
        for beginning in _SENTENCE.split(folded)
    ]
    beginnings = [beginning for beginning in beginnings if beginning[:_TELLING] in words.first_letters]
    if any(beginning.startswith(words.alone) or _FOLLOW.match(beginning) for beginning in beginnings):
        return True
    anywhere = words.plain_anywhere if folded.replace("\u2019", "'").isascii() else words.anywhere
    asks = any(beginning.startswith(words.begin) for beginning in beginnings) or any(map(folded.__contains__, anywhere))
    return asks and holds_any(folded, words.what, _make_pattern)


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


class _Words(NamedTuple):
    """The rows of the table."""

    begin: tuple[str, ...]
    anywhere: tuple[str, ...]
    plain_anywhere: tuple[str, ...]
    """Those in ASCII, which are all that a text in it can hold."""
    alone: tuple[str, ...]
    what: tuple[str, ...]
    first_letters: frozenset[str]
    """Those of all that a sentence may begin with: few sentences do, and the others need not be compared."""


@cache
def _load() -> _Words:
    rows = load_table("prompts")["prompts"]
    begin, anywhere, alone, what = (tuple(rows[kind]) for kind in ("begin", "anywhere", "alone", "what"))
    first_letters = frozenset(word[:_TELLING] for word in (*begin, *alone, "follow"))
    plain_anywhere = tuple(filter(str.isascii, anywhere))
    return _Words(begin, anywhere, plain_anywhere, alone, what, first_letters)


def _make_pattern(word: str) -> str:
    """Return the pattern of a word's beginning, of a short one as a whole, where the script parts words by spaces."""
    if word > _WITH_SPACES:
        return re.escape(word)
    if len(word) > _SHORT:
        return rf"\b{re.escape(word)}"
    return rf"\b{re.escape(word)}(?![a-z\d])" if word.isascii() else rf"\b{re.escape(word)}\b"
