"""Reads the page of a record as an HTTP answer: as it was recorded, or, of a bare page, with a head made for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from crawler.errors import BadValue, WarcDamaged
from crawler.warc.content_encoding import MAX_CONTENT_SIZE, decode_content, is_plain, is_whole_body, list_encodings
from crawler.warc.foreign.answers import find_answer_start, is_bare_page, split_lines
from crawler.warc.foreign.entries import RecordEntry
from crawler.warc.foreign.heads import find_head_end, split_head
from crawler.warc.foreign.members import MAX_RECORD_SIZE, is_member, read_dictionary, read_member
from crawler.warc.foreign.records import read_length, read_span

_CHUNK_SIZE: Final = re.compile(rb"\s*(?:0[xX])?([0-9A-Fa-f]{1,8})\s*(?:;[^\n]*)?\r?\n")
_FIRST_CHUNK: Final = re.compile(rb"[0-9A-Fa-f]{1,8}[ \t]*\r\n(?:\xef\xbb\xbf)?\s*[<\x1f]")
"""The size of a chunk in front of markup or of a compressed stream."""
_TOKEN: Final = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,60}(?:\s*;[\x20-\x7e]{0,100})?")


class RecordTooLarge(WarcDamaged):
    """The record is larger than any page."""


class NoAnswer(WarcDamaged):
    """The record holds no HTTP answer and no page."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HttpMessage:
    """An HTTP answer as a record holds it, chunked framing undone."""

    head: bytes
    """Status line and headers with CR LF, and the empty line."""
    body: bytes
    truncated: str | None
    """The WARC word for why the body is incomplete."""
    is_made: bool = False
    """True if the record holds the page alone, and the head was made from its content type."""


def read_message(path: Path, offset: int) -> HttpMessage:
    """Return the HTTP answer of the record at ``offset``. Raises WarcDamaged, RecordTooLarge and NoAnswer."""
    try:
        fields, block = _read_block(path, offset)
    except OSError as problem:
        raise WarcDamaged(f"the record at {path}:{offset} cannot be read ({problem})") from None
    return _make_message(fields, block, f"{path}:{offset}")


def read_entry_message(entry: RecordEntry) -> HttpMessage:
    """Return the HTTP answer of a record that was listed. Raises what :func:`read_message` does."""
    if entry.content is None:
        return read_message(entry.path, entry.offset)
    return _make_message(*_split_record(entry.content), f"{entry.path}:{entry.offset}")


def _make_message(fields: dict[str, str], block: bytes, label: str) -> HttpMessage:
    """Return the HTTP answer of a record; ``label`` names it in the messages of errors."""
    kind = fields.get("warc-type", "").lower()
    media_type = fields.get("content-type", "")
    answer_start = find_answer_start(block)
    if answer_start is not None and (kind not in ("resource", "conversion") or "http" in media_type):
        return _split_answer(block[answer_start:], fields.get("warc-truncated"))
    if is_bare_page(block, media_type):
        media_type = "text/html"
    elif media_type.lower().startswith("application/http"):
        raise NoAnswer(f"the record at {label} holds no HTTP answer")
    stated = _TOKEN.match(media_type.strip() or ("text/plain" if kind == "conversion" else ""))
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {stated[0]}\r\n\r\n" if stated else "HTTP/1.1 200 OK\r\n\r\n"
    return HttpMessage(head=head.encode("ascii"), body=block, truncated=fields.get("warc-truncated"), is_made=True)


def _read_block(path: Path, offset: int) -> tuple[dict[str, str], bytes]:
    """Return fields and block of the record at ``offset``."""
    with path.open("rb") as file:
        file.seek(offset)
        if is_member(file.read(4)):
            dictionary = read_dictionary(file)
            file.seek(offset)
            content, _ = read_member(file, dictionary)
            return _split_record(content)
        span = read_span(file, offset, path.stat().st_size)
        if span.block_end - span.block_start > MAX_RECORD_SIZE:
            raise RecordTooLarge("the record is too large")
        file.seek(span.block_start)
        return span.fields, file.read(span.block_end - span.block_start)


def _split_record(content: bytes) -> tuple[dict[str, str], bytes]:
    """Return fields and block of a record that was unpacked."""
    head = split_head(content)
    length = read_length(head.fields) if head is not None else None
    if head is None or length is None:
        raise WarcDamaged("no record begins here")
    if length > MAX_RECORD_SIZE:
        raise RecordTooLarge("the record is too large")
    if len(content) < head.block_start + length:
        raise WarcDamaged("the record is shorter than it says")
    return head.fields, content[head.block_start : head.block_start + length]


def _split_answer(block: bytes, truncated: str | None) -> HttpMessage:
    end = find_head_end(block)
    head, body = (block[: end[0]], block[end[1] :]) if end else (block.rstrip(b"\r\n"), b"")
    lines = split_lines(head)
    fields = {line.partition(b":")[0].strip().lower(): line.partition(b":")[2].strip() for line in lines[1:]}
    codings = fields.get(b"transfer-encoding", b"").decode("latin-1").lower().replace(" ", "").split(",")
    encoding = fields.get(b"content-encoding", b"").decode("latin-1").lower()
    encodings = list_encodings([("content-encoding", encoding)])
    if "chunked" in codings:
        body, is_whole = _undo_chunks(body)
        truncated = truncated or (None if is_whole or is_whole_body(body, encodings) else "disconnect")
    elif _FIRST_CHUNK.match(body) and _undo_chunks(body)[1]:
        body, _ = _undo_chunks(body)  # the field that says so was left out
    elif (stated := fields.get(b"content-length", b"")).isdigit() and len(body) < int(stated[:18]):
        is_unpacked = bool(encoding) and is_plain(body)  # the length is that of what was sent
        is_whole = is_unpacked or is_whole_body(body, encodings)
        truncated = truncated or (None if is_whole else "disconnect")
    if truncated and is_whole_body(body, encodings):  # what was cut off comes behind the last tag
        truncated = None
    transfer_codings = [coding for coding in codings if coding not in ("", "chunked", "identity")]
    if transfer_codings:
        try:
            body = decode_content(body, transfer_codings, MAX_CONTENT_SIZE)
        except BadValue as problem:
            raise WarcDamaged(f"its transfer coding cannot be undone: {problem}") from None
    return HttpMessage(head=b"\r\n".join(lines) + b"\r\n\r\n", body=body, truncated=truncated)


def _undo_chunks(body: bytes) -> tuple[bytes, bool]:
    """Undo chunked framing; return the body, and True if the last chunk came or the body was not chunked after all."""
    content = bytearray()
    position = 0
    is_chunked = False
    while match := _CHUNK_SIZE.match(body, position):
        is_chunked = True
        size = int(match[1], 16)
        if size == 0:
            return bytes(content), True
        content += body[match.end() : match.end() + size]
        position = match.end() + size
        position += 2 if body[position : position + 2] == b"\r\n" else 1
        if position > len(body):
            break
    return (bytes(content), False) if is_chunked else (body, True)
