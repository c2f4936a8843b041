"""Writes names as a network for Gephi, networkx and other software: two are joined when articles name both.

The attributes are those of :mod:`crawler.research.exports.graph_xml`: GraphML, or GEXF 1.2 (https://gexf.net).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from lxml import etree

from crawler.atomic_file import replace_file
from crawler.errors import ExportFailed
from crawler.research.exports.graph_xml import GEXF, GRAPHML, Attribute, add_values, declare_attributes
from crawler.research.exports.sanitize import replace_non_xml
from crawler.research.exports.target import PROGRAM_NAME, is_text
from crawler.research.names.name_list import Name, NameList, NamePair

SUFFIXES: Final = (".gexf", ".graphml")
_NODE: Final = (
    Attribute("articles", "int", lambda name: name.articles),
    Attribute("count", "int", lambda name: name.count),
    Attribute("languages", "string", lambda name: " ".join(name.languages)),
    Attribute("known_as", "string", lambda name: name.mark),
)
_EDGE: Final = (Attribute("articles", "int", lambda pair: pair.articles),)
_LABELLED: Final = (Attribute("label", "string", lambda name: name.name), *_NODE)
_WEIGHTED: Final = (Attribute("weight", "double", lambda pair: pair.articles), *_EDGE)
_DESCRIPTION: Final = "Capitalised sequences, not recognised entities; joined when articles have both"


class NetworkSize(NamedTuple):
    """What a network file holds."""

    names: int
    pairs: int


def check_network_path(path: Path, *, force: bool = False) -> None:
    """Raise ExportFailed for a path with another ending than a network has, or a file that is there already."""
    if path.suffix.lower() not in SUFFIXES:
        raise ExportFailed(f"{path.name} must end in {' or '.join(SUFFIXES)}, for Gephi and others to know what it is")
    if path.exists() and not force:
        raise ExportFailed(f"{path} exists already: choose another name, or replace it with --force")
    if not is_text(path.name):
        raise ExportFailed(f"{path} is no name for a network, which is UTF-8: choose another")


def write_network(name_list: NameList, path: Path, *, minimum: int = 2, force: bool = False) -> NetworkSize:
    """Write the network of a list of names as GEXF or GraphML, by the ending of the file's name.

    ``minimum`` is the number of articles that a pair needs. Raises ExportFailed for another ending, a file that is
    there already (without ``force``), or one that cannot be written.
    """
    check_network_path(path, force=force)
    pairs = name_list.pair(minimum)
    make = _make_gexf if path.suffix.lower() == ".gexf" else _make_graphml
    try:
        with replace_file(path) as unfinished:
            etree.ElementTree(make(name_list.names, pairs)).write(
                str(unfinished), encoding="utf-8", xml_declaration=True, pretty_print=True
            )
    except OSError as error:
        raise ExportFailed(f"{path} cannot be written: {error.strerror or error}") from error
    return NetworkSize(len(name_list.names), len(pairs))


def _make_gexf(names: Sequence[Name], pairs: Sequence[NamePair]) -> etree._Element:
    root = etree.Element("gexf", {"xmlns": GEXF, "version": "1.2"})
    meta = etree.SubElement(root, "meta")
    etree.SubElement(meta, "creator").text = PROGRAM_NAME
    etree.SubElement(meta, "description").text = _DESCRIPTION
    graph = etree.SubElement(root, "graph", {"defaultedgetype": "undirected", "mode": "static"})
    for scope, attributes in (("node", _NODE), ("edge", _EDGE)):
        declared = etree.SubElement(graph, "attributes", {"class": scope})
        for attribute in attributes:
            kind = {"int": "integer"}.get(attribute.type, attribute.type)
            etree.SubElement(declared, "attribute", id=attribute.name, title=attribute.name, type=kind)
    nodes, edges = etree.SubElement(graph, "nodes"), etree.SubElement(graph, "edges")
    for number, name in enumerate(names):
        nodes.append(add_values("node", {"id": str(number), "label": replace_non_xml(name.name)}, _NODE, name))
    for number, ends, pair in _iter_edges(pairs):
        edges.append(add_values("edge", {"id": str(number), **ends, "weight": str(pair.articles)}, _EDGE, pair))
    return root


def _make_graphml(names: Sequence[Name], pairs: Sequence[NamePair]) -> etree._Element:
    root = etree.Element("graphml", {"xmlns": GRAPHML})
    for scope, attributes in (("node", _LABELLED), ("edge", _WEIGHTED)):
        for attribute in attributes:
            key = {"id": f"{scope}_{attribute.name}", "for": scope}
            etree.SubElement(root, "key", {**key, "attr.name": attribute.name, "attr.type": attribute.type})
    graph = etree.SubElement(root, "graph", edgedefault="undirected")
    for number, name in enumerate(names):
        graph.append(declare_attributes("node", {"id": str(number)}, _LABELLED, name))
    for number, ends, pair in _iter_edges(pairs):
        graph.append(declare_attributes("edge", {"id": f"e{number}", **ends}, _WEIGHTED, pair))
    return root


def _iter_edges(pairs: Sequence[NamePair]) -> Iterator[tuple[int, dict[str, str], NamePair]]:
    for number, pair in enumerate(pairs, 1):
        yield number, {"source": str(pair.first), "target": str(pair.second)}, pair
