"""The address guard: lets connections go to public addresses only, or, for a mirror on loopback, to this machine only.

It checks the address of the connection itself, when the connection is opened. A name server that answers differently
the second time (DNS rebinding) therefore gains nothing.
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
    """A request that ended without an answer to read: the message says why, ``failure`` is the kind."""

    failure = Failure.NO_ANSWER

    def __init__(self, reason: str, failure: Failure | None = None) -> None:
        super().__init__(reason)
        if failure is not None:
            self.failure = failure


class NotFetched(RequestEnded):
    """An address that was not requested."""


class RequestPostponed(NotFetched):
    """The request may not be made now: the address stays in the queue."""


class PrivateAddress(RequestEnded):
    """A name resolves to a private network or to this machine: nothing was sent there."""


class GuardedReactor:
    """A reactor that opens TCP connections to public addresses only, or (``loopback_only``) to this machine only.

    All other attributes are those of the reactor that it wraps.
    """

    def __init__(self, reactor: Any, *, host: str, loopback_only: bool) -> None:
        self._reactor = reactor
        self._host = host
        self._here = loopback_only
        directlyProvides(self, providedBy(reactor))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reactor, name)

    def connectTCP(self, host: str, port: int, *arguments: Any, **options: Any) -> Any:
        """Open a connection to an address literal. Raises PrivateAddress for an address that is not allowed."""
        if not (is_this_machine(host) if self._here else is_public(host)):
            raise PrivateAddress(f"{self._host} leads to {host}, which is not on the public internet")
        return self._reactor.connectTCP(host, port, *arguments, **options)


def is_public(address: str) -> bool:
    """Return True if an address literal belongs to one host of the public internet.

    An IPv6 address that embeds an IPv4 address (mapped, 6to4, Teredo, NAT64) is public if the latter is.

    >>> is_public("93.184.216.34"), is_public("10.0.0.1"), is_public("::ffff:127.0.0.1"), is_public("a.example")
    (True, False, False, False)
    """
    ip_address = _parse_address(address)
    return ip_address is not None and all(
        host.is_global and not (host.is_multicast or host.is_reserved or host.is_unspecified)
        for host in _find_embedded(ip_address) or (ip_address,)
    )


def is_this_machine(address: str) -> bool:
    """Return True if an address literal is a loopback address."""
    ip_address = _parse_address(address)
    return ip_address is not None and ip_address.is_loopback


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
    embedded = address.ipv4_mapped or address.sixtofour
    return (embedded,) if embedded is not None else ()
