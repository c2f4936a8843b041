"""Proxies that the environment names: which one a request goes through, and what it is told of who asks.

User and password of a proxy's address go to that proxy alone: into no log, no message and no WARC file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit
from urllib.request import proxy_bypass

from w3lib.http import basic_auth_header

from crawler.crawl.network.mirror import is_loopback

_CREDENTIALS_LINE = re.compile(rb"^proxy-authorization:[^\r\n]*\r\n", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """A proxy: its address, and the header by which it knows us."""

    url: str
    """Without user and password."""
    authorization: bytes | None = None
    """The value of ``Proxy-Authorization``; None where the address names no user."""


def find_proxy(url: str, proxies: Mapping[str, str]) -> Proxy | None:
    """Return the proxy for an address, by scheme as :func:`urllib.request.getproxies` gives them; None for none.

    This machine, and hosts of ``no_proxy``, are asked directly.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    address = proxies.get(parts.scheme)
    if not address or is_loopback(host) or proxy_bypass(host):
        return None
    return read_proxy(address)


def read_proxy(address: str) -> Proxy:
    """Return the proxy that an address means.

    >>> read_proxy("anna:open%21@proxy.example.org:3128")
    Proxy(url='http://proxy.example.org:3128', authorization=b'Basic YW5uYTpvcGVuIQ==')
    """
    scheme, mark, rest = address.rpartition("://")
    credentials, _, place = rest.rpartition("@")
    authorization = None
    if credentials:
        user, _, password = credentials.partition(":")
        authorization = basic_auth_header(unquote(user), unquote(password), "utf-8")
    return Proxy(url=f"{scheme if mark else 'http'}://{place}", authorization=authorization)


def drop_credentials(head: bytes) -> bytes:
    """Return the head of a request without the header that is for the proxy alone."""
    return _CREDENTIALS_LINE.sub(b"", head)
