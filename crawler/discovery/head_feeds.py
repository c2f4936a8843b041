"""Finds the feeds that the head of a page names (``link rel=alternate``), for sites that declare none themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain, islice
from typing import Final
from urllib.parse import unquote, urljoin, urlsplit

from crawler.errors import BadAddress
from crawler.items import Address, Capture, Link
from crawler.normalisation.addresses.document_addresses import read_document_address
from crawler.normalisation.addresses.hosts import is_site_host
from crawler.normalisation.addresses.urls import read_address
from crawler.normalisation.words.entities import unescape
from crawler.site import Site

MAX_HEAD_FEEDS: Final = 10
"""The most feeds of one page that are followed."""
MAX_NAMED_FEEDS: Final = 500
"""The most feeds of one page that are looked at, those of strangers and of comments among them."""
_HEAD: Final = 300_000
"""Bytes of a page in which its head is looked for."""

_LINK: Final = re.compile(r"<link\b([^<>]{1,3000})>", re.I)
_ATTRIBUTE: Final = re.compile(r"([\w:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_FEED_TYPE: Final = re.compile(r"(?:application|text)/(?:(?:x\.)?(?:rss|atom|rdf)(?:\+xml)?|feed\+json)\b", re.I)
_DATA_TYPE: Final = re.compile(r"(?:application|text)/(?:xml|json)\b(?!\+)", re.I)
"""Types that feeds share with other data: the address has to say that it is one."""
_FEED_NAME: Final = re.compile(r"(?<![a-z])(?:rss|atom|feeds?|rdf)\d?(?![a-z])", re.I)
_BASE: Final = re.compile(r"<base\b[^<>]{0,500}?\bhref\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.I)
_HEADER_LINK: Final = re.compile(r"<([^<>]{1,2000})>((?:\s*;\s*[\w*]+\s*=\s*(?:\"[^\"]*\"|[^\s\",;]+))*)\s*(?:,|$)")
"""A link in a header field (RFC 8288)."""
_COMMENTS: Final = re.compile(
    r"comment|kommentar|coment[aá]rio|commenti|reacties|yorum|комментар|коментар|评论|コメント|댓글", re.I
)


def find_head_feeds(capture: Capture, site: Site, address: Address) -> tuple[Link, ...]:
    """Return the site's feeds that a page names in its head or in a header field; none for a site with own feeds.

    Feeds of comments are left out. ``address`` is that of the page: a feed beneath the address of an article is that of
    its comments.
    """
    head = capture.body[:_HEAD]
    fields = [value for name, value in capture.headers if name.lower() == "link" and "alternate" in value.lower()]
    if (not fields and b"alternate" not in head.lower()) or _declares_feeds(site):
        return ()
    text = head.decode("utf-8", "replace")
    in_fields = (f'href="{link[1]}" {link[2]}' for field in fields for link in _HEADER_LINK.finditer(field[:4_000]))
    in_header = ((_read_feed_url(markup), capture.url) for markup in in_fields)
    named = islice(chain(in_header, _iter_named_feeds(text, capture.url)), MAX_NAMED_FEEDS)
    links: dict[str, Link] = {}
    for url, base in named:
        if len(links) >= MAX_HEAD_FEEDS:
            break
        if url is None:
            continue
        try:
            feed = read_document_address(url, site, "feed", base)
        except BadAddress:
            continue
        is_beneath = address.kind == "article" and urlsplit(feed.url).path.startswith(
            urlsplit(address.url).path.rstrip("/") + "/"
        )
        if not is_beneath and is_site_host(urlsplit(feed.url).hostname or "", site):
            links.setdefault(feed.url_key, Link(address=feed, via="entry", found_on=capture.url))
    return tuple(links.values())


def _iter_named_feeds(text: str, url: str) -> Iterator[tuple[str, str]]:
    """Yield the addresses of feeds that markup names, comments left out, each with what it starts from if relative."""
    base: str | None = None
    for tag in _LINK.finditer(text):
        feed_url = _read_feed_url(tag[1]) if "alternate" in tag[1].lower() else None
        if feed_url is None or text.rfind("<!--", 0, tag.start()) > text.rfind("-->", 0, tag.start()):
            continue
        base = base or _find_base(text, url)
        yield feed_url, base


def _find_base(text: str, url: str) -> str:
    """Return the address that relative addresses in a page start from."""
    tag = _BASE.search(text)
    href = unescape(next(filter(None, tag.groups()), "")).strip() if tag is not None else ""
    try:
        base = urljoin(url, href)
    except ValueError:
        return url
    return base if base.startswith(("http://", "https://")) else url


def _read_feed_url(markup: str) -> str | None:
    """Return the address of a link that names a feed, and none of comments; else None."""
    attributes = {
        match[1].lower(): unescape(match[2] or match[3] or match[4] or "") for match in _ATTRIBUTE.finditer(markup)
    }
    url = attributes.get("href", "").strip()
    media_type = attributes.get("type", "").strip()
    is_feed = "alternate" in attributes.get("rel", "").lower().split() and names_feed(media_type, url)
    if not url or not is_feed or _COMMENTS.search(f"{unquote(url)} {attributes.get('title', '')}"):
        return None
    return url


def names_feed(media_type: str, url: str) -> bool:
    """Return True if a link of this type leads to a feed: by its type, or by its address where others share that."""
    is_data = _DATA_TYPE.match(media_type) is not None and _FEED_NAME.search(url) is not None
    return is_data or _FEED_TYPE.match(media_type) is not None


@lru_cache(maxsize=64)
def _declares_feeds(site: Site) -> bool:
    for point in site.entry_points:
        try:
            if read_address(point, site).kind == "feed":
                return True
        except BadAddress:
            continue
    return False
