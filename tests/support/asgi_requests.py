"""Requests as a server hands them to an application, however odd: no client repairs or refuses them before."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes


@dataclass(frozen=True, kw_only=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


async def send_request(
    application: Callable[..., Any],
    target: str,
    method: str = "GET",
    headers: Sequence[tuple[str, bytes]] = (("host", b"localhost"),),
) -> Answer:
    """Send one request for a target as it stands in the request line, and return the whole answer."""
    path, _, query = target.encode("latin-1").partition(b"?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote_to_bytes(path).decode("utf-8", "replace"),
        "raw_path": path,
        "query_string": query,
        "root_path": "",
        "headers": [(name.encode(), value) for name, value in headers],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 8001),
    }
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await application(scope, receive, send)
    start, *parts = sent
    assert start["type"] == "http.response.start"
    return Answer(
        status=start["status"],
        headers={
            bytes(name).decode("latin-1").lower(): bytes(value).decode("latin-1") for name, value in start["headers"]
        },
        body=b"".join(part.get("body", b"") for part in parts),
    )
