"""The See also graph: an article goes in; what it names and what names it, and the ways from one to another, come out.

An edge is an entry of a See also block. The site computes the block whenever it serves the page, so an edge says what
was recommended between the times it was seen, and is current when it was there at its article's last visit. Entries of
one article that lead to the same article are one edge; an article that names itself is none.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

from sqlite_utils import Database

from crawler.archive import Archive
from crawler.archive.database import list_records, select_records, translate_errors
from crawler.archive.search.selection import Selection
from crawler.research.selection_table import make_selection_table

Direction = Literal["both", "out", "in"]
NodePlace = int | str
"""A node: the number of an article, or the identity (``asianews/en/55331``) of an address that is not archived."""
MOST_VISITED: Final = 500_000
"""Articles that a search for paths looks at before it gives up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """An article; or, with ``id`` None, an address that was named and is not archived."""

    id: int | None
    key: str
    """Its identity."""
    site: str
    language: str | None
    url: str
    headline: str | None
    """As in the article; of one that is not archived, as it was printed under See also."""
    published_on: str | None
    authors: tuple[str, ...] = ()
    place: str | None = None
    kicker: str | None = None
    first_seen_at: str
    last_seen_at: str

    @property
    def at(self) -> NodePlace:
        """What edges call it."""
        return self.key if self.id is None else self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """One article names another one, or an address that is not archived."""

    source: int
    target: NodePlace
    position: int
    """In the block, from 1."""
    first_seen_at: str
    last_seen_at: str
    current: bool


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
        found: dict[NodePlace, int] = {article_id: 0}
        frontier: list[NodePlace] = [article_id]
        complete = True
        for distance in range(1, depth + 1):
            met = Counter(
                other
                for edge in _iter_edges_at(db, frontier, direction, current, unarchived)
                for other in (edge.source, edge.target)
                if other not in found
            )
            frontier = sorted(met, key=lambda place: (-met[place], isinstance(place, str), str(place).zfill(20)))
            room = limit + 1 - len(found)
            complete = complete and len(frontier) <= room
            frontier = frontier[:room]
            found |= dict.fromkeys(frontier, distance)
            if not frontier:
                break
        nodes = find_nodes(db, found)
        kept = {place for place in found if place in nodes}
        edges = (edge for edge in _iter_edges_at(db, kept, "out", current, unarchived) if edge.target in kept)
        return Neighbourhood(
            nodes=tuple(Neighbour(distance=found[place], node=nodes[place]) for place in found if place in nodes),
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
    unarchived: bool = False,
) -> list[LinkCount]:
    """Return the articles of a selection that most articles name under See also, the most named first.

    Links count from wherever they come; with ``within``, only those from articles of the selection; with ``current``,
    only those that are there now. ``unarchived`` adds addresses that are not archived: which to crawl next. Only links
    from articles of the selection lead to such an address.
    """
    with translate_errors(archive.path), archive.moment(), make_selection_table(archive.db, selection) as table:
        db = archive.db
        now = "JOIN articles a ON a.id = s.article_id AND s.last_seen_at = a.last_seen_at" if current else ""
        sources = f" AND +s.article_id IN (SELECT id FROM {table})"
        archived = f"FROM see_also s {now} WHERE s.target_id <> s.article_id{sources if within else ''}"
        other = f"FROM see_also s {now} WHERE s.target_id IS NULL{sources}"
        counted = "count(DISTINCT s.article_id) AS links"
        asked = (
            f"SELECT s.target_id AS at, {counted} {archived} AND s.target_id IN (SELECT id FROM {table})"
            " GROUP BY s.target_id"
        )
        if unarchived:
            asked += f" UNION ALL SELECT s.target_key, {counted} {other} GROUP BY s.target_key"
        asked = f"SELECT at, links FROM ({asked}) ORDER BY links DESC, typeof(at), at LIMIT ?"
        counts = list_records(db, _LinkTotal, asked, (-1 if limit is None else limit,))
        links: dict[NodePlace, int] = {count.at: count.links for count in counts}
        # When they were seen stands in the table itself; the counts above need its indexes alone.
        seen, inside = (
            "min(s.first_seen_at) AS first, max(s.last_seen_at) AS last",
            "IN (SELECT value FROM json_each(?))",
        )
        times = list_records(
            db,
            _LinkSpan,
            f"SELECT s.target_id AS at, {seen} {archived} AND s.target_id {inside} GROUP BY s.target_id"
            f" UNION ALL SELECT s.target_key, {seen} {other} AND s.target_key {inside} GROUP BY s.target_key",
            _split_places(links),
        )
        spans = {span.at: span for span in times}
        nodes = find_nodes(db, links)
    return [
        LinkCount(links=count, first_seen_at=spans[at].first, last_seen_at=spans[at].last, node=nodes[at])
        for at, count in links.items()
        if at in nodes
    ]


