"""robots.txt by RFC 9309: what may be fetched, and how fast.

The rules of one host, made of the answer to its ``/robots.txt``; no network here.
"""

from __future__ import annotations

from protego import Protego

from crawler.items import RobotsVerdict

ROBOTS_TOKEN = "seealso"
"""Our product token: robots.txt addresses us by it."""
MAX_ROBOTS_SIZE = 500 * 1024
"""Bytes of robots.txt that are read, the least RFC 9309 asks for."""


class RobotsRules:
    """The rules of one host."""

    def __init__(self, text: str | None, *, closed: bool = False) -> None:
        self._rules = Protego.parse(text) if text else None
        self._closed = closed

    @classmethod
    def from_response(cls, status: int, body: bytes) -> RobotsRules:
        """Return the rules that an answer means (RFC 9309, section 2.3.1).

        2xx is read; a client error (4xx) means that there are no rules; a server error means no to everything, and so
        does 429, which the RFC allows to be taken for "no rules" but which asks us to stay away. A redirect that is not
        followed any further counts as "no rules", as for a missing file.
        """
        if 200 <= status < 300:
            return cls(body[:MAX_ROBOTS_SIZE].decode("utf-8-sig", "replace"))
        if 300 <= status < 500 and status != 429:
            return cls(None)
        return cls.closed()

    @classmethod
    def closed(cls) -> RobotsRules:
        """Return rules that forbid everything: robots.txt could not be had."""
        return cls(None, closed=True)

    def verdict(self, url: str) -> RobotsVerdict:
        """Return ``forbidden`` where an address may not be fetched, else ``allowed``, or ``no_rules`` without rules."""
        if self._closed:
            return "forbidden"
        if self._rules is None:
            return "no_rules"
        return "allowed" if self._rules.can_fetch(url, ROBOTS_TOKEN) else "forbidden"

    def allows(self, url: str) -> bool:
        """Return True if we may fetch an address of this host."""
        return self.verdict(url) != "forbidden"

    @property
    def crawl_delay(self) -> float | None:
        """Seconds between requests that robots.txt asks of us, at most an hour."""
        delay = self._rules.crawl_delay(ROBOTS_TOKEN) if self._rules else None
        return min(float(delay), 3600.0) if delay and delay > 0 else None
