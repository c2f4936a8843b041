"""Finds the feeds that the head of a page names (``link rel=alternate``), for sites that declare none themselves."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final
from urllib.parse import unquote, urlsplit

from crawler.errors import BadAddress
from crawler.items import Address, Capture, Link
from crawler.normalisation.addresses.document_addresses import read_document_address
from crawler.normalisation.addresses.hosts import is_site_host
from crawler.normalisation.addresses.urls import read_address
from crawler.normalisation.words.entities import unescape
from crawler.site import Site

MAX_HEAD_FEEDS: Final = 10
"""The most feeds of one page that are followed."""
_HEAD: Final = 300_000
"""Bytes of a page in which its head is looked for."""

_LINK: Final = re.compile(r"<link\b([^<>]{1,3000})>", re.I)
_ATTRIBUTE: Final = re.compile(r"([\w:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_FEED_TYPE: Final = re.compile(r"application/(?:(?:rss|atom|rdf)\+xml|feed\+json)", re.I)
_COMMENTS: Final = re.compile(
    r"comment|kommentar|coment[aá]rio|commenti|reacties|yorum|комментар|коментар|评论|コメント|댓글", re.I
)


def find_head_feeds(capture: Capture, site: Site, address: Address) -> tuple[Link, ...]:
    """Return the site's feeds that the head of a page names, but for those of comments; none for a site with own feeds.

    ``address`` is that of the page: a feed beneath the address of an article is that of its comments.
    """
    head = capture.body[:_HEAD]
    if (b"+xml" not in head and b"feed+json" not in head) or _declares_feeds(site):
        return ()
    links: dict[str, Link] = {}
    for tag in _LINK.finditer(head.decode("utf-8", "replace")):
        url = _read_feed_url(tag[1])
        if url is None or len(links) >= MAX_HEAD_FEEDS:
            continue
        try:
            feed = read_document_address(url, site, "feed", capture.url)
        except BadAddress:
            continue
        is_beneath = address.kind == "article" and urlsplit(feed.url).path.startswith(
            urlsplit(address.url).path.rstrip("/") + "/"
        )
        if not is_beneath and is_site_host(urlsplit(feed.url).hostname or "", site):
            links.setdefault(feed.url_key, Link(address=feed, via="entry", found_on=capture.url))
    return tuple(links.values())


def _read_feed_url(markup: str) -> str | None:
    """Return the address of a link that names a feed, and none of comments; else None."""
    attributes = {
        match[1].lower(): unescape(match[2] or match[3] or match[4] or "") for match in _ATTRIBUTE.finditer(markup)
    }
    url = attributes.get("href", "").strip()
    is_feed = "alternate" in attributes.get("rel", "").lower().split() and _FEED_TYPE.match(attributes.get("type", ""))
    if not url or not is_feed or _COMMENTS.search(f"{unquote(url)} {attributes.get('title', '')}"):
        return None
    return url


@lru_cache(maxsize=64)
def _declares_feeds(site: Site) -> bool:
    for point in site.entry_points:
        try:
            if read_address(point, site).kind == "feed":
                return True
        except BadAddress:
            continue
    return False
