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
            if attributes.get("itemprop") == "name" and _is_of_writer(tree, place):
                head.metas.setdefault(WRITER, []).append(attributes.get("content", "")[:5000])
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


WRITER = "itemprop:author"
"""Under it stand the names that metas of microdata have in an element of a writer."""
_LOOKED_BACK = 60


def _is_of_writer(tree: Tree, place: int) -> bool:
    """Does a meta stand in an element that microdata calls the author of the page, not of a comment or of a list?"""
    ended, is_writer = 0, None
    for index in range(place - 1, max(place - _LOOKED_BACK, 0), -1):
        event = tree.events[index]
        if event is None:
            ended += 1
        elif isinstance(event, tuple) and ended:
            ended -= 1
        elif isinstance(event, tuple):  # an element around it
            item = event[1].get("itemprop", "")
            if is_writer is None:
                is_writer = item in ("author", "creator")
            if not is_writer or item in ("comment", "review", "itemListElement", "blogPost", "image", "video"):
                return False
    return bool(is_writer)


def _add_link(head: Head, attributes: Mapping[str, str]) -> None:
    relation = attributes.get("rel", "").lower().split()
    href = attributes.get("href", "").strip()
    if not href:
        return
    if "canonical" in relation:
        head.canonical = head.canonical or href
    elif "alternate" in relation and (language := attributes.get("hreflang")):
        head.alternates.append((language.strip().lower(), href))
