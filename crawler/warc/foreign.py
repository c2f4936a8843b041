"""Reads the answers in WARC files of other software, damaged ones included.

It reads plain and compressed WARC, with one gzip member a record or one for all, and WACZ. A damaged record is reported
to the caller, and reading continues at the beginning of the next one.
"""

from __future__ import annotations

import gzip
import re
import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, BinaryIO, Final

from crawler.errors import WarcDamaged

MAX_RECORD_SIZE: Final = 64_000_000
"""The most bytes of a record that is read; larger ones are films, not pages."""
_LARGEST_HEAD: Final = 64_000
_STEP: Final = 1 << 16
_MEMBER: Final = b"\x1f\x8b\x08"
_GROWTH: Final = 200
"""The most times by which a file may grow when it is unpacked; more is an attack on the disk."""
_CHUNK_SIZE = re.compile(rb"\s*([0-9A-Fa-f]{1,8})\s*(?:;[^\n]*)?\r?\n")


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordEntry:
    """The header fields of a response or revisit record, and where it begins."""

    path: Path
    offset: int
    kind: str
    """``response`` or ``revisit``."""
    url: str
    date: datetime
    payload_digest: str | None
    refers_to: str | None
    """A revisit's ``WARC-Refers-To-Target-URI``, or its own address."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HttpMessage:
    """An HTTP answer as a record holds it, chunked framing undone."""

    head: bytes
    """Status line and headers with CR LF, and the empty line."""
    body: bytes
    truncated: str | None
    """The WARC word for why the body is incomplete."""


def unpack_files(path: Path, folder: Path) -> list[Path]:
    """Return the files to index: the file itself, or those unpacked from it into ``folder``.

    Raises WarcDamaged when the file is no WARC and no WACZ, or cannot be read.
    """
    try:
        with path.open("rb") as file:
            magic = file.read(4)
            if magic == b"PK\x03\x04":
                return _unzip(path, folder)
            if magic[:3] != _MEMBER:
                if magic != b"WARC":
                    raise WarcDamaged(f"{path} is no WARC and no WACZ file")
                return [path]
            file.seek(0)
            content, _ = read_member(file)
        head = split_head(content)
        if head is None:
            raise WarcDamaged(f"{path} is no WARC file: what is compressed in it does not begin with a record")
        fields, block_start = head
        if content[block_start + _read_length(fields) :].strip():  # more records in the same member
            target = folder / f"{path.stem}.{len(list(folder.iterdir()))}.warc"
            with gzip.open(path) as compressed_file, target.open("wb") as target_file:
                _copy(compressed_file, target_file, path.stat().st_size * _GROWTH + MAX_RECORD_SIZE, path)
            return [target]
    except (OSError, EOFError, zipfile.BadZipFile) as problem:
        raise WarcDamaged(f"{path} cannot be read: {getattr(problem, 'strerror', None) or problem}") from None
    except zlib.error as problem:
        raise WarcDamaged(f"{path} does not begin with a whole record ({problem})") from None
    return [path]


def iter_entries(path: Path, is_wanted: Callable[[str], bool], on_damage: Callable[[], None]) -> Iterator[RecordEntry]:
    """Yield the response and revisit records whose address ``is_wanted``; call ``on_damage`` for each broken record."""
    size = path.stat().st_size
    with path.open("rb") as file:
        compressed = file.read(3) == _MEMBER
        offset = 0
        while offset < size:
            try:
                fields, _, next_offset = _read_record(file, offset, compressed, with_block=False)
                entry = _make_entry(path, offset, fields, is_wanted)
            except (WarcDamaged, zlib.error, ValueError):
                on_damage()
                damage_end = find_next_record(file, offset + 1, compressed=compressed)
                if damage_end is None:
                    return
                offset = damage_end
                continue
            if entry is not None:
                yield entry
            offset = next_offset


def read_message(path: Path, offset: int) -> HttpMessage:
    """Return the HTTP answer of the record at ``offset``. Raises WarcDamaged."""
    try:
        with path.open("rb") as file:
            compressed = file.read(3) == _MEMBER
            fields, block, _ = _read_record(file, offset, compressed, with_block=True)
    except (OSError, ValueError, zlib.error) as problem:
        raise WarcDamaged(f"the record at {path}:{offset} cannot be read ({problem})") from None
    end, gap = block.find(b"\r\n\r\n"), 4
    if end < 0 or 0 <= block.find(b"\n\n") < end:
        end, gap = block.find(b"\n\n"), 2
    if end < 0 or not block.startswith(b"HTTP/"):
        raise WarcDamaged(f"the record at {path}:{offset} holds no HTTP answer")
    lines = [line.rstrip(b"\r") for line in block[:end].split(b"\n")]
    body = block[end + gap :]
    truncated = fields.get("warc-truncated")
    names = {line.partition(b":")[0].strip().lower(): line.partition(b":")[2].strip() for line in lines[1:]}
    if b"chunked" in names.get(b"transfer-encoding", b"").lower():
        body, whole = _undo_chunks(body)
        truncated = truncated or (None if whole else "disconnect")
    elif (stated := names.get(b"content-length", b"")).isdigit() and len(body) < int(stated[:18]):
        truncated = truncated or "disconnect"
    return HttpMessage(head=b"\r\n".join(lines) + b"\r\n\r\n", body=body, truncated=truncated)


def _make_entry(
    path: Path, offset: int, fields: dict[str, str], is_wanted: Callable[[str], bool]
) -> RecordEntry | None:
    kind = fields.get("warc-type", "").lower()
    url = fields.get("warc-target-uri", "").strip("<> ")  # early wget put the address between angle brackets
    if kind not in ("response", "revisit") or not url or not is_wanted(url):
        return None
    if kind == "response" and not fields.get("content-type", "").lower().startswith("application/http"):
        return None
    date = datetime.fromisoformat(fields.get("warc-date", ""))
    return RecordEntry(
        path=path,
        offset=offset,
        kind=kind,
        url=url,
        date=(date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC),
        payload_digest=fields.get("warc-payload-digest"),
        refers_to=fields.get("warc-refers-to-target-uri", url).strip("<> ") if kind == "revisit" else None,
    )


def _read_record(
    file: BinaryIO, offset: int, compressed: bool, *, with_block: bool
) -> tuple[dict[str, str], bytes, int]:
    """Return fields and block of the record at ``offset``, and the next record's offset. Raises WarcDamaged."""
    file.seek(offset)
    if compressed:
        content, size = read_member(file)
        head = split_head(content)
        if head is None:
            raise WarcDamaged("no record begins here")
        fields, start = head
        length = _read_length(fields)
        if len(content) < start + length:
            raise WarcDamaged("the record is shorter than it says, or too large")
        return fields, content[start : start + length], offset + size
    opening = file.read(_LARGEST_HEAD)
    head = split_head(opening)
    if head is None:
        raise WarcDamaged("no record begins here")
    fields, start = head
    length = _read_length(fields)
    file.seek(offset + start + length)
    separator = file.read(16)
    if len(separator) < 4 or not separator.startswith(b"\r\n\r\n"):
        raise WarcDamaged("the record does not end where it says")
    next_offset = offset + start + length + 4
    block = b""
    if with_block:
        if length > MAX_RECORD_SIZE:
            raise WarcDamaged("the record is too large")
        file.seek(offset + start)
        block = file.read(length)
    return fields, block, next_offset


