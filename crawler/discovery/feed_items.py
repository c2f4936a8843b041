"""Reads the items of an RSS, Atom or JSON feed: strictly where its XML is well-formed, else tag by tag.

libxml2, when it recovers from a mistake, drops every ``&amp;`` after it and may nest all later items in the broken one.
So a feed with a mistake is read by its tags: an item ends where the next one begins, a field where the next field
does, and no mistake reaches further than its own item.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Final
from urllib.parse import urljoin

import lxml.etree

from crawler.normalisation.words.entities import unescape

_XML_BASE: Final = "{http://www.w3.org/XML/1998/namespace}base"
_ROOTS: Final = frozenset({"rss", "feed", "rdf", "channel"})
_ITEMS: Final = frozenset({"item", "entry"})
_FIELDS: Final = frozenset(
    (
        "title",
        "link",
        "guid",
        "id",
        "origlink",
        "pubdate",
        "published",
        "updated",
        "date",
        "created",
        "issued",
        "modified",
        "description",
        "summary",
        "content",
        "encoded",
        "author",
        "creator",
        "contributor",
        "category",
        "comments",
        "enclosure",
        "source",
        "subject",
        "rights",
        "thumbnail",
    )
)
"""Elements of an item, without prefix and in lower case: where one begins, the one before has ended."""
_PLAIN_NAMESPACES: Final = frozenset(
    {
        "http://www.w3.org/2005/Atom",
        "http://purl.org/atom/ns#",
        "http://purl.org/rss/1.0/",
        "http://my.netscape.com/rdf/simple/0.9/",
    }
)
_MOST_LINKS: Final = 20
"""The most links of one item that are looked at."""
_ALTERNATE: Final = ("alternate", "http://www.iana.org/assignments/relation/alternate")
"""RFC 4287: the short name of a relation means the long one."""
_DATA_TYPE: Final = re.compile(
    r"(?!text/html|application/xhtml)[\w.-]+/(?:[\w.-]+\+)?(?:json|xml)\b|(?:audio|video|image)/", re.I
)
"""Types of what is no page: an item may name its data or its film as another form of itself."""
_ROOT_TAG: Final = re.compile(r"<(?:[\w.-]{1,40}:)?(?:rss|feed|rdf|channel)(?=[\s>/])([^<>]*)>", re.I)
_ESCAPED_ROOT: Final = re.compile(
    r"\s*(?:<[!/a-z][^<>]{0,500}>\s*){0,20}(?:&lt;[?!][^&]{0,500}(?:&(?!gt;)[^&]{0,500}){0,40}&gt;\s*){0,5}"
    r"&lt;(?:[\w.-]{1,40}:)?(?:rss|feed|rdf)(?=[\s&/])",
    re.I,
)
"""The first tag of a feed that was escaped as a whole, to be shown as text; a page may be around it."""
_HTML_TAGS: Final = re.compile(r"<(?:html|head|body)(?=[\s>/])", re.I)
_ITEM_TAG: Final = re.compile(r"<(/?)(?:[\w.-]{1,40}:)?(item|entry)(?=[\s>/])([^<>]*)>", re.I)
_TAG: Final = re.compile(r"<(/?)([A-Za-z][\w.:-]*+)([^<>]*)>")
_ATTRIBUTE: Final = re.compile(
    r"""(?<![\w:.-])([\w:.-]{1,60})\s*=\s*(?:"([^"]*+)(?:"|\Z)|'([^']*+)(?:'|\Z)|([^\s"'>]+))"""
)
_REFERENCE: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_HTML_TAG: Final = re.compile(
    r"</?(?:a|abbr|acronym|b|bdi|bdo|big|br|center|cite|code|del|dfn|div|em|font|h[1-6]|i|img|ins|kbd|mark|p|q|s|samp|"
    r"small|span|strike|strong|sub|sup|time|tt|u|var|wbr)(?:\s[^<>]*)?/?>",
    re.I,
)
_BREAK: Final = re.compile(r"<(?:br|/?p|/?div)\b[^<>]*>", re.I)


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedItem:
    """One item of a feed, as printed; an empty field is missing."""

    urls: tuple[str, ...]
    """What may be its address, the likeliest first, each as printed."""
    title: str
    dates: tuple[str, ...]
    """What may be its day of publication, the likeliest first, each as printed."""
    base: str
    """The address that relative addresses start from."""
    site_base: str = ""
    """The address of the site as the feed states it, from which some write relative addresses; empty without one."""


