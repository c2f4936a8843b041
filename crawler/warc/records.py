"""Encodes an answer and the request that fetched it as WARC records, each a gzip member.

warcio makes the records, but for two steps. It would percent-encode header bytes that are not ASCII, so it is given the
head of a message as it was sent. And it compresses at level 9, which costs a crawl more than the bytes saved are worth,
so this module compresses the members. A body that the server has compressed is stored: trying again takes time and
saves nothing.

Byte-exact in a response record are the status line, every header line in its order, with its spelling, repetitions and
folding, and the body with its content encoding. Not exact are line ends, which are CR LF even if the server sent a bare
LF, tabs in the status line, which readers of WARC do not know, and chunked framing, which is undone;
``Transfer-Encoding`` is therefore renamed to ``X-Archive-Orig-Transfer-Encoding``.
"""

from __future__ import annotations

import base64
import hashlib
import re
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Final
from uuid import NAMESPACE_URL, uuid4, uuid5

from crawler.warc.compression import GZIP_WINDOW, RAW_WINDOW
from crawler.warc.revisits import IDENTICAL_PROFILE, NOT_MODIFIED_PROFILE, OriginalRecord
from crawler.warc.warcio_parts import StatusAndHeaders
from crawler.warc.warcio_parts import WARCWriter as WarcioWriter

COMPRESSION: Final = 5
"""zlib level: of pages of 255 kB, 6 makes 1.6 % fewer bytes, for a third more time."""
SAMPLE: Final = 1024
"""Bytes of an encoded body by which it is seen whether it can be compressed: a server may say what is not so."""

_ENCODED: Final = re.compile(rb"^content-encoding\s*:", re.IGNORECASE | re.MULTILINE)
_GZIP_HEAD: Final = b"\x1f\x8b\x08" + bytes(6) + b"\xff"
_RECORD_END: Final = b"\r\n\r\n"
_CHUNKED: Final = re.compile(rb"^transfer-encoding(?=\s*:)", re.IGNORECASE)


class _HeadAsSent(StatusAndHeaders):  # type: ignore[misc]  # warcio has no types
    """The head of an HTTP message that warcio writes unaltered."""

    def __init__(self, head: bytes) -> None:
        super().__init__("", [])
        self.raw_head = head

    def compute_headers_buffer(self, header_filter: object = None) -> None:
        self.headers_buff = self.raw_head

    def __bool__(self) -> bool:
        return True


@dataclass(frozen=True, kw_only=True, slots=True)
class AnswerRecord:
    """What a response or revisit record is made of."""

    url: str
    """The site's own address."""
    fetched_at: datetime
    response_head: bytes
    """The first lines of the message, with their CR LF and the empty line."""
    body: bytes
    digest: str | None = None
    """The payload digest of the body, where it has been computed."""
    record_id: str | None = None
    """The id of the record; a random one without it."""
    fetched_from: str | None = None
    """The mirror's address if one served the answer."""
    ingested_from: str | None = None
    """The file that the answer was ingested from."""
    truncated: str | None = None
    """The WARC word for why the body is incomplete (``disconnect``, ``length``)."""
    original: OriginalRecord | None = None
    """What a revisit record points to: *identical payload* when the answer has a body (the same one), *server not
    modified* when it has none."""

    @property
    def date(self) -> str:
        """The time of fetching as records have it."""
        return _format_date(self.fetched_at)


