"""Where connections may go: to public addresses; to this machine only for a mirror that was named there.

The check stands where a connection is opened, with the very address that it is opened to. What a name meant a moment
earlier plays no part, so a name server that answers differently the second time gains nothing.
"""

from __future__ import annotations

import ipaddress
from typing import Any

from scrapy.exceptions import IgnoreRequest
from zope.interface import directlyProvides, providedBy

from crawler.items import Failure

_NAT64 = ipaddress.ip_network("64:ff9b::/96")

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


class RequestEnded(IgnoreRequest):
    """A request that ends without an answer to read: the reason is in words, ``failure`` is its kind."""

    failure = Failure.NO_ANSWER

    def __init__(self, words: str, failure: Failure | None = None) -> None:
        super().__init__(words)
        if failure is not None:
            self.failure = failure


class NotFetched(RequestEnded):
    """An address that is not asked for."""


class RequestPostponed(NotFetched):
    """Not now: the address stays in the queue."""


class PrivateAddress(RequestEnded):
    """A name leads into a private network or to this machine: nothing was sent there."""


class GuardedReactor:
    """A reactor that opens TCP connections to public addresses only, or (``here``) to this machine only.

    Everything else is the reactor's own.
    """

    def __init__(self, reactor: Any, *, host: str, here: bool) -> None:
        self._reactor = reactor
        self._host = host
        self._here = here
        directlyProvides(self, providedBy(reactor))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reactor, name)

    def connectTCP(self, host: str, port: int, *arguments: Any, **more: Any) -> Any:
        """Open a connection to an address literal; raise PrivateAddress when it may not be opened."""
        if not (is_this_machine(host) if self._here else is_public(host)):
            raise PrivateAddress(f"{self._host} leads to {host}, which is not on the public internet")
        return self._reactor.connectTCP(host, port, *arguments, **more)


def is_public(address: str) -> bool:
    """Return True if an address literal belongs to one host of the public internet.

    IPv6 addresses that carry an IPv4 address (mapped, 6to4, Teredo, NAT64) are what that one is.

    >>> is_public("93.184.216.34"), is_public("10.0.0.1"), is_public("::ffff:127.0.0.1"), is_public("a.example")
    (True, False, False, False)
    """
    found = _parse_address(address)
    return found is not None and all(
        host.is_global and not (host.is_multicast or host.is_reserved or host.is_unspecified)
        for host in _find_embedded(found) or (found,)
    )


def is_this_machine(address: str) -> bool:
    """Return True if an address literal is a loopback address."""
    found = _parse_address(address)
    return found is not None and found.is_loopback


def _parse_address(address: str) -> IPAddress | None:
    try:
        return ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None


def _find_embedded(address: IPAddress) -> tuple[ipaddress.IPv4Address, ...]:
    if isinstance(address, ipaddress.IPv4Address):
        return ()
    if address in _NAT64:
        return (ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF),)
    if address.teredo is not None:
        return address.teredo
    carried = address.ipv4_mapped or address.sixtofour
    return (carried,) if carried is not None else ()
