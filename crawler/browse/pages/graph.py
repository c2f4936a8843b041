"""The page of an article's See also links: the articles it names and those that name it, as lists and as a drawing."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final

from crawler.archive.articles.graph import Edge, Node, count_links
from crawler.browse.page import PageMissing, PageRequest, PageResponse, page
from crawler.research.graph.neighbourhood import Neighbourhood, neighbours

MAX_NEIGHBOURS: Final = 400
"""Neighbours in the lists; an article names a few, and hundreds at most name it."""
MAX_DRAWN_PER_SIDE: Final = 10
"""Neighbours on each side of the drawing."""
DRAWING_WIDTH: Final = 1080
_BOX_SIZE: Final = (330, 40)
_BOX_DISTANCE: Final = 52
_MAX_LABEL_LETTERS: Final = 38
"""Latin letters that fit into a box, broad ones too; a Han character takes the width of two."""


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
class NeighbourBox:
    """A neighbour in the drawing."""

    neighbour: Neighbour
    label: str
    x: int
    y: int
    path: str
    """SVG path of the arrow from or to the middle."""


@page(r"graph/(?P<article_id>[0-9]+)")
def graph(request: PageRequest) -> PageResponse:
    """Show what an article names under See also, and what names it."""
    number = request.number("article_id")
    current = request.arguments.get("links") == "current"
    neighbourhood = neighbours(request.archive, number, limit=MAX_NEIGHBOURS, current=current, unarchived=True)
    if not neighbourhood.nodes:
        raise PageMissing(f"There is no article {number} in this archive.")
    targets, sources = _split_neighbours(request, neighbourhood, number)
    rows = max(min(len(targets), MAX_DRAWN_PER_SIDE), min(len(sources), MAX_DRAWN_PER_SIDE), 1)
    height = rows * _BOX_DISTANCE + 20
    return PageResponse(
        template="graph.html",
        context={
            "middle": neighbourhood.nodes[0].node,
            "out": targets,
            "into": sources,
            "complete": neighbourhood.complete,
            "current": current,
            "choices": [
                ("Every link ever seen", request.links.graph(number), not current),
                ("Links that are there now", request.links.graph(number, links="current"), current),
            ],
            "width": DRAWING_WIDTH,
            "height": height,
            "box": _BOX_SIZE,
            "middle_at": ((DRAWING_WIDTH - _BOX_SIZE[0]) // 2, height // 2 - _BOX_SIZE[1] // 2),
            "middle_label": fit_text(neighbourhood.nodes[0].node.headline or "", _MAX_LABEL_LETTERS - 6),
            "left": _make_boxes(sources, height, 0),
            "right": _make_boxes(targets, height, DRAWING_WIDTH - _BOX_SIZE[0]),
            "drawn": MAX_DRAWN_PER_SIDE,
        },
    )


def _split_neighbours(
    request: PageRequest, neighbourhood: Neighbourhood, number: int
) -> tuple[list[Neighbour], list[Neighbour]]:
    """Return the articles it names, in the order of its block, and the articles that name it, the newest first."""
    nodes = {member.node.at: member.node for member in neighbourhood.nodes}
    outward = {edge.target: edge for edge in neighbourhood.edges if edge.source == number}
    inward = {edge.source: edge for edge in neighbourhood.edges if edge.target == number}
    counts = count_links(request.archive.db, [place for place in nodes if isinstance(place, int)])

    def describe(node: Node, edge: Edge, is_mutual: bool) -> Neighbour:
        archived = node.id is not None
        return Neighbour(
            node=node,
            edge=edge,
            both=is_mutual,
            names=counts.names.get(node.id or 0, 0) if archived else None,
            named_by=counts.named_by.get(node.id or 0, 0) if archived else None,
        )

    targets = [describe(nodes[place], edge, place in inward) for place, edge in outward.items()]
    sources = [describe(nodes[place], edge, place in outward) for place, edge in inward.items()]
    targets.sort(key=lambda neighbour: (not neighbour.edge.current, neighbour.edge.position))
    sources.sort(key=lambda neighbour: (neighbour.node.published_on or "", neighbour.node.id or 0), reverse=True)
    return targets, sources


def _make_boxes(side: list[Neighbour], height: int, x: int) -> list[NeighbourBox]:
    """Return the boxes of one side, one beneath the other, centred on the middle of the drawing."""
    shown_neighbours = side[:MAX_DRAWN_PER_SIDE]
    top = (height - len(shown_neighbours) * _BOX_DISTANCE) // 2 + (_BOX_DISTANCE - _BOX_SIZE[1]) // 2
    left, right, middle = (DRAWING_WIDTH - _BOX_SIZE[0]) // 2, (DRAWING_WIDTH + _BOX_SIZE[0]) // 2, height // 2
    boxes = []
    for index, neighbour in enumerate(shown_neighbours):
        y = top + index * _BOX_DISTANCE
        box_middle = y + _BOX_SIZE[1] // 2
        ends = (_BOX_SIZE[0], box_middle, left - 8, middle) if x == 0 else (right, middle, x - 8, box_middle)
        bend = (ends[0] + ends[2]) // 2
        path = f"M{ends[0]} {ends[1]}C{bend} {ends[1]} {bend} {ends[3]} {ends[2]} {ends[3]}"
        label = fit_text(neighbour.node.headline or neighbour.node.url, _MAX_LABEL_LETTERS)
        boxes.append(NeighbourBox(neighbour=neighbour, label=label, x=x, y=y, path=path))
    return boxes


def fit_text(text: str, letters: int) -> str:
    """Return a text shortened to the width of so many Latin letters.

    >>> fit_text("Harbour opens again", 10), fit_text("港口重新开放", 9)
    ('Harbour o…', '港口重新…')
    """
    width = 0
    for index, letter in enumerate(text):
        width += 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        if width > letters:
            shortened = text[:index]
            while (
                shortened
                and sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in shortened)
                >= letters
            ):
                shortened = shortened[:-1]
            return shortened + "…"
    return text
