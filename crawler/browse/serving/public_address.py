"""Serves an archive under the address at which a reverse proxy shows it: scheme, host, port and a path before all.

A proxy may speak TLS, pass another ``Host`` on than the reader's, and show the archive below a path. What it was asked
is told to the server once, with ``seealso serve --public-url``, and no header of a request is believed in its place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from crawler.browse.gates.asgi import Application, Message, Receive, Send
from crawler.browse.gates.hosts import normalise_host

_MAX_LENGTH: Final = 500
_SEGMENT: Final = re.compile(r"[A-Za-z0-9_~][A-Za-z0-9_.~-]*")
"""A part of the path; ``-`` and what begins with a dot mean something to Datasette or to browsers."""
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicAddress:
    """Where readers find the archive."""

    scheme: str
    host: str
    """As :func:`~crawler.browse.gates.hosts.normalise_host` writes it."""
    port: int | None
    """None for that of the scheme."""
    base: str
    """The path, with a slash at either end: ``/`` alone where there is none."""

    @property
    def netloc(self) -> str:
        """Host and port as a ``Host`` header has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port is None else f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.netloc}{self.base}"


def read_public_address(text: str) -> PublicAddress | None:
    """Return the address that a person gives; None for anything but scheme, host, port and a plain path.

    >>> str(read_public_address("https://Papers.example.org:443/news"))
    'https://papers.example.org/news/'
    >>> read_public_address("papers.example.org"), read_public_address("https://a.example/?x=1")
    (None, None)
    """
    if len(text) > _MAX_LENGTH or not text.isprintable() or " " in text or "?" in text or "#" in text:
        return None
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    netloc_host = parts.netloc.rpartition(":")[0] if port is not None else parts.netloc.removesuffix(":")
    host = normalise_host(netloc_host)
    segments = [segment for segment in parts.path.split("/") if segment]
    if parts.scheme not in _DEFAULT_PORTS or host is None or not all(map(_SEGMENT.fullmatch, segments)):
        return None
    return PublicAddress(
        scheme=parts.scheme,
        host=host,
        port=None if port == _DEFAULT_PORTS[parts.scheme] else port,
        base="/" + "".join(f"{segment}/" for segment in segments),
    )


def answer_as(application: Application, public: PublicAddress | None) -> Application:
    """Wrap an application: it sees each request as one for the public address, so that all it says of itself is right.

    The path stays as it came: a proxy passes it on whole, and Datasette takes the base off by itself.
    """
    if public is None:
        return application
    host = (b"host", public.netloc.encode("ascii"))

    async def serve_as_public(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            if scope["path"] + "/" == public.base:  # as people type it
                scope = {**scope, "path": public.base, "raw_path": public.base.encode("ascii")}
            headers = [(name, value) for name, value in scope["headers"] if bytes(name).lower() != b"host"]
            scope = {
                **scope,
                "scheme": public.scheme,
                "root_path": public.base.rstrip("/"),
                "headers": [host, *headers],
            }
        await application(scope, receive, send)

    return serve_as_public
