"""A mirror: translates the site's addresses into those of a copy elsewhere, and the copy's redirects back.

A template holds ``{path}`` (path and query: a replica on another host) or ``{url}`` (the whole address: a web archive).
``{host}`` before ``{path}`` tells the hosts of one site apart, or several sites on one replica.
The rest of the crawl sees the site's own addresses only.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from crawler.errors import BadAddress
from crawler.normalisation.addresses.references import resolve_reference

_PLACEHOLDER = re.compile(r"\{(host|path|url)\}")
_KINDS = (["path"], ["url"], ["host", "path"])
_HOST = r"(?P<host>[a-z0-9_-]+(?:\.[a-z0-9_-]+)+)"
_TIMESTAMP = re.compile(r"/\d{1,14}(?:[a-z]{2}_)?/")


class Mirror:
    """Translates addresses by one template, in both directions. Raises BadAddress for a template that is malformed."""

    def __init__(self, template: str, origin: str) -> None:
        self.template = template
        self.origin = origin
        parts = _PLACEHOLDER.split(template)
        texts, kinds = parts[::2], parts[1::2]
        example = f"it reads like 'http://127.0.0.1:9000{{path}}', not {template[:200]!a}"
        if kinds not in _KINDS or re.search(r"[{}]", "".join(texts)):
            raise BadAddress(
                f"a mirror template holds {{path}} or {{url}} once, and {{host}} at most before {{path}}: {example}"
            )
        self._kind, self._has_host = kinds[-1], len(kinds) == 2
        self._before, self._between, self._after = texts[0], texts[1] if self._has_host else "", texts[-1]
        try:
            target = urlsplit(self._before)
            host, port = target.hostname, target.port
        except ValueError:
            host, port, target = None, None, urlsplit("")
        if target.scheme not in ("http", "https") or not host or re.search(r"[\s\x00-\x1f]", template):
            raise BadAddress(f"a mirror template is an http address: {example}")
        if "@" in target.netloc:
            raise BadAddress("a mirror template names no user and no password: they would stand in every message")
        if self._has_host and target.path[-1:] != "/":
            raise BadAddress("{host} is a folder of the mirror, as in 'http://127.0.0.1:9000/{host}{path}'")
        if self._has_host:
            self._between = self._between.removesuffix("/")  # the path brings its own
        elif self._kind == "path":
            self._before = self._before.removesuffix("/")
        self.host = host
        self.port = port
        pattern = re.escape(self._before)
        if self._kind == "url":
            pattern = _TIMESTAMP.sub("/\\\\d{1,14}(?:[a-z]{2}_)?/", pattern)
        elif self._has_host:
            pattern += _HOST + re.escape(self._between) + "(?=/)"
        self._pattern = re.compile(pattern)

    @property
    def is_loopback(self) -> bool:
        """True when the mirror is on this machine: it is crawled without delay."""
        return is_loopback(self.host)

    def is_at(self, url: str) -> bool:
        """Return True if an address is on the mirror's own host and port."""
        parts = urlsplit(url)
        return parts.hostname == self.host and parts.port == self.port

    def locate(self, url: str) -> str:
        """Return the mirror's address for an address of the site."""
        if self._kind == "url":
            return f"{self._before}{url}{self._after}"
        parts = urlsplit(url)
        path = parts.path or "/"
        start = f"{self._before}{parts.hostname}{self._between}" if self._has_host else self._before
        return f"{start}{path}{'?' + parts.query if parts.query else ''}{self._after}"

    def translate_location(self, location: str, fetched_from: str) -> str:
        """Return the site's own address that a mirror's ``Location`` means.

        ``location`` may be relative to ``fetched_from``. An address outside the mirror is returned absolute and
        otherwise unchanged: the site's own, which servers of replicas print, or a foreign one, which the crawl refuses.
        For a redirect of a web archive to the same page at another time, the address of the page is returned.
        """
        try:
            absolute = resolve_reference(fetched_from, location)
        except ValueError:  # no address at all: the crawl refuses it as foreign
            return location
        source = self._pattern.match(fetched_from) if self._has_host else None
        if source is not None and re.match(r"/(?![/\\])", location) and not self._pattern.match(absolute):
            absolute = f"{source[0]}{location}"  # a replica that prints the paths of its model
        match = self._pattern.match(absolute)
        if match is None or not absolute.endswith(self._after):
            return absolute
        remainder = absolute[match.end() : len(absolute) - len(self._after)]
        if self._has_host:
            return f"{urlsplit(self.origin).scheme}://{match['host']}{remainder}"
        if self._kind == "path":
            return self.origin + remainder if remainder.startswith("/") else absolute
        if re.match(r"https?:/[^/]", remainder):  # some archives answer with one slash lost
            remainder = remainder.replace(":/", "://", 1)
        return remainder if re.match(r"https?://", remainder) else absolute

    def serves(self, location: str, fetched_from: str) -> bool:
        """Return True if a ``Location`` points into the mirror itself."""
        try:
            return self._pattern.match(resolve_reference(fetched_from, location)) is not None
        except ValueError:
            return False


def is_loopback(host: str) -> bool:
    """Return True if a host name or address literal means this machine.

    >>> is_loopback("localhost"), is_loopback("127.0.0.2"), is_loopback("::1"), is_loopback("example.com")
    (True, True, True, False)
    """
    if host.rstrip(".").lower() == "localhost" or host.lower().endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
