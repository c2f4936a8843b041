"""Reads the nodes and edges of the See also graph.

An edge is an entry of a See also block. The site computes the block whenever it serves the page, so an edge is a
recommendation between its first and last sighting, and is current when it was seen at its article's last visit. Entries
of one article that lead to the same article are one edge; an entry that leads to its own article is none.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from crawler.archive.database import Connection, list_records, select_records

NodePlace = int | str
"""A node: the number of an article, or the identity (``asianews/en/55331``) of an address that is not archived."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """An article; or, with ``id`` None, an address of a See also entry that is not archived."""

    id: int | None
    key: str
    """Its identity."""
    site: str
    language: str | None
    url: str
    headline: str | None
    """The headline of the article; of an address that is not archived, the one printed under See also."""
    published_on: str | None
    authors: tuple[str, ...] = ()
    place: str | None = None
    kicker: str | None = None
    first_seen_at: str
    last_seen_at: str

    @property
    def at(self) -> NodePlace:
        """The node as edges name it."""
        return self.key if self.id is None else self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A See also entry that leads from one article to another, or to an address that is not archived."""

    source: int
    target: NodePlace
    position: int
    """In the block, from 1."""
    first_seen_at: str
    last_seen_at: str
    current: bool


def find_nodes(db: Connection, places: Iterable[NodePlace]) -> dict[NodePlace, Node]:
    """Return the nodes with these ids and identities; one that is neither archived nor linked is left out."""
    ids, keys = split_places(places)
    nodes = {node.at: node for node in iter_archived_nodes(db, "SELECT value FROM json_each(?)", ids)}
    if keys != "[]":
        nodes |= {
            node.at: node
            for node in iter_unarchived_nodes(db, "s.target_key IN (SELECT value FROM json_each(?))", keys)
        }
    return nodes


def iter_archived_nodes(db: Connection, ids: str, *values: str) -> Iterator[Node]:
    """Yield the articles whose ids a SELECT returns, sorted by id."""

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


def iter_unarchived_nodes(db: Connection, where: str, *values: str) -> Iterator[Node]:
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


def iter_edges(db: Connection, where: str, *values: str, current: bool = False) -> Iterator[Edge]:
    """Yield the edges under a condition on ``see_also s`` and its article ``a``, by source and target."""
    only_current = " AND s.last_seen_at = a.last_seen_at" if current else ""

    def make_edge(current: int, **columns: Any) -> Edge:
        return Edge(current=bool(current), **columns)

    return select_records(
        db,
        make_edge,
        "SELECT s.article_id AS source, coalesce(s.target_id, s.target_key) AS target, min(s.position) AS position,"
        " min(s.first_seen_at) AS first_seen_at, max(s.last_seen_at) AS last_seen_at,"
        " max(s.last_seen_at = a.last_seen_at) AS current FROM see_also s JOIN articles a ON a.id = s.article_id"
        f" WHERE s.target_id IS NOT s.article_id AND {where}{only_current} GROUP BY s.article_id, target"
        " ORDER BY s.article_id, typeof(target), target",
        values,
    )


def split_places(places: Iterable[NodePlace]) -> tuple[str, str]:
    """Return the ids and the identities among places, each as a JSON list for SQLite's ``json_each``."""
    place_list = list(places)
    numbers = [place for place in place_list if isinstance(place, int)]
    return json.dumps(numbers), json.dumps([place for place in place_list if isinstance(place, str)])


class ArticleLink(NamedTuple):
    """A See also entry that leads from one archived article to another."""

    source: int
    target: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCounts:
    """Article id → number of articles that it names, and that name it; an article without any is left out."""

    names: dict[int, int]
    named_by: dict[int, int]


class _LinkCount(NamedTuple):
    article_id: int
    links: int


def count_links(db: Connection, article_ids: Iterable[int]) -> LinkCounts:
    """Count the See also entries from and to these articles, except those from an article to itself."""
    ids = json.dumps(list(article_ids))

    def count_by(column: str) -> dict[int, int]:
        counts = select_records(
            db,
            _LinkCount,
            f"SELECT {column} AS article_id, count(*) AS links FROM see_also"
            f" WHERE {column} IN (SELECT value FROM json_each(?)) AND target_id IS NOT see_also.article_id"
            f" GROUP BY {column}",
            (ids,),
        )
        return {count.article_id: count.links for count in counts}

    return LinkCounts(names=count_by("see_also.article_id"), named_by=count_by("see_also.target_id"))


class NamedArticle(NamedTuple):
    """An article, and how many others name it under See also."""

    article_id: int
    headline: str
    language: str
    published_on: str | None
    named_by: int


def list_most_named(db: Connection, limit: int) -> list[NamedArticle]:
    """Return the articles that most others name, the most named first; of those named equally often the oldest id."""
    return list_records(
        db,
        NamedArticle,
        "SELECT a.id AS article_id, a.headline, a.language, a.published_on, n.named_by FROM"
        " (SELECT target_id, count(DISTINCT article_id) AS named_by FROM see_also WHERE target_id IS NOT NULL"
        " AND target_id <> article_id GROUP BY target_id ORDER BY named_by DESC, target_id LIMIT ?) n"
        " JOIN articles a ON a.id = n.target_id ORDER BY n.named_by DESC, a.id",
        (limit,),
    )


def iter_links(db: Connection, article_ids: Iterable[int], *, forward: bool, current: bool) -> Iterator[ArticleLink]:
    """Yield the links that leave these articles, or with ``forward`` false those that enter them.

    With ``current``, only links that were seen at the last visit of their article.
    """
    own_column = "article_id" if forward else "target_id"
    only_current = "JOIN articles a ON a.id = s.article_id AND a.last_seen_at = s.last_seen_at" if current else ""
    return select_records(
        db,
        ArticleLink,
        "SELECT s.article_id AS source, s.target_id AS target FROM json_each(?)"
        f" CROSS JOIN see_also s ON s.{own_column} = value {only_current}"
        " WHERE s.target_id IS NOT NULL AND s.target_id <> s.article_id",
        (json.dumps(sorted(article_ids)),),
    )
