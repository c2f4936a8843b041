"""Makes answers that need neither archive nor template, for requests that do not reach Datasette or fail in it.

They are pages, or JSON where the address asks for it, and repeat nothing of the request.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Final

from crawler.browse.gates.asgi import Message, Send
from crawler.browse.gates.csp import make_own_headers

_STYLE: Final = "/-/static-plugins/seealso/reading.css"
"""Below the path that the server has at its proxy (``root_path``), as is the first page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainResponse:
    """One answer, ready to be sent."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def make_plain_response(
    scope: Message, status: int, title: str, message: str, headers: Mapping[str, str] | None = None
) -> PlainResponse:
    """Return an error for the request of an ASGI scope: a page, or JSON if its path ends with ``.json``."""
    if str(scope.get("path", "")).endswith(".json"):
        document = {"ok": False, "error": message, "status": status, "title": title}
        body, content_type = json.dumps(document), "application/json; charset=utf-8"
    else:
        base = escape(str(scope.get("root_path", "")))
        body = (
            '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" '
            f'content="light dark"><link rel="stylesheet" href="{base}{_STYLE}"><title>{escape(title)}</title></head>\n'
            f'<body><main class="frame"><div class="notice"><h1>{escape(title)}</h1><p>{escape(message)}</p>'
            f'<p><a href="{base}/">To the first page</a></p></div></main></body></html>\n'
        )
        content_type = "text/html; charset=utf-8"
    return PlainResponse(
        status=status,
        body=body.encode(),
        headers={"Content-Type": content_type, "Cache-Control": "no-store", **make_own_headers(), **(headers or {})},
    )


async def send_response(response: PlainResponse, send: Send) -> None:
    """Send an answer as ASGI messages."""
    headers = [(name.lower().encode(), value.encode()) for name, value in response.headers.items()]
    headers.append((b"content-length", str(len(response.body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})
