"""Reads the links to articles from the capture of an RSS, Atom or JSON feed, without entities and DTDs."""

from __future__ import annotations

from itertools import product

from crawler.discovery.feed_fields import FeedItem, NoFeed
from crawler.discovery.feed_items import read_items
from crawler.discovery.links import MAX_LINKS, PageLinks, clean_headline, keep_printed_url
from crawler.discovery.pagination import find_next_feed
from crawler.errors import BadAddress, BadValue, PageUnreadable
from crawler.extraction.parsing.decoding import read_text
from crawler.extraction.stated.dates import read_stated
from crawler.items import Capture, Link, Problem
from crawler.normalisation.addresses.urls import read_address
from crawler.normalisation.dates.moments import read_instant
from crawler.site import Site


def read_feed(capture: Capture, site: Site) -> PageLinks:
    """Return the site's articles that an RSS, Atom or JSON feed lists, in its order, each once.

    Items without a usable address, or of another site, are left out. Where the XML is broken, items whose address is
    lost are a problem. Raises PageUnreadable when the payload is no feed.
    """
    decoded = read_text(capture)
    try:
        items, mistake = read_items(decoded.text, capture.url)
    except NoFeed:
        raise PageUnreadable(f"{capture.url} is no RSS or Atom feed") from None
    links: dict[str, Link] = {}
    for item in items:
        link = _read_item(item, capture, site)
        if link is not None:
            links.setdefault(link.address.url_key, link)
            if len(links) >= MAX_LINKS:
                break
    followed = list(links.values())
    if (next_page := find_next_feed(decoded.text, capture.url, site)) is not None:
        followed.append(next_page)
    charset_problem = decoded.find_problem(capture.url)
    problems = [charset_problem] if charset_problem else []
    lost = [item for item in items if not item.urls] if mistake else []
    if lost:
        reason = (
            f"the XML of the feed is broken, and {len(lost)} of its {len(items)} items lost their address: {mistake}"
        )
        problems.append(Problem(url=capture.url, field="links", value=lost[0].title[:500] or None, reason=reason[:500]))
    return PageLinks(links=tuple(followed), problems=tuple(problems))


def _read_item(item: FeedItem, capture: Capture, site: Site) -> Link | None:
    for url, base in product(item.urls, filter(None, (item.base, item.site_base))):
        try:
            address = read_address(url, site, base)
        except BadAddress:
            continue
        if address.kind == "article":
            days = ((date, _read_day(date, site)) for date in item.dates)
            published_raw, published_on = next((day for day in days if day[1]), (next(iter(item.dates), ""), None))
            return Link(
                address=address,
                via="feed",
                found_on=capture.url,
                printed_url=keep_printed_url(url, address.url),
                headline=clean_headline(item.title),
                published_raw=published_raw[:200] or None,
                published_on=published_on,
            )
    return None


def _read_day(printed: str, site: Site) -> str | None:
    stated = read_stated(printed)
    if stated is None:
        return None
    try:
        return read_instant(stated, site).on
    except BadValue:
        return None
