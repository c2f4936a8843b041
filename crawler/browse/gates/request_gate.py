"""Stands before Datasette in ``seealso serve``: only reads pass, and what goes wrong behind it becomes an answer."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

from crawler.browse.gates.asgi import Application, Message, Receive, Send
from crawler.browse.gates.failures import explain_failure
from crawler.browse.gates.plain_page import PlainResponse, make_plain_response, send_response

logger = logging.getLogger(__name__)

_METHODS: Final = ("GET", "HEAD")
_MAX_TARGET: Final = 8_000
"""Bytes of path and parameters; servers and browsers allow about as much."""


CheckWrite = Callable[[Message], PlainResponse | None]
"""Returns why a request that would write is refused; None for one that may pass."""


def answer_every_request(application: Application, check_write: CheckWrite | None = None) -> Application:
    """Wrap an application so that each request has an answer: 405 for all but reading, 414 and 404 for no addresses.

    ``check_write`` decides about all but reading; without it nothing else passes. An exception that comes through is
    logged in one line; it becomes an answer where none has begun.
    """

    async def serve_carefully(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await application(scope, receive, send)
            return
        if scope["method"] not in _METHODS:
            refusal = check_write(scope) if check_write is not None else make_read_only_response(scope)
            if refusal is not None:
                await send_response(refusal, send)
                return
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > _MAX_TARGET:
            await send_response(make_plain_response(scope, 414, "Too long", "This address is too long."), send)
            return
        if _leads_elsewhere(scope):
            await send_response(make_plain_response(scope, 404, "Not here", "There is no such page here."), send)
            return
        has_begun = False

        async def send_and_note(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await application(scope, receive, send_and_note)
        except Exception as error:
            failure = explain_failure(error)
            # Odd addresses are the visitor's business.
            level = logging.WARNING if failure.status >= 500 else logging.INFO
            logger.log(level, "a request was answered with %d: %s", failure.status, failure.kind)
            if has_begun:
                raise
            await send_response(make_plain_response(scope, failure.status, failure.title, failure.message), send)

    return serve_carefully


def make_read_only_response(scope: Message) -> PlainResponse:
    """Return the answer to a request that would write where nothing is written."""
    return make_plain_response(
        scope, 405, "Not like this", "This page can only be read.", {"Allow": ", ".join(_METHODS)}
    )


def _leads_elsewhere(scope: Message) -> bool:
    """Return True for a path that is none, or that a browser would take for a host if it were redirected to it."""
    path = bytes(scope.get("raw_path") or scope["path"].encode())
    return not path.startswith(b"/") or path.startswith(b"//") or b"\\" in path
