"""Reads the JSON-LD of a page into nodes, as it is written by hand and by careless programs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from crawler.extraction.parsing.json_mending import mend_json
from crawler.extraction.parsing.tree import Tree
from crawler.normalisation.words.entities import unescape
from crawler.normalisation.words.scripts import HAN, HANGUL, KANA
from crawler.system.unlocked_property import unlocked_property

ARTICLE_TYPES: Final = frozenset(
    [
        "article",
        "newsarticle",
        "analysisnewsarticle",
        "askpublicnewsarticle",
        "backgroundnewsarticle",
        "opinionnewsarticle",
        "reportagenewsarticle",
        "reviewnewsarticle",
        "blogposting",
        "socialmediaposting",
        "report",
        "liveblogposting",
        "scholarlyarticle",
        "techarticle",
        "satiricalarticle",
    ]
)
MAX_SCRIPTS: Final = 50
MAX_LENGTH: Final = 4_000_000
MAX_NODES: Final = 5_000
MAX_MENDED: Final = 400_000
"""Characters of broken JSON on one page that are mended; the rest is passed over."""

_LISTS: Final = ("itemlistelement", "mainentity", "haspart", "@graph")
_WRITERS: Final = ("author", "creator")
_ORGANIZATION: Final = re.compile(
    # https://schema.org/Organization with its direct subtypes, and what makers of pages write in its place.
    r"\w*(?:organi[sz]ation|business)|airline|consortium|cooperative|corporation|fundingscheme|governmentoffice|"
    r"librarysystem|ngo|performinggroup|politicalparty|project|sportsteam|workersunion|brand|website|newspaper|periodical"
)
_EAST_ASIAN_NAME: Final = re.compile(f"[{HAN}{KANA}{HANGUL}]+")

AuthorType = Literal["person", "organization"]

_VOCABULARY: Final = re.compile(r"^(?:schema:|https?://schema\.org/)(?=\w)")


@dataclass(frozen=True, kw_only=True, slots=True)
class StatedAuthor:
    """A writer as JSON-LD names one."""

    name: str
    type: AuthorType | None = None
    """Whether the page says that it is a person or an organisation; None where it says neither."""


class Graph:
    """The nodes of a page by their ``@id``. It is made when the first reference is looked up."""

    def __init__(self, values: Sequence[Any] = ()) -> None:
        self._values = values

    def find(self, name: str) -> dict[str, Any] | None:
        """Return the node of that ``@id``, its property names in lower case, what several places say of it merged."""
        name = name.strip()
        fragment = name[name.index("#") :] if "#" in name else ""
        short = self._by_fragment.get(fragment) if fragment == name else self._nodes.get(fragment)
        nodes = [node for node in (self._nodes.get(name), short) if node is not None]
        return next((node for node in nodes if "@type" in node), nodes[0] if nodes else None)

    @unlocked_property
    def _by_fragment(self) -> dict[str, dict[str, Any]]:
        return {name[name.index("#") :]: node for name, node in self._nodes.items() if name.find("#") > 0}

    @unlocked_property
    def _nodes(self) -> dict[str, dict[str, Any]]:
        nodes: dict[str, dict[str, Any]] = {}
        pending = list(self._values)
        for _ in range(20 * MAX_NODES):
            if not pending:
                break
            part = pending.pop()
            if isinstance(part, list):
                pending.extend(part[:500])
            elif isinstance(part, dict):
                node = _fold_keys(part)
                pending.extend(child for child in node.values() if isinstance(child, (dict, list)))
                name = node.get("@id")
                if isinstance(name, str) and len(node) > 1:
                    merged = nodes.setdefault(name.strip(), {})
                    merged.update((key, child) for key, child in node.items() if key not in merged)
        return nodes


@dataclass(frozen=True, slots=True)
class Thing:
    """A node of JSON-LD. Its property names are in lower case."""

    properties: dict[str, Any]
    listed: bool = False
    """True for an entry of a list, which is not what the page is about."""
    graph: Graph = field(default_factory=Graph, compare=False, repr=False)
    """All nodes of the page, by which references are resolved."""
    source: str = "jsonld"
    """Where the node stands in the page."""

    @property
    def types(self) -> frozenset[str]:
        return _read_types(self.properties)

    @property
    def is_article(self) -> bool:
        return not self.types.isdisjoint(ARTICLE_TYPES)

    def find_text(self, *names: str) -> str | None:
        """Return the first text of the first property that has one."""
        return next((text for name in names for text in iter_texts(self.properties.get(name))), None)

    def list_texts(self, name: str) -> list[str]:
        """Return all texts of a property."""
        return list(iter_texts(self.properties.get(name)))

    def find_scalar(self, name: str) -> str | None:
        """Return the first text of a property as :meth:`find_text` does, its number or its truth value as a text."""
        value = self.properties.get(name)
        values = value if isinstance(value, list) else [value]
        scalar = next((item for item in values[:20] if isinstance(item, bool | int | float)), None)
        return self.find_text(name) if scalar is None else f"{scalar}"[:40]

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses that the node states as its own."""
        return tuple(
            address
            for name in ("url", "mainentityofpage", "@id")
            for address in iter_texts(self.properties.get(name), "@id", "url")
        )

    @property
    def authors(self) -> tuple[StatedAuthor, ...]:
        """The writers with what the page says they are, references to other nodes of the page resolved."""
        for name in _WRITERS:
            if authors := tuple(_iter_authors(self.properties.get(name), self.graph)):
                return authors
        return ()

    @property
    def author_names(self) -> tuple[str, ...]:
        return tuple(author.name for author in self.authors)


