"""Unpacks gzip, deflate, Brotli and Zstandard step by step, within bounds of memory, through one interface."""

from __future__ import annotations

import sys
import zlib
from typing import TYPE_CHECKING, Any, Final, Protocol

import brotli

if TYPE_CHECKING or sys.version_info < (3, 14):
    from backports import zstd as zstd
else:
    from compression import zstd as zstd

GZIP_MAGIC: Final = b"\x1f\x8b\x08"
ZSTD_MAGIC: Final = b"\x28\xb5\x2f\xfd"
SKIPPABLE_ENDING: Final = b"\x2a\x4d\x18"
"""The last three bytes of the magic number of a skippable Zstandard frame; the first is 0x50 to 0x5F."""
GZIP_WINDOW: Final = 31
ZLIB_WINDOW: Final = 15
RAW_WINDOW: Final = -15
ZSTD_FILE_WINDOW: Final = 27
"""The largest window of a file, as a power of two: what ``zstd`` itself takes without being asked for more."""
ZSTD_BODY_WINDOW: Final = 25
"""The largest window of an answer: four times what RFC 9659 allows servers."""


class BadStream(Exception):
    """The compressed data is damaged."""


class Decompressor(Protocol):
    """Unpacks one stream. Raises BadStream for damaged data."""

    @property
    def eof(self) -> bool:
        """True when the end of the stream was reached."""

    @property
    def needs_input(self) -> bool:
        """True when more data is needed; False when some of the data given has not been unpacked yet."""

    @property
    def unused_data(self) -> bytes:
        """What was found behind the end of the stream."""

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Return the next bytes, about ``max_length`` at most; ``data`` is empty until :attr:`needs_input` is True."""


class ZlibDecompressor:
    """Unpacks gzip (a member), zlib's format or a bare deflate stream, by the window given."""

    def __init__(self, window: int) -> None:
        self._stream = zlib.decompressobj(window)

    @property
    def eof(self) -> bool:
        return self._stream.eof

    @property
    def needs_input(self) -> bool:
        return not self._stream.eof and not self._stream.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._stream.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        try:
            return self._stream.decompress(self._stream.unconsumed_tail or data, max_length)
        except zlib.error as problem:
            raise BadStream(str(problem)) from None


class BrotliDecompressor:
    """Unpacks a Brotli stream, which says nothing of its own checksum."""

    unused_data = b""

    def __init__(self) -> None:
        self._stream = brotli.Decompressor()

    @property
    def eof(self) -> bool:
        return bool(self._stream.is_finished())

    @property
    def needs_input(self) -> bool:
        return bool(self._stream.can_accept_more_data())

    def decompress(self, data: bytes, max_length: int) -> bytes:
        try:
            content: bytes = self._stream.process(data, output_buffer_limit=max_length)
        except brotli.error as problem:
            raise BadStream(str(problem)) from None
        return content


class ZstdDecompressor:
    """Unpacks one Zstandard frame."""

    def __init__(self, window: int, dictionary: bytes | None = None) -> None:
        self._stream: Any = zstd.ZstdDecompressor(
            zstd_dict=zstd.ZstdDict(dictionary, is_raw=not dictionary.startswith(b"\x37\xa4\x30\xec"))
            if dictionary
            else None,
            options={zstd.DecompressionParameter.window_log_max: window},
        )

    @property
    def eof(self) -> bool:
        return bool(self._stream.eof)

    @property
    def needs_input(self) -> bool:
        return bool(self._stream.needs_input)

    @property
    def unused_data(self) -> bytes:
        unused_data: bytes = self._stream.unused_data
        return unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        try:
            content: bytes = self._stream.decompress(data, max_length)
        except zstd.ZstdError as problem:
            raise BadStream(str(problem)) from None
        return content


def is_skippable_frame(opening: bytes) -> bool:
    """Return True if bytes begin with a Zstandard frame that holds no content."""
    return opening[1:4] == SKIPPABLE_ENDING and 0x50 <= opening[0] <= 0x5F
