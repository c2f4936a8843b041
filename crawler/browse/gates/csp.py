"""Content-Security-Policy headers: pages of the front run only the script in ``static``, Datasette's only their own.

Datasette's pages hold scripts and styles inside the page. Their scripts get a nonce: it is written into the *templates*
while they are compiled, so no value that a template prints, however hostile, can carry it. Styles inside the page stay
allowed there. ``docs/decisions/0005`` gives the reasons.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Final

from jinja2 import Environment
from jinja2.ext import Extension

from crawler.browse.gates.asgi import Application, Message, Receive, Send

OWN_POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""For pages of the front, and for everything that is not a page."""
_HEADERS_ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
}
"""The last says what robots.txt says, for which no search engine looks below the path of a proxy."""
_ALLOWED_HANDLERS: Final = ("openColumnChooser()",)
"""Scripts that Datasette 1.0a41 writes into an attribute, where no nonce reaches."""
_SCRIPT = re.compile(r"<script\b(?![^>]*\bnonce=)", re.IGNORECASE)

_nonce: ContextVar[str] = ContextVar("seealso_nonce", default="")


def make_datasette_policy(nonce: str) -> str:
    """Return the policy for Datasette's own pages."""
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(handler.encode()).digest()).decode()}'"
        for handler in _ALLOWED_HANDLERS
    )
    return (
        f"default-src 'none'; script-src 'self' 'nonce-{nonce}' 'unsafe-hashes' {hashes}; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def make_own_headers() -> dict[str, str]:
    """Return the headers of a page of the front."""
    return {"Content-Security-Policy": OWN_POLICY, **_HEADERS_ALWAYS}


def add_headers(application: Application, is_needed: Callable[[], bool]) -> Application:
    """Wrap an application: responses without a policy get one, as long as ``is_needed()``."""

    async def serve_with_headers(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not is_needed():
            await application(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        _nonce.set(nonce)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": _complete_headers(message.get("headers") or [], nonce)}
            await send(message)

        await application(scope, receive, send_with_headers)

    return serve_with_headers


def _complete_headers(headers: list[Any], nonce: str) -> list[Any]:
    present = {bytes(name).lower(): bytes(value) for name, value in headers}
    is_page = present.get(b"content-type", b"").startswith(b"text/html")
    required = {"Content-Security-Policy": make_datasette_policy(nonce) if is_page else OWN_POLICY, **_HEADERS_ALWAYS}
    additions = [
        (name.lower().encode(), value.encode())
        for name, value in required.items()
        if name.lower().encode() not in present
    ]
    return [*headers, *additions]


class NonceExtension(Extension):
    """Writes a nonce into every script element of a template's source, never into what the template prints."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.globals["seealso_nonce"] = _nonce.get

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        if name and name.startswith("seealso/"):  # pages of the front hold no script, and their policy has no nonce
            return source
        return _SCRIPT.sub('<script nonce="{{ seealso_nonce() }}"', source)
