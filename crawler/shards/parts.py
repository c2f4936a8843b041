"""Parts of the input: a file, or the records that begin in a range of it. A task reads one part into one shard."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

from crawler.shards.store import FORMAT
from crawler.warc.foreign import FileSpan

RANGE_SIZE: Final = 256_000_000
"""Bytes of a range; a file of up to twice as many is read as a whole."""
_ID_LENGTH: Final = 40
_SAMPLE: Final = 65_536
"""Bytes at the beginning and at the end of a file by which two files of one name and size are told apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InputFile:
    """A file as the name of its shards knows it. A copy that keeps name and time is the same file."""

    name: str
    size: int
    modified_ns: int
    sample: str
    """The SHA-256 of its beginning and its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a file; its shard has the name ``id``."""

    id: str
    path: Path
    span: FileSpan | None
    """None for the whole file."""
    size: int
    """Bytes to be read, about."""
    first_record: int = 0
    end_record: int | None = None
    """Only these of the records that may hold pages are taken, by their numbers from 0; None for all to the end."""

    @property
    def is_last(self) -> bool:
        """True if the end of the file or range is part of it: what is no record is told by this part alone."""
        return self.end_record is None

    def holds_record(self, number: int) -> bool:
        """Return True for the number of a record that is taken."""
        return self.first_record <= number and (self.end_record is None or number < self.end_record)

    def narrow(self, first_record: int, end_record: int | None) -> Part:
        """Return the part with fewer records."""
        name = hashlib.sha256(f"{self.id} {first_record} {end_record}".encode()).hexdigest()[:_ID_LENGTH]
        return replace(self, id=name, first_record=first_record, end_record=end_record)


def describe_file(path: Path) -> InputFile:
    """Return what tells a file from others; of one that cannot be read, only where it is."""
    try:
        stat = path.stat()
        with path.open("rb") as file:
            sample = hashlib.sha256(file.read(_SAMPLE))
            file.seek(max(0, stat.st_size - _SAMPLE))
            sample.update(file.read(_SAMPLE))
    except OSError:
        return InputFile(name=str(path), size=0, modified_ns=0, sample="")
    return InputFile(name=path.name, size=stat.st_size, modified_ns=stat.st_mtime_ns, sample=sample.hexdigest())


def make_whole_part(path: Path, file: InputFile, rules: str) -> Part:
    """Return a file as one part; ``rules`` is the digest of all that decides how it is read."""
    return Part(id=_make_id(file, None, rules), path=path, span=None, size=file.size)


def iter_ranges(path: Path, file: InputFile, rules: str, range_size: int = RANGE_SIZE) -> Iterator[Part]:
    """Yield the ranges of a large file as parts; none of a small one."""
    if file.size <= 2 * range_size:
        return
    for start in range(0, file.size, range_size):
        end = min(file.size, start + range_size)
        span = FileSpan(start=start, end=end)
        yield Part(id=_make_id(file, span, rules), path=path, span=span, size=end - start)


def _make_id(file: InputFile, span: FileSpan | None, rules: str) -> str:
    """Return the name of a shard: other contents, other rules or another format make another name."""
    parts = [FORMAT, asdict(file), [span.start, span.end] if span else None, rules]
    text = json.dumps(parts, ensure_ascii=True, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:_ID_LENGTH]
