"""Writes an answer and the request that fetched it as two WARC records, and returns the location of the response.

warcio makes the records, but for two steps. It would percent-encode header bytes that are not ASCII, so it is given the
head of a message as it was sent. And it compresses at level 9, which costs a crawl more than the bytes saved are worth,
so this module compresses the members.

Byte-exact in a response record are the status line, every header line in its order, with its spelling, repetitions and
folding, and the body with its content encoding. Not exact are line ends, which are CR LF even if the server sent a bare
LF, and chunked framing, which is undone; ``Transfer-Encoding`` is therefore renamed to
``X-Archive-Orig-Transfer-Encoding``.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter as WarcioWriter

from crawler.errors import ArchiveMoved
from crawler.system.file_identity import FileIdentity, describe_loss
from crawler.warc.revisits import IDENTICAL_PROFILE, NOT_MODIFIED_PROFILE, OriginalRecord

ROLL_AT = 1_000_000_000
"""Bytes of a file after which the next one is begun."""
COMPRESSION = 6
"""zlib level: 9 costs a crawl more than the few bytes it saves."""

_CHUNKED = re.compile(rb"^transfer-encoding(?=\s*:)", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Location:
    """The location of a record: the name of its file within the folder, offset and length of its member in bytes."""

    file: str
    offset: int
    length: int


class _HeadAsSent(StatusAndHeaders):  # type: ignore[misc]  # warcio has no types
    """The head of an HTTP message that warcio writes unaltered."""

    def __init__(self, head: bytes) -> None:
        super().__init__("", [])
        self.raw_head = head

    def compute_headers_buffer(self, header_filter: object = None) -> None:
        self.headers_buff = self.raw_head

    def __bool__(self) -> bool:
        return True


class WarcWriter:
    """Appends records to ``<prefix>-<UTC time>-<nnnnn>.warc.gz`` files in a folder, one gzip member a record.

    The folder and the first file are made for the first record, so that a run that fetches nothing leaves no file. Each
    file begins with a warcinfo record of ``info``. Raises OSError when the disk is full or not writable, and
    ArchiveMoved when the folder is not where it was: asked for at each flush, each beginning and at the end.
    """

    def __init__(
        self,
        folder: Path,
        prefix: str,
        *,
        started_at: datetime,
        info: Mapping[str, str] | None = None,
        roll_at: int = ROLL_AT,
    ) -> None:
        self.folder = folder
        self.prefix = prefix
        self.info = {"format": "WARC File Format 1.1", **(info or {})}
        self.roll_at = roll_at
        self._stamp = started_at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        self._serial = 0
        self._file: BinaryIO | None = None
        self._name = ""
        self._offset = 0
        self._folder_identity = FileIdentity.read(folder)
        self._buffer = BytesIO()
        self._warcio = WarcioWriter(self._buffer, gzip=False, warc_version="WARC/1.1")

    def write(
        self,
        *,
        url: str,
        fetched_at: datetime,
        request_head: bytes | None,
        response_head: bytes,
        body: bytes,
        fetched_from: str | None = None,
        ingested_from: str | None = None,
        truncated: str | None = None,
        original: OriginalRecord | None = None,
    ) -> Location:
        """Append the response and its request; return the location of the response.

        ``url`` is the site's own address. ``response_head`` and ``request_head`` are the first lines of the messages,
        with their CR LF and the empty line. ``fetched_from`` is the mirror's address if one served the answer;
        ``truncated`` is the WARC word for why the body is incomplete (``disconnect``, ``length``). With an
        ``original`` a revisit record is written that points to it: *identical payload* when the answer has a body
        (the same one), *server not modified* when it has none.
        A record from an ingested file is written without a request (None), and names the file it was
        ``ingested_from``.
        """
        if self._file is None or self._offset >= self.roll_at:
            self._begin_file()
        date = fetched_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        headers = {"WARC-Date": date}
        if fetched_from:
            headers["Seealso-Fetched-From"] = fetched_from
        if ingested_from:
            headers["Seealso-Ingested-From"] = ingested_from
        if truncated:
            headers["WARC-Truncated"] = truncated
        if original is not None:
            headers |= {"WARC-Profile": IDENTICAL_PROFILE if body else NOT_MODIFIED_PROFILE, **original.make_headers()}
        if body or original is None:
            headers["WARC-Payload-Digest"] = compute_payload_digest(body)
        response = self._warcio.create_warc_record(
            url,
            "response" if original is None else "revisit",
            payload=BytesIO(b"" if original is not None else body),
            length=0 if original is not None else len(body),
            warc_headers_dict=headers,
            http_headers=_HeadAsSent(rename_transfer_encoding(response_head)),
        )
        location = self._append(response)
        if request_head is None:
            return location
        request = self._warcio.create_warc_record(
            url,
            "request",
            payload=BytesIO(),
            length=0,
            warc_headers_dict={
                "WARC-Date": date,
                "WARC-Concurrent-To": response.rec_headers.get_header("WARC-Record-ID"),
                "WARC-Payload-Digest": EMPTY_DIGEST,
            },
            http_headers=_HeadAsSent(request_head),
        )
        self._append(request)
        return location

    def flush(self) -> None:
        """Sync everything written so far to the disk; to be called before the archive's transaction refers to it."""
        if self._file is not None:
            self._file.flush()
            os.fsync(self._file.fileno())
        self._check_in_place()

    def close(self) -> None:
        """Flush and close the current file; a later write begins another."""
        try:
            self.flush()
        finally:
            if self._file is not None:
                self._file.close()
                self._file = None

    def _begin_file(self) -> None:
        self.close()
        self.folder.mkdir(parents=True, exist_ok=True)
        self._folder_identity = FileIdentity.read(self.folder)
        while True:
            self._name = f"{self.prefix}-{self._stamp}-{self._serial:05d}.warc.gz"
            self._serial += 1
            try:
                self._file = (self.folder / self._name).open("xb")
            except FileExistsError:  # another run began within the same second
                continue
            break
        self._offset = 0
        self._append(self._warcio.create_warcinfo_record(self._name, self.info))

    def _check_in_place(self) -> None:
        """Raise ArchiveMoved where the folder, or the file that is being written, is not at its path any more."""
        path, current_path = self.folder, None
        if self._file is not None:
            path = self.folder / self._name
            identity = FileIdentity.read(self._file.fileno())
            assert identity is not None
            is_in_place = identity.is_at(path)
            if not is_in_place:
                current_path = identity.find_path()
        else:
            is_in_place = self._folder_identity is None or self._folder_identity.is_at(self.folder)
        if is_in_place:
            return
        if self._folder_identity is not None and not self._folder_identity.is_at(self.folder):
            path, current_path = self.folder, current_path.parent if current_path is not None else None
        advice = "put it back, then run the same command again" if current_path else "seealso verify names what is lost"
        raise ArchiveMoved(f"{path} {describe_loss(path, current_path)} while it was written; {advice}")

    def _append(self, record: object) -> Location:
        self._warcio.write_record(record)
        compressor = zlib.compressobj(COMPRESSION, zlib.DEFLATED, 31)
        member = compressor.compress(self._buffer.getbuffer()) + compressor.flush()
        self._buffer.seek(0)
        self._buffer.truncate()  # a large record would stay in memory while its page is read
        assert self._file is not None
        self._file.write(member)
        location = Location(file=self._name, offset=self._offset, length=len(member))
        self._offset += len(member)
        return location


def compute_payload_digest(body: bytes) -> str:
    """Return the SHA-1 of a body as WARC files write it: ``sha1:`` and base 32."""
    return "sha1:" + base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode("ascii")


EMPTY_DIGEST = compute_payload_digest(b"")


def rename_transfer_encoding(head: bytes) -> bytes:
    """Rename ``Transfer-Encoding`` in a head: the framing has been undone, and readers would expect it."""
    if b"transfer-encoding" not in head.lower():
        return head
    return b"\r\n".join(_CHUNKED.sub(b"X-Archive-Orig-Transfer-Encoding", line) for line in head.split(b"\r\n"))
