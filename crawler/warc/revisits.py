"""Revisit records: an answer whose payload is on disk already is kept as its head and a pointer to the first one.

WARC 1.1 has two profiles: *identical payload* (the server sent the same bytes again) and *server not modified* (status
304). The pointer is what the standard says, address, date and record id; and, as Heritrix writes them, the file's name
and the offset in it, so that nothing needs to be searched for. When the file has been written anew since and the offset
no longer fits, the record is found by its id.
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
"""Bytes, uncompressed, that hold the head of any record of ours."""
_STEP = 1 << 16


@dataclass(frozen=True, kw_only=True, slots=True)
class OriginalRecord:
    """The response record that a revisit points to."""

    file: str
    offset: int
    url: str
    date: str
    """As the record has it."""
    record_id: str
    digest: str

    def headers(self) -> dict[str, str]:
        """Return the fields of a revisit record that point here."""
        return {
            "WARC-Refers-To": self.record_id,
            "WARC-Refers-To-Target-URI": self.url,
            "WARC-Refers-To-Date": self.date,
            "WARC-Refers-To-Filename": self.file,
            "WARC-Refers-To-File-Offset": str(self.offset),
        }


def find_original(folder: Path, file: str, offset: int, *, url: str, digest: str) -> OriginalRecord | None:
    """Return the whole response record of that address and payload at a place, or None when there is none.

    None means: keep the answer in full. A pointer to what is not there would lose it.
    """
    try:
        head = _head_at(folder / file, offset)
    except (OSError, WarcDamaged):
        return None
    record_id, date = head.get("warc-record-id"), head.get("warc-date")
    fits = (head.get("warc-type"), head.get("warc-target-uri"), head.get("warc-payload-digest"))
    if fits != ("response", url, digest) or not record_id or not date or "warc-truncated" in head:
        return None
    return OriginalRecord(file=file, offset=offset, url=url, date=date, record_id=record_id, digest=digest)


def locate_record(folder: Path, file: str, offset: int, record_id: str) -> tuple[str, int]:
    """Return where the record of that id lies: at ``offset``, or wherever its file has it now.

    Raises WarcDamaged when it is nowhere in the file, or the file's name is not one of this folder.
    """
    if Path(file).name != file or file in ("", ".", ".."):
        raise WarcDamaged(f"a revisit record points out of the folder: {file[:100]!a}")
    path = folder / file
    try:
        try:
            if _head_at(path, offset).get("warc-record-id") == record_id:
                return file, offset
        except WarcDamaged:
            pass  # some other record lies across that place now
        facts = path.stat()
        found = _index(path, facts.st_size, facts.st_mtime_ns).get(record_id)
    except OSError as problem:
        raise WarcDamaged(
            f"{path}, which holds the original of a revisit, cannot be read: {problem.strerror}"
        ) from None
    if found is None:
        raise WarcDamaged(f"{file} no longer holds {record_id[:100]!a}, the original of a revisit")
    return file, found


@lru_cache(maxsize=8)
def _index(path: Path, size: int, changed: int) -> Mapping[str, int]:
    """Return record id → offset for a file as it is now."""
    found: dict[str, int] = {}
    offset = 0
    with path.open("rb") as file:
        while offset < size:
            file.seek(offset)
            try:
                head, length = read_head(file, whole=True)
            except WarcDamaged:
                break
            found[head.get("warc-record-id", "")] = offset
            offset += length
    return found


def _head_at(path: Path, offset: int) -> Mapping[str, str]:
    with path.open("rb") as file:
        file.seek(offset)
        return read_head(file, whole=False)[0]


def read_head(file: BinaryIO, *, whole: bool) -> tuple[Mapping[str, str], int]:
    """Read the head of the member at the file's position; with ``whole`` also go to its end and tell its length."""
    stream = zlib.decompressobj(31)
    text = b""
    taken = 0
    while not stream.eof and (whole or len(text) < _HEAD):
        block = file.read(_STEP if whole else _HEAD)
        if not block:
            if whole:
                raise WarcDamaged("the record breaks off")
            break
        taken += len(block)
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
    return {name.strip().lower(): value.strip() for name, _, value in fields}, taken - len(stream.unused_data)
