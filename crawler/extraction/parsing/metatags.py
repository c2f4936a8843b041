"""Reads the head of a page: meta tags, title, canonical address, languages. Read before the lines are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice

from crawler.extraction.parsing.jsonld import Thing, find_scripts, read_things
from crawler.extraction.parsing.tree import Tree
from crawler.items import Found
from crawler.normalisation.words.text import clean

MAX_TAGS = 2000


@dataclass(slots=True)
class Head:
    """What the head of a page states, which readers do not see."""

    title: str | None = None
    language: str | None = None
    base: str | None = None
    canonical: str | None = None
    alternates: list[tuple[str, str]] = field(default_factory=list)
    """(language, address) of each hreflang link."""
    metas: dict[str, list[str]] = field(default_factory=dict)
    """Name or property, lower case → contents, in order."""
    things: tuple[Thing, ...] = ()

    def find_meta(self, *names: str) -> Found | None:
        """Return the first content of the first of these names that has one."""
        for name in names:
            for content in self.metas.get(name, ()):
                if value := clean(content):
                    return Found(value=value, source=f"meta:{name}")
        return None

    @property
    def og_type(self) -> str:
        content = self.find_meta("og:type")
        return content.value.lower() if content else ""


def read_head(tree: Tree) -> Head:
    """Read the head, and meta and link elements wherever careless markup has put them."""
    head = Head(language=tree.language)
    for place, tag, attributes in islice(tree.iter_named("meta", "link", "title", "base"), MAX_TAGS + 1):
        if tag == "meta":
            _add_meta(head, attributes)
        elif tag == "link":
            _add_link(head, attributes)
        elif tag == "base":
            head.base = head.base or attributes.get("href")
        elif head.title is None and (title := tree.read_beginning(place)):  # an svg may hold another further down
            head.title = clean(title[:2000]) or None
    head.things = read_things(find_scripts(tree))
    return head


def _add_meta(head: Head, attributes: Mapping[str, str]) -> None:
    content = attributes.get("content")
    if not content:
        return
    for attribute in ("property", "name", "itemprop", "http-equiv"):
        name = attributes.get(attribute)
        if name:
            head.metas.setdefault(name[:100].strip().lower(), []).append(content[:5000])


def _add_link(head: Head, attributes: Mapping[str, str]) -> None:
    relation = attributes.get("rel", "").lower().split()
    href = attributes.get("href", "").strip()
    if not href:
        return
    if "canonical" in relation:
        head.canonical = head.canonical or href
    elif "alternate" in relation and (language := attributes.get("hreflang")):
        head.alternates.append((language.strip().lower(), href))
