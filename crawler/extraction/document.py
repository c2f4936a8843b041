"""Parses a captured page: its source, lines, head and links, each made when it is first asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar, Final
from urllib.parse import urljoin

from lxml import etree
from lxml.cssselect import CSSSelector

from crawler.errors import NotAnArticle
from crawler.extraction.layout.labels import PROSE, SHORT, CompiledLabels, compile_labels, is_share_label, measure_prose
from crawler.extraction.layout.lines import TextLine
from crawler.extraction.layout.prose_language import take_lines
from crawler.extraction.layout.script_pages import shows_little
from crawler.extraction.layout.wrapped_lines import join_wrapped
from crawler.extraction.links.links import LinkReader
from crawler.extraction.parsing.decoding import DecodedText, read_text
from crawler.extraction.parsing.inner_frames import add_frames
from crawler.extraction.parsing.jsonld import Thing
from crawler.extraction.parsing.markup import Hint
from crawler.extraction.parsing.metatags import Head, read_head
from crawler.extraction.parsing.page_end import breaks_off
from crawler.extraction.parsing.parser import parse
from crawler.extraction.parsing.plain_text import is_plain_text, mark_up_text
from crawler.extraction.parsing.streamed import place_streamed
from crawler.extraction.parsing.tree import Tree, read_tree
from crawler.extraction.stated.dates import (
    find_date_in_address,
    find_date_in_thing,
    find_date_in_things,
    find_date_in_title,
    find_misstated_date,
    find_stated_date,
    find_stated_update,
)
from crawler.extraction.stated.embedded_state import EmbeddedArticle, find_embedded_article
from crawler.extraction.stated.time_elements import find_time_element
from crawler.items import Address, Capture, Found
from crawler.normalisation.words.text import clean, fold, may_fold_to
from crawler.site import Site
from crawler.system.unlocked_property import unlocked_property

_PROPERTY: Final = {
    "datepublished": "datePublished",
    "datemodified": "dateModified",
    "articlesection": "articleSection",
    "inlanguage": "inLanguage",
}


MOST_PROSE: Final = 2_000
"""Letters of prose in menus and boxes from which on they may hold the article."""
_VOCABULARY: Final = "://schema.org/"
_TYPE_BEFORE: Final = re.compile(r"""itemtype\s*=\s*["']?https?\Z""", re.I)
_ARTICLE_AFTER: Final = re.compile(r"\w{0,20}Article\b", re.I)
_LONGEST_BEFORE: Final = 40
_LEAST_HEADLINE: Final = 20
_WORKS: Final = frozenset(
    [
        *("review", "criticreview", "claimreview", "recipe", "howto", "podcastepisode", "radioepisode", "tvepisode"),
        *("videoobject", "audioobject", "imagegallery", "mediagallery", "photograph"),
    ]
)
"""What a paper prints that is no article by its type in JSON-LD, and has a writer as one has."""


