"""Makes the lines of a concordance ready for a page: cut at words, with the words marked that they are sorted by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple
from urllib.parse import quote

from crawler.archive.search.selection import Selection
from crawler.browse.page import PageRequest
from crawler.browse.parts.study import StudyRequest
from crawler.errors import BadQuery, BadValue
from crawler.normalisation.words.tokenizer import BARRIER, find_tokens
from crawler.research.kwic import COLUMN_GAP, KwicLine, measure_columns, measure_left_context
from crawler.research.line_order import NAMED_ORDERS, LineOrder, format_line_order, list_levels, read_line_order

LINE_COLUMNS: Final = 150
"""Columns of a line."""
SORT_OPTIONS: Final = ("sort", "sort2", "sort3")
"""Parameters that name an order: a name or words, and the words that decide next."""
_DISTANCES: Final = ("next to it", "2nd", "3rd", "4th", "5th")
LEVELS: Final = (
    ("C", "keyword itself"),
    *(
        (f"{number}R", f"{number}R: {name} after it" if number > 1 else "1R: next after it")
        for number, name in enumerate(_DISTANCES, 1)
    ),
    *(
        (f"{number}L", f"{number}L: {name} before it" if number > 1 else "1L: next before it")
        for number, name in enumerate(_DISTANCES, 1)
    ),
)
"""Words that lines can be sorted by, and what they are called."""
_LONG_WORD: Final = 25
"""Characters after which a piece without a blank is no word that was cut."""


def list_order_fields(order: LineOrder) -> dict[str, str]:
    """Return an order as the fields of the form have it; more words than these are one value of the first."""
    names = format_line_order(order).split(",")
    if len(names) > len(SORT_OPTIONS):
        names = [",".join(names)]
    return dict(zip(SORT_OPTIONS, names, strict=False))


class Piece(NamedTuple):
    """A piece of a line, and whether it is a word that lines are sorted by."""

    text: str
    is_sorted: bool


def read_order(study_request: StudyRequest) -> LineOrder:
    """Return the order of lines that an address names; raises BadQuery for none."""
    given = [study_request.options[name] for name in SORT_OPTIONS if name in study_request.options]
    if not given:
        return "position"
    names = [name for name in given if name in NAMED_ORDERS]
    if names and (len(given) > 1 or "sort" not in study_request.options):
        raise BadQuery(f"{names[0]} is an order by itself: choose it alone, or words in all fields of the order")
    try:
        return read_line_order(",".join(given)) or "position"
    except BadValue as error:
        raise BadQuery(str(error)) from error


def cut_at_words(line: KwicLine, selection: Selection) -> tuple[str, str]:
    """Return the left and right context of a line without the pieces of words at their ends."""
    left, right = line.left, line.right
    if line.start > len(left) and left and not left[0].isspace():
        piece, blank, rest = left.partition(" ")
        left = rest if blank and len(piece) <= _LONG_WORD else left
    room = LINE_COLUMNS - measure_left_context(selection, LINE_COLUMNS) - 2 * COLUMN_GAP - measure_columns(line.key)
    if measure_columns(right) >= room - 1 and right and not right[-1].isspace():
        rest, blank, piece = right.rpartition(" ")
        right = rest if blank and len(piece) <= _LONG_WORD else right
    return left, right


def mark_sorted_words(left: str, right: str, order: LineOrder) -> tuple[Sequence[Piece], Sequence[Piece]]:
    """Return both contexts in pieces; of an order that has a name only the first word is marked.

    >>> _, right = mark_sorted_words("an old ", ", moored there.", (2, -1))
    >>> [piece.text for piece in right if piece.is_sorted]
    ['there']
    """
    levels = list_levels(order)
    if isinstance(order, str):
        levels = levels[:1]
    before = [(token.start, token.end) for token in find_tokens(left) if token.text != BARRIER][::-1]
    after = [(token.start, token.end) for token in find_tokens(right) if token.text != BARRIER]
    return (
        _cut(left, [before[-level - 1] for level in levels if -len(before) <= level < 0]),
        _cut(right, [after[level - 1] for level in levels if 0 < level <= len(after)]),
    )


def _cut(text: str, ranges: Sequence[tuple[int, int]]) -> list[Piece]:
    """Return a text in pieces, of which some ranges are marked."""
    pieces, last = [], 0
    for start, end in sorted(ranges):
        pieces += [Piece(text[last:start], False), Piece(text[start:end], True)]
        last = end
    return [*pieces, Piece(text[last:], False)]


def link_line(request: PageRequest, study_request: StudyRequest, line: KwicLine) -> str:
    """Return the address of a line's article with its words marked, scrolled to the line where browsers can."""
    before = " ".join(line.left.split()[-3:])
    key = " ".join(line.key.split())
    fragment = f":~:text={quote(before, safe='') + '-,' if before else ''}{quote(key, safe='')}"
    return f"{request.links.page(f'article/{line.article_id}', **study_request.search.parameters)}#{fragment}"
