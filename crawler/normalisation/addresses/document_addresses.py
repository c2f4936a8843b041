"""Reads the addresses of documents that no form declares: feeds, and sitemaps, which may lie on any host."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, urljoin, urlsplit

from crawler.errors import BadAddress
from crawler.items import Address, AddressKind
from crawler.normalisation.addresses.hosts import is_public_name, is_site_host, spell_host
from crawler.normalisation.addresses.urls import MAX_URL_LENGTH
from crawler.site import Site

_NAME: Final = re.compile(r"sitemap|site-map|/wp-sitemap", re.I)
_FILE: Final = re.compile(r"\.(?:xml|txt)(?:\.gz)?$", re.I)
_NEWS: Final = re.compile(r"news|latest|recent|today|aktuell|actualit", re.I)
_NO_ARTICLES: Final = re.compile(
    r"(?<![a-z])(?:authors?|users?|tags?|post_tag|categor(?:y|ies)|images?|videos?|pages?|topics?|taxonom(?:y|ies)|"
    r"products?|galler(?:y|ies)|static)(?![a-z])",
    re.I,
)
_SAFE: Final = "/-._~!$&'()*+,;=:@%?"


def read_document_address(url: str, site: Site, kind: AddressKind, base: str | None = None) -> Address:
    """Return the address of a sitemap or feed as it is to be fetched, its host as stated.

    ``base`` is the document that names it; without one a path belongs to the site's origin. Raises BadAddress for what
    is no address on the web, names a user or a port, or a host that cannot be on the public internet.
    """
    text = re.sub(r"[\t\r\n]", "", url.strip())
    try:
        parts = urlsplit(urljoin(base or f"{site.origin}/", text))
        host, port = spell_host(parts.hostname or ""), parts.port
    except ValueError:
        raise BadAddress(f"{url[:120]!a} is malformed.") from None
    if parts.scheme not in ("http", "https") or len(text) > MAX_URL_LENGTH:
        raise BadAddress(f"{url[:120]!a} is not an address on the web.")
    if "@" in parts.netloc or port not in (None, 80, 443) or not host:
        raise BadAddress(f"{url[:120]!a} names a user, a port or no host.")
    scheme = parts.scheme
    if is_site_host(host, site):
        scheme = urlsplit(site.origin).scheme  # robots.txt often names the sitemaps of its own host with http
    elif not is_public_name(host):
        raise BadAddress(f"{url[:120]!a} is not on the public internet.")
    path = quote(parts.path or "/", safe=_SAFE)
    query = f"?{quote(parts.query, safe=_SAFE)}" if parts.query else ""
    canonical = f"{scheme}://{host}{path}{query}"
    return Address(url=canonical, url_key=canonical, kind=kind)


def names_sitemap(url: str) -> bool:
    """Return True if an address reads as that of a sitemap.

    >>> names_sitemap("https://a.example/news-sitemap.xml"), names_sitemap("/sitemap-the-film-is-out")
    (True, False)
    """
    parts = urlsplit(url)
    whole = f"{parts.path}?{parts.query}"
    return _NAME.search(whole) is not None and (_FILE.search(parts.path) is not None or "=" in parts.query)


def names_robots_file(url: str) -> bool:
    """Return True for the address of a host's robots.txt."""
    return urlsplit(url).path == "/robots.txt"


def rank_sitemap(url: str) -> int:
    """Return 0 for a sitemap of the latest news, 2 for one that holds no articles by its name, else 1."""
    path = urlsplit(url).path
    if _NO_ARTICLES.search(path.rpartition("/")[2].replace("_sitemap", "-sitemap")):
        return 2
    return 0 if _NEWS.search(path) else 1
