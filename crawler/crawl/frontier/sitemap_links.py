"""What one run follows of the sitemaps of a site, and of the feeds that heads name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlsplit

from crawler.crawl.options import CrawlOptions
from crawler.discovery.sitemaps import make_sitemap_link
from crawler.errors import BadAddress
from crawler.items import Link, Visit
from crawler.normalisation.addresses.document_addresses import rank_sitemap
from crawler.normalisation.addresses.hosts import is_site_host
from crawler.site import Site


def list_named_sitemaps(robots_url: str, sitemaps: Iterable[str], site: Site) -> list[Link]:
    """Return the sitemaps that the robots.txt of one of the site's hosts names: those of the latest news first.

    Other hosts, where sitemaps of the site may lie, name those of strangers as well: theirs do not count.
    """
    if not is_site_host(urlsplit(robots_url).hostname or "", site):
        return []
    links: list[Link] = []
    for url in sitemaps:
        try:
            links.append(make_sitemap_link(url, site, found_on=robots_url))
        except BadAddress:
            continue
    return sorted(links, key=lambda link: rank_sitemap(link.address.url))


def limit_links(visit: Visit, options: CrawlOptions) -> Visit:
    """Return the visit; of a sitemap, articles that are too old or in another language are only noted, not queued.

    A crawl of given articles follows no feed that the head of a page names.
    """
    if not options.uses_entry_points and any(_is_head_feed(link) for link in visit.links):
        visit = replace(visit, links=tuple(link for link in visit.links if not _is_head_feed(link)))
    if not any(link.via == "sitemap" for link in visit.links):
        return visit
    followed = [link for link in visit.links if _is_wanted(link, options)]
    if len(followed) == len(visit.links):
        return visit
    noted = [link for link in visit.links if not _is_wanted(link, options)]
    return replace(visit, links=tuple(followed), noted=tuple(noted))


def _is_head_feed(link: Link) -> bool:
    return link.via == "entry" and link.address.kind == "feed"


def _is_wanted(link: Link, options: CrawlOptions) -> bool:
    if link.via != "sitemap" or link.address.kind != "article":
        return True
    is_known_language = not options.languages or link.address.language in (None, *options.languages)
    days = [day for day in (link.published_on, link.not_after) if day is not None]
    return is_known_language and (options.since is None or all(day >= options.since for day in days))
