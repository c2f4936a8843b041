"""Decides which requests may write: forms of our own pages, of bounded size, and nothing else.

A browser says where a form was sent from, in ``Sec-Fetch-Site`` and ``Origin``; a page of another site can change
neither. What says nothing of the kind is refused, too.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from crawler.browse.gates.asgi import Message
from crawler.browse.gates.plain_page import PlainResponse, make_plain_response
from crawler.browse.gates.request_gate import make_read_only_response
from crawler.browse.serving.rules import ServeRules

WRITE_PATTERN: Final = r"^/(?P<archive>[^/.]+)/-/notes/(?P<action>add|change|delete|answer|code|drop|sheet|remove)$"
MAX_FORM_BYTES: Final = 250_000
"""Bytes of a form: the longest note has 20,000 characters, each of up to nine bytes as forms write them."""
_FORM: Final = b"application/x-www-form-urlencoded"


def is_write(scope: Message) -> bool:
    """Return True for the address of a form of ours."""
    path = str(scope.get("path", "")).removeprefix(str(scope.get("root_path", "")))  # where a proxy shows the archive
    return scope["type"] == "http" and re.search(WRITE_PATTERN, path) is not None


def make_write_check(rules: ServeRules) -> Callable[[Message], PlainResponse | None]:
    """Return the function that tells why a request that would write is refused; None for one that may pass."""

    def refuse(scope: Message) -> PlainResponse | None:
        if rules.notes is None or scope["method"] != "POST" or not is_write(scope):
            return make_read_only_response(scope)
        if not is_same_origin(scope):
            return make_plain_response(
                scope, 403, "Not from there", "Notes are written from this archive's own pages alone."
            )
        content_types = _read_header(scope, b"content-type")
        if len(content_types) != 1 or content_types[0].partition(b";")[0].strip().lower() != _FORM:
            return make_plain_response(scope, 415, "Not like this", "Notes are written by the forms of these pages.")
        lengths = _read_header(scope, b"content-length")
        if len(lengths) != 1 or not lengths[0].isdigit() or len(lengths[0]) > 12:
            return make_plain_response(scope, 411, "Not like this", "The length of the form is missing.")
        if int(lengths[0]) > MAX_FORM_BYTES:
            return make_plain_response(scope, 413, "Too long", "A note has at most 20,000 characters.")
        return None

    return refuse


def is_same_origin(scope: Message) -> bool:
    """Return True if a browser says that a request came from a page of this server."""
    sites, origins = _read_header(scope, b"sec-fetch-site"), _read_header(scope, b"origin")
    if not sites and not origins:
        return False
    if sites and sites != [b"same-origin"]:
        return False
    if not origins:
        return True
    hosts = _read_header(scope, b"host")
    if len(origins) != 1 or len(hosts) != 1:
        return False
    try:
        origin = urlsplit(origins[0].decode("ascii"))
        host = urlsplit(f"{origin.scheme}://{hosts[0].decode('ascii')}")
        return (
            origin.scheme in ("http", "https")
            and origin.hostname == host.hostname
            and _get_port(origin.scheme, origin.port) == _get_port(origin.scheme, host.port)
        )
    except (UnicodeDecodeError, ValueError):
        return False


def _get_port(scheme: str, port: int | None) -> int:
    return port if port is not None else 443 if scheme == "https" else 80


def _read_header(scope: Message, name: bytes) -> list[bytes]:
    return [bytes(value) for key, value in scope["headers"] if bytes(key).lower() == name]
