"""Finds the neighbours of an article in the graph, and the articles of a selection that are named most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from sqlite_utils import Database

from crawler.archive import Archive
from crawler.archive.articles.graph import Edge, Node, NodePlace, find_nodes, iter_edges, split_places
from crawler.archive.database import list_records, translate_errors
from crawler.archive.search.selection import Selection
from crawler.research.selection_table import make_selection_table

Direction = Literal["both", "out", "in"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """A node and its distance from where the search began."""

    distance: int
    node: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbourhood:
    """What is around an article: nodes, the article itself first, and all edges between them."""

    nodes: tuple[Neighbour, ...]
    edges: tuple[Edge, ...]
    complete: bool
    """False when there are more nodes than were asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCount:
    """An article, or an address that is not archived, and how many articles name it."""

    links: int
    first_seen_at: str
    """When the first of these links was seen."""
    last_seen_at: str
    node: Node


class _LinkTotal(NamedTuple):
    at: NodePlace
    links: int


class _LinkSpan(NamedTuple):
    at: NodePlace
    first: str
    last: str


def neighbours(
    archive: Archive,
    article_id: int,
    *,
    depth: int = 1,
    limit: int = 200,
    direction: Direction = "both",
    current: bool = False,
    unarchived: bool = False,
) -> Neighbourhood:
    """Return the articles at most ``depth`` links away, the nearest first, at most ``limit`` of them.

    Of one distance, those come first that most nodes before them are linked with. ``direction`` is along the links,
    against them or either way; with ``current`` only links count that are there now; ``unarchived`` adds addresses that
    are not archived. An id that leads to no article has no nodes.
    """
    with translate_errors(archive.path), archive.moment():
        db = archive.db
        if not find_nodes(db, [article_id]):
            return Neighbourhood(nodes=(), edges=(), complete=True)
        distances: dict[NodePlace, int] = {article_id: 0}
        frontier: list[NodePlace] = [article_id]
        complete = True
        for distance in range(1, depth + 1):
            counts = Counter(
                other
                for edge in _iter_edges_at(db, frontier, direction, current, unarchived)
                for other in (edge.source, edge.target)
                if other not in distances
            )
            frontier = sorted(counts, key=lambda place: (-counts[place], isinstance(place, str), str(place).zfill(20)))
            remaining = limit + 1 - len(distances)
            complete = complete and len(frontier) <= remaining
            frontier = frontier[:remaining]
            distances |= dict.fromkeys(frontier, distance)
            if not frontier:
                break
        nodes = find_nodes(db, distances)
        places = {place for place in distances if place in nodes}
        edges = (edge for edge in _iter_edges_at(db, places, "out", current, unarchived) if edge.target in places)
        return Neighbourhood(
            nodes=tuple(
                Neighbour(distance=distances[place], node=nodes[place]) for place in distances if place in nodes
            ),
            edges=tuple(edges),
            complete=complete,
        )


def most_linked(
    archive: Archive,
    selection: Selection | None = None,
    *,
    limit: int | None = 20,
    current: bool = False,
    within: bool = False,
    archived: bool = True,
    unarchived: bool = False,
) -> list[LinkCount]:
    """Return the articles of a selection that most articles name under See also, the most named first.

    Links count from wherever they come; with ``within``, only those from articles of the selection; with ``current``,
    only those that are there now. ``unarchived`` adds addresses that are not archived, and without ``archived`` those
    stand alone: which to crawl next. Only links from articles of the selection lead to such an address.
    """
    with translate_errors(archive.path), archive.moment(), make_selection_table(archive.db, selection) as table:
        db = archive.db
        current_join = "JOIN articles a ON a.id = s.article_id AND s.last_seen_at = a.last_seen_at" if current else ""
        sources = f" AND +s.article_id IN (SELECT id FROM {table})"
        archived_from = f"FROM see_also s {current_join} WHERE s.target_id <> s.article_id{sources if within else ''}"
        unarchived_from = f"FROM see_also s {current_join} WHERE s.target_id IS NULL{sources}"
        link_count = "count(DISTINCT s.article_id) AS links"
        parts = []
        if archived:
            parts.append(
                f"SELECT s.target_id AS at, {link_count} {archived_from} AND s.target_id IN (SELECT id FROM {table})"
                " GROUP BY s.target_id"
            )
        if unarchived:
            parts.append(f"SELECT s.target_key AS at, {link_count} {unarchived_from} GROUP BY s.target_key")
        if not parts:
            return []
        sql = f"SELECT at, links FROM ({' UNION ALL '.join(parts)}) ORDER BY links DESC, typeof(at), at LIMIT ?"
        counts = list_records(db, _LinkTotal, sql, (-1 if limit is None else limit,))
        links: dict[NodePlace, int] = {count.at: count.links for count in counts}
        # When they were seen stands in the table itself; the counts above need its indexes alone.
        seen, among = (
            "min(s.first_seen_at) AS first, max(s.last_seen_at) AS last",
            "IN (SELECT value FROM json_each(?))",
        )
        times = list_records(
            db,
            _LinkSpan,
            f"SELECT s.target_id AS at, {seen} {archived_from} AND s.target_id {among} GROUP BY s.target_id"
            f" UNION ALL SELECT s.target_key, {seen} {unarchived_from} AND s.target_key {among} GROUP BY s.target_key",
            split_places(links),
        )
        spans = {span.at: span for span in times}
        nodes = find_nodes(db, links)
    return [
        LinkCount(links=count, first_seen_at=spans[at].first, last_seen_at=spans[at].last, node=nodes[at])
        for at, count in links.items()
        if at in nodes
    ]


def _iter_edges_at(
    db: Database, places: Iterable[NodePlace], direction: Direction, current: bool, unarchived: bool
) -> Iterator[Edge]:
    """Yield the edges that leave these nodes, enter them, or both."""
    ids, keys = split_places(places)
    inside = "IN (SELECT value FROM json_each(?))"
    if direction != "in":
        archived = "" if unarchived else " AND s.target_id IS NOT NULL"
        yield from iter_edges(db, f"s.article_id {inside}{archived}", ids, current=current)
    if direction != "out":
        yield from iter_edges(db, f"s.target_id {inside}", ids, current=current)
        if unarchived:
            yield from iter_edges(db, f"s.target_id IS NULL AND s.target_key {inside}", keys, current=current)
