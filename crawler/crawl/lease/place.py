"""The folder of a lease: numbered files, of which the one with the highest number counts.

To take the lease is to make the next number. That is one step that only one process can do, on whatever machine: a
link to a finished file, which fails where the name is taken (link() and O_EXCL are promised to be that on NFS, too).
"""

from __future__ import annotations

import errno
import os
import secrets
from pathlib import Path
from typing import Final, NamedTuple

from crawler.normalisation.words.digits import parse_digits

MAX_CONTENT: Final = 10_000
"""Bytes of a file that are read."""
_MAX_TRIES: Final = 10


class LeaseFile(NamedTuple):
    """One numbered file."""

    number: int
    content: bytes


class LeasePlace:
    """The files of one lease. Every method raises OSError where the folder is not there or cannot be used."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read_latest(self) -> LeaseFile | None:
        """Return the file with the highest number; None where there is none yet."""
        for _ in range(_MAX_TRIES):
            number = max(self._list_numbers(), default=None)
            if number is None:
                return None
            content = self.read(number)
            if content is not None:
                return LeaseFile(number, content)
        raise OSError(f"the files in {self.folder} change faster than they can be read")

    def read(self, number: int) -> bytes | None:
        """Return the content of a file; None where it is not there any more."""
        for tries_left in reversed(range(_MAX_TRIES)):
            try:
                with self._make_path(number).open("rb") as file:
                    return file.read(MAX_CONTENT)
            except FileNotFoundError:
                if not self.folder.is_dir():
                    raise
                break
            except OSError as problem:
                # A file server forgets a file that is replaced while somebody reads it; the name leads to the new one.
                if problem.errno != errno.ESTALE or not tries_left:
                    raise
        return None

    def create(self, number: int, content: bytes) -> bool:
        """Make a file; return False where another process was faster."""
        unfinished = self._write_unfinished(content)
        try:
            os.link(unfinished, self._make_path(number))
        except FileExistsError:  # by another, or by ourselves where the answer of a file server was lost
            return self.read(number) == content
        except FileNotFoundError:  # swept away by who took the lease meanwhile
            if not self.folder.is_dir():
                raise
            return False
        except OSError:
            if os.name == "posix" and hasattr(os, "O_EXCL"):  # a file system without links
                return self._create_exclusively(number, content)
            raise
        finally:
            unfinished.unlink(missing_ok=True)
        return True

    def replace(self, number: int, content: bytes) -> None:
        """Put another content in the place of a file's."""
        unfinished = self._write_unfinished(content)
        try:
            unfinished.replace(self._make_path(number))
        finally:
            unfinished.unlink(missing_ok=True)

    def sweep(self, number: int) -> None:
        """Remove the files with lower numbers, and what was left unfinished."""
        for earlier in self._list_numbers():
            if earlier < number:
                self._make_path(earlier).unlink(missing_ok=True)
        for unfinished in self.folder.glob(".*.new"):
            unfinished.unlink(missing_ok=True)

    def _create_exclusively(self, number: int, content: bytes) -> bool:
        try:
            with self._make_path(number).open("xb") as file:
                file.write(content)
        except FileExistsError:
            return False
        return True

    def _write_unfinished(self, content: bytes) -> Path:
        path = self.folder / f".{secrets.token_hex(8)}.new"
        with path.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        return path

    def _list_numbers(self) -> list[int]:
        stems = [name.removesuffix(".json") for name in os.listdir(self.folder) if name.endswith(".json")]
        return [number for number in map(parse_digits, stems) if number is not None]

    def _make_path(self, number: int) -> Path:
        return self.folder / f"{number:08d}.json"
