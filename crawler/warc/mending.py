"""Mends WARC files: cuts off a record that a killed run left half written at the end of a file."""

from __future__ import annotations

import logging
import mmap
import re
import zlib
from datetime import UTC, datetime
from pathlib import Path

log = logging.getLogger(__name__)

_STEP = 1 << 20
_GZIP = b"\x1f\x8b\x08"


def mend_files(folder: Path, prefix: str, since: datetime) -> list[str]:
    """Cut the files of ``prefix`` begun at ``since`` or later back to their last whole record.

    Returns the names of the files that were cut. To be called under the lock of the site, before a new run writes.
    Every record that the archive refers to was flushed before, so the archive loses nothing. A file with whole records
    behind the damage is left alone. A file without one whole record is removed.
    """
    pattern = re.compile(re.escape(prefix) + r"-(\d{8}T\d{6}Z)-\d{5,}\.warc\.gz")
    first = since.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    cut_names = []
    for path in sorted(folder.glob(f"{prefix}-*.warc.gz")):
        match = pattern.fullmatch(path.name)
        if match is None or match[1] < first:
            continue
        intact, is_altered = _measure_members(path)
        size = path.stat().st_size
        if intact == size > 0:  # an empty file is what a kill before the first flush leaves
            continue
        if is_altered and find_next_record(path, intact + 1) is not None:  # a killed run leaves none behind the damage
            log.warning("%s is damaged at byte %d: left as it is, see seealso verify", path, intact)
            continue
        log.warning("%s ended in the middle of a record: cut back by %d bytes", path, size - intact)
        if intact:
            with path.open("r+b") as file:
                file.truncate(intact)
        else:
            path.unlink()
        cut_names.append(path.name)
    return cut_names


def list_run_files(folder: Path, prefix: str, started_at: datetime) -> list[Path]:
    """Return the files of ``prefix`` that a run began which started at that instant."""
    return sorted(folder.glob(f"{make_name_start(prefix, started_at)}*.warc.gz"))


def make_name_start(prefix: str, started_at: datetime) -> str:
    """Return what the names of all files of ``prefix`` begin with that a run began which started at that instant."""
    return f"{prefix}-{started_at.astimezone(UTC):%Y%m%dT%H%M%SZ}-"


def cut_file(path: Path, end: int) -> None:
    """Cut off what lies behind a byte of a file; remove the file where nothing is left."""
    if end == 0:
        path.unlink()
    elif path.stat().st_size > end:
        log.warning("%s: %d bytes that nothing refers to are cut off", path, path.stat().st_size - end)
        with path.open("r+b") as file:
            file.truncate(end)


def find_alteration(path: Path) -> int | None:
    """Return the offset of the first record, of any type, whose bytes do not fit its checksum; None when all do.

    A last record that breaks off is no alteration: a killed run leaves one, and the next run mends it.
    """
    intact, is_altered = _measure_members(path)
    return intact if is_altered else None


def find_next_record(path: Path, start: int) -> int | None:
    """Return the offset of the first whole beginning of a record at ``start`` or behind it; None when there is none."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        position = content.find(_GZIP, start)
        while position >= 0:
            try:
                if zlib.decompressobj(31).decompress(content[position : position + 4096], 5) == b"WARC/":
                    return position
            except zlib.error:
                pass  # the three bytes stood there by chance
            position = content.find(_GZIP, position + 1)
    return None


def _measure_members(path: Path) -> tuple[int, bool]:
    """Return the length of the whole members at the beginning, and True if damaged data follows them."""
    intact = position = 0
    stream = zlib.decompressobj(31)
    pending = b""
    with path.open("rb") as file:
        while True:
            if not pending:
                pending = file.read(_STEP)
                if not pending:
                    return intact, False
                position += len(pending)
            try:
                stream.decompress(pending)
            except zlib.error:
                return intact, True
            pending = b""
            if stream.eof:
                pending = stream.unused_data
                intact = position - len(pending)
                stream = zlib.decompressobj(31)
