"""Reads the links to articles from the capture of a listing or home page.

lxml finds the part of the page that holds the article links. Beautiful Soup reads that part, because its irregular
entries are easier to navigate with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from urllib.parse import urljoin

import lxml.etree
import lxml.html
from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from crawler.discovery.data_links import iter_data_links
from crawler.discovery.links import MAX_LINKS, PageLinks, clean_headline, keep_printed_url
from crawler.discovery.pagination import find_next_listing
from crawler.errors import BadAddress, BadValue
from crawler.extraction.links.related_regions import MORE
from crawler.extraction.parsing.decoding import decode, read_text
from crawler.items import Capture, Link
from crawler.normalisation.addresses.urls import is_followed, read_address
from crawler.normalisation.dates.moments import read_date
from crawler.normalisation.words.text import clean
from crawler.site import Site

MAX_ANCHORS = 20_000
MAX_FRAGMENT = 2_000_000
"""Bytes; of a larger listing only the links are read, not what is printed beside them."""

_HTML = re.compile(r"<\s*(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_END_TAGS = re.compile(r"</(?:html|body)\s*>", re.IGNORECASE)
_HIDDEN_TAGS = ("script", "style", "noscript", "template", "svg", "iframe")
_DIGITS = re.compile(r"\d")


def looks_like_html(capture: Capture) -> bool:
    """Return True if a payload is an HTML page, whatever its address and content type say."""
    return _HTML.search(decode(capture)[:2000]) is not None


def read_listing(capture: Capture, site: Site) -> PageLinks:
    """Return the articles that a listing or home page links to, in its order, each once.

    Each link has the longest headline that leads to it and the date printed beside it. On a home page the listings
    that the site declares as entry points (``follow``) come after the articles. The next page of a listing is the last
    link. Empty for a page without links.
    """
    try:
        page_address = read_address(capture.url, site)
    except BadAddress:
        page_address = None
    decoded = read_text(capture, page_address.language if page_address else None)
    problem = decoded.find_problem(capture.url)
    problems = (problem,) if problem else ()
    tree = _parse_html(decoded.text)
    if tree is None:
        return PageLinks(problems=problems)
    base = _find_base_url(tree, capture.url)
    anchors = list(_find_article_anchors(tree, base, site))
    articles = [(element, link) for element, link in anchors if link.address.kind == "article"]
    links: dict[str, Link] = {}
    if not articles:
        named = (replace(link, found_on=capture.url) for link in iter_data_links(decoded.text, base, site))
        links = {link.address.url_key: link for link in named}
    for element, link in articles:
        link_so_far = links.get(link.address.url_key)
        headline = clean_headline(_read_visible_text(element))
        if link_so_far is None:
            links[link.address.url_key] = replace(link, found_on=capture.url, headline=headline)
        elif headline and len(headline) > len(link_so_far.headline or ""):
            links[link.address.url_key] = replace(link_so_far, headline=headline)
    strict_site = replace(site, guess_dates=False)  # a teaser's numbers are not to be guessed at
    for url_key, printed, day in _find_dates(articles, strict_site, page_address.language if page_address else None):
        links[url_key] = replace(links[url_key], published_raw=printed, published_on=day)
    if page_address is not None and page_address.kind == "home":
        for _, link in anchors:
            if link.address.kind == "listing" and is_followed(link.address.url, site):
                links.setdefault(link.address.url_key, replace(link, found_on=capture.url))
    followed = list(links.values())[:MAX_LINKS]
    if (next_page := find_next_listing(tree, base, capture.url, site)) is not None:
        followed.append(next_page)
    return PageLinks(links=tuple(followed), problems=problems)


def _parse_html(text: str) -> lxml.html.HtmlElement | None:
    parser = lxml.html.HTMLParser(
        encoding="utf-8", huge_tree=False, no_network=True, remove_comments=True, remove_pis=True
    )
    written = _END_TAGS.sub("", text.replace("\x00", "")).encode("utf-8", "replace")
    try:
        # libxml2 2.14 drops what follows </html>; browsers show it, so broken pages rely on it.
        tree = lxml.html.document_fromstring(written, parser=parser)
    except (lxml.etree.ParserError, lxml.etree.XMLSyntaxError, ValueError, AssertionError):
        return None
    for template in tree.iter("template"):
        if template.get("shadowrootmode") is not None:  # browsers show it in the place of its element
            template.tag = "div"
    lxml.etree.strip_elements(tree, *_HIDDEN_TAGS, with_tail=False)
    return tree


def _find_base_url(tree: lxml.html.HtmlElement, url: str) -> str:
    """Return the address that relative links start from: the first base of the page, itself read from the page's."""
    href = next((str(element.get("href")) for element in tree.iter("base") if element.get("href") is not None), "")
    try:
        base = urljoin(url, href.strip())
    except ValueError:
        return url
    return base if base.startswith(("http://", "https://")) else url


