"""Unpacks ZIP files (WACZ, also nested), TAR files and parts of others into a temporary folder, within a limit."""

from __future__ import annotations

import os
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final
from uuid import uuid4

from crawler.engines import watchdog
from crawler.errors import WarcDamaged
from crawler.warc.compression import RAW_WINDOW, BadStream, ZlibDecompressor
from crawler.warc.foreign.heads import SIGNATURE, split_head
from crawler.warc.foreign.members import MAX_RECORD_SIZE, is_member
from crawler.warc.foreign.records import BREAK_MARK
from crawler.warc.foreign.saved.kinds import find_saved_kind
from crawler.warc.foreign.saved.records import BEGINNING_OF_THE_WEB
from crawler.warc.foreign.tarballs import TarDamaged, is_packed_whole, is_tar, iter_tar_members, unpack_whole

_GROWTH: Final = 200
"""The most times by which a file may grow when it is unpacked; more is an attack on the disk."""
_DEPTH: Final = 5
"""The most ZIP files within one another."""
_MAX_DIRECTORY: Final = 8_000_000
"""The most bytes of the directory of a ZIP file: it is read into memory, at a multiple of its size."""
_MAX_COMMENT: Final = 65_536
_STEP: Final = 1 << 16
_OPENING: Final = 512
"""Bytes at the beginning of a file that tell what it is packed in."""
_ENCRYPTED: Final = 1
_LOCAL_HEADER: Final = 30
"""The length of the fixed part of the header before each file in a ZIP file."""
ZIP_MAGIC: Final = (b"PK\x03\x04", b"PK\x05\x06")
_SUFFIXES: Final = (".warc", ".warc.gz", ".warc.zst", ".arc", ".arc.gz", ".wet", ".wet.gz", ".wacz", ".zip")


class Budget:
    """The bytes that may be unpacked from one file, all that is within it included."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._left = path.stat().st_size * _GROWTH + MAX_RECORD_SIZE

    def spend(self, size: int) -> None:
        """Count bytes. Raises WarcDamaged when they are too many."""
        watchdog.reset()
        self._left -= size
        if self._left < 0:
            raise GrownTooLarge(f"{spell_path(self.path)} is more than {_GROWTH} times as large unpacked")


class GrownTooLarge(WarcDamaged):
    """A file unpacks into more than is believed."""


class Spill:
    """A file for the unpacked parts of a compressed one; it is made when the first part comes."""

    def __init__(self, path: Path, budget: Budget) -> None:
        self.path, self._budget = path, budget
        self._file: BinaryIO | None = None
        self.size = 0

    def write(self, block: bytes) -> None:
        """Append bytes. Raises GrownTooLarge."""
        self._budget.spend(len(block))
        self._append(block)

    def _append(self, block: bytes) -> None:
        if self._file is None:
            self._file = self.path.open("w+b")
        self._file.write(block)
        self.size += len(block)

    def truncate(self, size: int) -> None:
        """Cut the file back to its first bytes."""
        if self._file is not None:
            self._file.truncate(size)
            self._file.seek(size)
            self.size = size

    def mark_break(self) -> None:
        """Append what no record begins with, so that what follows is not taken for the rest of what came before."""
        self._append(BREAK_MARK)

    def find_last(self, pattern: re.Pattern[bytes], start: int) -> int | None:
        """Return the offset of the last match at ``start`` or behind it."""
        end = self.size
        while end > start:
            begin = max(start, end - _STEP)
            block = self.read(begin, end - begin + 16)
            matches = [match.start() for match in pattern.finditer(block) if begin + match.start() < end]
            if matches:
                return begin + matches[-1]
            end = begin
        return None

    def read(self, offset: int, size: int) -> bytes:
        """Return bytes that were written."""
        assert self._file is not None
        self._file.seek(offset)
        content = self._file.read(size)
        self._file.seek(self.size)
        return content

    def finish(self) -> Path | None:
        """Close the file; return its path, or None when nothing was written."""
        if self._file is None:
            return None
        self._file.close()
        self._file = None
        return self.path


class NotDivisible(Exception):
    """The file has to be unpacked to be read, so that it cannot be read in parts."""


class NoSpill(Spill):
    """What stands for a spill where nothing may be unpacked. Writing raises NotDivisible."""

    def _append(self, block: bytes) -> None:
        raise NotDivisible


@dataclass(frozen=True, slots=True, kw_only=True)
class UnpackedFile:
    """A file with records: the one given, or one from within it."""

    path: Path | None
    """None when nothing could be taken from the ZIP file that holds it."""
    name: str
    """The name of the file given, and of those within it that lead to this one."""
    is_inner: bool = False
    """True for a file from within a ZIP file."""
    is_whole: bool = True
    """False when it could not be taken whole from the ZIP file that holds it."""


def read_file_name(path: Path) -> str:
    """Return the name of a file as text; bytes of it that are no UTF-8 are escaped, so that it can be stored."""
    return spell_path(Path(path.name))


def spell_path(path: Path) -> str:
    """Return a path as text; bytes of it that are no UTF-8 are escaped."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def iter_files(path: Path, folder: Path, budget: Budget) -> Iterator[UnpackedFile]:
    """Yield the files with records in a file: itself, or those in a ZIP or TAR file, unpacked into ``folder``.

    Raises WarcDamaged when a ZIP or TAR file holds none, OSError when the file cannot be read.
    """
    with path.open("rb") as file:
        opening = file.read(_OPENING)
    if is_tar(opening):
        yield from _iter_tar(path, folder, budget)
        return
    if is_packed_whole(opening):
        target = make_scratch_path(folder)
        is_whole = unpack_whole(path, target, budget.spend)
        for unpacked in iter_files(target, folder, budget):
            name = read_file_name(path) + unpacked.name.removeprefix(target.name)
            yield replace(unpacked, name=name, is_whole=unpacked.is_whole and is_whole)
        return
    if not opening.startswith(ZIP_MAGIC):
        yield UnpackedFile(path=path, name=read_file_name(path))
        return
    number = 0
    try:
        for unpacked in _iter_zip(path, read_file_name(path), folder, budget, 0):
            number += 1
            yield unpacked
    except (zipfile.BadZipFile, NotImplementedError) as problem:
        if number:
            raise WarcDamaged(f"{spell_path(path)} cannot be read to its end: {problem}") from None
        # Without the directory at its end the records are still there: a WACZ stores them as they are.
        yield UnpackedFile(path=path, name=read_file_name(path), is_whole=False)
        return
    if not number:
        raise WarcDamaged(f"{spell_path(path)} is a ZIP file without WARC files: no WACZ")


