"""The readings of a shard of pages: what each answer says by itself, as msgpack and compressed, one after another.

No pickle: a folder of shards may have come from elsewhere, and what is decoded here can be nothing but these records.
"""

from __future__ import annotations

import json
from typing import Final

import msgspec

from crawler.errors import CrawlerError
from crawler.items import Address, Capture, PreparedTexts
from crawler.outcome.answer import Outcome
from crawler.warc.compression import zstd

_LEVEL: Final = 1
_LARGEST: Final = 256_000_000
"""The most bytes that a reading unpacks into."""
_MSGPACK: Final = b"m"
_JSON: Final = b"j"
"""Of a page with halves of surrogate pairs, which msgpack cannot hold."""


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What an answer says by itself."""

    capture: Capture
    """The answer, without its body and without a place in the archive's files."""
    outcome: Outcome | None = None
    """None for a redirect."""
    prepared: PreparedTexts | None = None
    """The texts of the outcome's article, as search and comparison need them."""
    target: Address | None = None
    """Where a redirect leads, when that is another address of the site."""


class BadReading(CrawlerError):
    """The bytes are no reading."""


_decoder = msgspec.msgpack.Decoder(Reading)
_encoder = msgspec.msgpack.Encoder()
_compressor = zstd.ZstdCompressor(_LEVEL)
"""Each call makes a whole frame; a compressor for each reading would cost more than to compress it."""


def encode_reading(reading: Reading) -> bytes:
    """Return the bytes of a reading."""
    try:
        content = _MSGPACK + _encoder.encode(reading)
    except UnicodeEncodeError:
        content = _JSON + json.dumps(msgspec.to_builtins(reading), separators=(",", ":")).encode("ascii")
    return _compressor.compress(content, zstd.ZstdCompressor.FLUSH_FRAME)


def decode_reading(data: bytes) -> Reading:
    """Return the reading of bytes. Raises BadReading."""
    try:
        content = zstd.ZstdDecompressor().decompress(data, _LARGEST)
        if content[:1] == _JSON:
            return msgspec.convert(json.loads(content[1:]), Reading)
        return _decoder.decode(memoryview(content)[1:])
    except (zstd.ZstdError, msgspec.MsgspecError, ValueError, RecursionError) as problem:
        raise BadReading(f"what should be a reading is none: {problem}") from None
