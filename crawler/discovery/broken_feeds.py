"""Reads the items of a feed whose XML has a mistake, tag by tag.

libxml2, when it recovers from a mistake, drops every ``&amp;`` after it and may nest all later items in the broken one.
So an item ends here where the next one begins, a field where the next field does, and no mistake reaches further than
its own item.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import Final

from crawler.discovery.feed_fields import FEED_FIELDS, FeedItem, ItemFields, NoFeed, join_bases
from crawler.discovery.html_text import resolve_references

_ROOT_TAG: Final = re.compile(r"<(?:[\w.-]{1,40}:)?(?:rss|feed|rdf|channel)(?=[\s>/])([^<>]*)>", re.I)
_HTML_TAGS: Final = re.compile(r"<(?:html|head|body)(?=[\s>/])", re.I)
_ITEM_TAG: Final = re.compile(r"<(/?)(?:[\w.-]{1,40}:)?(item|entry)(?=[\s>/])([^<>]*)>", re.I)
_TAG: Final = re.compile(r"<(/?)([A-Za-z][\w.:-]*+)([^<>]*)>")
_ATTRIBUTE: Final = re.compile(
    r"""(?<![\w:.-])([\w:.-]{1,60})\s*=\s*(?:"([^"]*+)(?:"|\Z)|'([^']*+)(?:'|\Z)|([^\s"'>]+))"""
)


def iter_broken_items(text: str, url: str) -> Iterator[FeedItem]:
    """Yield the items of the feed at an address. Raises NoFeed for a text that has no first tag of one."""
    text = _escape_sections(text)
    root = _ROOT_TAG.search(text, 0, 20_000)
    if root is None or _HTML_TAGS.search(text, 0, root.start()):
        raise NoFeed
    root_base = _read_attributes(root[1]).get("xml:base")
    item = None
    for tag in _ITEM_TAG.finditer(text):
        if item is not None:
            yield _read_broken_item(text[item.end() : tag.start()], item[3], url, root_base)
        item = None if tag[1] else tag
    if item is not None:
        yield _read_broken_item(text[item.end() :], item[3], url, root_base)


def _read_broken_item(markup: str, attributes: str, url: str, root_base: str | None) -> FeedItem:
    fields = ItemFields()
    name, start, is_plain = "", 0, False
    stated: dict[str, str] = {}
    for tag in _TAG.finditer(markup):
        prefix, _, local = tag[2].lower().rpartition(":")
        if tag[1]:
            if local != name:
                continue
            fields.add(name, is_plain, _read_text(markup[start : tag.start()]), stated)
            name = ""
        elif local in FEED_FIELDS:
            if name:
                fields.add(name, is_plain, _read_text(markup[start : tag.start()]), stated)
            name, start, is_plain = local, tag.end(), prefix in ("", "atom", "rss")
            stated = _read_attributes(tag[3])
            if tag[3].endswith("/") and (local != "link" or stated):
                fields.add(name, is_plain, "", stated)
                name = ""
    if name:
        fields.add(name, is_plain, _read_text(markup[start:]), stated)
    item_attributes = _read_attributes(attributes)
    bases = [base for base in (root_base, item_attributes.get("xml:base")) if base]
    return fields.make_item(join_bases(url, bases), item_attributes.get("rdf:about", ""))


def _escape_sections(text: str) -> str:
    """Return the markup without comments, and with what CDATA sections hold as escaped text.

    A section in which the item ends that it began in was never closed: it is none.
    """
    pieces: list[str] = []
    position = 0
    item_tag = _ITEM_TAG.search(text)
    ends = {"-->": text.find("-->"), "]]>": text.find("]]>")}
    while (start := text.find("<!", position)) >= 0:
        pieces.append(text[position:start])
        opening, closing = ("<!--", "-->") if text.startswith("<!--", start) else ("<![CDATA[", "]]>")
        position = start + len(opening)
        if not text.startswith(opening, start):
            pieces.append("<!")
            position = start + 2
            continue
        if item_tag is not None and item_tag.start() < position:
            item_tag = _ITEM_TAG.search(text, position)
        if 0 <= ends[closing] < position:
            ends[closing] = text.find(closing, position)
        end = ends[closing]
        if end < 0 or (item_tag is not None and item_tag[1] and item_tag.start() < end):
            continue
        if closing == "]]>":
            pieces.append(escape(text[position:end], quote=False))
        position = end + len(closing)
    pieces.append(text[position:])
    return "".join(pieces)


def _read_text(markup: str) -> str:
    return resolve_references(_TAG.sub("", markup))


def _read_attributes(markup: str) -> dict[str, str]:
    return {
        match[1].lower(): resolve_references(next((value for value in match.groups()[1:] if value is not None), ""))
        for match in _ATTRIBUTE.finditer(markup[:5_000])
    }
