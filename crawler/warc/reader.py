"""Reads answers from our WARC files: takes a location, returns a :class:`~crawler.items.Capture`.

Raises WarcDamaged for a record whose digest does not fit its bytes. A revisit record is read with the body of the
response that it points to; one of status 304 has no body, and neither has its capture.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from crawler.errors import BadValue, PayloadUnreadable, WarcDamaged
from crawler.items import Capture
from crawler.normalisation.words.digits import parse_digits
from crawler.warc.content_encoding import MAX_CONTENT_SIZE, list_encodings, read_content
from crawler.warc.records import EMPTY_DIGEST, compute_payload_digest
from crawler.warc.revisits import NOT_MODIFIED_PROFILE, locate_record
from crawler.warc.warcio_parts import ArchiveIterator

RAW_LIMIT = 64_000_000
"""The most bytes of one record, uncompressed; our own records stay far below."""
_STEP = 1 << 16


def read_capture(
    folder: Path, warc_file: str, offset: int, length: int | None = None, *, max_size: int = MAX_CONTENT_SIZE
) -> Capture:
    """Return the answer in the response or revisit record at ``offset``, its content encoding undone.

    Raises WarcDamaged when the file is missing, cut off or altered, no such record begins there, or the response that
    a revisit points to cannot be read.
    """
    path = folder / warc_file
    try:
        with path.open("rb") as file:
            file.seek(offset)
            member, size = _read_member(file, f"{warc_file}:{offset}")
    except OSError as problem:
        raise WarcDamaged(f"{path} cannot be read: {problem.strerror or problem}") from None
    if length is not None and size != length:
        raise WarcDamaged(f"the record at {warc_file}:{offset} is {size} bytes long, not {length}")
    return _parse_answer(member, folder, warc_file, offset, size, max_size)


def iter_captures(path: Path, *, start: int = 0, max_size: int = MAX_CONTENT_SIZE) -> Iterator[Capture]:
    """Yield the answers of a file from the record at ``start`` on, in the order of their fetching.

    A revisit record of other software that does not name the file of its original is left out. Raises WarcDamaged at
    the first damaged record.
    """
    try:
        with path.open("rb") as file:
            offset = start
            end = path.stat().st_size
            while offset < end:
                file.seek(offset)
                member, size = _read_member(file, f"{path.name}:{offset}")
                head = member.partition(b"\r\n\r\n")[0] + b"\r\n"
                if b"\r\nWARC-Type: response\r\n" in head or (
                    b"\r\nWARC-Type: revisit\r\n" in head and b"\r\nWARC-Refers-To-Filename:" in head
                ):
                    yield _parse_answer(member, path.parent, path.name, offset, size, max_size)
                offset += size
    except OSError as problem:
        raise WarcDamaged(f"{path} cannot be read: {problem.strerror or problem}") from None


def _read_member(file: BinaryIO, label: str) -> tuple[bytes, int]:
    """Read one gzip member from the file's position; return its content, and its compressed length in bytes.

    ``label`` names the record in the message of WarcDamaged.
    """
    stream = zlib.decompressobj(31)
    parts: list[bytes] = []
    bytes_read = size = 0
    while not stream.eof:
        block = file.read(_STEP)
        if not block:
            raise WarcDamaged(f"the record at {label} breaks off")
        bytes_read += len(block)
        try:
            part = stream.decompress(block, RAW_LIMIT + 1 - size)
        except zlib.error as problem:
            raise WarcDamaged(f"no whole record begins at {label} ({problem})") from None
        parts.append(part)
        size += len(part)
        if size > RAW_LIMIT:
            raise WarcDamaged(f"the record at {label} is larger than {RAW_LIMIT} bytes")
    return b"".join(parts), bytes_read - len(stream.unused_data)


def _parse_answer(member: bytes, folder: Path, warc_file: str, offset: int, size: int, max_size: int) -> Capture:
    label = f"{warc_file}:{offset}"
    record = _parse(member, label)
    if record.rec_type not in ("response", "revisit") or record.http_headers is None:
        raise WarcDamaged(f"the record at {label} is no response")
    headers = record.rec_headers
    digest = headers.get_header("WARC-Payload-Digest")
    if record.rec_type == "response":
        payload = _read_payload(record, label)
    elif headers.get_header("WARC-Profile") == NOT_MODIFIED_PROFILE:
        payload, digest = b"", EMPTY_DIGEST
    else:
        payload = _read_original_payload(headers, folder, label)
    fields = tuple((str(name), str(value or "")) for name, value in record.http_headers.headers)
    try:
        status = int(record.http_headers.get_statuscode()[:3])  # tabs may stand behind it, or its words
        fetched_at = _read_date(headers.get_header("WARC-Date") or "")
    except ValueError as problem:
        raise WarcDamaged(f"the record at {label} cannot be understood: {problem}") from None
    try:
        content = read_content(payload, list_encodings(fields), max_size)
    except BadValue as problem:
        raise PayloadUnreadable(f"the record at {label} cannot be decoded: {problem}") from None
    return Capture(
        url=headers.get_header("WARC-Target-URI") or "",
        fetched_at=fetched_at,
        status=status,
        headers=fields,
        body=content.body,
        damage=content.damage,
        digest=digest,
        warc_file=warc_file,
        warc_offset=offset,
        warc_length=size,
    )


def _read_payload(record: Any, label: str) -> bytes:
    payload: bytes = record.raw_stream.read()
    digest = record.rec_headers.get_header("WARC-Payload-Digest")
    if record.payload_length != len(payload) or (digest and digest != compute_payload_digest(payload)):
        raise WarcDamaged(f"the record at {label} has been altered: its digest does not fit")
    return payload


def _read_original_payload(headers: Any, folder: Path, label: str) -> bytes:
    """Return the payload that a revisit record of identical payload points to, as it was sent."""
    file = headers.get_header("WARC-Refers-To-Filename") or ""
    offset = headers.get_header("WARC-Refers-To-File-Offset") or ""
    record_id = headers.get_header("WARC-Refers-To") or ""
    place = parse_digits(offset)
    if not (file and record_id) or place is None:
        raise WarcDamaged(f"the revisit record at {label} does not say where its original lies")
    file, start = locate_record(folder, file, place, record_id)
    with (folder / file).open("rb") as stream:
        stream.seek(start)
        member, _ = _read_member(stream, f"{file}:{start}")
    original = _parse(member, f"{file}:{start}")
    if original.rec_type != "response":
        raise WarcDamaged(f"the revisit record at {label} points to a {original.rec_type} record")
    payload = _read_payload(original, f"{file}:{start}")
    if headers.get_header("WARC-Payload-Digest") != compute_payload_digest(payload):
        raise WarcDamaged(f"the revisit record at {label} points to another payload")
    return payload


def _parse(member: bytes, label: str) -> Any:
    try:
        return next(ArchiveIterator(BytesIO(member)))
    except StopIteration:
        raise WarcDamaged(f"the record at {label} is empty") from None
    except Exception as problem:  # warcio raises many kinds, down to plain Exception
        raise WarcDamaged(f"the record at {label} cannot be understood: {problem}") from None


def _read_date(value: str) -> datetime:
    return datetime.fromisoformat(value).astimezone(UTC)
