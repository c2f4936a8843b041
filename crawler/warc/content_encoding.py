"""Undoes content encodings: turns the bytes as sent into the payload, within a size limit.

The live crawl, the reading of stored captures and the ingest share this module, so that all see the same payload.
Requests ask for gzip and deflate only (:data:`ACCEPT_ENCODING`); a mirror, or the browser behind a WARC file of other
software, brings others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from crawler.errors import BadValue, PayloadTooLarge
from crawler.warc.compression import (
    GZIP_MAGIC,
    GZIP_WINDOW,
    RAW_WINDOW,
    ZLIB_WINDOW,
    ZSTD_BODY_WINDOW,
    ZSTD_MAGIC,
    BadStream,
    BrotliDecompressor,
    Decompressor,
    ZlibDecompressor,
    ZstdDecompressor,
    is_skippable_frame,
)

ACCEPT_ENCODING = "gzip, deflate"
MAX_CONTENT_SIZE = 20_000_000
"""The most bytes of a payload; a larger one is not a page but an attack on the memory."""

_IDENTITY = {"", "identity", "none", "utf-8"}  # servers that send plain bytes announce the last two by mistake
_GZIP: Final = frozenset({"gzip", "x-gzip"})
_BROTLI: Final = frozenset({"br", "brotli", "x-br"})
_ZSTD: Final = frozenset({"zstd", "x-zstd", "zstandard"})
_KNOWN: Final = _GZIP | _BROTLI | _ZSTD | {"deflate"}
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<[!?A-Za-z]|\xff\xfe<\0|\xfe\xff\0<")
"""The beginning of a page or feed, with a byte order mark or without."""
_WIDE_MARKUP: Final = re.compile(rb"\0?<\0?[!?A-Za-z]\0")
"""The beginning of a page in UTF-16 without a mark."""
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
"""Bytes that texts in hardly any charset hold, and that every compressed stream has within some dozens."""
_BEFORE_GZIP: Final = re.compile(rb"(?:\xef\xbb\xbf|[ \t\r\n]){1,16}\x1f\x8b\x08")
"""A byte order mark or blanks in front of a compressed stream."""
_PLAIN_SPAN: Final = 2048
_LEAST_PLAIN: Final = 200
"""Bytes without a control character that are enough to be text."""
_MOST_CODINGS: Final = 8
_TAIL_SPAN: Final = 4096
_END_TAG: Final = re.compile(rb"</(?:html|rss|feed|rdf:rdf|urlset|sitemapindex)\s*>")
_COMMENT: Final = re.compile(rb"<!--.*?-->", re.S)
_STEP: Final = 1 << 18
_GZIP_HEAD: Final = re.compile(
    rb"\x1f\x8b\x08(?:[\x00\x01].{6}|[\x08\x09].{6}[^\0]{0,4096}\0|[\x10\x11].{6}[^\0]{0,4096}\0"
    rb"|[\x18\x19].{6}[^\0]{0,4096}\0[^\0]{0,4096}\0)",
    re.S,
)
"""The head of a member with neither extra fields nor a checksum of its own; a name and a comment may be in it."""
_ZLIB_HEAD: Final = re.compile(rb"[\x08\x18\x28\x38\x48\x58\x68\x78][\x01\x5e\x9c\xda]")


def list_encodings(headers: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return the content encodings that headers (name, value) announce, lower-cased, in the order they were applied."""
    return tuple(
        coding
        for name, value in headers
        if name.lower() == "content-encoding"
        for part in value.split(",")
        if (coding := part.partition(";")[0].strip().lower()) not in _IDENTITY
    )


def is_plain(body: bytes) -> bool:
    """Return True if a body is markup or text, and no compressed stream, whatever its header says."""
    opening = body[:_PLAIN_SPAN]
    return _MARKUP.match(opening) is not None or (len(opening) >= _LEAST_PLAIN and _CONTROL.search(opening) is None)


class Content(NamedTuple):
    """A body with its content encodings undone; ``damage`` says in words what is wrong with a stream of it."""

    body: bytes
    damage: str | None = None


BROKEN_OFF: Final = "the compressed body breaks off: what came of it is read"
WRONG_CHECKSUM: Final = "the checksum of the compressed body is wrong: words of it may be altered"


def decode_content(body: bytes, encodings: Iterable[str], max_size: int = MAX_CONTENT_SIZE) -> bytes:
    """Undo content encodings as :func:`read_content` does, and return the body alone. Raises what that raises."""
    return read_content(body, encodings, max_size).body


