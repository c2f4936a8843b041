"""The streams that exports write to: they count the bytes and compute their SHA-256."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from crawler.research.exports.sanitize import replace_surrogates

_STEP: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenFile:
    """A file that an export wrote."""

    path: str
    """Within the export's folder, parts joined by a slash; of an export of one file, its name."""
    bytes: int
    sha256: str
    """In hexadecimal digits."""


class Sink(Protocol):
    """Anything that takes bytes: a file, a pipe."""

    def write(self, data: bytes, /) -> object:
        """Take bytes."""

    def flush(self) -> object:
        """Write what is buffered."""


class HashedStream:
    """Writes text as UTF-8 and bytes as they are."""

    def __init__(self, file: Sink, path: str) -> None:
        self._file = file
        self._path = path
        self._hash = hashlib.sha256()
        self._size = 0

    def write(self, data: bytes) -> int:
        """Write bytes; return how many."""
        self._hash.update(data)
        self._size += len(data)
        self._file.write(data)
        return len(data)

    def write_text(self, text: str) -> int:
        """Write text; return how many characters. Halves of surrogate pairs become U+FFFD."""
        try:
            self.write(text.encode("utf-8"))
        except UnicodeEncodeError:
            self.write(replace_surrogates(text).encode("utf-8"))
        return len(text)

    def flush(self) -> None:
        """Flush the file."""
        self._file.flush()

    @property
    def closed(self) -> bool:
        """False: the file is closed where it was opened. Writers of other libraries ask for this."""
        return False

    @property
    def written(self) -> WrittenFile:
        """The file as it is written up to now."""
        return WrittenFile(path=self._path, bytes=self._size, sha256=self._hash.hexdigest())


def measure_file(path: Path, name: str) -> WrittenFile:
    """Return size and hash of a file that something else wrote."""
    digest = hashlib.sha256()
    size = 0
    with path.open("rb") as file:
        while block := file.read(_STEP):
            digest.update(block)
            size += len(block)
    return WrittenFile(path=name, bytes=size, sha256=digest.hexdigest())