class NoFeed(ValueError):
    """The text is no RSS, Atom or JSON feed."""


def read_items(text: str, url: str) -> tuple[list[FeedItem], str | None]:
    """Return the items of the feed at an address, and the first mistake of its XML, None where there is none.

    Raises :class:`NoFeed` for a text that is none.
    """
    text = text.lstrip("\ufeff \t\r\n\x00")
    if "&lt;" in text[:10_000] and _ESCAPED_ROOT.match(text):
        text = unescape(text[text.index("&lt;") :])
    if text.startswith(("{", "[")):
        return _read_json_items(text, url), None
    parser = lxml.etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    try:
        root = lxml.etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (lxml.etree.XMLSyntaxError, ValueError) as error:
        return list(_iter_broken_items(text, url)), str(error)
    if _split_name(root.tag)[0] not in _ROOTS:
        raise NoFeed
    site_base = _find_site_base(root, url)
    elements = (element for element in root.iter(lxml.etree.Element) if _split_name(element.tag)[0] in _ITEMS)
    items = [_read_item(element, url, site_base) for element in elements]
    if max(text.count("</item>"), text.count("</entry>")) > len(items):  # a section that was not closed holds some
        broken_items = list(_iter_broken_items(text, url))
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
    items = feed.get("items") if isinstance(feed, dict) else feed
    if not isinstance(items, list):
        raise NoFeed
    feed_items = [_read_json_item(item, url) for item in items if isinstance(item, dict)]
    is_stated = isinstance(feed, dict) and str(feed.get("version", "")).startswith(_JSON_FEED)
    if not is_stated and not any(_WEB_ADDRESS.match(address) for item in feed_items for address in item.urls):
        raise NoFeed
    return feed_items


_JSON_FEED: Final = ("https://jsonfeed.org/", "https://www.jsonfeed.org/", "http://jsonfeed.org/")
_WEB_ADDRESS: Final = re.compile(r"https?://", re.I)


def _read_json_item(item: dict[str, object], url: str) -> FeedItem:
    def read(name: str) -> str:
        value = item.get(name)
        if isinstance(value, dict):  # WordPress
            value = value.get("rendered")
        return value.strip() if isinstance(value, str) else ""

    title = read("title")
    return FeedItem(
        urls=tuple(filter(None, map(read, ("url", "link", "id", "external_url")))),
        title=strip_html(title) if isinstance(item.get("title"), dict) else title,
        dates=tuple(filter(None, map(read, ("date_published", "date", "date_modified")))),
        base=url,
    )


def strip_html(title: str) -> str:
    """Return the text of a title that is HTML: without its tags, its references as characters.

    >>> strip_html("Caf&eacute; <i>owners</i>: 3 < 4 &amp; so on")
    'Café owners: 3 < 4 & so on'
    """
    return resolve_references(_HTML_TAG.sub("", _BREAK.sub(" ", title))) if "<" in title or "&" in title else title


# A feed that is well-formed.


def _find_site_base(root: lxml.etree._Element, url: str) -> str:
    """Return the address of the site that the channel of an RSS feed states; empty where it states none."""
    for channel in (root, *root):
        if _split_name(channel.tag)[0] == "channel":
            links = (str(child.text or "").strip() for child in channel if _split_name(child.tag) == ("link", True))
            return _join_bases(url, [link for link in links if link][:1])
    return ""


def _read_item(item: lxml.etree._Element, url: str, site_base: str) -> FeedItem:
    fields = _Fields()
    bases = [base for element in (*item.iterancestors(), item) if (base := element.get(_XML_BASE))]
    for child in item:
        name, is_plain = _split_name(child.tag)
        if name in _FIELDS:
            text = "".join(map(str, child.itertext()))
            if name == "link" and not text.strip() and not child.attrib:
                text = str(child.tail or "")  # a program of HTML wrote it, to which a link has no end
            attributes = {_split_name(key)[0]: str(value) for key, value in child.attrib.items()}
            fields.add(name, is_plain, text, attributes)
    names = ("about", "href")  # of RSS 1.0, and of the format that was before RSS
    about = next((str(value) for key, value in item.attrib.items() if _split_name(key)[0] in names), "")
    return fields.make_item(_join_bases(url, bases), about, site_base)


