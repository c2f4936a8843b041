"""A capture in, the parsed page out: its source, lines, head and links, each worked out when asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any, ClassVar, Final
from urllib.parse import urljoin

from lxml import etree
from lxml.cssselect import CSSSelector

from crawler.errors import NotAnArticle
from crawler.extraction.decoding import decode, parse
from crawler.extraction.jsonld import Thing
from crawler.extraction.labels import SHORT, CompiledLabels, compile_labels, is_share_label
from crawler.extraction.lines import TextLine, read_lines
from crawler.extraction.links import LinkReader
from crawler.extraction.metatags import Head, read_head
from crawler.items import Address, Capture, Found
from crawler.normalisation.text import clean
from crawler.site import Site

_PROPERTY: Final = {
    "datepublished": "datePublished",
    "datemodified": "dateModified",
    "articlesection": "articleSection",
    "inlanguage": "inLanguage",
}


class Document:
    """What a page is made of, and what it states about itself; what of it is the article is decided elsewhere."""

    body_css: ClassVar[str | None] = None
    """A selector of the elements that hold the body, where the anatomy is not enough."""

    def __init__(self, capture: Capture, site: Site, address: Address) -> None:
        self.capture = capture
        self.site = site
        self.address = address

    @cached_property
    def text(self) -> str:
        """The page's source, decoded."""
        return decode(self.capture, self.address.language)

    @cached_property
    def root(self) -> etree._Element:
        """The parsed page. Once :attr:`lines` has been read, scripts and the head are gone from it."""
        root = parse(self.text)
        if root is None:
            raise NotAnArticle("the page is empty")
        return root

    @cached_property
    def head(self) -> Head:
        return read_head(self.root)

    @cached_property
    def words(self) -> CompiledLabels:
        return compile_labels(self.site)

    @cached_property
    def links(self) -> LinkReader:
        links = LinkReader(self.site, self.address, self.base)
        for address in self.iter_own_addresses(links):
            if address.language == self.address.language and address.story and not self.address.story:
                links.keys.update((address.story,))
        return links

    @cached_property
    def base(self) -> str:
        """What relative addresses are relative to."""
        try:
            return urljoin(self.capture.url, self.head.base or "")
        except ValueError:
            return self.capture.url

    @cached_property
    def lines(self) -> list[TextLine]:
        """What a reader sees, line by line."""
        _ = self.head
        return read_lines(self.root, self._select(self.body_css) if self.body_css else ())

    @cached_property
    def thing(self) -> Thing | None:
        """The JSON-LD node that is this article."""
        articles = [node for node in self.head.things if node.is_article]
        links = LinkReader(self.site, self.address, self.capture.url)
        for article in articles:
            if any(
                (found := links.read(url)) and found.url_key == self.address.url_key for url in article.addresses[:6]
            ):
                return article
        unlisted = [article for article in articles if not article.listed]
        return unlisted[0] if len(unlisted) == 1 else None

    @cached_property
    def language(self) -> Found | None:
        """The page's language as one of the site's codes."""
        stated = [
            (self.head.language, "html:lang"),
            *(
                (found.value, found.source)
                for found in (
                    self.find_in_thing("inlanguage"),
                    self.head.meta("og:locale", "content-language", "dc.language"),
                )
                if found
            ),
            (self.capture.header("content-language"), "header:content-language"),
        ]
        for value, source in stated:
            code = re.split(r"[-_,;]", value.strip().lower())[0] if value else ""
            if code in self.site.languages:
                return Found(value=code, source=source)
        return None

    @cached_property
    def complete(self) -> bool:
        """False when the page breaks off: it opens ``html`` and ``body`` in so many words and closes neither."""
        tail = self.text[-4000:].lower()
        if "</html" in tail or "</body" in tail:
            return True
        return not ("<html" in self.text[:50_000].lower() and "<body" in self.text.lower())

    @property
    def own_language(self) -> str | None:
        return self.address.language or self.language_code

    @property
    def language_code(self) -> str | None:
        return self.address.language or (self.language.value if self.language else None)

    def stated(self) -> Iterator[Found]:
        if self.head.canonical:
            yield Found(value=self.head.canonical, source="link:canonical")
        if found := self.head.meta("og:url"):
            yield found
        if self.thing is not None:
            for url in self.thing.addresses[:3]:
                if not url.startswith("#"):
                    yield Found(value=url, source="jsonld:url")
        for element in self.print_links:
            yield Found(value=element, source="link:print")

    def iter_own_addresses(self, links: LinkReader) -> Iterator[Address]:
        for found in self.stated():
            if (address := links.read(found.value)) is not None:
                yield address

    @cached_property
    def print_links(self) -> tuple[str, ...]:
        """Addresses behind print labels: they carry the article's number where its own address does not."""
        labels = self.words.share
        short = (line for line in self.lines if line.has_links and len(line.text) <= SHORT)
        found = (line for line in short if line.folded.startswith(labels) and is_share_label(line, self.words))
        return tuple(href for line in found for href, _ in line.links if href[0] != "#")[:6]

    def thing_texts(self, name: str) -> tuple[str, ...]:
        text = self.thing.text(name) if self.thing else None
        return (text,) if text else ()

    def find_in_thing(self, *names: str) -> Found | None:
        for name in names:
            text = self.thing.text(name) if self.thing else None
            if text and (value := clean(text)):
                return Found(value=value, source=f"jsonld:{_PROPERTY.get(name, name)}")
        return None

    def css(self, selector: str) -> Found | None:
        """Return the text of the first element a selector finds, for page classes of a site."""
        for element in self._select(selector):
            if value := clean("".join(str(piece) for piece in element.itertext())):
                return Found(value=value, source=f"css:{selector}")
        return None

    def _select(self, selector: str) -> list[etree._Element]:
        found: Any = CSSSelector(selector)(self.root)
        return [element for element in found if isinstance(element, etree._Element)]
