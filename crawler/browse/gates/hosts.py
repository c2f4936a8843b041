"""Refuses requests for names that this server does not have, so that no other site's page can read it by DNS rebinding.

A page of a stranger's site may point its own name to this machine once it is loaded; the browser then sends that name
in ``Host``. Loopback names and addresses can belong to nobody else, the others are those that the operator names.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Final

from crawler.browse.gates.asgi import Application, Message, Receive, Send
from crawler.browse.gates.plain_page import make_plain_response, send_response

_MAX_HEADER: Final = 270
"""Bytes: a name has at most 253, a port five digits."""
_HEADER: Final = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::(?P<port>[0-9]{0,5}))?", re.IGNORECASE)
_LABEL: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_MAX_PORT: Final = 65535


def read_host(header: bytes) -> str | None:
    """Return the name or address in a ``Host`` header, as :func:`normalise_host` writes it; None for anything odd.

    >>> read_host(b"LocalHost.:8001"), read_host(b"[::1]:80"), read_host(b"me@localhost"), read_host(b"")
    ('localhost', '::1', None, None)
    """
    match = _HEADER.fullmatch(header.decode("ascii", "replace")) if len(header) <= _MAX_HEADER else None
    if match is None or int(match["port"] or 0) > _MAX_PORT:
        return None
    return normalise_host(match["name"])


def normalise_host(host: str) -> str | None:
    """Return a host's name or address in one spelling: lower case, Punycode, no dot at the end; None if it is no host.

    >>> normalise_host("Bücher.Example."), normalise_host("[0:0::1]"), normalise_host("https://a.example")
    ('xn--bcher-kva.example', '::1', None)
    """
    is_bracketed = host.startswith("[") and host.endswith("]")
    try:
        return str(ipaddress.IPv6Address(host[1:-1]) if is_bracketed else ipaddress.ip_address(host))
    except ValueError:
        if is_bracketed:
            return None
    name = host.removesuffix(".")
    if not name.isascii():
        try:
            name = name.encode("idna").decode("ascii")
        except UnicodeError:
            return None
    name = name.lower()
    return name if len(name) <= 253 and all(_LABEL.fullmatch(label) for label in name.split(".")) else None


def is_loopback(host: str) -> bool:
    """Return True if a normalised name or address always means this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def refuse_other_hosts(application: Application, names: frozenset[str]) -> Application:
    """Wrap an application: requests for a host that is neither loopback nor among the normalised ``names`` get 400."""

    async def serve_own_names(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not _is_own(scope, names):
            await send_response(
                make_plain_response(
                    scope,
                    400,
                    "Not this name",
                    "This archive is not served under the name that was asked for. Whoever serves it can add a name "
                    "with seealso serve --public-name HOST.",
                ),
                send,
            )
            return
        await application(scope, receive, send)

    return serve_own_names


def _is_own(scope: Message, names: frozenset[str]) -> bool:
    headers = [bytes(value) for name, value in scope["headers"] if bytes(name).lower() == b"host"]
    if len(headers) != 1:
        return False
    host = read_host(headers[0])
    return host is not None and (host in names or is_loopback(host))
