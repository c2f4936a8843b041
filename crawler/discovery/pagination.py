"""Finds the next page of a listing or feed: what markup calls the next one, else the page of the next number."""

from __future__ import annotations

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
from crawler.site import Site

MAX_CANDIDATES: Final = 20
"""The most links of one page that are looked at."""

_NEXT_CLASSES: Final = frozenset(
    ("next", "next-page", "nextpage", "nextpostslink", "pagination-next", "pagination__next", "pager-next", "page-next")
)
_NEXT_WORDS: Final = re.compile(
    r"[\s<←→«»›‹>.…]*(?:(?:next|older|more|load more|show more)(?: page| posts| entries| articles| stories| news)?|"
    r"(?:pagina |página |page |zur )?(?:weiter|nächsten?(?: seite)?|ältere (?:beiträge|artikel)|suivante?s?|"
    r"siguientes?|successiv[aoei]|avanti|próxim[ao]s?|seguintes?|volgende(?: pagina)?|neste(?: side)?|næste(?: side)?|"
    r"nästa(?: sida)?|"
    r"seuraava|następn[ae](?: strona)?|další|következő|înainte|sonraki(?: sayfa)?|berikutnya|selanjutnya|trang sau)|"
    r"articles plus anciens|entradas antiguas|далее|дальше|вперед|вперёд|следующая(?: страница)?|наступна|"
    r"下一[页頁]|下[页頁]|次へ|次のページ|다음(?: 페이지)?|ถัดไป|التالي|التالية|הבא|הבאה)?[\s<←→«»›‹>.…]*",
    re.I,
)
"""What a link to the next page says, arrows alone among it; the number in its address has to be the next, too."""
_PARAMETER: Final = re.compile(r"page|paged|pg|seite|pagina|page_?no|page_?num(?:ber)?", re.I)
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
    for tag in _FEED_LINK.finditer(text):
        attributes = {match[1].lower(): match[2] or match[3] or "" for match in _ATTRIBUTE.finditer(tag[1])}
        relation = attributes.get("rel", "").strip().lower().rpartition("/")[2]
        if relation in _NEXT_OF_FEEDS and attributes.get("href"):
            try:
                return _make_next_link(urljoin(url, resolve_references(attributes["href"]).strip()), url, site, "feed")
            except ValueError:
                return None
    return None


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
    """Yield absolute addresses: those that markup calls the next page, then those of the next number."""
    stem, number = split_page_number(url)
    named: list[str] = []
    numbered: list[str] = []
    for element in tree.iter("link", "a"):
        try:
            target = urljoin(base, (element.get("href") or "").strip())
        except ValueError:
            continue
        is_named = "next" in (element.get("rel") or "").lower().split()
        if is_named or (_is_of_class_next(element) and split_page_number(target)[0] == stem):
            named.append(target)
        elif _names_next(element, number + 1) and split_page_number(target) == (stem, number + 1):
            numbered.append(target)
    yield from (*named[:MAX_CANDIDATES], *numbered[:MAX_CANDIDATES])


def _names_next(element: lxml.html.HtmlElement, number: int) -> bool:
    """Return True for a link whose text is a number, or whose text or label says that it is the next."""
    if element.tag != "a":
        return False
    text = str(element.text_content()).strip()
    label = (element.get("aria-label") or element.get("title") or "").strip()
    return text == str(number) or any(said and _NEXT_WORDS.fullmatch(said[:60]) for said in (text, label))


def _is_of_class_next(element: lxml.html.HtmlElement) -> bool:
    if element.tag != "a":
        return False
    parent = element.getparent()
    classes = f"{element.get('class') or ''} {(parent.get('class') or '') if parent is not None else ''}"
    return not _NEXT_CLASSES.isdisjoint(classes.lower().split())


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
