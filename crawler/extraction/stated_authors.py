"""Reads the writers that a page's structured data names: JSON-LD by value and by reference, and meta tags."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from html import unescape
from typing import Any, Final

from crawler.extraction.jsonld import Thing
from crawler.extraction.metatags import Head
from crawler.items import AuthorKind, FoundAuthor
from crawler.normalisation.text import clean, fold
from crawler.normalisation.word_tables import load_words, make_word_key

MAX_NAMES: Final = 50
MAX_NAME: Final = 200

_ORGANISATION_TYPES: Final = ("organization", "corporation", "newsagency")
_META_NAMES: Final = (
    ("author", "article:author", "article:author:name", "og:article:author"),
    ("dc.creator", "dcterms.creator", "dc:creator", "citation_author", "parsely-author", "sailthru.author"),
    (
        "dcsext.author",
        "dcsext.wt.author",
        "byl",
        "byline",
        "authors",
        "article.author",
        "cxenseparse:author",
        "vr:author",
    ),
)

_FAMILY_NAME_FIRST: Final = ("dc.creator", "dcterms.creator", "dc:creator", "citation_author")


def find_stated_authors(
    thing: Thing | None, head: Head, is_own_name: Callable[[str], bool], names_site: Callable[[str], bool]
) -> list[FoundAuthor]:
    """Return the writers that structured data names, those of the first source that names any.

    The publication itself, which ``is_own_name`` knows, is no writer; nor is what ``names_site`` knows behind the comma
    of a name: "Ann Lee, Valley Post".

    Sources, in order: JSON-LD, the usual meta tags, labelled pairs ("Written by" beside a name), other meta tags. A
    name that a later source has whole ("Ann" and "Ann Lee") is taken from there.
    """
    groups = [_read_thing(thing, head.things) if thing is not None else []]
    groups.append(_read_metas(head, _META_NAMES[0]))
    groups.append(_read_labelled(head))
    groups.extend(_read_metas(head, names) for names in _META_NAMES[1:])
    usable = [group for group in (_choose(group, is_own_name) for group in groups) if group]
    usable = [[_strip_paper(author, names_site) for author in group] for group in usable]
    if not usable:
        return []
    return [_find_whole_name(author, usable[1:]) for author in usable[0][:MAX_NAMES]]


def _read_thing(thing: Thing, things: Sequence[Thing]) -> list[FoundAuthor]:
    """Return the authors of a node of JSON-LD, with their nodes elsewhere in the graph."""
    nodes = {node_id: node.properties for node in things if isinstance(node_id := node.properties.get("@id"), str)}
    value = thing.properties.get("author") or thing.properties.get("creator")
    return [
        FoundAuthor(value=name, source=f"{thing.source}:author", kind=kind) for name, kind in _iter_names(value, nodes)
    ]


def _iter_names(value: Any, nodes: dict[str, dict[str, Any]]) -> Iterator[tuple[str, AuthorKind | None]]:
    """Yield the name and the kind of each author in a value of JSON-LD."""
    pending = [value]
    for _ in range(MAX_NAMES * 2):
        if not pending:
            return
        part = pending.pop(0)
        if isinstance(part, str):
            if name := clean(unescape(part[: MAX_NAME * 4])[: MAX_NAME * 2]):
                yield name, None
        elif isinstance(part, list):
            pending[:0] = part[:MAX_NAMES]
        elif isinstance(part, dict):
            properties = {str(key).lower(): inner for key, inner in part.items()}
            reference = properties.get("@id")
            if isinstance(reference, str) and reference in nodes and not _has_name(properties):
                properties = {**nodes[reference], "@id": None}
            if name := _make_name(properties):
                types = properties.get("@type")
                kinds = [kind for kind in (types if isinstance(types, list) else [types]) if isinstance(kind, str)]
                is_organisation = any(kind.lower().endswith(_ORGANISATION_TYPES) for kind in kinds)
                yield name, "agency" if is_organisation else None
            elif isinstance(names := properties.get("name"), list):
                pending[:0] = names[:MAX_NAMES]


def _has_name(properties: dict[str, Any]) -> bool:
    return any(properties.get(key) for key in ("name", "givenname", "familyname"))


def _make_name(properties: dict[str, Any]) -> str:
    """Return the name of a person's node: its name, or given and family name."""
    name = properties.get("name")
    if isinstance(name, dict):
        name = name.get("@value")
    if isinstance(name, str) and name.strip():
        return clean(unescape(name[: MAX_NAME * 4])[: MAX_NAME * 2])
    parts = [properties.get(key) for key in ("givenname", "additionalname", "familyname")]
    return clean(" ".join(unescape(part[:MAX_NAME]) for part in parts if isinstance(part, str)))


def _read_metas(head: Head, names: Sequence[str]) -> list[FoundAuthor]:
    return [
        FoundAuthor(value=_turn(value) if name in _FAMILY_NAME_FIRST else value, source=f"meta:{name}")
        for name in names
        for content in head.metas.get(name, ())[:20]
        if (value := clean(content[: MAX_NAME * 2]))
    ]


def _turn(name: str) -> str:
    """Return "Lee, Ann" as "Ann Lee", as catalogues of libraries write names."""
    family, comma, given = name.partition(", ")
    is_name = comma and "," not in given and len(family.split()) <= 3 and len(given.split()) <= 3
    return f"{given} {family}" if is_name else name


def _read_labelled(head: Head) -> list[FoundAuthor]:
    """Return the names that ``twitter:data1`` gives where ``twitter:label1`` says "Written by"."""
    labels = load_words("byline_words", "labels", "written_by")
    authors: list[FoundAuthor] = []
    for number in (1, 2):
        names = head.metas.get(f"twitter:data{number}", ())
        for label, name in zip(head.metas.get(f"twitter:label{number}", ())[:1], names[:1], strict=False):
            if make_word_key(label.strip(" :：")) in labels:
                authors.append(FoundAuthor(value=clean(name[: MAX_NAME * 2]), source=f"meta:twitter:data{number}"))
    return authors


def _choose(authors: list[FoundAuthor], is_own_name: Callable[[str], bool]) -> list[FoundAuthor]:
    """Return the authors without addresses, the publication, and what is too long for a name; each once."""
    unique = {
        fold(author.value): author
        for author in authors
        if author.value
        and len(author.value) <= MAX_NAME
        and "@" not in author.value
        and not author.value.lower().startswith(("http", "www.", "/"))
        and not is_own_name(author.value)
    }
    return list(unique.values())


def _strip_paper(author: FoundAuthor, names_site: Callable[[str], bool]) -> FoundAuthor:
    name, comma, paper = author.value.rpartition(",")
    is_paper = comma and author.kind is None and " " in name.strip() and names_site(paper.strip())
    return replace(author, value=name.strip()) if is_paper else author


def _find_whole_name(author: FoundAuthor, others: Sequence[Sequence[FoundAuthor]]) -> FoundAuthor:
    if len(author.value.split()) > 1 or author.kind is not None:
        return author
    start = fold(author.value) + " "
    return next((other for group in others for other in group if fold(other.value).startswith(start)), author)
