"""Undoes content encodings: turns the bytes as sent into the payload, within a size limit.

The live crawl and the reading of stored captures share this module, so that both see the same payload. Requests ask for
gzip and deflate only (:data:`ACCEPT_ENCODING`).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from crawler.errors import BadValue, PayloadTooLarge

ACCEPT_ENCODING = "gzip, deflate"
MAX_CONTENT_SIZE = 20_000_000
"""The most bytes of a payload; a larger one is not a page but an attack on the memory."""

_IDENTITY = {"", "identity", "none", "utf-8"}  # servers that send plain bytes announce the last two by mistake


def list_encodings(headers: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return the content encodings that headers (name, value) announce, lower-cased, in the order they were applied."""
    return tuple(
        coding
        for name, value in headers
        if name.lower() == "content-encoding"
        for part in value.split(",")
        if (coding := part.strip().lower()) not in _IDENTITY
    )


def decode_content(body: bytes, encodings: Iterable[str], max_size: int = MAX_CONTENT_SIZE) -> bytes:
    """Undo content encodings, last applied first.

    Of a stream that breaks off, the readable part is returned. A body that is announced as gzip and does not begin as
    gzip is returned unchanged: some servers send such bodies. Raises BadValue for an encoding that was not asked for
    and for damaged data, and PayloadTooLarge for a payload above ``max_size`` bytes.
    """
    for coding in reversed(tuple(encodings)):
        if coding in ("gzip", "x-gzip"):
            if body[:2] == b"\x1f\x8b":
                body = _inflate(body, 31, max_size)
        elif coding == "deflate":
            # RFC 9110 means zlib's format; some servers send the bare stream.
            zlib_header = len(body) > 1 and body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0
            body = _inflate(body, 15 if zlib_header else -15, max_size)
        else:
            raise BadValue(f"the content encoding {coding!r} is not one of those we asked for")
    if len(body) > max_size:
        raise PayloadTooLarge(f"the payload is larger than {max_size} bytes")
    return body


def _inflate(body: bytes, window: int, max_size: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while body:
        stream = zlib.decompressobj(window)
        try:
            part = stream.decompress(body, max_size + 1 - size)
        except zlib.error as problem:
            if parts:  # rubbish after the stream
                break
            raise BadValue(f"the compressed body is damaged ({problem})") from None
        parts.append(part)
        size += len(part)
        if size > max_size:
            raise PayloadTooLarge(f"the payload is larger than {max_size} bytes")
        if not stream.eof or window != 31:
            break
        body = stream.unused_data
    return b"".join(parts)
