"""Finds the further pages of an article that is printed on several: the page that was read holds the first of them."""

from __future__ import annotations

import re
from itertools import islice
from typing import Final
from urllib.parse import parse_qsl, urljoin, urlsplit

from lxml import etree

from crawler.items import Shortfall

MAX_LINKS: Final = 20_000
"""The most links of a page that are looked at."""
MAX_PAGES: Final = 50
"""The highest number of a page that counts as one."""
MAX_NAMED: Final = 5
"""The most pages that are named."""

_PARAMETER: Final = re.compile(r"page|paged|pg|seite|pagina|pagenum|page_?no", re.I)
_ENDING: Final = re.compile(r"\.(?:s?html?|php|aspx?|jsp)$", re.I)
_FIRST_PAGE: Final = re.compile(r"/(?:page/)?0*1$", re.I)
_FURTHER: Final = re.compile(r"(?:(?:/page)?/|[_,-](?:p|page-)?)0*(\d{1,3})", re.I)
_PRINTED_NUMBER: Final = re.compile(r"(?:\D{0,12}\s)?\d+")
_PRINTED_LETTERS: Final = 50
"""Letters of a link that are compared with the number of a page."""
_COMMENTS: Final = re.compile(r"comment|reply|respond", re.I)


def find_further_pages(root: etree._Element, base: str, url: str) -> tuple[str, ...]:
    """Return the addresses of the further pages of the article at ``url``, in the order of their numbers.

    A link leads to one where its address is that of the article with a number behind it or as its page
    (``/2``, ``_2.html``, ``?page=2``), and it is printed as that number or marked as the next page.
    """
    stem, query = _split(url)
    pages: dict[int, str] = {}
    for element in islice(root.iter("a", "link"), MAX_LINKS):
        if not _may_be_page(element):
            continue
        href = (element.get("href") or "").strip()
        if not href or href.startswith("#"):
            continue
        try:
            target = urljoin(base, href).partition("#")[0]
            number = _find_number(target, stem, query)
        except ValueError:
            continue
        if number is not None and not _COMMENTS.search(href) and _is_printed_as_page(element, number):
            pages.setdefault(number, target)
    return tuple(pages[number] for number in sorted(pages))


def describe_further_pages(pages: tuple[str, ...]) -> Shortfall:
    """Return what an article lacks whose further pages are not read, with their addresses."""
    names = ", ".join(page[:200] for page in pages[:MAX_NAMED])
    more = f" and {len(pages) - MAX_NAMED} more" if len(pages) > MAX_NAMED else ""
    return Shortfall(kind="cut", reason=f"the text goes on on further pages, which are not read: {names}{more}")


def _split(url: str) -> tuple[tuple[str, str, str], tuple[tuple[str, str], ...]]:
    """Return host, path without number and ending, and ending of the first page; and its query."""
    parts = urlsplit(url)
    ending = _ENDING.search(parts.path)
    path = parts.path[: ending.start()] if ending else parts.path.rstrip("/")
    return (
        (parts.netloc.lower().removeprefix("www."), _FIRST_PAGE.sub("", path), ending[0].lower() if ending else ""),
        _read_query(parts.query),
    )


def _read_query(query: str) -> tuple[tuple[str, str], ...]:
    return tuple(pair for pair in sorted(parse_qsl(query)) if not _PARAMETER.fullmatch(pair[0]))


def _find_number(target: str, stem: tuple[str, str, str], query: tuple[tuple[str, str], ...]) -> int | None:
    """Return which page of the article an address is, from 2; None for an address of anything else."""
    host, path, ending = stem
    parts = urlsplit(target)
    if parts.netloc.lower().removeprefix("www.") != host or not parts.path.startswith(path) or path in ("", "/"):
        return None
    numbers = [value for name, value in parse_qsl(parts.query) if _PARAMETER.fullmatch(name) and value.isdecimal()]
    rest = parts.path[len(path) :].rstrip("/")
    if rest.lower().endswith(ending):
        rest = rest[: len(rest) - len(ending)]
    further = _FURTHER.fullmatch(rest)
    if further is not None:
        numbers = [further[1]]
    elif rest:
        return None
    is_one = len(numbers) == 1 and len(numbers[0]) <= 3 and 2 <= int(numbers[0]) <= MAX_PAGES
    return int(numbers[0]) if is_one and _read_query(parts.query) == query else None


def _may_be_page(element: etree._Element) -> bool:
    """Is a link printed as any number, or marked as the next page? To ask so first spares reading its address."""
    if _is_next(element):
        return True
    printed = _read_beginning(element)
    return printed[-1:].isdigit() and _PRINTED_NUMBER.fullmatch(printed) is not None


def _is_printed_as_page(element: etree._Element, number: int) -> bool:
    if _is_next(element):
        return True
    printed = re.fullmatch(rf"(?:\D{{0,12}}\s)?0*{number}", _read_beginning(element))
    return element.tag == "a" and printed is not None


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
