"""Finds communities in a selection: groups of articles that name each other more than others do.

Found by the method of Blondel, Guillaume, Lambiotte and Lefebvre, "Fast unfolding of communities in large networks",
Journal of Statistical Mechanics (2008) P10008, known as Louvain, in networkx's implementation. It begins with the nodes
in a random order, so the seed belongs to the result. The modularity it maximises is Newman's ("Modularity and
community structure in networks", PNAS 103 (2006) 8577-8582), with the resolution of Reichardt and Bornholdt.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

from crawler.archive import Archive
from crawler.archive.articles.graph import ArticleLink, Node, find_nodes
from crawler.archive.database import list_records, select_count, translate_errors
from crawler.archive.search.selection import Selection
from crawler.errors import MissingExtra
from crawler.normalisation.words.digits import parse_digits
from crawler.research.selection_table import make_selection_table

METHOD: Final = "Louvain (Blondel et al. 2008)"
SEED: Final = 0
MAX_DIGITS: Final = 9
"""Digits of a seed that is a number; a longer one is taken as a text, for networkx takes 32 bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Community:
    """A group of articles, the largest first."""

    number: int
    size: int
    links: int
    """Links inside; two articles that name each other have two."""
    central: tuple[Node, ...]
    """The articles that most others of the community are linked with."""
    articles: tuple[int, ...]
    """Numbers of all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Communities:
    """How a selection falls into communities."""

    method: str
    seed: int | str
    resolution: float
    articles: int
    """Of the selection."""
    unlinked: int
    """Articles without a link to another one of the selection: they are in no community."""
    links: int
    modularity: float
    """From -0.5 to 1, and 0 without any link: how many more links are inside than chance would have there."""
    communities: tuple[Community, ...]


def communities(
    archive: Archive,
    selection: Selection | None = None,
    *,
    seed: int | str = SEED,
    resolution: float = 1.0,
    current: bool = False,
    central: int = 3,
) -> Communities:
    """Part the articles of a selection into communities by the links among them, whichever way these point.

    Two articles that name each other are linked twice as strongly. The same archive, selection and seed give the same
    communities. The graph is held in memory: 2 kB a link.

    Raises MissingExtra when networkx is not installed.
    """
    networkx = import_networkx()
    with translate_errors(archive.path), archive.moment(), make_selection_table(archive.db, selection) as table:
        total = select_count(archive.db, f"SELECT count(*) FROM {table}")
        graph, links = _make_graph(networkx, archive, table, current)
        groups: list[set[int]] = []
        modularity = 0.0
        if links:
            groups = list(networkx.community.louvain_communities(graph, seed=_make_number(seed), resolution=resolution))
            modularity = float(networkx.community.modularity(graph, groups, resolution=resolution))
        ordered = sorted((sorted(part) for part in groups), key=lambda part: (-len(part), part[0]))
        return Communities(
            method=METHOD,
            seed=seed,
            resolution=resolution,
            articles=total,
            unlinked=total - len(graph),
            links=links,
            modularity=modularity,
            communities=tuple(
                _make_community(archive, graph, number, articles, central) for number, articles in enumerate(ordered, 1)
            ),
        )


def _make_number(seed: int | str) -> int:
    """Return a seed as the number that networkx takes: digits as they are, another text by its SHA-256."""
    text = str(seed)
    number = parse_digits(text, MAX_DIGITS)
    if number is not None:
        return number
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "replace")).digest()[:4], "big")


def import_networkx() -> Any:
    """Return networkx. Raises MissingExtra when it is not installed."""
    try:
        import networkx
    except ImportError:
        raise MissingExtra("networkx") from None
    return networkx


def _make_graph(networkx: Any, archive: Archive, table: str, current: bool) -> tuple[Any, int]:
    """Return the undirected graph of a selection, edges weighed by the number of their links; and that of all links."""
    # The plus sign keeps SQLite from looking up every pair of ids in an index.
    current_join = "JOIN articles a ON a.id = s.article_id AND a.last_seen_at = s.last_seen_at" if current else ""
    links = list_records(
        archive.db,
        ArticleLink,
        "SELECT DISTINCT s.article_id AS source, s.target_id AS target FROM see_also s"
        f" {current_join} WHERE s.target_id <> s.article_id AND s.article_id IN (SELECT id FROM {table})"
        f" AND +s.target_id IN (SELECT id FROM {table}) ORDER BY s.article_id, s.target_id",
    )
    weights = Counter((min(link), max(link)) for link in links)
    graph = networkx.Graph()
    # The order of nodes is what the seed shuffles.
    graph.add_nodes_from(sorted({article for link in links for article in link}))
    graph.add_weighted_edges_from((*pair, weight) for pair, weight in sorted(weights.items()))
    return graph, len(links)


def _make_community(archive: Archive, graph: Any, number: int, articles: list[int], central: int) -> Community:
    members = set(articles)
    weights = {
        article: sum(edge["weight"] for neighbour, edge in graph.adj[article].items() if neighbour in members)
        for article in articles
    }
    central_ids = sorted(articles, key=lambda article: (-weights[article], article))[:central]
    nodes = find_nodes(archive.db, central_ids)
    return Community(
        number=number,
        size=len(articles),
        links=sum(weights.values()) // 2,
        central=tuple(nodes[article] for article in central_ids if article in nodes),
        articles=tuple(articles),
    )
