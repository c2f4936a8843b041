"""Reads the items of an RSS, Atom or JSON feed: strictly where its XML is well-formed, else tag by tag.

Tag by tag is :mod:`crawler.discovery.broken_feeds`.
"""

from __future__ import annotations

import json
import re
from typing import Final

import lxml.etree

from crawler.discovery.broken_feeds import iter_broken_items
from crawler.discovery.feed_fields import FEED_FIELDS, FeedItem, ItemFields, NoFeed, join_bases
from crawler.discovery.html_text import strip_html
from crawler.normalisation.words.entities import unescape

_XML_BASE: Final = "{http://www.w3.org/XML/1998/namespace}base"
_ROOTS: Final = frozenset({"rss", "feed", "rdf", "channel"})
_ITEMS: Final = frozenset({"item", "entry"})
_PLAIN_NAMESPACES: Final = frozenset(
    {
        "http://www.w3.org/2005/Atom",
        "http://purl.org/atom/ns#",
        "http://purl.org/rss/1.0/",
        "http://my.netscape.com/rdf/simple/0.9/",
    }
)
_ESCAPED_ROOT: Final = re.compile(
    r"\s*(?:(?:<style[^<>]{0,500}>[^<]{0,5000}(?=</style))?<[!/a-z][^<>]{0,500}>\s*){0,20}(?:&lt;[?!][^&]{0,500}(?:&(?!gt;)[^&]{0,500}){0,40}&gt;\s*){0,5}"
    r"&lt;(?:[\w.-]{1,40}:)?(?:rss|feed|rdf)(?=[\s&/])",
    re.I,
)
"""The first tag of a feed that was escaped as a whole, to be shown as text; a page may be around it."""


_CALL: Final = re.compile(r"(?:/\*\*/\s*)?[\w$.]{1,60}\((?=\s*[\[{])")
"""Before a feed that is handed to a function of its reader."""


def read_items(text: str, url: str) -> tuple[list[FeedItem], str | None]:
    """Return the items of the feed at an address, and the first mistake of its XML, None where there is none.

    Raises :class:`NoFeed` for a text that is none.
    """
    text = text.lstrip("\ufeff \t\r\n\x00")
    if "&lt;" in text[:10_000] and _ESCAPED_ROOT.match(text):
        text = unescape(text[text.index("&lt;") :])
    if (call := _CALL.match(text)) is not None:
        text = text[call.end() :].rstrip("; \r\n\t)")
    if text.startswith(("{", "[")):
        return _read_json_items(text, url), None
    parser = lxml.etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    try:
        root = lxml.etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (lxml.etree.XMLSyntaxError, ValueError) as error:
        return list(iter_broken_items(text, url)), str(error)
    if _split_name(root.tag)[0] not in _ROOTS:
        raise NoFeed
    site_base = _find_site_base(root, url)
    elements = (element for element in root.iter(lxml.etree.Element) if _split_name(element.tag)[0] in _ITEMS)
    items = [_read_item(element, url, site_base) for element in elements]
    if max(text.count("</item>"), text.count("</entry>")) > len(items):  # a section that was not closed holds some
        broken_items = list(iter_broken_items(text, url))
        if len(broken_items) > len(items):
            return broken_items, "a section of it is not closed"
    return items, None


def _read_json_items(text: str, url: str) -> list[FeedItem]:
    """Return the items of a JSON Feed (jsonfeed.org/version/1.1), also without its version, or of posts by WordPress.

    Raises :class:`NoFeed` for other JSON.
    """
    try:
        feed = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        raise NoFeed from None
    items = _find_json_items(feed, 0)
    if items is None:
        raise NoFeed
    feed_items = [_read_json_item(item, url) for item in items if isinstance(item, dict)]
    is_stated = isinstance(feed, dict) and str(feed.get("version", "")).startswith(_JSON_FEED)
    if not is_stated and not any(_WEB_ADDRESS.match(address) for item in feed_items for address in item.urls):
        raise NoFeed
    return feed_items


_JSON_FEED: Final = ("https://jsonfeed.org/", "https://www.jsonfeed.org/", "http://jsonfeed.org/")
_WEB_ADDRESS: Final = re.compile(r"https?://|/[\w-]+/", re.I)


def _find_json_items(value: object, depth: int) -> list[object] | None:
    """Return the list of a feed's items, or of what an interface for programs calls its articles; None without one."""
    if isinstance(value, list):
        return value
    if not isinstance(value, dict) or depth > _MOST_AROUND_ITEMS:
        return None
    lists = (_find_json_items(value.get(name), depth + 1) for name in _JSON_LISTS)
    return next((items for items in lists if items is not None), None)


_MOST_AROUND_ITEMS: Final = 3
_JSON_LISTS: Final = (
    "items",
    "articles",
    "posts",
    "stories",
    "news",
    "entries",
    "results",
    "docs",
    "list",
    "data",
    "response",
    "feed",
)


def _read_json_item(item: dict[str, object], url: str) -> FeedItem:
    def read(name: str) -> str:
        value = item.get(name)
        if isinstance(value, dict):  # WordPress
            value = value.get("rendered")
        return value.strip() if isinstance(value, str) else ""

    title = read("title") or read("headline")
    return FeedItem(
        urls=tuple(filter(None, map(read, ("url", "link", "permalink", "canonical_url", "id", "external_url")))),
        title=strip_html(title) if isinstance(item.get("title"), dict) else title,
        dates=tuple(
            filter(
                None, map(read, ("date_published", "published_at", "publishedAt", "pubDate", "date", "date_modified"))
            )
        ),
        base=url,
    )


def _find_site_base(root: lxml.etree._Element, url: str) -> str:
    """Return the address of the site that the channel of an RSS feed states; empty where it states none."""
    for channel in (root, *root):
        if _split_name(channel.tag)[0] == "channel":
            links = (str(child.text or "").strip() for child in channel if _split_name(child.tag) == ("link", True))
            return join_bases(url, [link for link in links if link][:1])
    return ""


def _read_item(item: lxml.etree._Element, url: str, site_base: str) -> FeedItem:
    fields = ItemFields()
    bases = [base for element in (*item.iterancestors(), item) if (base := element.get(_XML_BASE))]
    for child in item:
        name, is_plain = _split_name(child.tag)
        if name in FEED_FIELDS:
            text = "".join(map(str, child.itertext()))
            if name == "link" and not text.strip() and not child.attrib:
                text = str(child.tail or "")  # a program of HTML wrote it, to which a link has no end
            attributes = {_split_name(key)[0]: str(value) for key, value in child.attrib.items()}
            fields.add(name, is_plain, text, attributes)
    names = ("about", "href")  # of RSS 1.0, and of the format that was before RSS
    about = next((str(value) for key, value in item.attrib.items() if _split_name(key)[0] in names), "")
    return fields.make_item(join_bases(url, bases), about, site_base)


def _split_name(tag: object) -> tuple[str, bool]:
    """Return a name without its namespace, in lower case, and True if it is of RSS or Atom themselves."""
    if not isinstance(tag, (str, bytes)):
        return "", False
    namespace, _, name = str(tag).rpartition("}")
    prefix, _, name = name.rpartition(":")
    return name.lower(), not prefix and (not namespace or namespace[1:] in _PLAIN_NAMESPACES)
