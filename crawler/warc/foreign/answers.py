"""Finds the answer in the block of a record: behind interim ones, and however its version is written."""

from __future__ import annotations

import re
from typing import Final

from crawler.warc.foreign.heads import find_head_end

_STATUS: Final = re.compile(
    rb"[ \t]*(?:HTTP(?:/\d(?:\.\d)?)?|H[23]|SPDY(?:/\d(?:\.\d)?)?|QUIC(?:/\d+)?)"
    rb" +(\d{3})(?: +([^\r\n]*))?(?=[\r\n ]|\Z)",
    re.I,
)
"""A status line; browsers name the protocol ``h2``, and some servers leave the version out."""
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


def read_status(block: bytes, start: int) -> int | None:
    """Return the status in the status line that begins at ``start``."""
    match = _STATUS.match(block, start)
    return int(match[1]) if match is not None else None