class RecordEncoder:
    """Makes gzip members of records, one at a time."""

    def __init__(self) -> None:
        self._buffer = BytesIO()
        self._warcio = WarcioWriter(self._buffer, gzip=False, warc_version="WARC/1.1")

    def encode_info(self, file_name: str, info: Mapping[str, str], written_at: datetime) -> bytes:
        """Return the member of a warcinfo record.

        It is stored and not compressed: so what follows lies at the same offset in files of other names and dates.
        """
        record = self._warcio.create_warcinfo_record(file_name, info)
        record.rec_headers.replace_header("WARC-Record-ID", derive_record_id(file_name, written_at, EMPTY_DIGEST))
        record.rec_headers.replace_header("WARC-Date", _format_date(written_at))
        return self._encode(record, compression=0)

    def encode_answer(self, answer: AnswerRecord) -> bytes:
        """Return the member of a response or revisit record."""
        original, body = answer.original, answer.body
        headers = {"WARC-Record-ID": answer.record_id or make_random_id(), "WARC-Date": answer.date}
        if answer.fetched_from:
            headers["Seealso-Fetched-From"] = answer.fetched_from
        if answer.ingested_from:
            headers["Seealso-Ingested-From"] = answer.ingested_from
        if answer.truncated:
            headers["WARC-Truncated"] = answer.truncated
        if original is not None:
            headers |= {"WARC-Profile": IDENTICAL_PROFILE if body else NOT_MODIFIED_PROFILE, **original.make_headers()}
        if body or original is None:
            headers["WARC-Payload-Digest"] = answer.digest or compute_payload_digest(body)
        record = self._warcio.create_warc_record(
            answer.url,
            "response" if original is None else "revisit",
            payload=BytesIO(b"" if original is not None else body),
            length=0 if original is not None else len(body),
            warc_headers_dict=headers,
            http_headers=_HeadAsSent(rename_transfer_encoding(answer.response_head)),
        )
        is_stored = original is None and _is_compressed(body, answer.response_head)
        return self._encode(record, stored=len(body) if is_stored else 0)

    def encode_request(self, answer: AnswerRecord, head: bytes) -> bytes:
        """Return the member of the request that brought an answer, whose id must be given."""
        headers = {
            "WARC-Date": answer.date,
            "WARC-Concurrent-To": answer.record_id,
            "WARC-Payload-Digest": EMPTY_DIGEST,
        }
        record = self._warcio.create_warc_record(
            answer.url,
            "request",
            payload=BytesIO(),
            length=0,
            warc_headers_dict=headers,
            http_headers=_HeadAsSent(head),
        )
        return self._encode(record)

    def _encode(self, record: object, compression: int = COMPRESSION, *, stored: int = 0) -> bytes:
        """Return the member of a record; the last ``stored`` bytes of its payload are not compressed."""
        self._warcio.write_record(record)
        content = self._buffer.getbuffer()
        if stored:
            member = _store(content, len(content) - len(_RECORD_END) - stored)
        else:
            compressor = zlib.compressobj(compression, zlib.DEFLATED, GZIP_WINDOW)
            member = compressor.compress(content) + compressor.flush()
        content.release()
        self._buffer.seek(0)
        self._buffer.truncate()  # a large record would stay in memory while its page is read
        return member


def _is_compressed(body: bytes, head: bytes) -> bool:
    """Return True if a server has compressed a body: its head says so, and a sample cannot be compressed."""
    if _ENCODED.search(head) is None:
        return False
    sample = body[:SAMPLE]
    return len(sample) == SAMPLE and len(zlib.compress(sample, 1)) >= SAMPLE


def _store(content: memoryview, start: int) -> bytes:
    """Return a gzip member of which what comes before ``start`` is compressed, and the rest stored."""
    compressor = zlib.compressobj(COMPRESSION, zlib.DEFLATED, RAW_WINDOW)
    storer = zlib.compressobj(0, zlib.DEFLATED, RAW_WINDOW)
    parts = (compressor.compress(content[:start]), compressor.flush(zlib.Z_FULL_FLUSH))
    return b"".join(
        (
            _GZIP_HEAD,
            *parts,
            storer.compress(content[start:]),
            storer.flush(),
            struct.pack("<II", zlib.crc32(content), len(content) & 0xFFFF_FFFF),
        )
    )


def _format_date(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def make_random_id() -> str:
    """Return the id of a record that nothing else has."""
    return f"<urn:uuid:{uuid4()}>"


def derive_record_id(url: str, fetched_at: datetime, digest: str) -> str:
    """Return the id that the record of an answer has whoever writes it: derived from address, time and payload."""
    return f"<urn:uuid:{uuid5(NAMESPACE_URL, f'{fetched_at.astimezone(UTC).isoformat()} {digest} {url}')}>"


def compute_payload_digest(body: bytes) -> str:
    """Return the SHA-1 of a body as WARC files write it: ``sha1:`` and base 32."""
    return "sha1:" + base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode("ascii")


EMPTY_DIGEST: Final = compute_payload_digest(b"")


def rename_transfer_encoding(head: bytes) -> bytes:
    """Rename ``Transfer-Encoding`` in a head: the framing has been undone, and readers would expect it."""
    if b"transfer-encoding" not in head.lower():
        return head
    return b"\r\n".join(_CHUNKED.sub(b"X-Archive-Orig-Transfer-Encoding", line) for line in head.split(b"\r\n"))