def find_nodes(db: Database, places: Iterable[NodePlace]) -> dict[NodePlace, Node]:
    """Return the nodes at these places; one that leads to nothing is left out."""
    ids, keys = _split_places(places)
    found = {node.at: node for node in iter_archived_nodes(db, "SELECT value FROM json_each(?)", ids)}
    if keys != "[]":
        found |= {
            node.at: node
            for node in iter_unarchived_nodes(db, "s.target_key IN (SELECT value FROM json_each(?))", keys)
        }
    return found


def iter_archived_nodes(db: Database, ids: str, *values: str) -> Iterator[Node]:
    """Yield the articles whose ids a piece of SQL selects, by id."""

    def make_node(authors: str, **columns: Any) -> Node:
        return Node(authors=tuple(json.loads(authors)), **columns)

    return select_records(
        db,
        make_node,
        "SELECT id, site || '/' || language || '/' || site_key AS key, site, language, url, headline, published_on,"
        " (SELECT json_group_array(name) FROM (SELECT au.name FROM article_authors aa JOIN authors au ON"
        " au.id = aa.author_id WHERE aa.article_id = articles.id ORDER BY aa.position)) AS authors,"
        " dateline_place AS place, kicker, first_seen_at, last_seen_at"
        f" FROM articles WHERE id IN ({ids}) ORDER BY id",
        values,
    )


def iter_unarchived_nodes(db: Database, where: str, *values: str) -> Iterator[Node]:
    """Yield the addresses of ``see_also s`` under a condition that are not archived, by their identity."""
    return select_records(
        db,
        Node,
        "SELECT NULL AS id, s.target_key AS key, max(a.site) AS site, max(d.language) AS language,"
        " max(s.target_url) AS url, max(s.headline) AS headline, max(s.published_on) AS published_on,"
        " min(s.first_seen_at) AS first_seen_at, max(s.last_seen_at) AS last_seen_at"
        " FROM see_also s JOIN articles a ON a.id = s.article_id"
        f" LEFT JOIN addresses d ON d.url_key = s.target_key WHERE s.target_id IS NULL AND {where}"
        " GROUP BY s.target_key ORDER BY s.target_key",
        values,
    )


def iter_edges(db: Database, where: str, *values: str, current: bool = False) -> Iterator[Edge]:
    """Yield the edges under a condition on ``see_also s`` and its article ``a``, by source and target."""
    now = " AND s.last_seen_at = a.last_seen_at" if current else ""

    def make_edge(current: int, **columns: Any) -> Edge:
        return Edge(current=bool(current), **columns)

    return select_records(
        db,
        make_edge,
        "SELECT s.article_id AS source, coalesce(s.target_id, s.target_key) AS target, min(s.position) AS position,"
        " min(s.first_seen_at) AS first_seen_at, max(s.last_seen_at) AS last_seen_at,"
        " max(s.last_seen_at = a.last_seen_at) AS current FROM see_also s JOIN articles a ON a.id = s.article_id"
        f" WHERE s.target_id IS NOT s.article_id AND {where}{now} GROUP BY s.article_id, target"
        " ORDER BY s.article_id, typeof(target), target",
        values,
    )


def _iter_edges_at(
    db: Database, places: Iterable[NodePlace], direction: Direction, current: bool, unarchived: bool
) -> Iterator[Edge]:
    """Yield the edges that leave these nodes, enter them, or both."""
    ids, keys = _split_places(places)
    inside = "IN (SELECT value FROM json_each(?))"
    if direction != "in":
        archived = "" if unarchived else " AND s.target_id IS NOT NULL"
        yield from iter_edges(db, f"s.article_id {inside}{archived}", ids, current=current)
    if direction != "out":
        yield from iter_edges(db, f"s.target_id {inside}", ids, current=current)
        if unarchived:
            yield from iter_edges(db, f"s.target_id IS NULL AND s.target_key {inside}", keys, current=current)


def _split_places(places: Iterable[NodePlace]) -> tuple[str, str]:
    """Return the numbers and the identities among places, each as a JSON list for SQLite's ``json_each``."""
    wanted = list(places)
    numbers = [place for place in wanted if isinstance(place, int)]
    return json.dumps(numbers), json.dumps([place for place in wanted if isinstance(place, str)])
