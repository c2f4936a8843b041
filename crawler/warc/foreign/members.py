"""Reads compressed files member by member: gzip members and Zstandard frames, of which usually each holds a record.

A ``.warc.zst`` file may begin with a skippable frame that holds the dictionary of all others
(https://iipc.github.io/warc-specifications/specifications/warc-zstd/).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from crawler.errors import WarcDamaged
from crawler.warc.compression import (
    GZIP_MAGIC,
    GZIP_WINDOW,
    ZSTD_FILE_WINDOW,
    ZSTD_MAGIC,
    BadStream,
    Decompressor,
    ZlibDecompressor,
    ZstdDecompressor,
    is_skippable_frame,
)
from crawler.warc.foreign.heads import BLANK, MAX_HEAD_SIZE, SIGNATURE

MAX_RECORD_SIZE: Final = 24_000_000
"""The most bytes of a record that is read: a page of the largest size, and its headers. Larger ones are films."""
_STEP: Final = 1 << 16
PROBE_SIZE: Final = 140_000
"""Bytes in which a Zstandard frame has its first block whole."""
_MOST_FALSE_STARTS: Final = 20_000
"""Magic numbers that begin no record, after which no more is looked for: by chance there is one in 16 million bytes."""
_BLOCK: Final = 1 << 20
_DICTIONARY_MAGIC: Final = b"\x5d\x2a\x4d\x18"
_MAX_DICTIONARY: Final = 16_000_000
_MEMBER_START: Final = re.compile(rb"\x1f\x8b\x08|\x28\xb5\x2f\xfd")
_GZIP_START: Final = re.compile(rb"\x1f\x8b\x08")


class MemberBrokenOff(WarcDamaged):
    """The file ends before the member does."""


def is_member(opening: bytes) -> bool:
    """Return True if bytes begin with a gzip member or a Zstandard frame."""
    return opening.startswith((GZIP_MAGIC, ZSTD_MAGIC)) or is_skippable_frame(opening)


class Member:
    """A gzip member or Zstandard frame of a file, which is read once, a block at a time."""

    def __init__(self, file: BinaryIO, offset: int, dictionary: bytes | None = None) -> None:
        self.file, self.offset, self.dictionary = file, offset, dictionary
        self.length = 0
        """The compressed bytes, once all blocks have been read."""

    def iter_blocks(self) -> Iterator[bytes]:
        """Yield the content. Raises MemberBrokenOff at the end of the file, and WarcDamaged for damaged data."""
        self.file.seek(self.offset)
        data = self.file.read(_STEP)
        if is_skippable_frame(data):
            self.length = 8 + int.from_bytes(data[4:8], "little")
            return
        bytes_read = len(data)
        stream: Decompressor
        try:
            if data.startswith(ZSTD_MAGIC):
                stream = ZstdDecompressor(ZSTD_FILE_WINDOW, self.dictionary)
            else:
                stream = ZlibDecompressor(GZIP_WINDOW)
            while not stream.eof:
                block = stream.decompress(data, _BLOCK)
                data = b""
                if block:
                    yield block
                if stream.needs_input and not stream.eof:
                    data = self.file.read(_STEP)
                    if not data and not block:
                        raise MemberBrokenOff("the record breaks off")
                    bytes_read += len(data)
        except BadStream as problem:
            raise WarcDamaged(f"no whole record begins here ({problem})") from None
        self.length = bytes_read - len(stream.unused_data)


def read_member(file: BinaryIO, dictionary: bytes | None = None) -> tuple[bytes, int]:
    """Read one member from the file's position; return its content (of a large one the beginning), and its length.

    The length is in compressed bytes. Raises WarcDamaged when the member breaks off or is damaged.
    """
    member = Member(file, file.tell(), dictionary)
    parts: list[bytes] = []
    size = 0
    for block in member.iter_blocks():
        size += len(block)
        if size <= MAX_RECORD_SIZE + MAX_HEAD_SIZE:
            parts.append(block)
    return b"".join(parts), member.length


def breaks_off_at_once(opening: bytes) -> bool:
    """Return True if the file ends in the head of its first member, before anything of it can be unpacked."""
    stream: Decompressor
    try:
        stream = ZlibDecompressor(GZIP_WINDOW) if opening.startswith(GZIP_MAGIC) else ZstdDecompressor(ZSTD_FILE_WINDOW)
        return not stream.decompress(opening, 1) and not stream.eof
    except BadStream:
        return False


def read_dictionary(file: BinaryIO) -> bytes | None:
    """Return the dictionary that a ``.warc.zst`` file begins with, or None. Raises WarcDamaged for a damaged one."""
    file.seek(0)
    opening = file.read(8)
    if len(opening) < 8 or not opening.startswith(_DICTIONARY_MAGIC):
        return None
    dictionary = file.read(min(int.from_bytes(opening[4:8], "little"), _MAX_DICTIONARY))
    if not dictionary.startswith(ZSTD_MAGIC):
        return dictionary
    try:
        content = ZstdDecompressor(ZSTD_FILE_WINDOW).decompress(dictionary, _MAX_DICTIONARY)
    except BadStream as problem:
        raise WarcDamaged(f"its dictionary is damaged ({problem})") from None
    return content


def find_next_member(
    file: BinaryIO, offset: int, dictionary: bytes | None = None, *, gzip_only: bool = False
) -> int | None:
    """Return the offset of the first member with a record at its beginning at ``offset`` or behind it; None without."""
    pattern = _GZIP_START if gzip_only else _MEMBER_START
    false_starts = 0
    while True:
        file.seek(offset)
        block = file.read(_STEP + PROBE_SIZE)
        for match in pattern.finditer(block[: _STEP + 3]):
            if begins_record(block[match.start() : match.start() + PROBE_SIZE], dictionary):
                return offset + match.start()
            false_starts += 1
        if len(block) < _STEP + PROBE_SIZE or false_starts > _MOST_FALSE_STARTS:
            return None
        offset += _STEP


def begins_record(opening: bytes, dictionary: bytes | None) -> bool:
    """Return True if a record begins in the member that bytes begin with, be it whole or not."""
    try:
        if opening.startswith(GZIP_MAGIC):
            content = ZlibDecompressor(GZIP_WINDOW).decompress(opening[:4096], 512)
        else:
            content = ZstdDecompressor(ZSTD_FILE_WINDOW, dictionary).decompress(opening, 512)
    except BadStream:
        return False
    content = content.lstrip(BLANK)
    return content.startswith((b"WARC/1.", b"WARC/0.")) or SIGNATURE.match(content) is not None
