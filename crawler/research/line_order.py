"""In which order the lines of a concordance come: by place, by day, or by words around the keyword."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Literal

from crawler.errors import BadValue
from crawler.normalisation.words.tokenizer import BARRIER, IndexedToken

Levels = tuple[int, ...]
"""The words that lines are sorted by, the first one first: 2 is the second right of the keyword, -1 the first left of
it, 0 the keyword itself."""
Sort = Literal["position", "date", "left", "right"]
LineOrder = Sort | Levels
MAX_LEVELS: Final = 9
WORDS_BESIDE: Final = 6
"""Words beside the keyword that ``left`` and ``right`` sort by."""
NAMED_ORDERS: Final[dict[Sort, Levels]] = {
    "position": (),
    "date": (),
    "left": tuple(range(-1, -WORDS_BESIDE - 1, -1)),
    "right": tuple(range(1, WORDS_BESIDE + 1)),
}
_LEVEL = re.compile(r"([1-9])([LR])|([LR])([1-9])|(C|0|CENTRE|CENTER)", re.ASCII)


def read_line_order(text: str) -> LineOrder:
    """Return an order as people write it: one that has a name, or words to sort by, parted by commas or spaces.

    Raises BadValue for anything else.

    >>> read_line_order("1R, 2R, 1L"), read_line_order("c l1"), read_line_order("date")
    ((1, 2, -1), (0, -1), 'date')
    """
    for name in NAMED_ORDERS:
        if text.strip().lower() == name:
            return name
    pieces = re.split(r"[\s,;+]+", text.strip(" \t,;+").upper())
    levels = tuple(_read_level(piece, text) for piece in pieces[: MAX_LEVELS + 1])
    if len(levels) > MAX_LEVELS:
        raise BadValue(f"at most {MAX_LEVELS} words decide on the order of lines")
    if len(set(levels)) < len(levels):
        raise BadValue(f"{text!r} names a word twice: lines are sorted by it once")
    return levels


def format_line_order(order: LineOrder) -> str:
    """Return an order as :func:`read_line_order` reads it.

    >>> format_line_order((1, 0, -2)), format_line_order("left")
    ('1R,C,2L', 'left')
    """
    if isinstance(order, str):
        return order
    return ",".join(f"{abs(level)}{'R' if level > 0 else 'L'}" if level else "C" for level in order)


def list_levels(order: LineOrder) -> Levels:
    """Return the words that lines in an order are sorted by; none where words do not decide."""
    return NAMED_ORDERS[order] if isinstance(order, str) else order


def make_sort_key(tokens: Sequence[IndexedToken], hit: tuple[int, int], levels: Levels) -> str:
    """Return what sorts a hit, which is a range of a field's tokens; a word that is not there comes first."""
    before = _list_words(tokens[max(hit[0] - 2 * max(0, *(-level for level in levels)), 0) : hit[0]][::-1])
    after = _list_words(tokens[hit[1] : hit[1] + 2 * max(0, *levels)])
    words = []
    for level in levels:
        if level == 0:
            words.append(" ".join(_list_words(tokens[hit[0] : hit[1]])))
        else:
            side = after if level > 0 else before
            words.append(side[abs(level) - 1] if abs(level) <= len(side) else "")
    return "\n".join(words)  # which sorts before every letter, and before the space between words of a phrase


def _list_words(tokens: Sequence[IndexedToken]) -> list[str]:
    return [token.text for token in tokens if token.text != BARRIER]


def _read_level(piece: str, text: str) -> int:
    level = _LEVEL.fullmatch(piece)
    if level is None:
        raise BadValue(
            f"{text[:40]!r} is no order of lines: write position, date, left or right, or words to sort by, such as "
            "1R,2R,1L (the first and second right of the keyword, the first left of it; C is the keyword)"
        )
    distance, side = level[1] or level[4], level[2] or level[3]
    return 0 if side is None else int(distance) * (1 if side == "R" else -1)