def read_content(body: bytes, encodings: Iterable[str], max_size: int = MAX_CONTENT_SIZE) -> Content:
    """Undo content encodings, last applied first.

    Of a stream that breaks off, the readable part is returned, and all of one whose checksum is wrong, which browsers
    do not look at; the damage is told. A body that is announced as compressed and is plain is
    returned unchanged: some servers send such bodies, and software that keeps pages unpacks them and keeps the header.
    A page or feed that was compressed by gzip once more than announced is unpacked, too.
    Raises BadValue for an encoding that is unknown, for damaged data and for a stream of which nothing can be read, and
    PayloadTooLarge for a payload above ``max_size`` bytes.
    """
    codings = tuple(encodings)
    if len(codings) > _MOST_CODINGS:
        raise BadValue(f"{len(codings)} content encodings are announced")
    damage = None
    for coding in reversed(codings):
        body, coding_damage = _undo_coding(body, coding, max_size)
        damage = damage or coding_damage
    if body.startswith((GZIP_MAGIC, ZSTD_MAGIC)):
        content = _unpack_unannounced(body, max_size)
        body, damage = content.body, damage or content.damage
    if len(body) > max_size:
        raise PayloadTooLarge(f"the payload is larger than {max_size} bytes")
    return Content(body, damage)


def is_whole_stream(body: bytes, encodings: Iterable[str]) -> bool:
    """Return True if a body is a stream of gzip that came to its end, by its own checksum.

    Its length may have been announced as that of the page: then the transfer seems to have broken off.
    """
    codings = tuple(encodings)
    if not codings or codings[-1] not in _GZIP or not body.startswith(GZIP_MAGIC):
        return False
    stream = ZlibDecompressor(GZIP_WINDOW)
    try:
        _read_stream(stream, body, MAX_CONTENT_SIZE, MAX_CONTENT_SIZE)
    except (BadStream, PayloadTooLarge):
        return False
    return stream.eof


def is_whole_body(body: bytes, encodings: Iterable[str]) -> bool:
    """Return True if a body is whole though its transfer seems to have broken off.

    It is if it is a whole stream (:func:`is_whole_stream`), and if the page or feed in it is closed by its last tag:
    nothing follows that, whatever length was announced and whether the last chunk came or not.
    """
    codings = tuple(encodings)
    if is_whole_stream(body, codings):
        return True
    try:
        content = decode_content(body, codings)
    except BadValue:
        return False
    tail = content[-_TAIL_SPAN:].lower()
    last_tag = max(_END_TAG.finditer(tail), key=re.Match.end, default=None)
    return last_tag is not None and not _COMMENT.sub(b"", tail[last_tag.end() :]).strip()


def _unpack_unannounced(body: bytes, max_size: int) -> Content:
    """Return the page or feed in a stream of gzip or Zstandard that nobody announced; the stream of another file."""
    try:
        decompress = _decompress_gzip if body.startswith(GZIP_MAGIC) else _decompress_frames
        content = decompress(body, max_size)
    except BadValue:
        return Content(body)
    return content if _MARKUP.match(content.body) else Content(body)


def _undo_coding(body: bytes, coding: str, max_size: int) -> Content:
    if not body:
        return Content(body)
    if coding in _KNOWN and _BEFORE_GZIP.match(body):  # what a script printed before its answer was compressed
        body = body[body.index(GZIP_MAGIC) :]
    if coding in _GZIP and not body.startswith(ZSTD_MAGIC):
        if body[:2] == b"\x1f\x8b":
            return _decompress_gzip(body, max_size)
        if _CONTROL.search(body[:_PLAIN_SPAN]) is None or _WIDE_MARKUP.match(body):
            return Content(body)
    if _MARKUP.match(body):
        return Content(body)
    try:
        if coding in _KNOWN and body.startswith(GZIP_MAGIC):  # compressed anew, under the old header
            return _decompress_gzip(body, max_size)
        if coding in _KNOWN and body.startswith(ZSTD_MAGIC):
            return _decompress_frames(body, max_size)
        if coding == "deflate" or (coding in _GZIP and _ZLIB_HEAD.match(body)):
            return _inflate(body, max_size)
        if coding in _BROTLI:
            return _decompress_stream(body, BrotliDecompressor, max_size, coding)
        if coding in _ZSTD and is_skippable_frame(body):
            return _decompress_frames(body, max_size)
        if coding in _KNOWN:
            raise BadValue(f"the body is no {coding!r} stream")
        raise BadValue(f"the content encoding {coding!r} is not known")
    except PayloadTooLarge:
        raise
    except BadValue:
        if is_plain(body):
            return Content(body)
        raise


