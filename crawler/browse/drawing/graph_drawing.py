"""Draws the neighbours of an article: those that name it on the left, those it names on the right, both in the middle.

Coordinates in an SVG come out; ``graph.html`` writes it. Each box has its headline in two lines, day and language.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from crawler.archive.articles.graph import Edge, Node
from crawler.browse.drawing import formatting

DRAWING_WIDTH: Final = 1140
BOX_WIDTH: Final = 320
BOX_HEIGHT: Final = 78
_BOX_DISTANCE: Final = 92
_COLUMNS: Final = (0, (DRAWING_WIDTH - BOX_WIDTH) // 2, DRAWING_WIDTH - BOX_WIDTH)
"""Where the boxes of the left, the middle and the right begin."""
_MARGIN: Final = 12
_LINES: Final = 2
_LETTERS_PER_LINE: Final = 42
"""Latin letters that fit into a line of a box, broad ones too; a Han character takes the width of two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """An article or an address that is linked with the article in the middle."""

    node: Node
    edge: Edge
    both: bool
    """The link goes both ways."""
    names: int | None
    """How many articles it names itself; None for an address."""
    named_by: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """An article in the drawing."""

    node: Node
    lines: tuple[str, ...]
    facts: str
    x: int
    y: int

    @property
    def direction(self) -> str:
        """The direction of its text, ``ltr`` or ``rtl``."""
        return formatting.direction(self.node.language or "")

    @property
    def text_x(self) -> int:
        """Where its lines begin: on the right for a script that is written from there."""
        return self.x + (BOX_WIDTH - _MARGIN if self.direction == "rtl" else _MARGIN)

    @property
    def centre(self) -> int:
        """The height of its middle."""
        return self.y + BOX_HEIGHT // 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """A link, or two that go both ways."""

    path: str
    current: bool
    both: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """The boxes and arrows of a drawing."""

    height: int
    middle: Box
    boxes: tuple[Box, ...]
    """The neighbours, from the left to the right and from the top to the bottom, as the Tab key goes."""
    arrows: tuple[Arrow, ...]
    width: int = DRAWING_WIDTH
    box: tuple[int, int] = (BOX_WIDTH, BOX_HEIGHT)


def draw_neighbours(
    article: Node, left: Sequence[Neighbour], beneath: Sequence[Neighbour], right: Sequence[Neighbour]
) -> Drawing:
    """Return a drawing of an article with those that name it, those linked both ways, and those it names."""
    height = max(len(left), len(beneath) + 1, len(right)) * _BOX_DISTANCE + 4
    middle, *mutual_boxes = _stack([article, *(neighbour.node for neighbour in beneath)], _COLUMNS[1], height)
    left_boxes = _stack([neighbour.node for neighbour in left], _COLUMNS[0], height)
    right_boxes = _stack([neighbour.node for neighbour in right], _COLUMNS[2], height)
    arrows = [
        Arrow(
            path=_bend(_COLUMNS[0] + BOX_WIDTH, box.centre, middle.x - 8, middle.centre),
            current=neighbour.edge.current,
            both=neighbour.both,
        )
        for box, neighbour in zip(left_boxes, left, strict=True)
    ]
    arrows += [
        Arrow(
            path=_bend(middle.x + BOX_WIDTH, middle.centre, box.x - 8, box.centre),
            current=neighbour.edge.current,
            both=neighbour.both,
        )
        for box, neighbour in zip(right_boxes, right, strict=True)
    ]
    for index, (box, neighbour) in enumerate(zip(mutual_boxes, beneath, strict=True)):
        path = f"M{box.x + BOX_WIDTH // 2} {middle.y + BOX_HEIGHT + 1}V{box.y - 1}"
        if index:  # around the boxes between, on the side of the column where fewer arrows are
            side, way = (box.x, -1) if len(left) <= len(right) else (box.x + BOX_WIDTH, 1)
            out = side + way * (14 + 6 * index)
            path = f"M{side + way} {middle.centre + 8 + 5 * index}H{out}V{box.centre}H{side + way}"
        arrows.append(Arrow(path=path, current=neighbour.edge.current, both=True))
    return Drawing(height=height, middle=middle, boxes=(*left_boxes, *mutual_boxes, *right_boxes), arrows=tuple(arrows))


def wrap_text(text: str, letters: int, lines: int) -> tuple[str, ...]:
    """Return a text in at most so many lines of the width of so many Latin letters; what does not fit is cut with "…".

    >>> wrap_text("Harbour opens again after the flood", 14, 2), wrap_text("港口重新开放", 8, 2)
    (('Harbour opens', 'again after t…'), ('港口重新', '开放'))
    """
    wrapped: list[str] = []
    rest = " ".join(text.split())
    while rest and len(wrapped) < lines:
        line = _take(rest, letters)
        if len(line) < len(rest):
            if len(wrapped) == lines - 1:
                line = _take(rest, letters - 1).rstrip() + "…"
                wrapped.append(line)
                break
            at = line.rfind(" ") + 1
            if at > 0 and not rest[len(line)].isspace() and _measure(rest[len(line)]) == 1:
                line = line[:at]
        wrapped.append(line.rstrip())
        rest = rest[len(line) :].lstrip()
    return tuple(wrapped)


def _take(text: str, letters: int) -> str:
    """Return as much of the beginning of a text as fits into a width."""
    width = 0
    for index, letter in enumerate(text):
        width += _measure(letter)
        if width > letters:
            return text[:index]
    return text


def _measure(letter: str) -> int:
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def _stack(nodes: Sequence[Node], x: int, height: int) -> list[Box]:
    """Return the boxes of a column, one beneath the other, in the middle of the height."""
    top = (height - len(nodes) * _BOX_DISTANCE) // 2 + (_BOX_DISTANCE - BOX_HEIGHT) // 2
    return [
        Box(
            node=node,
            lines=wrap_text(node.headline or node.url, _LETTERS_PER_LINE, _LINES),
            facts=_describe(node),
            x=x,
            y=top + index * _BOX_DISTANCE,
        )
        for index, node in enumerate(nodes)
    ]


def _describe(node: Node) -> str:
    facts = [formatting.day(node.published_on)] if node.published_on or node.id is not None else []
    if node.language and node.id is not None:
        facts.append(formatting.language(node.language))
    if node.id is None:
        facts.append("not archived")
    return " · ".join(facts)


def _bend(x: int, y: int, to_x: int, to_y: int) -> str:
    """Return the path of an arrow from one column to the next."""
    bend = (x + to_x) // 2
    return f"M{x} {y}C{bend} {y} {bend} {to_y} {to_x} {to_y}"
