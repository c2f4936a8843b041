"""Erases records from a WARC file: replaces them by records of the same length that say so.

All other records keep their offsets. The file is written anew beside the old one and then renamed over it, so that
after a power cut either the old file or the new one is there, whole.
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
from crawler.warc.foreign.heads import split_head
from crawler.warc.foreign.members import find_next_member, read_member

_STEP: Final = 1 << 20
_NOTE: Final = b"erased\r\n"
_COMMENTED: Final = b"\x1f\x8b\x08\x10\x00\x00\x00\x00\x00\xff"
"""The head of a gzip member with a comment, which may be as long as need be."""


def erase_records(path: Path, offsets: Collection[int], is_unwanted: Callable[[str], bool], now: datetime) -> int:
    """Erase the records at these offsets and those whose address ``is_unwanted``; return their number.

    Damaged parts are kept unchanged, except that one in which an offset lies becomes zeros. Raises WarcDamaged when a
    record is too short to be erased, OSError when the file cannot be written.
    """
    target_path = path.with_name(path.name + ".new")
    erased = offset = 0
    try:
        with path.open("rb") as source_file, target_path.open("wb") as target_file:
            size = path.stat().st_size
            while offset < size:
                source_file.seek(offset)
                try:
                    content, length = read_member(source_file)
                except WarcDamaged:
                    length = (find_next_member(source_file, offset + 1, gzip_only=True) or size) - offset
                    if any(offset <= requested < offset + length for requested in offsets):
                        target_file.write(b"\0" * length)
                        erased += 1
                    else:
                        _copy(source_file, target_file, offset, length)
                    offset += length
                    continue
                head = split_head(content)
                url = head[0].get("warc-target-uri", "") if head is not None else ""
                if offset in offsets or (url and is_unwanted(url)):
                    target_file.write(_make_filler(length, now))
                    erased += 1
                else:
                    _copy(source_file, target_file, offset, length)
                offset += length
            target_file.flush()
            os.fsync(target_file.fileno())
        if erased:
            os.replace(target_path, path)
    finally:
        target_path.unlink(missing_ok=True)
    return erased


def _make_filler(length: int, now: datetime) -> bytes:
    """Return a gzip member of exactly ``length`` bytes with a metadata record that says that a record was erased."""
    record = (
        b"WARC/1.1\r\nWARC-Type: metadata\r\n"
        + f"WARC-Record-ID: <urn:uuid:{uuid.uuid4()}>\r\n".encode()
        + f"WARC-Date: {instant(now)}\r\n".encode()
        + f"Content-Type: text/plain\r\nContent-Length: {len(_NOTE)}\r\n\r\n".encode()
        + _NOTE
        + b"\r\n\r\n"
    )
    for content in (record, b""):  # no record of an answer is shorter than the note; one made by hand may be
        stream = zlib.compressobj(9, zlib.DEFLATED, -15)
        compressed = stream.compress(content) + stream.flush()
        padding = length - len(_COMMENTED) - 1 - len(compressed) - 8
        if padding >= 0:
            trailer = zlib.crc32(content).to_bytes(4, "little") + len(content).to_bytes(4, "little")
            return _COMMENTED + b" " * padding + b"\0" + compressed + trailer
    raise WarcDamaged(f"a record of {length} bytes is too short to be erased")


def _copy(source: BinaryIO, target: BinaryIO, offset: int, length: int) -> None:
    source.seek(offset)
    while length:
        block = source.read(min(length, _STEP))
        if not block:
            raise WarcDamaged("the file became shorter while it was read")
        target.write(block)
        length -= len(block)
