"""Reads the links to articles from the capture of an RSS or Atom feed, without entities and DTDs."""

from __future__ import annotations

import lxml.etree

from crawler.discovery.links import MAX_LINKS, clean_headline, keep_printed_url
from crawler.errors import BadAddress, BadValue, PageUnreadable
from crawler.items import Capture, Link
from crawler.normalisation.dates import read_instant
from crawler.normalisation.urls import read_address
from crawler.site import Site

_FEED_ROOTS = {"rss", "feed", "rdf"}


def read_feed(capture: Capture, site: Site) -> tuple[Link, ...]:
    """Return the site's articles that an RSS or Atom feed lists, in its order, each once.

    Items without a usable address, or of another site, are left out. Raises PageUnreadable when the payload is no feed.
    """
    parser = lxml.etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True, remove_comments=True
    )
    try:
        root = lxml.etree.fromstring(capture.body.lstrip(b"\xef\xbb\xbf \t\r\n"), parser)
    except (lxml.etree.XMLSyntaxError, ValueError):
        root = None
    if root is None or _read_tag_name(root) not in _FEED_ROOTS:
        raise PageUnreadable(f"{capture.url} is no RSS or Atom feed")
    links: dict[str, Link] = {}
    for item in root.iter("{*}item", "{*}entry"):
        link = _read_feed_item(item, capture, site)
        if link is not None:
            links.setdefault(link.address.url_key, link)
            if len(links) >= MAX_LINKS:
                break
    return tuple(links.values())


def _read_feed_item(item: lxml.etree._Element, capture: Capture, site: Site) -> Link | None:
    values: dict[str, str] = {}
    href = None
    for child in item:
        name = _read_tag_name(child)
        text = "".join(map(str, child.itertext())).strip()
        if name == "link" and child.get("href") and child.get("rel", "alternate") == "alternate":
            href = href or child.get("href")
        elif name == "guid" and child.get("isPermaLink", "true").lower() == "false":
            continue
        elif text:
            values.setdefault(name, text)
    for url in (values.get("link"), href, values.get("guid")):
        if not url:
            continue
        try:
            address = read_address(url, site, capture.url)
        except BadAddress:
            continue
        if address.kind != "article":
            continue
        printed = next((values[name] for name in ("pubdate", "published", "date", "updated") if name in values), None)
        return Link(
            address=address,
            via="feed",
            found_on=capture.url,
            printed_url=keep_printed_url(url, address.url),
            headline=clean_headline(values.get("title")),
            published_raw=printed[:200] if printed else None,
            published_on=_read_day(printed, site),
        )
    return None


def _read_tag_name(element: lxml.etree._Element) -> str:
    tag = element.tag
    return lxml.etree.QName(tag).localname.lower() if isinstance(tag, str) else ""


def _read_day(printed: str | None, site: Site) -> str | None:
    if not printed:
        return None
    try:
        return read_instant(printed[:200], site).on
    except BadValue:
        return None
