"""Finds the other pages of an article that is printed on several: the further ones, or of one of these the first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple
from urllib.parse import urljoin

from crawler.extraction.parsing.tree import Tree
from crawler.items import FurtherPage
from crawler.normalisation.addresses.part_addresses import find_part_number, may_be_part

MAX_LINKS: Final = 20_000
"""The most links of a page that are looked at."""

_PRINTED_NUMBER: Final = re.compile(r"(?:\D{0,12}\s)?\d+")
_PRINTED_LETTERS: Final = 50
"""Letters of a link that are compared with the number of a page."""
_COMMENTS: Final = re.compile(r"comment|reply|respond", re.I)
_AS_IN_SLUGS: Final = re.compile(r"[,-](?:p|page-)?\d{1,3}(?:\.\w{2,5})?$", re.I)
"""``bridge-2`` is the second page of ``bridge`` or, more often, another article whose headline is the same."""


class _Link(NamedTuple):
    """A link of a page that leads anywhere else than to a part of it."""

    href: str
    relations: Sequence[str]
    """What it leads to (``next``, ``canonical``), as its ``rel`` says."""
    place: int | None
    """Where it begins among the events of the page; None for a ``link`` of its head."""
    is_number: bool
    """Is it printed as the number of a page?"""


def find_further_pages(tree: Tree, base: str, url: str) -> tuple[FurtherPage, ...]:
    """Return the further pages of the article whose first page is at ``url``, in the order of their numbers.

    A link leads to one where its address is that of the article with a number behind it or as its page
    (``/2``, ``_2.html``, ``?page=2``), and it is printed as that number or marked as the next page.
    """
    pages: dict[int, str] = {}
    for link in _iter_links(tree):
        is_next = "next" in link.relations
        if not (is_next or link.is_number):
            continue
        try:
            target = urljoin(base, link.href).partition("#")[0]
            number = find_part_number(target, url)
        except ValueError:
            continue
        if number is None or _COMMENTS.search(link.href):
            continue
        if is_next or _is_printed_as(tree, link, number):
            pages.setdefault(number, target)
    return tuple(FurtherPage(number, pages[number]) for number in sorted(pages))


def find_first_page(tree: Tree, base: str, url: str) -> str | None:
    """Return the address of the first page of the article of which the page at ``url`` is a further one, else None.

    The page tells: its address is that of the other with a number behind it, and it links to that as to page 1 or as
    the page before its own, or calls it its own address.
    """
    if not may_be_part(url):
        return None
    canonical_only = _AS_IN_SLUGS.search(url) is not None
    for link in _iter_links(tree):
        is_canonical = link.place is None and "canonical" in link.relations
        is_previous = "prev" in link.relations
        if not is_canonical and (canonical_only or not (is_previous or _is_printed_as(tree, link, 1))):
            continue
        try:
            target = urljoin(base, link.href).partition("#")[0]
            number = find_part_number(url, target)
        except ValueError:
            continue
        if number is not None and (number == 2 or is_canonical or not is_previous):
            return target
    return None


def _iter_links(tree: Tree) -> Iterator[_Link]:
    """Yield the links that say what they lead to, or are printed as a number: no others tell of pages."""
    for place, tag, attributes in islice(tree.iter_named("a", "link"), MAX_LINKS):
        is_number = tag == "a" and _is_printed_as_number(tree, place)
        if not is_number and "rel" not in attributes:
            continue  # to ask so first spares reading its address
        href = attributes.get("href", "").strip()
        if href and href[0] != "#":
            relations = attributes["rel"].lower().split() if "rel" in attributes else ()
            yield _Link(href, relations, place if tag == "a" else None, is_number)


def _is_printed_as(tree: Tree, link: _Link, number: int) -> bool:
    if link.place is None:
        return False
    return re.fullmatch(rf"(?:\D{{0,12}}\s)?0*{number}", _read_beginning(tree, link.place)) is not None


def _is_printed_as_number(tree: Tree, place: int) -> bool:
    beginning = _read_beginning(tree, place)
    return beginning[-1:].isdecimal() and _PRINTED_NUMBER.fullmatch(beginning) is not None


def _read_beginning(tree: Tree, place: int) -> str:
    """Return what the link at a place prints first, in one case."""
    text, depth = "", 1
    for index in range(place + 1, len(tree.events)):
        event = tree.events[index]
        if isinstance(event, str):
            text += event
            if len(text) >= _PRINTED_LETTERS:
                break
        elif event is not None:
            depth += 1
        elif depth > 1:
            depth -= 1
        else:
            break
    return text[:_PRINTED_LETTERS].strip().casefold()