def _decompress_members(
    body: bytes, make: Callable[[], Decompressor], max_size: int, trim: Callable[[bytes], bytes] = bytes
) -> Content:
    """Unpack all members or frames; what follows the last one is left out. ``trim`` is called on what is left."""
    parts: list[bytes] = []
    damage = None
    while body := trim(body):
        stream = make()
        room = max_size - sum(map(len, parts))
        try:
            parts.append(_read_stream(stream, body, room, max_size))
        except BadStream as problem:
            unchecked = _read_unchecked(body, room, max_size)
            if unchecked is not None:
                parts.append(unchecked)
                damage = WRONG_CHECKSUM
            elif not parts:  # else it is rubbish after the stream
                raise BadValue(f"the compressed body is damaged ({problem})") from None
            break
        if not stream.eof:
            if not any(parts):
                raise BadValue("the compressed body breaks off before anything can be read")
            damage = BROKEN_OFF
            break
        body = stream.unused_data
    return Content(b"".join(parts), damage)


def _read_unchecked(body: bytes, room: int, max_size: int) -> bytes | None:
    """Return the content of a member of gzip, or of zlib's format, whose checksum is wrong; None where more is wrong.

    Raises PayloadTooLarge.
    """
    head = _GZIP_HEAD.match(body) or _ZLIB_HEAD.match(body)
    if head is None:
        return None
    stream = ZlibDecompressor(RAW_WINDOW)
    try:
        content = _read_stream(stream, body[head.end() :], room, max_size)
    except BadStream:
        return None
    return content if stream.eof else None


def _decompress_gzip(body: bytes, max_size: int) -> Content:
    return _decompress_members(body, lambda: ZlibDecompressor(GZIP_WINDOW), max_size)


def _inflate(body: bytes, max_size: int) -> Content:
    # RFC 9110 means zlib's format; some servers send the bare stream.
    has_zlib_header = len(body) > 1 and body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0
    windows = (ZLIB_WINDOW, RAW_WINDOW) if has_zlib_header else (RAW_WINDOW,)
    for window in windows:
        stream = ZlibDecompressor(window)
        try:
            content = _read_stream(stream, body, max_size, max_size)
        except BadStream as problem:
            damage = str(problem)
            continue
        if content or stream.eof:
            return Content(content, None if stream.eof else BROKEN_OFF)
        damage = "it breaks off before anything can be read"
    if has_zlib_header and (unchecked := _read_unchecked(body, max_size, max_size)):
        return Content(unchecked, WRONG_CHECKSUM)
    raise BadValue(f"the compressed body is damaged ({damage})")


def _decompress_stream(body: bytes, make: Callable[[], Decompressor], max_size: int, coding: str) -> Content:
    stream = make()
    try:
        content = _read_stream(stream, body, max_size, max_size)
    except BadStream as problem:
        raise BadValue(f"the body is no whole {coding!r} stream ({problem})") from None
    if not stream.eof and (not content or is_plain(body)):
        raise BadValue(f"the body is no whole {coding!r} stream")
    return Content(content, None if stream.eof else BROKEN_OFF)


def _decompress_frames(body: bytes, max_size: int) -> Content:
    return _decompress_members(body, lambda: ZstdDecompressor(ZSTD_BODY_WINDOW), max_size, _drop_skippable_frames)


def _drop_skippable_frames(body: bytes) -> bytes:
    while is_skippable_frame(body):
        body = body[8 + int.from_bytes(body[4:8], "little") :]
    return body


def _read_stream(stream: Decompressor, body: bytes, room: int, max_size: int) -> bytes:
    """Return what a stream holds. Raises BadStream, and PayloadTooLarge when it is more than ``room`` bytes."""
    parts: list[bytes] = []
    size = 0
    data = body
    while not stream.eof:
        part = stream.decompress(data, min(_STEP, room + 1 - size))
        data = b""
        parts.append(part)
        size += len(part)
        if size > room:
            raise PayloadTooLarge(f"the payload is larger than {max_size} bytes")
        if not part and stream.needs_input:
            break
    return b"".join(parts)
