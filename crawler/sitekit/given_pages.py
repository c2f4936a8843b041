"""Reads what a given page tells about its site: its address, its links and where they stand, what its head states."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from lxml import etree

from crawler.discovery.head_feeds import names_feed
from crawler.errors import BadAddress, CrawlerError
from crawler.extraction.page import ArticlePage
from crawler.extraction.parsing.metatags import Head
from crawler.items import Capture
from crawler.normalisation.addresses.document_addresses import names_robots_file
from crawler.normalisation.addresses.hosts import spell_host
from crawler.normalisation.words.text import clean
from crawler.sites.generic import drop_port, make_site, read_page_address

MAX_ANCHORS: Final = 5_000
"""Links read of one page."""
SHORT_LINK: Final = 14
"""Letters of a link up to which it is no headline: sections, buttons, names."""
LONG_LINK: Final = 25
"""Letters from which a link outside of menus may be a headline."""
_CHROME_TAGS: Final = frozenset(("nav", "footer", "header", "menu"))
_CHROME_ROLES: Final = frozenset(("navigation", "contentinfo", "menu", "menubar", "search"))
_CHROME_NAMES: Final = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|footer|breadcrumbs?|topbar|sitemap)(?:$|[\s_-])", re.I
)
_NAMED_TAGS: Final = frozenset(("div", "ul", "ol", "section", "table", "td"))
_NO_ARTICLE_RELATIONS: Final = frozenset(("tag", "author", "license", "search", "category"))


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link of a page to its own site."""

    path: str
    """Percent-decoded."""
    query: str
    host: str
    text: str
    in_chrome: bool
    """True in menus, headers and footers, and where its relation says that it leads to no article."""

    @property
    def is_short(self) -> bool:
        return 0 < len(self.text) <= SHORT_LINK

    @property
    def reads_as_headline(self) -> bool:
        return len(self.text) >= LONG_LINK and not self.in_chrome


class GivenPage:
    """One page of a site, read without knowing the site."""

    def __init__(self, capture: Capture) -> None:
        """Raise BadAddress when the address of the capture names no page."""
        capture = replace(capture, url=drop_port(capture.url))
        self.capture = capture
        self.site = make_site(capture)
        self.article = ArticlePage(capture, self.site, read_page_address(capture.url, self.site))
        self.parts = split_address(capture.url)

    @property
    def host(self) -> str:
        return self.site.name

    @property
    def path(self) -> str:
        return unquote(self.parts.path) or "/"

    @property
    def stated_path(self) -> str:
        return unquote(self.stated_address.path) or "/"

    @property
    def head(self) -> Head:
        return self.article.head

    @cached_property
    def links(self) -> tuple[PageLink, ...]:
        """The links of the page to its host, each address once with its longest text; the page itself is left out."""
        links: dict[tuple[str, str, str], PageLink] = {}
        own = (self.host, self.path.rstrip("/"))
        for link in _iter_links(self):
            tells_another = bool(link.query and self.parts.query) and link.query != self.parts.query
            if (link.host, link.path.rstrip("/")) == own and not tells_another:
                continue
            link_so_far = links.get((link.host, link.path, link.query))
            if link_so_far is None:
                links[link.host, link.path, link.query] = link
            elif len(link.text) > len(link_so_far.text):
                links[link.host, link.path, link.query] = PageLink(
                    link.path, link.query, link.host, link.text, link.in_chrome and link_so_far.in_chrome
                )
        return tuple(links.values())

    @cached_property
    def stated_address(self) -> SplitResult:
        """The canonical address where it is one of the same host, else the address of the capture."""
        if self.head.canonical:
            try:
                parts = split_address(urljoin(self.capture.url, self.head.canonical))
            except (BadAddress, ValueError):
                return self.parts
            hosts = {spell_host(host or "") for host in (parts.hostname, self.parts.hostname)}
            if len(hosts) == 1 and parts.path.strip("/"):
                return parts
        return self.parts

    def find_link(self, href: str) -> PageLink | None:
        """Return the link that an href of the page makes, None where it leads to another site or to the page itself."""
        try:
            parts = urlsplit(urljoin(self.article.base, href.strip()))
        except ValueError:
            return None
        path = unquote(parts.path) or "/"
        return self._links_by_address.get((path, parts.query[:500]))

    @cached_property
    def _links_by_address(self) -> dict[tuple[str, str], PageLink]:
        return {(link.path, link.query): link for link in self.links}

    @cached_property
    def published_meta(self) -> str | None:
        """The date of publication that the page states for programs, as it is stated."""
        stated = self.article.published_meta
        return stated.value if stated is not None and stated.source != "address" else None

    @cached_property
    def publisher(self) -> str | None:
        """The name of the publisher in JSON-LD."""
        return self.article.thing.find_text("publisher") if self.article.thing is not None else None

    @cached_property
    def stated_titles(self) -> tuple[str, ...]:
        """The page's ``<title>`` and og:title, as they are stated."""
        og_title = self.head.find_meta("og:title")
        titles = (self.head.title, og_title.value if og_title else None)
        return tuple(clean(title)[:300] for title in titles if title)

    def list_feed_links(self) -> list[tuple[str, str]]:
        """Return (absolute address, title) of the ``link`` elements that name a feed."""
        addresses = []
        for element in self.link_elements:
            relations = (element.get("rel") or "").lower().split()
            media_type = (element.get("type") or "").strip()
            href = (element.get("href") or "").strip()
            if "alternate" in relations and href and names_feed(media_type, href):
                try:
                    addresses.append((urljoin(self.article.base, href), clean(element.get("title") or "")))
                except ValueError:
                    continue
        return addresses

    @cached_property
    def link_elements(self) -> tuple[etree._Element, ...]:
        return tuple(element for _, element in zip(range(MAX_ANCHORS), self.article.root.iter("link"), strict=False))