def read_member(file: BinaryIO) -> tuple[bytes, int]:
    """Read one gzip member from the file's position; return its content (of a large one the beginning), and its length.

    The length is in compressed bytes. Raises WarcDamaged when the member breaks off, zlib.error when it is damaged.
    """
    stream = zlib.decompressobj(31)
    parts: list[bytes] = []
    bytes_read = size = 0
    pending = b""
    while not stream.eof:
        block = pending or file.read(_STEP)
        if not block:
            raise WarcDamaged("the record breaks off")
        if not pending:
            bytes_read += len(block)
        part = stream.decompress(block, 1 << 20)
        pending = stream.unconsumed_tail
        size += len(part)
        if size <= MAX_RECORD_SIZE + _LARGEST_HEAD:
            parts.append(part)
    return b"".join(parts), bytes_read - len(stream.unused_data)


def split_head(content: bytes) -> tuple[dict[str, str], int] | None:
    """Return the fields of a record, names in lower case, and its block's offset; None if no record begins here."""
    skipped = len(content) - len(content.lstrip(b"\r\n"))
    if not content.startswith((b"WARC/1.", b"WARC/0."), skipped):
        return None
    end = content.find(b"\r\n\r\n", skipped, skipped + _LARGEST_HEAD)
    if end < 0:
        return None
    fields: dict[str, str] = {}
    for line in content[skipped:end].decode("utf-8", "replace").split("\r\n")[1:]:
        name, colon, value = line.partition(":")
        if colon:
            fields.setdefault(name.strip().lower(), value.strip())
    return fields, end + 4


