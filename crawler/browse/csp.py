"""What a browser may do with a page, said in headers: ours run no script but our own file, Datasette's only theirs.

Datasette's pages hold scripts and styles inside the page. Their scripts get a nonce: it is written into the *templates*
while they are compiled, so no value that a template prints, however hostile, can carry it. Styles inside the page stay
allowed there. ``docs/decisions/0005`` tells more.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from contextvars import ContextVar
from typing import Any, Final

from jinja2 import Environment
from jinja2.ext import Extension

OWN_POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""For pages of our own, and for everything that is no page."""
_HEADERS_ALWAYS: Final = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}
_ALLOWED_HANDLERS: Final = ("openColumnChooser()",)
"""Scripts that Datasette 1.0a41 writes into an attribute, where no nonce reaches."""
_SCRIPT = re.compile(r"<script\b(?![^>]*\bnonce=)", re.IGNORECASE)

_nonce: ContextVar[str] = ContextVar("seealso_nonce", default="")

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]


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
    """Return the headers of a page of our own."""
    return {"Content-Security-Policy": OWN_POLICY, **_HEADERS_ALWAYS}


def add_headers(application: Application, wanted: Callable[[], bool]) -> Application:
    """Wrap an application: answers without a policy get one, as long as ``wanted()``."""

    async def guarded(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not wanted():
            await application(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        _nonce.set(nonce)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": _complete_headers(message.get("headers") or [], nonce)}
            await send(message)

        await application(scope, receive, send_with_headers)

    return guarded


def _complete_headers(headers: list[Any], nonce: str) -> list[Any]:
    known = {bytes(name).lower(): bytes(value) for name, value in headers}
    page = known.get(b"content-type", b"").startswith(b"text/html")
    wanted = {"Content-Security-Policy": make_datasette_policy(nonce) if page else OWN_POLICY, **_HEADERS_ALWAYS}
    missing = [
        (name.lower().encode(), value.encode()) for name, value in wanted.items() if name.lower().encode() not in known
    ]
    return [*headers, *missing]


class NonceExtension(Extension):
    """Writes a nonce into every script element of a template's source, never into what the template prints."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.globals["seealso_nonce"] = _nonce.get

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        if name and name.startswith("seealso/"):  # our pages hold no script, and their policy knows no nonce
            return source
        return _SCRIPT.sub('<script nonce="{{ seealso_nonce() }}"', source)
