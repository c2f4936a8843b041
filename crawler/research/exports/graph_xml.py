"""Writes the See also graph of an export's articles as GraphML or GEXF, for Gephi, networkx and other software.

GraphML (http://graphml.graphdrawing.org) has nodes, edges and their attributes. GEXF 1.2 (https://gexf.net) has times
besides: a node begins on the day of publication, an edge has the days between which it was seen. Both hold the links
among the articles exported; with the option ``unarchived`` also those that lead to addresses not archived, as nodes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from lxml import etree

from crawler.archive.articles.graph import Edge, Node, iter_edges, iter_unarchived_nodes
from crawler.archive.articles.records import ArticleRow
from crawler.research.exports.context import ExportJob
from crawler.research.exports.pseudonyms import Pseudonyms
from crawler.research.exports.sanitize import replace_non_xml
from crawler.research.exports.streams import HashedStream
from crawler.research.exports.target import PROGRAM_NAME
from crawler.research.selection_table import SELECTION_TABLE

GRAPHML: Final = "http://graphml.graphdrawing.org/xmlns"
GEXF: Final = "http://www.gexf.net/1.2draft"


@dataclass(frozen=True, slots=True)
class Attribute:
    """A column of nodes or edges, and the function that gives its value (None for no value)."""

    name: str
    type: str
    """As in GraphML; GEXF has other words for some."""
    of: Callable[[Any], str | int | bool | None]


_NODE: Final = (
    Attribute("headline", "string", lambda node: node.headline),
    Attribute("language", "string", lambda node: node.language),
    Attribute("published_on", "string", lambda node: node.published_on),
    Attribute("authors", "string", lambda node: "; ".join(node.authors) or None),
    Attribute("place", "string", lambda node: node.place),
    Attribute("kicker", "string", lambda node: node.kicker),
    Attribute("site", "string", lambda node: node.site),
    Attribute("key", "string", lambda node: node.key),
    Attribute("url", "string", lambda node: node.url),
    Attribute("archived", "boolean", lambda node: node.id is not None),
    Attribute("first_seen_at", "string", lambda node: node.first_seen_at),
    Attribute("last_seen_at", "string", lambda node: node.last_seen_at),
)
_EDGE: Final = (
    Attribute("position", "int", lambda edge: edge.position),
    Attribute("current", "boolean", lambda edge: edge.current),
    Attribute("first_seen_at", "string", lambda edge: edge.first_seen_at),
    Attribute("last_seen_at", "string", lambda edge: edge.last_seen_at),
)
_LABELLED: Final = (Attribute("label", "string", lambda node: node.headline or node.url), *_NODE)
_GEXF_TYPES: Final = {"int": "integer"}


def write_graphml(job: ExportJob, stream: HashedStream) -> None:
    """Write the graph as GraphML."""
    with etree.xmlfile(stream, encoding="utf-8") as file:
        file.write_declaration()
        with file.element("graphml", xmlns=GRAPHML):
            for scope, attributes in (("node", _LABELLED), ("edge", _EDGE)):
                for attribute in attributes:
                    key = {
                        "id": f"{scope}_{attribute.name}",
                        "for": scope,
                        "attr.name": attribute.name,
                        "attr.type": attribute.type,
                    }
                    file.write(etree.Element("key", key), "\n")
            with file.element("graph", edgedefault="directed"):
                for node in _iter_nodes(job):
                    file.write(declare_attributes("node", {"id": _make_id(node.at)}, _LABELLED, node), "\n")
                for number, edge in enumerate(_iter_edges(job), 1):
                    ends = {"id": f"e{number}", "source": _make_id(edge.source), "target": _make_id(edge.target)}
                    file.write(declare_attributes("edge", ends, _EDGE, edge), "\n")
    stream.write_text("\n")


def write_gexf(job: ExportJob, stream: HashedStream) -> None:
    """Write the graph as GEXF; days are those of UTC, instants are in the attributes."""
    with etree.xmlfile(stream, encoding="utf-8") as file:
        file.write_declaration()
        with file.element("gexf", xmlns=GEXF, version="1.2"):
            meta = etree.Element("meta", {"lastmodifieddate": f"{job.made_at:%Y-%m-%d}"})
            etree.SubElement(meta, "creator").text = PROGRAM_NAME
            etree.SubElement(meta, "description").text = "See also links"
            file.write(meta, "\n")
            with file.element("graph", defaultedgetype="directed", mode="dynamic", timeformat="date"):
                for scope, attributes in (("node", _NODE), ("edge", _EDGE)):
                    with file.element("attributes", {"class": scope, "mode": "static"}):
                        for attribute in attributes:
                            kind = _GEXF_TYPES.get(attribute.type, attribute.type)
                            file.write(
                                etree.Element("attribute", id=attribute.name, title=attribute.name, type=kind), "\n"
                            )
                with file.element("nodes"):
                    for node in _iter_nodes(job):
                        start = {"start": node.published_on} if node.published_on else {}
                        node_attributes = {"id": _make_id(node.at), "label": _make_label(node), **start}
                        file.write(add_values("node", node_attributes, _NODE, node), "\n")
                with file.element("edges"):
                    for number, edge in enumerate(_iter_edges(job), 1):
                        ends = {"id": str(number), "source": _make_id(edge.source), "target": _make_id(edge.target)}
                        element = add_values("edge", ends, _EDGE, edge)
                        days = {"start": edge.first_seen_at[:10], "end": edge.last_seen_at[:10]}
                        etree.SubElement(etree.SubElement(element, "spells"), "spell", days)
                        file.write(element, "\n")
    stream.write_text("\n")


def _iter_nodes(job: ExportJob) -> Iterator[Node]:
    for row in job.selected.rows():
        yield _make_node(row)
    if job.options.unarchived:
        where = f"s.article_id IN (SELECT id FROM {SELECTION_TABLE}){_make_current_condition(job)}"
        count = 0
        for count, node in enumerate(iter_unarchived_nodes(job.selected.db, where), 1):  # noqa: B007  # the last one counts
            yield node if job.pseudonyms is None else replace(node, headline=_disguise(job.pseudonyms, node.headline))
        job.manifest.counts["unarchived"] = count


def _disguise(pseudonyms: Pseudonyms, headline: str | None) -> str | None:
    return None if headline is None else pseudonyms.replace_mentions(headline)


def _iter_edges(job: ExportJob) -> Iterator[Edge]:
    inside = f"s.article_id IN (SELECT id FROM {SELECTION_TABLE})"
    # the plus sign: walk by article, look up only the article
    target = f"+s.target_id IN (SELECT id FROM {SELECTION_TABLE})"
    if job.options.unarchived:
        target = f"({target} OR s.target_id IS NULL)"
    count = 0
    condition = f"{inside} AND {target}{_make_current_condition(job)}"
    for count, edge in enumerate(iter_edges(job.selected.db, condition), 1):  # noqa: B007
        yield edge
    job.manifest.counts["links"] = count


def _make_current_condition(job: ExportJob) -> str:
    return " AND s.last_seen_at = a.last_seen_at" if job.options.current else ""


def _make_node(row: ArticleRow) -> Node:
    return Node(
        id=row.id,
        key=f"{row.site}/{row.language}/{row.site_key}",
        site=row.site,
        language=row.language,
        url=row.url,
        headline=row.headline,
        published_on=row.published_on,
        authors=tuple(author.name for author in row.authors),
        place=row.dateline_place,
        kicker=row.kicker,
        first_seen_at=row.first_seen_at,
        last_seen_at=row.last_seen_at,
    )


def _make_label(node: Node) -> str:
    """Return what Gephi shows beside a node."""
    return replace_non_xml(node.headline or node.url)


def _make_id(place: int | str) -> str:
    return replace_non_xml(str(place))


def declare_attributes(
    tag: str, attributes: dict[str, str], columns: tuple[Attribute, ...], item: Any
) -> etree._Element:
    """Return an element of GraphML with the values of an item."""
    element = etree.Element(tag, attributes)
    for column in columns:
        value = _format_value(column.of(item))
        if value is not None:
            etree.SubElement(element, "data", {"key": f"{tag}_{column.name}"}).text = value
    return element


def add_values(tag: str, attributes: dict[str, str], columns: tuple[Attribute, ...], item: Any) -> etree._Element:
    """Return an element of GEXF with the values of an item."""
    element = etree.Element(tag, attributes)
    values = etree.SubElement(element, "attvalues")
    for column in columns:
        value = _format_value(column.of(item))
        if value is not None:
            etree.SubElement(values, "attvalue", {"for": column.name, "value": value})
    return element


def _format_value(value: str | int | bool | None) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else replace_non_xml(str(value))