def _iter_tar(path: Path, folder: Path, budget: Budget) -> Iterator[UnpackedFile]:
    number = 0
    name = read_file_name(path)
    try:
        for member in iter_tar_members(path, lambda: make_scratch_path(folder), budget.spend, _holds_records):
            number += 1
            inner_name = f"{name}/{spell_path(Path(member.name))}"
            yield UnpackedFile(path=member.path, name=inner_name, is_inner=True, is_whole=member.is_whole)
    except TarDamaged:
        number += 1
        yield UnpackedFile(path=None, name=name, is_inner=True, is_whole=False)
    if not number:
        raise WarcDamaged(f"{spell_path(path)} is a TAR file without WARC files and saved pages")


def make_scratch_path(folder: Path) -> Path:
    """Return the path of a new file in a temporary folder, which may hold very many."""
    return folder / f"{uuid4().hex}.part"


def is_container(opening: bytes) -> bool:
    """Return True if a file begins as one that holds others: ZIP, TAR, or one that was compressed as a whole."""
    return opening.startswith(ZIP_MAGIC) or is_tar(opening) or is_packed_whole(opening)


def _iter_zip(path: Path, name: str, folder: Path, budget: Budget, depth: int) -> Iterator[UnpackedFile]:
    _check_directory(path)
    with zipfile.ZipFile(path) as archive, path.open("rb") as file:
        for info in archive.infolist():
            if info.is_dir():
                continue
            inner_name = f"{name}/{info.filename}"
            target = make_scratch_path(folder)
            try:
                opening, is_whole = _extract(file, info, target, budget)
            except _Unreadable:
                if info.filename.lower().endswith(_SUFFIXES):
                    yield UnpackedFile(path=None, name=inner_name, is_inner=True, is_whole=False)
                continue
            if not target.exists():
                continue
            _set_day(target, info, path)
            if opening.startswith(ZIP_MAGIC) and depth < _DEPTH:
                try:
                    yield from _iter_zip(target, inner_name, folder, budget, depth + 1)
                    continue
                except zipfile.BadZipFile:
                    is_whole = False
            yield UnpackedFile(path=target, name=inner_name, is_inner=True, is_whole=is_whole)