def read_things(scripts: Sequence[str]) -> tuple[Thing, ...]:
    """Return every node of the scripts, in order."""
    values: list[Any] = []
    budget = MAX_MENDED
    for script in scripts[:MAX_SCRIPTS]:
        try:
            join = _join_writers if script.count('"author"') > 1 else None
            loaded = [json.loads(script, strict=False, object_pairs_hook=join)]
        except (ValueError, RecursionError):
            loaded = mend_json(script[:budget])
            budget -= min(len(script), budget)
        values.extend(value for value in loaded if value not in values)  # plug-ins print the same twice
    things: list[Thing] = []
    graph = Graph(values)
    for value in values:
        things.extend(_iter_things(value, graph, MAX_NODES - len(things)))
    return tuple(things)


def _join_writers(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the object of these pairs; one in which each writer is a pair of its own has a list of them."""
    node = dict(pairs)
    if len(node) < len(pairs) and len(writers := [value for key, value in pairs if key == "author"]) > 1:
        node["author"] = writers
    return node


def find_scripts(tree: Tree) -> list[str]:
    """Return the text of a page's JSON-LD scripts, and of the metas in which some frameworks put it by mistake."""
    scripts: list[str] = []
    metas: list[str] = []
    for place, tag, attributes in tree.iter_named("script", "meta"):
        if tag == "script" and "ld+json" in attributes.get("type", "").lower():
            text = tree.read_beginning(place)
            if 0 < len(text) < MAX_LENGTH:
                scripts.append(text)
        elif tag == "meta" and "ld+json" in attributes.get("name", "").lower():
            text = attributes.get("content", "")
            if 0 < len(text) < MAX_LENGTH and text[0] in "{[":
                metas.append(text)
    return [*scripts, *metas]


def iter_texts(value: Any, *keys: str) -> Iterator[str]:
    """Yield the texts of a property: a text itself, each of a list, of a node its ``keys``, ``@value`` or ``name``."""
    pending = [value]
    for _ in range(200):
        if not pending:
            return
        part = pending.pop(0)
        if isinstance(part, str):
            if part.strip():
                yield unescape(part).strip()
        elif isinstance(part, list):
            pending[:0] = part[:200]
        elif isinstance(part, dict):
            folded = _fold_keys(part)
            pending[:0] = [folded[key] for key in (*keys, "@value", "name") if key in folded][:1]


def _iter_authors(value: Any, graph: Graph) -> Iterator[StatedAuthor]:
    """Yield the writers of a property: texts, nodes, references to nodes, lists and roles of these."""
    pending = [value]
    seen: set[str] = set()
    for _ in range(200):
        if not pending:
            return
        part = pending.pop(0)
        if isinstance(part, list):
            pending[:0] = part[:200]
        elif isinstance(part, str):
            node = graph.find(part) if part.startswith(("#", "http", "_:")) and part not in seen else None
            if node is not None:
                seen.add(part)
                pending.insert(0, node)
            elif part.strip():
                yield StatedAuthor(name=unescape(part).strip())
        elif isinstance(part, dict):
            node = _fold_keys(part)
            names = list(iter_texts(node.get("name") or node.get("@value"))) or _join_names(node)
            reference = node.get("@id")
            inner = next((node[key] for key in ("@list", "@set", *_WRITERS) if key in node), None)
            if inner is not None:  # an ordered list, or a role (https://schema.org/Role)
                pending.insert(0, inner)
            elif names and (author_type := _read_author_type(node)):
                yield from (StatedAuthor(name=name, type=author_type) for name in names)
            elif isinstance(reference, str) and reference not in seen and (whole := graph.find(reference)):
                seen.add(reference)
                pending.insert(0, {"name": names, **whole} if names else whole)
            else:
                yield from (StatedAuthor(name=name) for name in names)


def _fold_keys(node: dict[str, Any]) -> dict[str, Any]:
    """Return a node with its property names in lower case, without the prefix or address of the vocabulary."""
    return {_VOCABULARY.sub("", str(key).strip()).lower(): value for key, value in node.items()}


def _join_names(node: dict[str, Any]) -> list[str]:
    """Return the name that given and family name make, in the order of their script; none where both are missing."""
    given, middle, family = (
        next(iter_texts(node.get(key)), "") for key in ("givenname", "additionalname", "familyname")
    )
    if given and family and _EAST_ASIAN_NAME.fullmatch(given) and _EAST_ASIAN_NAME.fullmatch(family):
        return [family + given]
    return [" ".join(part for part in (given, middle, family) if part)] if given or family else []


def _read_author_type(node: dict[str, Any]) -> AuthorType | None:
    types = _read_types(node)
    if any(name.endswith("person") for name in types):  # makers of pages call a writer's own site both
        return "person"
    return "organization" if any(_ORGANIZATION.fullmatch(name) for name in types) else None


def _read_types(node: dict[str, Any]) -> frozenset[str]:
    return frozenset(re.split(r"[/:#]", text)[-1].lower() for text in iter_texts(node.get("@type")))


def _iter_things(value: Any, graph: Graph, budget: int) -> Iterator[Thing]:
    """Yield the nodes of a JSON value that are on their own, in a graph or in lists, at most ``budget`` of them."""
    pending: list[tuple[Any, bool]] = [(value, False)]
    while pending and budget > 0:
        part, listed = pending.pop(0)
        if isinstance(part, list):
            pending[:0] = [(child, listed) for child in part[:500]]
        elif isinstance(part, dict):
            budget -= 1
            node = _fold_keys(part)
            yield Thing(node, listed, graph)
            for name in _LISTS:
                child = node.get(name)
                if isinstance(child, list):
                    pending.extend((entry, listed or name == "itemlistelement") for entry in child[:500])
                elif isinstance(child, dict):
                    pending.append((child, listed))
            item = node.get("item")
            if isinstance(item, dict):
                pending.append((item, True))