class Document:
    """The parts of a page and what it states about itself.

    :class:`~crawler.extraction.page.ArticlePage` decides which parts are the article.
    """

    body_css: ClassVar[str | None] = None
    """A selector of the elements that hold the body, where the anatomy is not enough."""

    def __init__(self, capture: Capture, site: Site, address: Address) -> None:
        self.capture = capture
        self.site = site
        self.address = address

    @unlocked_property
    def decoded(self) -> DecodedText:
        """The page's source, and the charset it was read in."""
        return read_text(self.capture, self.address.language)

    @property
    def text(self) -> str:
        """The page's source, decoded."""
        return self.decoded.text

    @unlocked_property
    def _markup(self) -> str:
        """The page's source, as HTML, what was sent late in its place."""
        return mark_up_text(self.text) if is_plain_text(self.capture, self.text) else place_streamed(self.text)

    @unlocked_property
    def tree(self) -> Tree:
        """The parsed page."""
        tree = read_tree(self._markup, self.decoded.sent if self._markup is self.text else None)
        if tree is None:
            raise NotAnArticle("the page is empty")
        # Selectors of a page class find their elements by number in a tree of their own, which has no frames.
        return tree if self.body_css else add_frames(tree)

    @unlocked_property
    def root(self) -> etree._Element:
        """The parsed page as lxml has it, for the selectors of a page class: nothing else needs it."""
        root = parse(self._markup)
        if root is None:
            raise NotAnArticle("the page is empty")
        return root

    @unlocked_property
    def head(self) -> Head:
        return read_head(self.tree)

    @unlocked_property
    def labels(self) -> CompiledLabels:
        return compile_labels(self.site)

    @unlocked_property
    def links(self) -> LinkReader:
        links = LinkReader(self.site, self.address, self.base)
        for address in self.iter_own_addresses(links):
            links.own_urls.add(address.url.rstrip("/"))
            if address.language == self.address.language and address.story and not self.address.story:
                links.keys.update((address.story,))
        return links

    @unlocked_property
    def base(self) -> str:
        """The address that relative addresses of the page start from."""
        try:
            return urljoin(self.capture.url, self.head.base or "")
        except ValueError:
            return self.capture.url

    @unlocked_property
    def lines(self) -> list[TextLine]:
        """The lines that a reader sees."""
        lines = take_lines(self.tree, self._find_selected(self.body_css) if self.body_css else ())
        _doubt_chrome(lines)
        return join_wrapped(lines)

    @unlocked_property
    def thing(self) -> Thing | None:
        """The JSON-LD node that is this article: by its address, as the only one, or by the headline of the page.

        Where a page shows next to nothing and has no such node, the object of its scripts' state that holds the text.
        """
        articles = [node for node in self.head.things if node.is_article]
        if not articles:
            return self.embedded.thing if self.embedded is not None else None
        links = LinkReader(self.site, self.address, self.capture.url)
        for article in articles:
            if any((address := links.read(url)) and links.is_own(address) for url in article.addresses[:6]):
                return article
        unlisted = [article for article in articles if not article.listed]
        title = self.head.find_meta("og:title")
        stated = fold(title.value if title is not None else self.head.title or "")
        if len(unlisted) > 1 and stated:
            headlines = [(fold(article.find_text("headline") or ""), article) for article in unlisted]
            equal = [article for headline, article in headlines if headline == stated]
            unlisted = equal or [
                article
                for headline, article in headlines
                if title is None and len(headline) >= _LEAST_HEADLINE and stated.startswith(headline)
            ]
        return unlisted[0] if len(unlisted) == 1 and not self.tells_of_other(unlisted[0]) else None

    def tells_of_other(self, article: Thing) -> bool:
        """Does a node state another address, and a headline that has no word in common with the page's titles?"""
        links = LinkReader(self.site, self.address, self.capture.url)
        addresses = [address for url in article.addresses[:6] if (address := links.read(url)) is not None]
        words = read_long_words(article.find_text("headline") or "")
        titles = [title.value for name in ("og:title", "twitter:title") if (title := self.head.find_meta(name))]
        stated = read_long_words(" ".join([self.head.title or "", *titles]))
        return bool(addresses and words and stated) and words.isdisjoint(stated)

    @property
    def embedded(self) -> EmbeddedArticle | None:
        """The article that the state for the page's scripts holds, looked for where the page shows next to nothing."""
        return self.held_article if shows_little(self.lines) else None

    @unlocked_property
    def held_article(self) -> EmbeddedArticle | None:
        """The article that the state for the page's scripts holds; one without paragraphs is another page's."""
        article = find_embedded_article(self.text, self.address.url, in_attributes=shows_little(self.lines))
        is_other = article is not None and article.is_own is False and self._prints_other_headline(article)
        return EmbeddedArticle() if is_other else article

    def _prints_other_headline(self, article: EmbeddedArticle) -> bool:
        """Does the page print a heading, and no word of a headline that its scripts know, in its titles neither?"""
        words = read_long_words(article.thing.find_text("headline") or "") if article.thing is not None else frozenset()
        headings = [line.text for line in self.lines if line.heading == 1]
        stated = read_long_words(" ".join([self.head.title or "", *headings]))
        return bool(words and headings) and words.isdisjoint(stated)

    @unlocked_property
    def work(self) -> Thing | None:
        """The node of JSON-LD of a page without an article that has the page's title: a review, an episode, a film."""
        if any(node.is_article for node in self.head.things):
            return None
        title = self.head.find_meta("og:title")
        stated = fold(title.value if title is not None else self.head.title or "")
        for node in self.head.things:
            names = [fold(name) for name in (node.find_text("headline"), node.find_text("name")) if name]
            is_work = not node.listed and not node.types.isdisjoint(_WORKS)
            if is_work and any(len(name) >= _LEAST_HEADLINE and stated.startswith(name) for name in names):
                return node
        return None

    @unlocked_property
    def has_article_markup(self) -> bool:
        """Does the page state that it is an article, in structured data or in the markup of one element?"""
        return self.thing is not None or self.head.og_type == "article" or _count_article_items(self.text) == 1

    @unlocked_property
    def language(self) -> Found | None:
        """The page's language as one of the site's codes."""
        languages = [
            (self.head.language, "html:lang"),
            *(
                (stated.value, stated.source)
                for stated in (
                    self.find_in_thing("inlanguage"),
                    self.head.find_meta("og:locale", "content-language", "dc.language"),
                )
                if stated
            ),
            (self.capture.header("content-language"), "header:content-language"),
        ]
        for value, source in languages:
            code = re.split(r"[-_,;]", value.strip().lower())[0] if value else ""
            if code in self.site.languages:
                return Found(value=code, source=source)
        return None

    @unlocked_property
    def complete(self) -> bool:
        """False when the page breaks off."""
        return not breaks_off(self.text)

    @unlocked_property
    def published_meta(self) -> Found | None:
        """The date of publication that structured data states, or where none does, the page's own address or title.

        Where none of them does, what is stated as a date and is none.
        """
        return (
            self.stated_date
            or find_date_in_address(self.capture.url)
            or find_date_in_title(self.head.title, self.language_code)
            or find_misstated_date(self.thing, "datePublished")
        )

    @unlocked_property
    def stated_date(self) -> Found | None:
        """The date of publication that structured data, meta tags or elements state."""
        return (
            find_date_in_thing(self.thing, "datePublished", "dateCreated")
            or find_stated_date(self.head)
            or (self._find_in_other_things("datePublished") if self.thing is None else None)
            or find_time_element(self.tree, self.text)
        )

    def _find_in_other_things(self, name: str) -> Found | None:
        return find_date_in_things([thing for thing in self.head.things if not self.tells_of_other(thing)], name)

    @property
    def states_last_change(self) -> bool:
        """Is the stated date of publication, to the second, that of the last change, as some systems write it?"""
        stated, modified = self.stated_date, self.stated_update
        return stated is not None and modified is not None and ":" in stated.value and stated.value == modified.value

    @unlocked_property
    def stated_update(self) -> Found | None:
        """The date of the last update that structured data or meta tags state."""
        return (
            find_date_in_thing(self.thing, "dateModified")
            or find_stated_update(self.head)
            or (self._find_in_other_things("dateModified") if self.thing is None else None)
        )

    @property
    def own_language(self) -> str | None:
        return self.address.language or self.language_code

    @property
    def language_code(self) -> str | None:
        return self.address.language or (self.language.value if self.language else None)

    def iter_own_urls(self) -> Iterator[Found]:
        """Yield what the page states as its own address, each with its source."""
        if self.head.canonical:
            yield Found(value=self.head.canonical, source="link:canonical")
        if og_url := self.head.find_meta("og:url"):
            yield og_url
        if self.thing is not None:
            for url in self.thing.addresses[:3]:
                if not url.startswith("#"):
                    yield Found(value=url, source="jsonld:url")
        for href in self.print_links:
            yield Found(value=href, source="link:print")

    def iter_own_addresses(self, links: LinkReader) -> Iterator[Address]:
        """Yield the addresses of the site among those that the page states as its own."""
        for stated_url in self.iter_own_urls():
            if (address := links.read(stated_url.value)) is not None:
                yield address

    @unlocked_property
    def print_links(self) -> tuple[str, ...]:
        """Addresses behind print labels, six at most: they may hold the article's number where its own does not."""
        share = self.labels.share
        if not share:
            return ()
        firsts = {label[0] for label in share if label}
        short = (line for line in self.lines if line.has_links and len(line.text) <= SHORT)
        short = (line for line in short if may_fold_to(line.text[0], firsts))
        print_lines = (line for line in short if line.folded.startswith(share) and is_share_label(line, self.labels))
        return tuple(href for line in print_lines for href, _ in line.links if href[0] != "#")[:6]

    def list_thing_texts(self, name: str) -> tuple[str, ...]:
        """Return the text of a property of the article's JSON-LD, as a tuple of one or none."""
        text = self.thing.find_text(name) if self.thing else None
        return (text,) if text else ()

    def find_in_thing(self, *names: str) -> Found | None:
        """Return the first of these properties of the article's JSON-LD that has a text; names in lower case."""
        for name in names:
            text = self.thing.find_text(name) if self.thing else None
            if self.thing and text and (value := clean(text)):
                return Found(value=value, source=f"{self.thing.source}:{_PROPERTY.get(name, name)}")
        return None

    def css(self, selector: str) -> Found | None:
        """Return the text of the first element that a selector finds and that has one. For page classes of a site."""
        for element in self._select(selector):
            if text := clean("".join(str(piece) for piece in element.itertext())):
                return Found(value=text, source=f"css:{selector}")
        return None

    def _find_selected(self, selector: str) -> list[int]:
        """Return the places of the elements that a selector finds: both trees have all elements in the same order."""
        matches = set(self._select(selector))
        places = (place for place, event in enumerate(self.tree.events) if isinstance(event, tuple))
        elements = self.root.iter(etree.Element)
        return [place for place, element in zip(places, elements, strict=False) if element in matches]

    def _select(self, selector: str) -> list[etree._Element]:
        matches: Any = CSSSelector(selector)(self.root)
        return [element for element in matches if isinstance(element, etree._Element)]


