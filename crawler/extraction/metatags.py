"""Reads the head of a page: meta tags, title, canonical address, languages. Read before the lines are."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from crawler.extraction.jsonld import Thing, find_scripts, read_things
from crawler.items import Found
from crawler.normalisation.text import clean

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


def read_head(root: etree._Element) -> Head:
    """Read the head, and meta and link elements wherever careless markup has put them."""
    head = Head(
        language=root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("xml:lang")
    )
    for count, element in enumerate(root.iter("meta", "link", "title", "base")):
        if count > MAX_TAGS:
            break
        if element.tag == "meta":
            _add_meta(head, element)
        elif element.tag == "link":
            _add_link(head, element)
        elif element.tag == "base":
            head.base = head.base or element.get("href")
        elif head.title is None and element.text:  # an svg may hold another title further down
            head.title = clean(element.text[:2000]) or None
    head.things = read_things(find_scripts(root))
    return head


def _add_meta(head: Head, element: etree._Element) -> None:
    content = element.get("content")
    if not content:
        return
    for attribute in ("property", "name", "itemprop", "http-equiv"):
        name = element.get(attribute)
        if name:
            head.metas.setdefault(name[:100].strip().lower(), []).append(content[:5000])


def _add_link(head: Head, element: etree._Element) -> None:
    relation = (element.get("rel") or "").lower().split()
    href = (element.get("href") or "").strip()
    if not href:
        return
    if "canonical" in relation:
        head.canonical = head.canonical or href
    elif "alternate" in relation and (language := element.get("hreflang")):
        head.alternates.append((language.strip().lower(), href))
