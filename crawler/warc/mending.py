"""Mending: a run that was killed may leave a record half written at the end of a file; it is cut off."""

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

    Returns the names of the files that were cut. Called under the lock of the site, before a new run writes: every
    record that the archive refers to was flushed before, so nothing it knows of is lost. A file with whole records
    behind the damage is left alone. A file without one whole record is removed.
    """
    wanted = re.compile(re.escape(prefix) + r"-(\d{8}T\d{6}Z)-\d{5,}\.warc\.gz")
    first = since.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    cut = []
    for path in sorted(folder.glob(f"{prefix}-*.warc.gz")):
        found = wanted.fullmatch(path.name)
        if found is None or found[1] < first:
            continue
        whole, altered = _measure_members(path)
        size = path.stat().st_size
        if whole == size > 0:  # an empty file is what a kill before the first flush leaves
            continue
        if altered and _record_follows(path, whole):  # no kill does this
            log.warning("%s is damaged at byte %d: left as it is, see seealso verify", path, whole)
            continue
        log.warning("%s ended in the middle of a record: cut back by %d bytes", path, size - whole)
        if whole:
            with path.open("r+b") as file:
                file.truncate(whole)
        else:
            path.unlink()
        cut.append(path.name)
    return cut


def find_alteration(path: Path) -> int | None:
    """Return where the first record begins whose bytes do not fit its checksum, of whatever kind; None when all do.

    A last record that breaks off is no alteration: it is what a killed run leaves, until the next one mends it.
    """
    whole, altered = _measure_members(path)
    return whole if altered else None


def _record_follows(path: Path, damage: int) -> bool:
    """Return True if a whole beginning of a record stands anywhere behind a damaged one."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        place = content.find(_GZIP, damage + 1)
        while place >= 0:
            try:
                if zlib.decompressobj(31).decompress(content[place : place + 4096], 5) == b"WARC/":
                    return True
            except zlib.error:
                pass  # the three bytes stood there by chance
            place = content.find(_GZIP, place + 1)
    return False


def _measure_members(path: Path) -> tuple[int, bool]:
    """Return the length of the whole members at the beginning, and whether what follows them is no gzip at all."""
    whole = position = 0
    stream = zlib.decompressobj(31)
    pending = b""
    with path.open("rb") as file:
        while True:
            if not pending:
                pending = file.read(_STEP)
                if not pending:
                    return whole, False
                position += len(pending)
            try:
                stream.decompress(pending)
            except zlib.error:
                return whole, True
            pending = b""
            if stream.eof:
                pending = stream.unused_data
                whole = position - len(pending)
                stream = zlib.decompressobj(31)
