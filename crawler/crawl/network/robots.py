"""robots.txt by RFC 9309: turns the answer to ``/robots.txt`` into the rules of its host. No network.

The rules say which addresses may be fetched, and with what delay.
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
        """Return the rules that follow from an answer (RFC 9309, section 2.3.1).

        The body of a 2xx is read. A client error (4xx) means that there are no rules. A server error forbids
        everything, and so does 429: the RFC allows to take it for "no rules", but it asks us to stay away. A redirect
        that is not followed any further counts as "no rules", as for a missing file.
        """
        if 200 <= status < 300:
            return cls(body[:MAX_ROBOTS_SIZE].decode("utf-8-sig", "replace"))
        if 300 <= status < 500 and status != 429:
            return cls(None)
        return cls.forbid_all()

    @classmethod
    def forbid_all(cls) -> RobotsRules:
        """Return rules that forbid everything, for a robots.txt that could not be fetched."""
        return cls(None, closed=True)

    def find_verdict(self, url: str) -> RobotsVerdict:
        """Return ``forbidden``, ``allowed``, or ``no_rules`` where the host has none, for an address of this host."""
        if self._closed:
            return "forbidden"
        if self._rules is None:
            return "no_rules"
        return "allowed" if self._rules.can_fetch(url, ROBOTS_TOKEN) else "forbidden"

    def allows(self, url: str) -> bool:
        """Return True if we may fetch an address of this host."""
        return self.find_verdict(url) != "forbidden"

    @property
    def crawl_delay(self) -> float | None:
        """Seconds between requests that robots.txt asks of us, at most an hour."""
        delay = self._rules.crawl_delay(ROBOTS_TOKEN) if self._rules else None
        return min(float(delay), 3600.0) if delay and delay > 0 else None