def read_given_pages(captures: Sequence[Capture]) -> list[GivenPage]:
    """Return the pages that can be parsed, in the order of their addresses; robots.txt and the like are left out."""
    pages = []
    for capture in sorted(captures, key=lambda capture: (capture.url, capture.fetched_at, capture.body)):
        if names_robots_file(capture.url):
            continue
        page = GivenPage(capture)
        try:
            _ = page.links, page.link_elements
        except CrawlerError:  # an empty page, a picture
            continue
        pages.append(page)
    return pages


def split_address(url: str) -> SplitResult:
    """Return the parts of an address. Raises BadAddress for a malformed one."""
    try:
        parts = urlsplit(url.strip())
        _ = parts.port
    except ValueError as problem:
        raise BadAddress(f"{url[:120]!a} is malformed: {problem}.") from None
    return parts


def _iter_links(page: GivenPage) -> Iterator[PageLink]:
    links = list(_read_links(page, by_names=True))
    if not any(link.reads_as_headline for link in links):  # an element around the whole page is named after a menu
        links = list(_read_links(page, by_names=False))
    yield from links


def _read_links(page: GivenPage, *, by_names: bool) -> Iterator[PageLink]:
    chrome: dict[etree._Element, bool] = {}
    for _, anchor in zip(range(MAX_ANCHORS), page.article.root.iter("a"), strict=False):
        href = (anchor.get("href") or "").strip()
        if not href or href[0] == "#" or (":" in href[:12] and not href[:8].lower().startswith(("http:", "https:"))):
            continue
        try:
            parts = urlsplit(urljoin(page.article.base, href))
        except ValueError:
            continue
        host = parts.hostname and (spell_host(parts.hostname) or parts.hostname)
        if not host or parts.scheme not in ("http", "https") or not is_same_host(host, page.host):
            continue
        relations = (anchor.get("rel") or "").lower().split()
        text = clean(" ".join(str(piece) for piece in anchor.itertext())[:500]) or clean(anchor.get("title") or "")
        in_chrome = not _NO_ARTICLE_RELATIONS.isdisjoint(relations) or _stands_in_chrome(anchor, chrome, by_names)
        yield PageLink(unquote(parts.path) or "/", parts.query[:500], host, text, in_chrome)


def is_same_host(first: str, second: str) -> bool:
    """Return True if two hosts are one but for ``www.``."""
    return first.removeprefix("www.") == second.removeprefix("www.")


def _stands_in_chrome(anchor: etree._Element, answers: dict[etree._Element, bool], by_names: bool) -> bool:
    """Does a link stand in a menu, or in the header or footer of the page rather than of an article?"""
    passed = []
    answer = False
    element = anchor.getparent()
    while element is not None:
        if element in answers:
            answer = answers[element]
            break
        passed.append(element)
        tag = element.tag if isinstance(element.tag, str) else ""
        is_part = tag in ("header", "footer") and next(element.iterancestors("article"), None) is not None
        if (tag in _CHROME_TAGS and not is_part) or (element.get("role") or "").lower() in _CHROME_ROLES:
            answer = True
            break
        if by_names and tag in _NAMED_TAGS and _CHROME_NAMES.search(_read_names(element)):
            answer = True
            break
        element = element.getparent()
    answers.update(dict.fromkeys(passed, answer))
    return answer


def _read_names(element: etree._Element) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}"[:300]