def read_long_words(text: str) -> frozenset[str]:
    """Return the words of a text that tell something, folded; of scripts that part none, its characters."""
    folded = fold(text[:500])
    if not folded.isascii() and " " not in folded.strip():
        return frozenset(character for character in folded if character.isalpha())
    return frozenset(word for word in _WORD.findall(folded) if len(word) > 3)


_WORD: Final = re.compile(r"\w+")


def _count_article_items(text: str) -> int:
    """Return how many tags of a page's source say that they are an article by schema.org."""
    count = 0
    place = text.find(_VOCABULARY)
    while place >= 0:
        end = place + len(_VOCABULARY)
        if _ARTICLE_AFTER.match(text, end) and _TYPE_BEFORE.search(text[max(0, place - _LONGEST_BEFORE) : place]):
            count += 1
        place = text.find(_VOCABULARY, end)
    return count


def _doubt_chrome(lines: Sequence[TextLine]) -> None:
    """Take the hint of menus and boxes from all lines, where most of the page's prose has it.

    The element that gives it holds the whole page then: a menu that is never closed, an article laid out as a box.
    """
    in_chrome = _measure_prose_of(line for line in lines if line.hints & Hint.CHROME)
    if in_chrome <= MOST_PROSE:
        return  # of most pages
    if in_chrome > 3 * _measure_prose_of(line for line in lines if not line.hints & Hint.CHROME):
        for line in lines:
            line.hints &= ~Hint.CHROME
            for piece in line.pieces:
                piece.hints &= ~Hint.CHROME


def _measure_prose_of(lines: Iterable[TextLine]) -> int:
    """Return the letters of prose in those lines that are no links."""
    long = (line.text for line in lines if len(line.text) * 3 >= PROSE and line.link_share < 0.5)
    return sum(weight for text in long if (weight := measure_prose(text)) >= PROSE)