def _holds_records(name: str, opening: bytes) -> bool:
    """Return True if a file in a ZIP file is, by its name or beginning, one with records, a saved page or a ZIP."""
    if name.lower().endswith(_SUFFIXES) or is_container(opening) or find_saved_kind(opening) is not None:
        return True
    if is_member(opening):
        try:
            opening = zlib.decompressobj(31).decompress(opening, 1024)
        except zlib.error:
            return False
    return split_head(opening) is not None or SIGNATURE.match(opening) is not None


def _check_directory(path: Path) -> None:
    """Raise BadZipFile where there is no directory, WarcDamaged where it is too large for the memory."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - _MAX_COMMENT - 22))
        tail = file.read()
    position = tail.rfind(b"PK\x05\x06")
    if position < 0 or len(tail) < position + 22:
        raise zipfile.BadZipFile("its directory is missing")
    directory_size = int.from_bytes(tail[position + 12 : position + 16], "little")
    zip64 = tail.rfind(b"PK\x06\x06", 0, position)
    if directory_size == 0xFFFFFFFF and zip64 >= 0:
        directory_size = int.from_bytes(tail[zip64 + 40 : zip64 + 48], "little")
    if directory_size > _MAX_DIRECTORY:
        raise WarcDamaged(f"{spell_path(path)} lists more files than a WACZ has")


def _extract(file: BinaryIO, info: zipfile.ZipInfo, target: Path, budget: Budget) -> tuple[bytes, bool]:
    """Write a file of a ZIP file to ``target`` if it may hold records; return its beginning, and True if it is whole.

    What stands before damage is kept, which zipfile does not do. Raises _Unreadable when nothing can be taken.
    """
    opening, checksum = b"", 0
    is_whole = True
    target_file: BinaryIO | None = None
    try:
        for block in _iter_blocks(file, info):
            checksum = zlib.crc32(block, checksum)
            budget.spend(len(block))
            if target_file is None:
                opening = block
                if not _holds_records(info.filename, opening):
                    return opening, True
                target_file = target.open("wb")
            target_file.write(block)
    except BadStream:
        is_whole = False
    finally:
        if target_file is not None:
            target_file.close()
    if target_file is None:
        if is_whole and not info.file_size:
            return b"", True
        raise _Unreadable
    return opening, is_whole and checksum == info.CRC


def _set_day(target: Path, info: zipfile.ZipInfo, path: Path) -> None:
    """Give an unpacked file the time that the ZIP file states for it, which has no zone; else that of the ZIP file."""
    try:
        moment = datetime(*info.date_time, tzinfo=UTC).timestamp()
    except ValueError:
        moment = 0.0
    if moment < BEGINNING_OF_THE_WEB:
        moment = path.stat().st_mtime
    os.utime(target, (moment, moment))


class _Unreadable(Exception):
    """A file of a ZIP file is encrypted, or compressed in a way that is not known."""


def _iter_blocks(file: BinaryIO, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield the content of a file of a ZIP file. Raises _Unreadable, and BadStream for damaged data."""
    if info.flag_bits & _ENCRYPTED or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _Unreadable
    file.seek(info.header_offset)
    header = file.read(_LOCAL_HEADER)
    if len(header) < _LOCAL_HEADER or not header.startswith(b"PK\x03\x04"):
        raise _Unreadable
    start = info.header_offset + _LOCAL_HEADER
    position = start + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    left = info.compress_size
    stream = ZlibDecompressor(RAW_WINDOW) if info.compress_type == zipfile.ZIP_DEFLATED else None
    while left and (stream is None or not stream.eof):
        file.seek(position)
        data = file.read(min(left, _STEP))
        if not data:
            raise BadStream("the file breaks off")
        left -= len(data)
        position += len(data)
        if stream is None:
            yield data
            continue
        while True:
            block = stream.decompress(data, _STEP)
            data = b""
            if block:
                yield block
            if stream.eof or (stream.needs_input and not block):
                break
