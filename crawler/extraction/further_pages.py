"""Finds the other pages of an article that is printed on several: the further ones, or of one of these the first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final
from urllib.parse import urljoin

from lxml import etree

from crawler.items import FurtherPage
from crawler.normalisation.part_addresses import find_part_number, may_be_part

MAX_LINKS: Final = 20_000
"""The most links of a page that are looked at."""

_PRINTED_NUMBER: Final = re.compile(r"(?:\D{0,12}\s)?\d+")
_PRINTED_LETTERS: Final = 50
"""Letters of a link that are compared with the number of a page."""
_COMMENTS: Final = re.compile(r"comment|reply|respond", re.I)
_AS_IN_SLUGS: Final = re.compile(r"[,-](?:p|page-)?\d{1,3}(?:\.\w{2,5})?$", re.I)
"""``bridge-2`` is the second page of ``bridge`` or, more often, another article whose headline is the same."""


def find_further_pages(root: etree._Element, base: str, url: str) -> tuple[FurtherPage, ...]:
    """Return the further pages of the article whose first page is at ``url``, in the order of their numbers.

    A link leads to one where its address is that of the article with a number behind it or as its page
    (``/2``, ``_2.html``, ``?page=2``), and it is printed as that number or marked as the next page.
    """
    pages: dict[int, str] = {}
    for element, href in _iter_links(root):
        if not _may_be_page(element):
            continue
        try:
            target = urljoin(base, href).partition("#")[0]
            number = find_part_number(target, url)
        except ValueError:
            continue
        if number is not None and not _COMMENTS.search(href) and _is_printed_as_page(element, number):
            pages.setdefault(number, target)
    return tuple(FurtherPage(number, pages[number]) for number in sorted(pages))


def find_first_page(root: etree._Element, base: str, url: str) -> str | None:
    """Return the address of the first page of the article of which the page at ``url`` is a further one, else None.

    The page tells: its address is that of the other with a number behind it, and it links to that as to page 1 or as
    the page before its own, or calls it its own address.
    """
    if not may_be_part(url):
        return None
    canonical_only = _AS_IN_SLUGS.search(url) is not None
    for element, href in _iter_links(root):
        relations = (element.get("rel") or "").lower().split()
        is_canonical = element.tag == "link" and "canonical" in relations
        if not is_canonical and (canonical_only or not ("prev" in relations or _is_printed_as(element, 1))):
            continue
        try:
            target = urljoin(base, href).partition("#")[0]
            number = find_part_number(url, target)
        except ValueError:
            continue
        if number is not None and (number == 2 or is_canonical or "prev" not in relations):
            return target
    return None


def _iter_links(root: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    for element in islice(root.iter("a", "link"), MAX_LINKS):
        href = (element.get("href") or "").strip()
        if href and not href.startswith("#"):
            yield element, href


def _may_be_page(element: etree._Element) -> bool:
    """Is a link printed as any number, or marked as the next page? To ask so first spares reading its address."""
    return _is_next(element) or (element.tag == "a" and _PRINTED_NUMBER.fullmatch(_read_beginning(element)) is not None)


def _is_printed_as_page(element: etree._Element, number: int) -> bool:
    return _is_next(element) or _is_printed_as(element, number)


def _is_printed_as(element: etree._Element, number: int) -> bool:
    printed = re.fullmatch(rf"(?:\D{{0,12}}\s)?0*{number}", _read_beginning(element)) if element.tag == "a" else None
    return printed is not None


def _is_next(element: etree._Element) -> bool:
    relation = element.get("rel")
    return relation is not None and "next" in relation.lower().split()


def _read_beginning(element: etree._Element) -> str:
    """Return what a link prints first, in one case."""
    if not len(element):
        return (element.text or "")[:_PRINTED_LETTERS].strip().casefold()
    text = ""
    for piece in element.itertext():
        text += str(piece)
        if len(text) >= _PRINTED_LETTERS:
            break
    return text[:_PRINTED_LETTERS].strip().casefold()
