"""An article among its See also links: what it names, what names it, to be walked along, as lists and as a drawing."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final

from crawler.archive.articles.graph import Edge, Node, count_links
from crawler.browse.page import PageMissing, PageRequest, PageResponse, page
from crawler.research.graph.neighbourhood import Neighbourhood, neighbours

MAX_NEIGHBOURS: Final = 400
"""Neighbours in the lists; an article names a few, and is named by hundreds at most."""
MAX_DRAWN_PER_SIDE: Final = 10
"""Of each side, in the drawing."""
DRAWING_WIDTH: Final = 1080
_BOX_SIZE: Final = (330, 40)
_BOX_DISTANCE: Final = 52
_MAX_LABEL_LETTERS: Final = 38
"""Latin letters that go into a box, broad ones too; a Han character takes the room of two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """An article, or an address, beside the one in the middle."""

    node: Node
    edge: Edge
    both: bool
    """The link goes both ways."""
    names: int | None
    """How many others it names itself; None for an address."""
    named_by: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NeighbourBox:
    """A neighbour in the drawing."""

    neighbour: Neighbour
    label: str
    x: int
    y: int
    path: str
    """Of the arrow from or to the middle."""


@page(r"graph/(?P<article_id>[0-9]+)")
def graph(asked: PageRequest) -> PageResponse:
    """Show what an article names under See also, and what names it."""
    number = asked.number("article_id")
    current = asked.arguments.get("links") == "current"
    found = neighbours(asked.archive, number, limit=MAX_NEIGHBOURS, current=current, unarchived=True)
    if not found.nodes:
        raise PageMissing(f"There is no article {number} in this archive.")
    out, into = _split_neighbours(asked, found, number)
    rows = max(min(len(out), MAX_DRAWN_PER_SIDE), min(len(into), MAX_DRAWN_PER_SIDE), 1)
    height = rows * _BOX_DISTANCE + 20
    return PageResponse(
        template="graph.html",
        context={
            "middle": found.nodes[0].node,
            "out": out,
            "into": into,
            "complete": found.complete,
            "current": current,
            "choices": [
                ("Every link ever seen", asked.links.graph(number), not current),
                ("Links that are there now", asked.links.graph(number, links="current"), current),
            ],
            "width": DRAWING_WIDTH,
            "height": height,
            "box": _BOX_SIZE,
            "middle_at": ((DRAWING_WIDTH - _BOX_SIZE[0]) // 2, height // 2 - _BOX_SIZE[1] // 2),
            "middle_label": fit_text(found.nodes[0].node.headline or "", _MAX_LABEL_LETTERS - 6),
            "left": _make_boxes(into, height, 0),
            "right": _make_boxes(out, height, DRAWING_WIDTH - _BOX_SIZE[0]),
            "drawn": MAX_DRAWN_PER_SIDE,
        },
    )


def _split_neighbours(asked: PageRequest, found: Neighbourhood, number: int) -> tuple[list[Neighbour], list[Neighbour]]:
    """Return what the article names, in the order of its block, and what names it, the newest first."""
    nodes = {member.node.at: member.node for member in found.nodes}
    outward = {edge.target: edge for edge in found.edges if edge.source == number}
    inward = {edge.source: edge for edge in found.edges if edge.target == number}
    counts = count_links(asked.archive.db, [place for place in nodes if isinstance(place, int)])

    def describe(node: Node, edge: Edge, both: bool) -> Neighbour:
        archived = node.id is not None
        return Neighbour(
            node=node,
            edge=edge,
            both=both,
            names=counts.names.get(node.id or 0, 0) if archived else None,
            named_by=counts.named_by.get(node.id or 0, 0) if archived else None,
        )

    out = [describe(nodes[at], edge, at in inward) for at, edge in outward.items()]
    into = [describe(nodes[at], edge, at in outward) for at, edge in inward.items()]
    out.sort(key=lambda neighbour: (not neighbour.edge.current, neighbour.edge.position))
    into.sort(key=lambda neighbour: (neighbour.node.published_on or "", neighbour.node.id or 0), reverse=True)
    return out, into


def _make_boxes(side: list[Neighbour], height: int, x: int) -> list[NeighbourBox]:
    """Return the first of a side one beneath the other, the middle of them at the middle of the drawing."""
    drawn = side[:MAX_DRAWN_PER_SIDE]
    top = (height - len(drawn) * _BOX_DISTANCE) // 2 + (_BOX_DISTANCE - _BOX_SIZE[1]) // 2
    left, right, middle = (DRAWING_WIDTH - _BOX_SIZE[0]) // 2, (DRAWING_WIDTH + _BOX_SIZE[0]) // 2, height // 2
    boxes = []
    for index, neighbour in enumerate(drawn):
        y = top + index * _BOX_DISTANCE
        at = y + _BOX_SIZE[1] // 2
        ends = (_BOX_SIZE[0], at, left - 8, middle) if x == 0 else (right, middle, x - 8, at)
        bend = (ends[0] + ends[2]) // 2
        path = f"M{ends[0]} {ends[1]}C{bend} {ends[1]} {bend} {ends[3]} {ends[2]} {ends[3]}"
        label = fit_text(neighbour.node.headline or neighbour.node.url, _MAX_LABEL_LETTERS)
        boxes.append(NeighbourBox(neighbour=neighbour, label=label, x=x, y=y, path=path))
    return boxes


def fit_text(text: str, letters: int) -> str:
    """Return a text shortened to the room of so many Latin letters.

    >>> fit_text("Harbour opens again", 10), fit_text("港口重新开放", 9)
    ('Harbour o…', '港口重新…')
    """
    used = 0
    for index, letter in enumerate(text):
        used += 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        if used > letters:
            kept = text[:index]
            while (
                kept
                and sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in kept) >= letters
            ):
                kept = kept[:-1]
            return kept + "…"
    return text
