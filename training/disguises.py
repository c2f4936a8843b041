"""Writes a page anew without one of the witnesses that a reader may lean on; what a person reads on it stays the same.

A publisher whom nobody has seen may name its classes in another language, state nothing in its head, or lay out its
text without one ``<p>``. :mod:`training.robustness` measures what that costs, and a training learns from such copies.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from random import Random
from typing import Final

import lxml.html
from lxml import etree
from lxml.html import HtmlElement

from crawler.errors import CrawlerError
from crawler.extraction.parsing.decoding import decode
from crawler.items import Capture

Disguise = Callable[[HtmlElement], None]
"""Changes a page's tree in its place."""
_NAMES: Final = ("class", "id")
_STATEMENTS: Final = ("itemid", "itemprop", "itemscope", "itemtype", "property", "rel", "role", "typeof", "vocab")
_SECTIONS: Final = ("article", "aside", "figure", "footer", "header", "main", "nav", "section")


def drop_names(root: HtmlElement) -> None:
    """Take away class names and ids."""
    _drop_attributes(root, _NAMES)


def empty_head(root: HtmlElement) -> None:
    """Take away metas and structured data, also what attributes state."""
    for element in [*root.iter("meta"), *root.xpath("//script[@type='application/ld+json']")]:
        element.drop_tree()
    _drop_attributes(root, _STATEMENTS)


def _drop_attributes(root: HtmlElement, names: Sequence[str]) -> None:
    for element in root.iter("*"):
        for name in names:
            element.attrib.pop(name, None)


def make_divisions(root: HtmlElement) -> None:
    """Make each paragraph a ``<div>``."""
    for paragraph in root.iter("p"):
        paragraph.tag = "div"


def make_breaks(root: HtmlElement) -> None:
    """Part paragraphs by line breaks in place of elements."""
    for paragraph in [*root.iter("p")]:
        first = lxml.html.Element("br")
        first.tail, paragraph.text = paragraph.text, None
        paragraph.insert(0, first)
        paragraph.append(lxml.html.Element("br"))
        paragraph.drop_tag()


def wrap_paragraphs(root: HtmlElement) -> None:
    """Put each paragraph into two elements of its own."""
    for paragraph in [*root.iter("p")]:
        outer, inner = lxml.html.Element("div"), lxml.html.Element("div")
        outer.tail, paragraph.tail = paragraph.tail, None
        outer.append(inner)
        paragraph.getparent().replace(paragraph, outer)
        inner.append(paragraph)


def rename_article(root: HtmlElement) -> None:
    """Make ``<article>`` and ``<main>`` a ``<div>``."""
    for element in root.iter("article", "main"):
        element.tag = "div"


def rename_sections(root: HtmlElement) -> None:
    """Make every element that names a part of the page a ``<div>``, as pages before 2010 have them."""
    for element in root.iter(*_SECTIONS):
        element.tag = "div"


DISGUISES: Final[Mapping[str, tuple[Disguise, ...]]] = {
    "written anew": (),
    "no names": (drop_names,),
    "empty head": (empty_head,),
    "p as div": (make_divisions,),
    "p as br br": (make_breaks,),
    "p wrapped": (wrap_paragraphs,),
    "no article, main": (rename_article,),
    "no sections": (rename_sections,),
    "all of it": (drop_names, empty_head, make_divisions, rename_sections),
}
"""Name → what is done to a page. The first does nothing: it tells what parsing and writing cost."""
_LAYOUTS: Final = (None, None, make_divisions, make_breaks, wrap_paragraphs)


def disguise_page(html: bytes, url: str, disguises: Sequence[Disguise]) -> bytes:
    """Return a page with its disguises on, in UTF-8; the page as it is where it cannot be parsed."""
    try:
        capture = Capture(url=url, fetched_at=datetime(2026, 1, 1, tzinfo=UTC), status=200, body=html)
        root = lxml.html.document_fromstring(decode(capture))
    except (CrawlerError, etree.ParserError, ValueError):
        return html
    for meta in root.xpath("//meta[@charset or translate(@http-equiv, 'CONTEYP', 'conteyp')='content-type']"):
        meta.drop_tree()
    for disguise in disguises:
        disguise(root)
    return lxml.html.tostring(root, encoding="utf-8", doctype="<!DOCTYPE html>")


def choose_disguises(name: str, copy: int = 1) -> tuple[Disguise, ...]:
    """Return some disguises for a copy of a page, at least one.

    They are drawn by the page's name and the number of the copy, so that each training draws the same.
    """
    dice = Random(f"{name}r{copy}")
    chosen: list[Disguise] = []
    while not chosen:
        chosen = [disguise for disguise in (drop_names, empty_head) if dice.random() < 0.5]
        if sections := dice.choice((None, rename_article, rename_sections)):
            chosen.append(sections)
        if layout := dice.choice(_LAYOUTS):
            chosen.append(layout)
    return tuple(chosen)
