"""Reads the page in an MHTML file, as Chrome, Edge, Opera and Internet Explorer save one (RFC 2557)."""

from __future__ import annotations

import email
import re
from contextlib import suppress
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from typing import Final

from crawler.warc.foreign.dates import read_date
from crawler.warc.foreign.saved.records import SavedOrigin

_MOST_PARTS: Final = 5_000
_PAGE_TYPES: Final = frozenset({"text/html", "application/xhtml+xml"})
_LONGEST_FIELD: Final = 8_000
_WEB: Final = re.compile(r"https?://", re.I)
_BLANK: Final = re.compile(r"\s+")


def read_mhtml(content: bytes) -> tuple[bytes, str, SavedOrigin] | None:
    """Return the main page of an MHTML file, its content type, and where it was; None where it holds no page.

    Frames and pictures are other parts of the file: the main page is the one whose place is that of the whole, the one
    that the head calls the start, or else the first.
    """
    try:
        message = email.message_from_bytes(content)
        parts = [part for part, _ in zip(message.walk(), range(_MOST_PARTS), strict=False) if _is_page(part)]
        root = _find_root(message, parts)
        body = root.get_payload(decode=True) if root is not None else None
    except (MessageError, ValueError, LookupError, RecursionError):
        return None
    if root is None or not isinstance(body, bytes):
        return None
    charset = root.get_param("charset")
    media_type = f"text/html; charset={charset}" if isinstance(charset, str) and charset.isascii() else "text/html"
    places = (_read(message, "Snapshot-Content-Location"), _read(root, "Content-Location"), _read(root, "Content-Base"))
    url = next((place for place in places if _WEB.match(place)), None)
    return body, media_type, SavedOrigin(url=url, saved_at=read_date(_read(message, "Date", keep_blanks=True)))


def _is_page(part: Message) -> bool:
    return part.get_content_type() in _PAGE_TYPES and not part.is_multipart()


def _find_root(message: Message, parts: list[Message]) -> Message | None:
    whole = _read(message, "Snapshot-Content-Location")
    start = message.get_param("start")
    for part in parts:
        if whole and _read(part, "Content-Location") == whole:
            return part
    for part in parts:
        if isinstance(start, str) and start and _read(part, "Content-ID") == start.strip():
            return part
    return parts[0] if parts else None


def _read(part: Message, name: str, *, keep_blanks: bool = False) -> str:
    """Return a header field; addresses are folded over several lines, and may be encoded words."""
    value = part.get(name)
    if value is None:
        return ""
    text = str(value)[:_LONGEST_FIELD]
    with suppress(MessageError, ValueError, LookupError):
        text = str(make_header(decode_header(text)))
    return text.strip() if keep_blanks else _BLANK.sub("", text)
