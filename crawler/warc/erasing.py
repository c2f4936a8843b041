"""Erases records from a WARC file: replaces them by records of the same length that say so.

All other records keep their offsets. The file is written anew beside the old one and then renamed over it, so that
after a power cut either the old file or the new one is there, whole.
"""

from __future__ import annotations

import os
import shutil
import uuid
import zlib
from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

from crawler.atomic_file import sync_folder
from crawler.errors import WarcDamaged
from crawler.normalisation.dates.moments import instant
from crawler.warc.scanning import ERASED_NOTE, ScannedRecord, scan_records

_STEP: Final = 1 << 20
_COMMENTED: Final = b"\x1f\x8b\x08\x10\x00\x00\x00\x00\x00\xff"
"""The head of a gzip member with a comment, which may be as long as need be."""


def erase_records(path: Path, offsets: Collection[int], is_unwanted: Callable[[str], bool], now: datetime) -> int:
    """Erase the records at these offsets, those whose address ``is_unwanted``, and the requests for them.

    Returns the number of records that were erased now; a second call erases none, and then leaves the file untouched.
    Damaged parts are kept unchanged, except that one in which an offset lies becomes zeros. Raises WarcDamaged when a
    record is too short to be erased, OSError when the file cannot be written.
    """
    path = path.resolve()  # the file itself is replaced, not a link that leads to it
    target_path = path.with_name(path.name + ".new")
    spans: list[tuple[int, bytes]] = []
    for record in _find_unwanted(path, offsets, is_unwanted):
        if not record.is_damaged:
            spans.append((record.offset, _make_filler(record.length, now)))
        elif not _is_blank(path, record):
            spans.append((record.offset, b"\0" * record.length))
    if not spans:
        target_path.unlink(missing_ok=True)  # which a kill may have left
        return 0
    try:
        with path.open("rb") as source_file, target_path.open("wb") as target_file:
            _refuse_locked(source_file)
            offset = 0
            for begin, filler in spans:
                _copy(source_file, target_file, offset, begin - offset)
                target_file.write(filler)
                offset = begin + len(filler)
            _copy(source_file, target_file, offset, path.stat().st_size - offset)
            target_file.flush()
            os.fsync(target_file.fileno())
        shutil.copymode(path, target_path)
        os.replace(target_path, path)
        sync_folder(path.parent)
    finally:
        target_path.unlink(missing_ok=True)
    return len(spans)


def _find_unwanted(path: Path, offsets: Collection[int], is_unwanted: Callable[[str], bool]) -> Iterator[ScannedRecord]:
    """Yield the records to erase; a damaged part is one when an offset lies in it."""
    record_ids: set[str] = set()
    for record in scan_records(path):
        if record.is_erased:
            continue
        if record.is_damaged:
            if any(record.covers(offset) for offset in offsets):
                yield record
            continue
        fields = record.fields or {}
        is_about_erased = fields.get("warc-concurrent-to") in record_ids
        if record.offset in offsets or is_about_erased or (record.url and is_unwanted(record.url)):
            if "warc-record-id" in fields:
                record_ids.add(fields["warc-record-id"])
            yield record


def _refuse_locked(file: BinaryIO) -> None:
    """Raise BlockingIOError if another program has locked a file; Windows itself refuses to replace such a file."""
    if os.name == "nt":
        return
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError:
        return  # a file system without locks


def _is_blank(path: Path, record: ScannedRecord) -> bool:
    """Return True if a damaged part consists of zeros already."""
    with path.open("rb") as file:
        file.seek(record.offset)
        return not file.read(record.length).strip(b"\0")


def _make_filler(length: int, now: datetime) -> bytes:
    """Return a gzip member of exactly ``length`` bytes with a metadata record that says that a record was erased."""
    record = (
        b"WARC/1.1\r\nWARC-Type: metadata\r\n"
        + f"WARC-Record-ID: <urn:uuid:{uuid.uuid4()}>\r\n".encode()
        + f"WARC-Date: {instant(now)}\r\n".encode()
        + f"Content-Type: text/plain\r\nContent-Length: {len(ERASED_NOTE)}\r\n\r\n".encode()
        + ERASED_NOTE
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