def _read_length(fields: dict[str, str]) -> int:
    stated = fields.get("content-length", "")
    if not (stated.isascii() and stated.isdigit() and len(stated) < 16):
        raise WarcDamaged("the record does not say how long it is")
    return int(stated)


def find_next_record(file: BinaryIO, offset: int, *, compressed: bool) -> int | None:
    """Return the offset of the first record that begins at ``offset`` or behind it; None when there is none."""
    signature = _MEMBER if compressed else b"WARC/1."
    while True:
        file.seek(offset)
        block = file.read(_STEP)
        position = block.find(signature)
        if position < 0:
            if len(block) < _STEP:
                return None
            offset += _STEP - len(signature)
            continue
        offset += position
        file.seek(offset)
        opening = file.read(4096)
        try:
            content = zlib.decompressobj(31).decompress(opening, 64) if compressed else opening
        except zlib.error:
            content = b""
        if content.lstrip(b"\r\n").startswith((b"WARC/1.", b"WARC/0.")):
            return offset
        offset += 1


def _undo_chunks(body: bytes) -> tuple[bytes, bool]:
    """Undo chunked framing; return the body, and True if the last chunk came or the body was not chunked after all."""
    parts: list[bytes] = []
    position = 0
    while match := _CHUNK_SIZE.match(body, position):
        size = int(match[1], 16)
        if size == 0:
            return b"".join(parts), True
        parts.append(body[match.end() : match.end() + size])
        position = match.end() + size
        position += 2 if body[position : position + 2] == b"\r\n" else 1
        if position > len(body):
            break
    return (b"".join(parts), False) if parts else (body, True)


def _unzip(path: Path, folder: Path) -> list[Path]:
    paths = []
    limit = path.stat().st_size * _GROWTH + MAX_RECORD_SIZE
    with zipfile.ZipFile(path) as archive:
        for number, info in enumerate(archive.infolist()):
            if re.fullmatch(r"archive/[^/]+\.warc(\.gz)?", info.filename):
                target = folder / f"{path.stem}.{number}.warc.gz"
                with archive.open(info) as source, target.open("wb") as target_file:
                    _copy(source, target_file, limit, path)
                paths += unpack_files(target, folder)
    if not paths:
        raise WarcDamaged(f"{path} is a ZIP file without archive/*.warc.gz: no WACZ")
    return paths


def _copy(source: IO[bytes] | gzip.GzipFile, target: BinaryIO, limit: int, path: Path) -> None:
    shutil.copyfileobj(_Limited(source, limit, path), target, _STEP)


class _Limited:
    """A file that raises WarcDamaged once more than ``limit`` bytes are read from it."""

    def __init__(self, source: IO[bytes] | gzip.GzipFile, limit: int, path: Path) -> None:
        self.source, self.left, self.path = source, limit, path

    def read(self, size: int = -1) -> bytes:
        block = self.source.read(size)
        self.left -= len(block)
        if self.left < 0:
            raise WarcDamaged(f"{self.path} is more than {_GROWTH} times as large unpacked")
        return block