def _find_article_anchors(
    tree: lxml.html.HtmlElement, base: str, site: Site
) -> Iterator[tuple[lxml.html.HtmlElement, Link]]:
    links: dict[str, Link | None] = {}
    for number, element in enumerate(tree.iter("a", "area")):
        href = (element.get("href") or "").strip()
        if number >= MAX_ANCHORS:
            return
        if not href or href.startswith("#"):
            continue
        if href not in links:
            try:
                address = read_address(href, site, base)
                links[href] = Link(address=address, via="listing", printed_url=keep_printed_url(href, address.url))
            except BadAddress:
                links[href] = None
        link = links[href]
        if link is not None:
            yield element, link


def _read_visible_text(element: lxml.html.HtmlElement) -> str:
    """Return what a link says: its text, or where it shows none or only asks to read on, its label or its picture's."""
    pictures = (picture.get("alt") for picture in element.iter("img", "area"))
    texts = (str(element.text_content()), element.get("aria-label"), element.get("title"), *pictures)
    return next((text for text in texts if text and text.strip() and MORE.fullmatch(text.strip()) is None), "")


def _find_dates(
    articles: list[tuple[lxml.html.HtmlElement, Link]], site: Site, language: str | None
) -> Iterator[tuple[str, str, str]]:
    """Yield (url_key, printed, day) for the articles of a listing that have a date printed beside them.

    A date inside the container of one entry belongs to that entry. In a flat run of entries, a date belongs to the
    entry before it, unless the run begins with a date: old theme pages print the date first.
    """
    fragment = _cut_fragment(articles)
    if fragment is None:
        return
    soup, keys = fragment
    dates: dict[str, tuple[str, str]] = {}
    marks: list[tuple[str, str]] = []  # ("link", key) and ("date", printed) in the order of the page
    for node in soup.descendants:
        if isinstance(node, Tag) and node.name in ("a", "area"):
            url_key = keys.get(str(node.get("data-seealso-number", "")))
            if url_key and (not marks or marks[-1] != ("link", url_key)):
                marks.append(("link", url_key))
        elif isinstance(node, NavigableString):
            printed = _read_printed_date(str(node), site, language)
            if printed is not None:
                owner = _find_owner(node, keys)
                if owner is not None:
                    dates.setdefault(owner, printed)
                else:
                    marks.append(("date", "\t".join(printed)))
    yield from ((url_key, *printed) for url_key, printed in dates.items())
    if not any(kind == "date" for kind, _ in marks):
        return
    ordered_marks = marks if marks[0][0] == "link" else list(reversed(marks))
    url_key = None
    for kind, text in ordered_marks:
        if kind == "link":
            url_key = text
        elif url_key is not None and url_key not in dates:
            printed_date, _, day = text.partition("\t")
            dates[url_key] = (printed_date, day)
            yield url_key, printed_date, day


def _cut_fragment(articles: list[tuple[lxml.html.HtmlElement, Link]]) -> tuple[BeautifulSoup, dict[str, str]] | None:
    """Return the smallest part of the page that holds all article links, numbered, and number → url_key."""
    if not articles:
        return None
    keys = {}
    for number, (element, link) in enumerate(articles):
        element.set("data-seealso-number", str(number))
        keys[str(number)] = link.address.url_key
    common_ancestors = list(articles[0][0].iterancestors())
    for element, _ in articles[1:]:
        ancestors = set(element.iterancestors())
        while common_ancestors and common_ancestors[0] not in ancestors:
            common_ancestors.pop(0)
    if not common_ancestors:
        return None
    html = lxml.html.tostring(common_ancestors[0], encoding="unicode", with_tail=False)
    if len(html) > MAX_FRAGMENT:
        return None
    return BeautifulSoup(html, "lxml"), keys


def _read_printed_date(text: str, site: Site, language: str | None) -> tuple[str, str] | None:
    if len(text) > 200 or not _DIGITS.search(text):
        return None
    printed = clean(text).strip("|»•-–— ").partition("|")[0].strip()
    # A listing's date may be followed by the section: "28/07/2016 - CHINA".
    for candidate in (printed, re.split(r"\s+[-–—]\s+", printed, maxsplit=1)[0]):
        if not 6 <= len(candidate) <= 40:
            continue
        try:
            moment = read_date(candidate, site, language, "listing")
        except BadValue:
            continue
        return candidate, moment.on
    return None


def _find_owner(node: NavigableString, keys: dict[str, str]) -> str | None:
    """Return the only article that the nearest container with any article link leads to; None in a flat run."""
    for parent in _iter_containers(node):
        url_keys = {
            keys[number]
            for link in parent.find_all(None, {"data-seealso-number": True}, limit=50)
            if (number := str(link["data-seealso-number"])) in keys
        }
        if len(url_keys) == 1:
            return url_keys.pop()
        if url_keys:
            return None
    return None


def _iter_containers(node: NavigableString) -> Iterable[Tag]:
    for depth, parent in enumerate(node.parents):
        if depth >= 8 or parent.name in ("body", "html", "[document]"):
            return
        yield parent
