"""Finds the answer in the block of a record: behind interim ones, and however its version is written."""

from __future__ import annotations

import re
from typing import Final

from crawler.warc.foreign.heads import find_head_end

_STATUS: Final = re.compile(
    rb"[ \t]*(?:(?:HTTP(?:/\d(?:\.\d)?)?|H[23]|SPDY(?:/\d(?:\.\d)?)?|QUIC(?:/\d+)?)[ \t]+|:status[ \t]*:[ \t]*)"
    rb"(\d{3})(?!\d)[ \t]*([^\r\n]*)",
    re.I,
)
"""A status line; browsers name the protocol ``h2``, or keep the field ``:status`` of HTTP/2 in its place, and some
servers leave the version out."""
_PLAIN_STATUS: Final = re.compile(rb"[^\s:]+ +\d{3}(?: |\Z)")
_MEDIA_TYPE: Final = re.compile(rb"[\r\n]content-type[ \t]*:[ \t]*([^\r\n;,]*)", re.I)
_MARKUP: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,100}<(?:!doctype\s+html|html|head|body)\b", re.I)
_TUNNEL: Final = b"connection established"
_MOST_INTERIM: Final = 16


def find_answer_start(block: bytes) -> int | None:
    """Return where the final answer in a block begins; None for a block without a status line.

    Answers of status 1xx come before it, and that of a proxy, which says that it has connected.
    """
    start = len(block) - len(block.lstrip(b"\r\n \t"))
    for _ in range(_MOST_INTERIM):
        match = _STATUS.match(block, start)
        if match is None:
            return None
        is_interim = match[1].startswith(b"1") or (match[2] or b"").strip().lower() == _TUNNEL
        end = find_head_end(block, start) if is_interim else None
        if end is None or _STATUS.match(block, end[1]) is None:
            break
        start = end[1]
    return start


def split_lines(head: bytes) -> list[bytes]:
    """Return the lines of the head of an answer, whatever ends them; the first is a status line as HTTP has it."""
    lines = [line.rstrip(b"\r") for line in head.split(b"\n" if b"\n" in head else b"\r")]
    match = _STATUS.fullmatch(lines[0])
    if match is not None and _PLAIN_STATUS.match(lines[0]) is None:
        version = b"HTTP/2" if lines[0].lstrip().startswith(b":") else lines[0].split(None, 1)[0]
        lines[0] = b" ".join((version, match[1], match[2])).rstrip()
    return lines


def read_media_type(head: bytes) -> str:
    """Return the content type that the head of an answer states, without parameters; "" where it states none."""
    stated = _MEDIA_TYPE.search(head)
    return stated[1].decode("latin-1") if stated else ""


def is_bare_page(block: bytes, media_type: str) -> bool:
    """Return True for a page in the place of an answer: HTTP 0.9 has no head, and some tools leave it out."""
    return media_type.lower().startswith("application/http") and _MARKUP.match(block) is not None


def read_status(block: bytes, start: int) -> int | None:
    """Return the status in the status line that begins at ``start``."""
    match = _STATUS.match(block, start)
    return int(match[1]) if match is not None else None
