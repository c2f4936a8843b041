"""Finds all shortest paths from one article to another along See also links.

The search begins at both ends, expands the smaller side first, and a whole distance at a time: so it finds shortest
paths, and all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from sqlite_utils import Database

from crawler.archive import Archive
from crawler.archive.articles.graph import Edge, Node, find_nodes, iter_edges, iter_links
from crawler.archive.database import translate_errors

MOST_PATHS: Final = 10
MOST_VISITED: Final = 500_000
"""Articles that a search looks at before it gives up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PathStep:
    """A link of a path."""

    edge: Edge
    forward: bool
    """Gone as the link points; False when against it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """A way from one article to another."""

    nodes: tuple[Node, ...]
    steps: tuple[PathStep, ...]
    """One fewer than the nodes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """What a search found."""

    length: int | None
    """Links of each path; None when there is no path."""
    paths: tuple[Path, ...]
    more: bool
    """There are more paths of this length than were asked for."""
    looked_at: int
    """Articles that were looked at."""
    gave_up: bool
    """There may be a path, but too many articles would have to be looked at."""


def paths(
    archive: Archive,
    source: int,
    target: int,
    *,
    directed: bool = True,
    longest: int = 10,
    current: bool = False,
    limit: int = MOST_PATHS,
    most_visited: int = MOST_VISITED,
) -> Paths:
    """Return the shortest paths between two articles, at most ``limit``, none longer than ``longest`` links.

    A directed path goes as the links point; with ``directed`` False, either way. With ``current`` only links count
    that are there now.
    """
    with translate_errors(archive.path), archive.moment():
        search = _Search(archive.db, source, target, directed, current)
        length, gave_up = search.run(longest, most_visited)
        ways: list[tuple[int, ...]] = []
        more = False
        if length is not None:
            for way in search.iter_ways():
                if len(ways) == limit:
                    more = True
                    break
                ways.append(way)
        return Paths(
            length=length,
            paths=tuple(_describe_paths(archive.db, ways, directed, current)),
            more=more,
            looked_at=search.visited,
            gave_up=gave_up,
        )


class _Search:
    def __init__(self, db: Database, source: int, target: int, directed: bool, current: bool) -> None:
        self.db, self.directed, self.current = db, directed, current
        self.source, self.target = source, target
        archived = set(find_nodes(db, (source, target)))
        self.begun: dict[int, int] = {source: 0} if source in archived else {}
        """Article → its distance from the source."""
        self.ended: dict[int, int] = {target: 0} if target in archived else {}
        """Article → its distance from the target."""

    @property
    def visited(self) -> int:
        return len(self.begun) + len(self.ended)

    def run(self, longest: int, most_visited: int) -> tuple[int | None, bool]:
        """Search until both sides meet; return the length of the shortest paths, and True if the search gave up."""
        begun, ended = set(self.begun), set(self.ended)
        length = 0
        if begun and begun == ended:
            return 0, False
        while begun and ended and length < longest:
            if self.visited > most_visited:
                return None, True
            length += 1
            if len(begun) <= len(ended):
                begun = self._expand_frontier(begun, self.begun, forward=True)
                met = not self.ended.keys().isdisjoint(begun)
            else:
                ended = self._expand_frontier(ended, self.ended, forward=False)
                met = not self.begun.keys().isdisjoint(ended)
            if met:
                return length, False
        return None, False

    def iter_ways(self) -> Iterator[tuple[int, ...]]:
        """Yield the paths in the order of their articles' numbers: from the meeting place of both searches outward."""
        meeting = self.begun.keys() & self.ended.keys()
        length = min(self.begun[article] + self.ended[article] for article in meeting)
        # Every article of a shortest path, by its distance from the source: forward from what leads to a meeting place.
        layers: list[set[int]] = [set() for _ in range(length + 1)]
        for article in meeting:
            if self.begun[article] + self.ended[article] == length:
                layers[self.begun[article]].add(article)
        for distance in range(length - 1, -1, -1):
            for _, before in self._iter_linked(layers[distance + 1], forward=False):
                if self.begun.get(before) == distance:
                    layers[distance].add(before)
        for distance in range(1, length + 1):
            for _, after in self._iter_linked(layers[distance - 1], forward=True):
                if self.ended.get(after) == length - distance:
                    layers[distance].add(after)
        onward: list[dict[int, list[int]]] = []
        for distance in range(length):
            step: dict[int, list[int]] = {}
            for article, after in self._iter_linked(layers[distance], forward=True):
                if after in layers[distance + 1]:
                    step.setdefault(article, []).append(after)
            onward.append(step)
        yield from self._walk((self.source,), onward)

    def _walk(self, way: tuple[int, ...], onward: list[dict[int, list[int]]]) -> Iterator[tuple[int, ...]]:
        if len(way) == len(onward) + 1:
            if way[-1] == self.target:
                yield way
            return
        for article in sorted(set(onward[len(way) - 1].get(way[-1], ()))):
            yield from self._walk((*way, article), onward)

    def _expand_frontier(self, frontier: set[int], distances: dict[int, int], *, forward: bool) -> set[int]:
        """Return the articles one link further than a frontier, and record their distance."""
        distance = distances[next(iter(frontier))] + 1
        reached = {other for _, other in self._iter_linked(frontier, forward=forward)} - distances.keys()
        distances |= dict.fromkeys(reached, distance)
        return reached

    def _iter_linked(self, articles: set[int], *, forward: bool) -> Iterator[tuple[int, int]]:
        """Yield each of these articles with each that comes after it on a path, or before it."""
        for along in (forward,) if self.directed else (True, False):
            for link in iter_links(self.db, articles, forward=along, current=self.current):
                yield (link.source, link.target) if along else (link.target, link.source)


def _describe_paths(db: Database, ways: list[tuple[int, ...]], directed: bool, current: bool) -> Iterator[Path]:
    nodes = find_nodes(db, {article for way in ways for article in way})
    for way in ways:
        steps = []
        for first, second in pairwise(way):
            edge = _find_edge(db, first, second, current)
            forward = edge is not None
            if edge is None and not directed:
                edge = _find_edge(db, second, first, current)
            assert edge is not None, "the search went along it"
            steps.append(PathStep(edge=edge, forward=forward))
        yield Path(nodes=tuple(nodes[article] for article in way), steps=tuple(steps))


def _find_edge(db: Database, source: int, target: int, current: bool) -> Edge | None:
    where = "s.article_id = CAST(? AS INTEGER) AND s.target_id = CAST(? AS INTEGER)"
    return next(iter_edges(db, where, str(source), str(target), current=current), None)
