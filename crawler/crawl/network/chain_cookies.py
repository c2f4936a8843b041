"""Cookies of one chain of redirects: what a host sets on the way to a page is given back to it, and then forgotten.

One that names a domain goes to all hosts of that domain, of which a crawl asks those of the site alone.

Some servers send everybody without a cookie round in a circle that only the cookie ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

MOST_COOKIES: Final = 20
"""The most cookies of one host that are given back."""

_COOKIE: Final = re.compile(r"\s*([!#$%&'*+.^_`|~0-9A-Za-z-]{1,200})\s*=\s*([\x21-\x3a\x3c-\x7e]{0,2000})\s*")
_NO_LIFE: Final = re.compile(r"\s*max-age\s*=\s*(?:0+|-\d+)\s*", re.I)
_DOMAIN: Final = re.compile(r"\s*domain\s*=\s*\.?([a-z0-9-]+(?:\.[a-z0-9-]+)+)\s*", re.I)
"""The domain whose hosts are to get a cookie back; a single label is none."""
_SECURE: Final = re.compile(r"\s*secure\s*", re.I)


@dataclass(frozen=True, slots=True)
class ChainCookies:
    """The cookies of one chain: (host or .domain, name) → the value, and whether it is for https alone."""

    values: Mapping[tuple[str, str], tuple[str, bool]]

    def take(self, url: str, headers: Iterable[tuple[str, str]]) -> ChainCookies:
        """Return these cookies with those that the answer of an address sets, deletes or changes."""
        host = urlsplit(url).hostname or ""
        values = dict(self.values)
        for name, value in headers:
            if name.lower() != "set-cookie":
                continue
            pair, *attributes = value.split(";")
            cookie = _COOKIE.fullmatch(pair)
            if cookie is None:
                continue
            owner = _find_owner(host, attributes)
            key = (owner, cookie[1])
            if any(map(_NO_LIFE.fullmatch, attributes)):
                values.pop(key, None)
            elif key in values or sum(other == owner for other, _ in values) < MOST_COOKIES:
                values[key] = (cookie[2], any(map(_SECURE.fullmatch, attributes)))
        return self if values == self.values else replace(self, values=values)

    def make_header(self, url: str) -> str | None:
        """Return the ``Cookie`` for a request of an address; None where there are none for its host."""
        parts = urlsplit(url)
        pairs = [
            f"{name}={value}"
            for (owner, name), (value, is_secure) in self.values.items()
            if _is_owned(parts.hostname or "", owner) and (parts.scheme == "https" or not is_secure)
        ]
        return "; ".join(pairs) or None


NO_COOKIES: Final = ChainCookies({})


def _find_owner(host: str, attributes: Iterable[str]) -> str:
    """Return the host that a cookie belongs to; with a dot before it the domain that it names, if the host has it."""
    domains = [match[1].lower() for match in map(_DOMAIN.fullmatch, attributes) if match is not None]
    return f".{domains[-1]}" if domains and _is_owned(host, f".{domains[-1]}") else host


def _is_owned(host: str, owner: str) -> bool:
    return host == owner or (owner.startswith(".") and f".{host}".endswith(owner))
