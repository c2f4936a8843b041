"""Finds the next page of a listing or feed: what markup calls the next one, else the page of the next number."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import lxml.html

from crawler.discovery.html_text import resolve_references
from crawler.errors import BadAddress
from crawler.items import Address, AddressKind, Link
from crawler.normalisation.addresses.document_addresses import read_document_address
from crawler.normalisation.addresses.hosts import is_site_host
from crawler.normalisation.addresses.urls import read_address
from crawler.normalisation.words.word_tables import load_words, make_word_key
from crawler.site import Site

MAX_CANDIDATES: Final = 20
"""The most links of one page that are looked at."""

_NEXT_CLASSES: Final = frozenset(
    (
        "next",
        "next-page",
        "nextpage",
        "nextpostslink",
        "pagination-next",
        "pagination__next",
        "pager-next",
        "page-next",
        "load-more",
        "loadmore",
    )
)
_MARKS: Final = " \t\r\n\xa0<←→«»›‹>.…↓▼▾+"
"""Arrows and points at the ends of what a link to the next page says, and alone all that it says."""
_PARAMETER: Final = re.compile(r"page|paged|pg|p|seite|pagina|page_?no|page_?num(?:ber)?|pagenum", re.I)
_OFFSET: Final = re.compile(r"start|offset|from|skip|limitstart|first", re.I)
"""The parameter that counts the entries before a page."""
_CURSOR: Final = re.compile(
    r"after|before|cursor|max_?id|last_?id|(?:page_?)?token|updated-max|older_?than|until|next|start_?key", re.I
)
"""The parameter that names the last entry of the page before."""
_DATA_NEXT: Final = (
    *("data-next", "data-next-url", "data-next-page", "data-nextpage", "data-next-href", "data-next-page-url"),
    *("data-infinite-url", "data-load-more-url", "data-more-url"),
)
"""Attributes in which scripts find the address of the next page."""
_DATA_ADDRESS: Final = ("data-url", "data-href", "data-link", "data-load-url", "data-path", "formaction")
"""Attributes in which the button for the next page may have its address."""
_SUFFIX: Final = re.compile(r"(?:/(?:page|seite|pagina|p)[/-]?|[/_-])(\d{1,4})/?(\.s?html?|\.php)?$", re.I)
_FEED_LINK: Final = re.compile(r"<(?:[\w.-]{1,40}:)?link\b([^<>]{1,3000})>", re.I)
_ATTRIBUTE: Final = re.compile(r"([\w:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_NEXT_OF_FEEDS: Final = ("next", "prev-archive")
"""RFC 5005: the next page of a paged feed, the older part of an archived one."""


def find_next_listing(tree: lxml.html.HtmlElement, base: str, url: str, site: Site) -> Link | None:
    """Return the link to the page after the one at ``url``; None for the last one, and for a page that is no part."""
    for candidate in _iter_candidates(tree, base, url):
        link = _make_next_link(candidate, url, site, "listing")
        if link is not None:
            return link
    return None


def find_next_feed(text: str, url: str, site: Site) -> Link | None:
    """Return the link to the page after the feed at ``url``, where the feed names one."""
    if text.lstrip("\ufeff \t\r\n").startswith("{"):
        return _find_next_of_json(text, url, site)
    for tag in _FEED_LINK.finditer(text):
        attributes = {match[1].lower(): match[2] or match[3] or "" for match in _ATTRIBUTE.finditer(tag[1])}
        relation = attributes.get("rel", "").strip().lower().rpartition("/")[2]
        if relation in _NEXT_OF_FEEDS and attributes.get("href"):
            try:
                return _make_next_link(urljoin(url, resolve_references(attributes["href"]).strip()), url, site, "feed")
            except ValueError:
                return None
    return None


def _find_next_of_json(text: str, url: str, site: Site) -> Link | None:
    """Return the link to the next page of a JSON Feed (https://www.jsonfeed.org/version/1.1/)."""
    match = _NEXT_OF_JSON.search(text)
    try:
        target = urljoin(url, json.loads(f'"{match[1]}"')) if match is not None else ""
    except ValueError:
        return None
    return _make_next_link(target, url, site, "feed") if target else None


_NEXT_OF_JSON: Final = re.compile(r'"next_url"\s*:\s*"([^"\s]{1,2000})"')


def split_page_number(url: str) -> tuple[str, int]:
    """Return an address without the number of its page, and that number, which is 1 where it has none.

    >>> split_page_number("https://a.example/asia/page/3"), split_page_number("https://a.example/asia/?page=2")
    (('https://a.example/asia', 3), ('https://a.example/asia', 2))
    """
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    numbers = [
        int(value) for name, value in pairs if _PARAMETER.fullmatch(name) and value.isdecimal() and len(value) < 5
    ]
    path, number = parts.path, numbers[0] if numbers else 1
    suffix = _SUFFIX.search(path)
    if not numbers and suffix is not None:
        path, number = path[: suffix.start()] + (suffix[2] or ""), int(suffix[1])
    query = urlencode([pair for pair in pairs if not _PARAMETER.fullmatch(pair[0])])
    return f"{parts.scheme}://{parts.netloc}{path.rstrip('/')}{'?' + query if query else ''}", number


def _iter_candidates(tree: lxml.html.HtmlElement, base: str, url: str) -> Iterator[str]:
    """Yield absolute addresses: what markup calls the next page, then those of the next number, or further back."""
    stem, number = split_page_number(url)
    named: list[str] = []
    numbered: list[str] = []
    further: list[tuple[int, str]] = []
    for element in tree.iter():
        is_link = element.tag in ("link", "a")
        href = element.get("href") if is_link else _find_data_address(element)
        if href is None:
            continue
        try:
            target = urljoin(base, href.strip())
        except ValueError:
            continue
        if is_link and "next" in (element.get("rel") or "").lower().split():
            named.append(target)
            continue
        if element.tag == "link":
            continue
        figure = _read_figure(element)
        says_next = figure is None and _says_next(element)
        if _is_of_class_next(element) and (split_page_number(target)[0] == stem or _has_other_cursor(target, url)):
            named.append(target)
        elif says_next or figure is not None:
            if split_page_number(target) == (stem, number + 1):
                numbered += [target] if says_next or figure == number + 1 else []
            elif (distance := _measure_distance(target, url)) > 0:
                further.append((distance, target))
            elif says_next and _has_other_cursor(target, url):
                numbered.append(target)
    yield from (*named[:MAX_CANDIDATES], *numbered[:MAX_CANDIDATES])
    yield from (target for _, target in sorted(further[:MAX_CANDIDATES]))


def _find_data_address(element: lxml.html.HtmlElement) -> str | None:
    """Return the address that a script finds at an element for the next page; None where it has none."""
    for name in element.keys() if isinstance(element.tag, str) else ():
        if name in _DATA_NEXT or (name in _DATA_ADDRESS and _says_next(element)):
            href = element.get(name) or ""
            return href if "/" in href or href.startswith("?") else None
    return None


def _says_next(element: lxml.html.HtmlElement) -> bool:
    """Return True for a link or button whose text or label says that it is the next."""
    text = str(element.text_content()).strip()
    label = (element.get("aria-label") or element.get("title") or "").strip()
    return any(said and len(said) <= _LONGEST_LABEL and _is_word_for_next(said) for said in (text, label))


_LONGEST_LABEL: Final = 60


def _is_word_for_next(said: str) -> bool:
    word = said.strip(_MARKS)
    return not word or make_word_key(word) in load_words("pagination", "next")


def _read_figure(element: lxml.html.HtmlElement) -> int | None:
    """Return the number that is all that a link says, in figures of any script."""
    text = str(element.text_content()).strip() if element.tag == "a" else ""
    return int(text) if len(text) < _LONGEST_FIGURE and text.isdecimal() else None


_LONGEST_FIGURE: Final = 5


def _measure_distance(target: str, url: str) -> int:
    """Return how many entries further on a page begins than the one at ``url``; 0 where that is not counted."""
    stems, offsets = zip(*map(_split_offset, (target, url)), strict=True)
    return max(0, offsets[0] - offsets[1]) if stems[0] == stems[1] else 0


def _split_offset(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    offsets = [int(value) for name, value in pairs if _OFFSET.fullmatch(name) and value.isdecimal() and len(value) < 7]
    rest = urlencode([pair for pair in pairs if not _OFFSET.fullmatch(pair[0])])
    return f"{parts.netloc}{parts.path.rstrip('/')}?{rest}", sum(offsets)


def _has_other_cursor(target: str, url: str) -> bool:
    """Does an address name the entry after which its page begins, another than that of ``url``?"""
    if "?" not in target:
        return False
    cursors, own = (
        [pair for pair in parse_qsl(urlsplit(address).query) if _CURSOR.fullmatch(pair[0])] for address in (target, url)
    )
    return bool(cursors) and cursors != own


def _is_of_class_next(element: lxml.html.HtmlElement) -> bool:
    if element.tag == "link":
        return False
    parent = element.getparent()
    classes = f"{element.get('class') or ''} {(parent.get('class') or '') if parent is not None else ''}"
    return not _NEXT_CLASSES.isdisjoint(classes.lower().split()) or any(element.get(name) for name in _DATA_NEXT)


def _make_next_link(target: str, url: str, site: Site, kind: AddressKind) -> Link | None:
    try:
        address = _read_page_address(target, site, kind)
    except BadAddress:
        return None
    if address.kind == "article" or address.url == url or not is_site_host(urlsplit(address.url).hostname or "", site):
        return None
    return Link(address=address, via="feed" if kind == "feed" else "listing", found_on=url, is_next=True)


def _read_page_address(target: str, site: Site, kind: AddressKind) -> Address:
    """Return an address as the site's forms read it; one that they do not know is of the kind of the page before."""
    address = read_address(target, site)
    if kind == "feed" and address.kind != "feed":
        return read_document_address(target, site, "feed")
    return replace(address, kind="listing") if address.kind == "other" else address
