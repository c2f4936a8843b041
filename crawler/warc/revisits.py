"""Revisit records: keep an answer whose payload is on disk already as its head and a pointer to the original record.

WARC 1.1 has two profiles: *identical payload* (the server sent the same bytes again) and *server not modified* (status
304). The pointer consists of address, date and record id, as the standard says, and of the file's name and the offset
in it, as Heritrix writes them, so that the record need not be searched for. When the file has been written anew and the
offset no longer fits, the record is found by its id.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from crawler.errors import WarcDamaged

IDENTICAL_PROFILE = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED_PROFILE = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"

_HEAD = 16_384
"""Bytes, uncompressed, that are enough for the head of any record of ours."""
_STEP = 1 << 16


@dataclass(frozen=True, kw_only=True, slots=True)
class OriginalRecord:
    """The response record that a revisit points to."""

    file: str
    offset: int
    url: str
    date: str
    """As written in the record."""
    record_id: str
    digest: str

    def make_headers(self) -> dict[str, str]:
        """Return the fields of a revisit record that point here."""
        return {
            "WARC-Refers-To": self.record_id,
            "WARC-Refers-To-Target-URI": self.url,
            "WARC-Refers-To-Date": self.date,
            "WARC-Refers-To-Filename": self.file,
            "WARC-Refers-To-File-Offset": str(self.offset),
        }


def find_original(folder: Path, file: str, offset: int, *, url: str, digest: str) -> OriginalRecord | None:
    """Return the response record at an offset if it is whole and has that address and payload digest, else None.

    With None the caller has to keep the answer in full: a pointer to a record that is not there would lose it.
    """
    try:
        with (folder / file).open("rb") as record:
            record.seek(offset)
            fields, _ = read_head(record, whole=True)  # to its checksum: a damaged record holds nothing
    except (OSError, WarcDamaged):
        return None
    record_id, date = fields.get("warc-record-id"), fields.get("warc-date")
    described = (fields.get("warc-type"), fields.get("warc-target-uri"), fields.get("warc-payload-digest"))
    if described != ("response", url, digest) or not record_id or not date or "warc-truncated" in fields:
        return None
    return OriginalRecord(file=file, offset=offset, url=url, date=date, record_id=record_id, digest=digest)


def locate_record(folder: Path, file: str, offset: int, record_id: str) -> tuple[str, int]:
    """Return file and offset of the record of that id: ``offset``, or where the file has the record now.

    Raises WarcDamaged when the file does not hold the record, or its name leads out of the folder.
    """
    if Path(file).name != file or file in ("", ".", ".."):
        raise WarcDamaged(f"a revisit record points out of the folder: {file[:100]!a}")
    path = folder / file
    try:
        try:
            if _read_head_at(path, offset).get("warc-record-id") == record_id:
                return file, offset
        except WarcDamaged:
            pass  # another record extends over this offset now
        file_state = path.stat()
        new_offset = _index_records(path, file_state.st_size, file_state.st_mtime_ns).get(record_id)
    except OSError as problem:
        raise WarcDamaged(
            f"{path}, which holds the original of a revisit, cannot be read: {problem.strerror}"
        ) from None
    if new_offset is None:
        raise WarcDamaged(f"{file} no longer holds {record_id[:100]!a}, the original of a revisit")
    return file, new_offset


@lru_cache(maxsize=8)
def _index_records(path: Path, size: int, changed: int) -> Mapping[str, int]:
    """Return record id → offset for a file; size and time of change are given for the cache."""
    offsets: dict[str, int] = {}
    offset = 0
    with path.open("rb") as file:
        while offset < size:
            file.seek(offset)
            try:
                head, length = read_head(file, whole=True)
            except WarcDamaged:
                break
            offsets[head.get("warc-record-id", "")] = offset
            offset += length
    return offsets


def _read_head_at(path: Path, offset: int) -> Mapping[str, str]:
    with path.open("rb") as file:
        file.seek(offset)
        return read_head(file, whole=False)[0]


def read_head(file: BinaryIO, *, whole: bool) -> tuple[Mapping[str, str], int]:
    """Read the head of the member at the file's position; return its fields, names in lower case, and bytes read.

    With ``whole`` the member is read to its end, and the bytes are its compressed length. Raises WarcDamaged.
    """
    stream = zlib.decompressobj(31)
    text = b""
    bytes_read = 0
    while not stream.eof and (whole or len(text) < _HEAD):
        block = file.read(_STEP if whole else _HEAD)
        if not block:
            if whole:
                raise WarcDamaged("the record breaks off")
            break
        bytes_read += len(block)
        pending = block
        while pending and not stream.eof:
            try:
                part = stream.decompress(pending, _STEP)
            except zlib.error as problem:
                raise WarcDamaged(f"no record begins here ({problem})") from None
            text = text if len(text) >= _HEAD else text + part
            pending = stream.unconsumed_tail
            if not whole and len(text) >= _HEAD:
                break
    lines = text.partition(b"\r\n\r\n")[0].decode("utf-8", "replace").split("\r\n")
    if not re.fullmatch(r"WARC/\d\.\d", lines[0]):
        raise WarcDamaged("no record begins here")
    fields = (line.partition(":") for line in lines[1:])
    return {name.strip().lower(): value.strip() for name, _, value in fields}, bytes_read - len(stream.unused_data)
