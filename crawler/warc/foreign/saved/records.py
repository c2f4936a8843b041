"""Writes saved pages as records of WARC, so that they are read as all others are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

_UNSAFE: Final = re.compile(r"[\x00-\x20\x7f]")
_MEDIA_TYPE: Final = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,60}(?:\s*;[\x20-\x7e]{0,100})?")
_LONGEST_ADDRESS: Final = 4_000
BEGINNING_OF_THE_WEB: Final = 662_688_000
"""Seconds from 1970 to 1991: a file with an earlier time has none, as tools set it that make the same archive twice."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SavedOrigin:
    """The address that a saved page was at, and when it was saved; None for what it does not tell."""

    url: str | None = None
    saved_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SavedPage:
    """A page as it was saved: bare, or as the HTTP answer that brought it."""

    url: str
    saved_at: datetime | None
    """None where nothing tells it."""
    content: bytes
    media_type: str = "text/html"
    is_answer: bool = False
    """True if the content is an HTTP answer, head and body."""
    is_cut: bool = False
    """True where the file says that it holds less than was sent."""


def make_record(page: SavedPage) -> bytes | None:
    """Return the record of a saved page; None where its address can stand in none."""
    if not page.url or len(page.url) > _LONGEST_ADDRESS or _UNSAFE.search(page.url):
        return None
    kind: Literal["response", "resource"] = "response" if page.is_answer else "resource"
    media_type = page.media_type if _MEDIA_TYPE.fullmatch(page.media_type) else "text/html"
    lines = [
        "WARC/1.1",
        f"WARC-Type: {kind}",
        f"WARC-Target-URI: {page.url}",
        f"Content-Type: {'application/http; msgtype=response' if page.is_answer else media_type}",
        f"Content-Length: {len(page.content)}",
    ]
    if page.saved_at is not None:
        lines.append(f"WARC-Date: {page.saved_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")
    if page.is_cut:
        lines.append("WARC-Truncated: unspecified")
    return "\r\n".join((*lines, "", "")).encode("utf-8", "replace") + page.content + b"\r\n\r\n"
