"""Unpacks TAR files, and files that bzip2 or xz have compressed as a whole, into a temporary folder, within a limit."""

from __future__ import annotations

import bz2
import lzma
import os
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from crawler.warc.foreign.saved.records import BEGINNING_OF_THE_WEB

_STEP: Final = 1 << 16
_BLOCK: Final = 512
_TAR_MAGIC: Final = slice(257, 262)
_BZIP2_MAGIC: Final = b"BZh"
_XZ_MAGIC: Final = b"\xfd7zXZ\x00"
_MOST_MEMORY: Final = 256 << 20
"""Bytes that xz may ask for to unpack a file; its own highest setting asks for 65 MB."""
_READING_ERRORS: Final = (tarfile.TarError, EOFError, ValueError, OverflowError, RecursionError)


class TarDamaged(Exception):
    """A TAR file is damaged."""


class TarMember(NamedTuple):
    """A file that was taken from a TAR file: its name there, and False where it breaks off."""

    name: str
    path: Path
    is_whole: bool


def is_tar(opening: bytes) -> bool:
    """Return True if a file begins as a TAR file."""
    return opening[_TAR_MAGIC] == b"ustar"


def is_packed_whole(opening: bytes) -> bool:
    """Return True if a file begins as one of bzip2 or xz."""
    is_bzip2 = opening.startswith(_BZIP2_MAGIC) and opening[4:10] == b"1AY&SY"
    return is_bzip2 or opening.startswith(_XZ_MAGIC)


def iter_tar_members(
    path: Path, make_path: Callable[[], Path], spend: Callable[[int], None], may_be_read: Callable[[str, bytes], bool]
) -> Iterator[TarMember]:
    """Yield the files in a TAR file that may be read, by their names and beginnings, as far as it goes.

    ``make_path`` gives a place for each, ``spend`` is told how many bytes are written. Links and devices are passed
    over, and no name of the file leads anywhere. Raises TarDamaged where it cannot be read any further.
    """
    try:
        with path.open("rb") as tar_file, tarfile.open(fileobj=tar_file, mode="r:", errorlevel=0) as archive:
            for info in archive:
                archive.members = []  # type: ignore[attr-defined]  # else it remembers every one
                content = archive.extractfile(info) if info.isreg() else None
                if content is None:
                    continue
                block = content.read(_STEP)
                if not may_be_read(info.name, block):
                    continue
                target = make_path()
                size = 0
                with target.open("wb") as file:
                    while block:
                        spend(len(block))
                        file.write(block)
                        size += len(block)
                        block = content.read(_STEP)
                moment = info.mtime if info.mtime > BEGINNING_OF_THE_WEB else path.stat().st_mtime
                os.utime(target, (moment, moment))
                yield TarMember(info.name, target, size == info.size)
            tar_file.seek(archive.offset)
            if tar_file.read(_BLOCK).strip(b"\0"):  # the header of another file, which tarfile takes for the end
                raise TarDamaged("a header is damaged")
    except _READING_ERRORS as problem:
        raise TarDamaged(str(problem)) from None


def unpack_whole(path: Path, target: Path, spend: Callable[[int], None]) -> bool:
    """Unpack a file of bzip2 or xz into ``target``, streams behind one another; return False where it breaks off."""
    with path.open("rb") as file, target.open("wb") as target_file:
        is_whole = _copy_streams(file, target_file, spend)
    modified_at = path.stat().st_mtime
    os.utime(target, (modified_at, modified_at))
    return is_whole


def _copy_streams(file: BinaryIO, target: BinaryIO, spend: Callable[[int], None]) -> bool:
    data = file.read(_STEP)
    while data:
        stream: bz2.BZ2Decompressor | lzma.LZMADecompressor
        if data.startswith(_XZ_MAGIC):
            stream = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MOST_MEMORY)
        elif data.startswith(_BZIP2_MAGIC):
            stream = bz2.BZ2Decompressor()
        else:  # padding
            return not data.strip(b"\0")
        while not stream.eof:
            try:
                block = stream.decompress(data, _STEP)
            except (OSError, lzma.LZMAError, ValueError, EOFError):
                return False
            spend(len(block))
            target.write(block)
            data = b""
            if stream.needs_input and not stream.eof:
                data = file.read(_STEP)
                if not data:
                    return False
        data = stream.unused_data or file.read(_STEP)
    return True
