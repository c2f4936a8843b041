"""The page of an article's See also links: the articles it names and those that name it, as lists and as a drawing."""

from __future__ import annotations

from typing import Final

from crawler.archive.articles.graph import Edge, Node, count_links
from crawler.browse.drawing.graph_drawing import Neighbour, draw_neighbours
from crawler.browse.page import PageMissing, PageRequest, PageResponse, page
from crawler.research.graph.neighbourhood import Neighbourhood, neighbours

MAX_NEIGHBOURS: Final = 400
"""Neighbours in the lists; an article names a few, and hundreds at most name it."""
MAX_DRAWN_PER_SIDE: Final = 10
"""Neighbours on each side of the drawing."""
MAX_DRAWN_BENEATH: Final = 5
"""Neighbours linked both ways that stand in the middle of the drawing, beneath the article."""


@page(r"graph/(?P<article_id>[0-9]+)")
def graph(request: PageRequest) -> PageResponse:
    """Show what an article names under See also, and what names it."""
    number = request.number("article_id")
    current = request.arguments.get("links") == "current"
    neighbourhood = neighbours(request.archive, number, limit=MAX_NEIGHBOURS, current=current, unarchived=True)
    if not neighbourhood.nodes:
        raise PageMissing(f"There is no article {number} in this archive.")
    targets, sources = _split_neighbours(request, neighbourhood, number)
    mutual = [neighbour for neighbour in targets if neighbour.both][:MAX_DRAWN_BENEATH]
    drawing = draw_neighbours(
        neighbourhood.nodes[0].node, _choose_drawn(sources, mutual), mutual, _choose_drawn(targets, mutual)
    )
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
            "drawing": drawing,
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


def _choose_drawn(side: list[Neighbour], mutual: list[Neighbour]) -> list[Neighbour]:
    """Return the neighbours of one side that are drawn there: those in the middle are not."""
    in_middle = {neighbour.node.at for neighbour in mutual}
    return [neighbour for neighbour in side if neighbour.node.at not in in_middle][:MAX_DRAWN_PER_SIDE]