def _split_name(tag: object) -> tuple[str, bool]:
    """Return a name without its namespace, in lower case, and True if it is of RSS or Atom themselves."""
    if not isinstance(tag, (str, bytes)):
        return "", False
    namespace, _, name = str(tag).rpartition("}")
    prefix, _, name = name.rpartition(":")
    return name.lower(), not prefix and (not namespace or namespace[1:] in _PLAIN_NAMESPACES)


# A feed that is not.


def _iter_broken_items(text: str, url: str) -> Iterator[FeedItem]:
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
    fields = _Fields()
    name, start, is_plain = "", 0, False
    stated: dict[str, str] = {}
    for tag in _TAG.finditer(markup):
        prefix, _, local = tag[2].lower().rpartition(":")
        if tag[1]:
            if local != name:
                continue
            fields.add(name, is_plain, _read_text(markup[start : tag.start()]), stated)
            name = ""
        elif local in _FIELDS:
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
    return fields.make_item(_join_bases(url, bases), item_attributes.get("rdf:about", ""))


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


def resolve_references(text: str) -> str:
    """Return a text with its references resolved; an ampersand that begins none stays, whatever follows it."""
    return _REFERENCE.sub(lambda reference: unescape(reference[0]), text) if "&" in text else text


# Both.

_DATES: Final = ("pubdate", "published", "date", "created", "issued", "updated", "modified")


class _Fields:
    """Collects the fields of an item: of each name the first, one of RSS or Atom itself before one of an extension."""

    def __init__(self) -> None:
        self._plain: dict[str, str] = {}
        self._others: dict[str, str] = {}
        self._href = ""
        self._further: list[str] = []
        """Links and alternates after the first one, which may be to another site or in another language."""
        self._last_resorts: list[str] = []
        self._base = ""
        self._is_data = False
        self._title_is_html = True

    def add(self, name: str, is_plain: bool, text: str, attributes: dict[str, str]) -> None:
        """Take a field with its text and attributes; an empty one is passed over."""
        text = text.strip()
        if name == "link" and (href := attributes.get("href", "").strip()):
            is_data = _DATA_TYPE.match(attributes.get("type", "").strip()) is not None
            is_better = not self._href or (self._is_data and not is_data)
            relation = attributes.get("rel", "alternate").strip().lower()
            if relation == "self":
                self._last_resorts.append(href)
            elif relation in _ALTERNATE and is_better:
                self._further += [self._href] if self._href else []
                self._href, self._base = href, attributes.get("xml:base") or attributes.get("base", "")
                self._is_data = is_data
            elif relation in _ALTERNATE and not is_data:
                self._further.append(href)
        elif name == "guid" and attributes.get("ispermalink", attributes.get("isPermaLink", "")).lower() == "false":
            return
        elif name == "content" and (source := attributes.get("src", "").strip()):  # Atom: the text is elsewhere
            self._last_resorts.append(source)
        elif text:
            if name == "title" and is_plain and name not in self._plain:
                # RSS has no types, and its titles are HTML; Atom's are text unless they say otherwise (RFC 4287).
                self._title_is_html = attributes.get("type", "html").lower() not in ("text", "xhtml", "text/plain")
            if name == "link":
                self._further.append(text)
            (self._plain if is_plain else self._others).setdefault(name, text)

    def make_item(self, base: str, about: str, site_base: str = "") -> FeedItem:
        """Return the item; ``about`` is the address that RSS 1.0 gives in the tag of an item.

        Atom's link of an entry to itself, and where its text is, come last.
        """
        title = self._find("title")
        urls = (
            self._find("link"),
            self._href,
            *map(self._find, ("guid", "origlink", "id")),
            about,
            *self._further[:_MOST_LINKS],
            *self._last_resorts,
        )
        return FeedItem(
            urls=tuple(dict.fromkeys(filter(None, urls))),
            title=strip_html(title) if self._title_is_html else title,
            dates=tuple(filter(None, map(self._find, _DATES))),
            base=_join_bases(base, [self._base] if self._base else []),
            site_base=site_base,
        )

    def _find(self, *names: str) -> str:
        texts = (fields[name] for name in names for fields in (self._plain, self._others) if name in fields)
        return next(texts, "")


def _join_bases(url: str, bases: list[str]) -> str:
    for base in bases:
        try:
            url = urljoin(url, base)
        except ValueError:
            continue
    return url
