"""Erasing records from a WARC file: others that say so fill their place, and everything else stays where it is.

Offsets into the file stay true. The file is written anew beside the old one and then takes its place, so a power cut
leaves the one or the other.
"""

from __future__ import annotations

import os
import uuid
import zlib
from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

from crawler.errors import WarcDamaged
from crawler.normalisation.dates import instant
from crawler.warc.foreign import next_record, read_member, split_head

_STEP: Final = 1 << 20
_NOTE: Final = b"erased\r\n"
_COMMENTED: Final = b"\x1f\x8b\x08\x10\x00\x00\x00\x00\x00\xff"
"""The head of a gzip member with a comment, which may be as long as need be."""


def erase_records(path: Path, offsets: Collection[int], unwanted: Callable[[str], bool], now: datetime) -> int:
    """Erase the records at these offsets and those whose address is unwanted; return how many there were.

    What is damaged is kept as it is, but for a part that one of the offsets lies in: that becomes zeros. Raises
    WarcDamaged when a record is too short to be erased, OSError when the file cannot be written.
    """
    target = path.with_name(path.name + ".new")
    erased = offset = 0
    try:
        with path.open("rb") as old, target.open("wb") as new:
            size = path.stat().st_size
            while offset < size:
                old.seek(offset)
                try:
                    content, length = read_member(old)
                except (WarcDamaged, zlib.error):
                    length = (next_record(old, offset + 1, compressed=True) or size) - offset
                    if any(offset <= at < offset + length for at in offsets):
                        new.write(b"\0" * length)
                        erased += 1
                    else:
                        _copy(old, new, offset, length)
                    offset += length
                    continue
                head = split_head(content)
                url = head[0].get("warc-target-uri", "") if head is not None else ""
                if offset in offsets or (url and unwanted(url)):
                    new.write(_filler(length, now))
                    erased += 1
                else:
                    _copy(old, new, offset, length)
                offset += length
            new.flush()
            os.fsync(new.fileno())
        if erased:
            os.replace(target, path)
    finally:
        target.unlink(missing_ok=True)
    return erased


def _filler(length: int, now: datetime) -> bytes:
    """Return a gzip member of exactly this length that holds a record which says that something was erased."""
    record = (
        b"WARC/1.1\r\nWARC-Type: metadata\r\n"
        + f"WARC-Record-ID: <urn:uuid:{uuid.uuid4()}>\r\n".encode()
        + f"WARC-Date: {instant(now)}\r\n".encode()
        + f"Content-Type: text/plain\r\nContent-Length: {len(_NOTE)}\r\n\r\n".encode()
        + _NOTE
        + b"\r\n\r\n"
    )
    for content in (record, b""):  # nothing that a server sent is shorter than the note; a record made by hand may be
        stream = zlib.compressobj(9, zlib.DEFLATED, -15)
        packed = stream.compress(content) + stream.flush()
        room = length - len(_COMMENTED) - 1 - len(packed) - 8
        if room >= 0:
            check = zlib.crc32(content).to_bytes(4, "little") + len(content).to_bytes(4, "little")
            return _COMMENTED + b" " * room + b"\0" + packed + check
    raise WarcDamaged(f"a record of {length} bytes is too short to be erased")


def _copy(old: BinaryIO, new: BinaryIO, offset: int, length: int) -> None:
    old.seek(offset)
    while length:
        block = old.read(min(length, _STEP))
        if not block:
            raise WarcDamaged("the file became shorter while it was read")
        new.write(block)
        length -= len(block)
