"""Keeps many numbers in a file without a name in the temporary folder, which goes with the process."""

from __future__ import annotations

import weakref
from tempfile import TemporaryFile
from typing import Any

import numpy


class GrowingArray:
    """Unsigned numbers of 32 bits, to which more can be added while others are read."""

    def __init__(self) -> None:
        self._file = TemporaryFile(prefix="seealso-")  # noqa: SIM115 (closed with this object)
        weakref.finalize(self, self._file.close)
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def append(self, numbers: Any) -> None:
        """Add numbers at the end.

        Raises:
            OSError: the temporary folder has no room for them.

        """
        self._file.write(numpy.asarray(numbers, dtype=numpy.uint32).tobytes())
        self._length += len(numbers)

    def read(self) -> Any:
        """Return all numbers so far as an array that lies in the file."""
        self._file.flush()
        if not self._length:
            return numpy.zeros(0, dtype=numpy.uint32)
        return numpy.memmap(self._file, dtype=numpy.uint32, mode="r", shape=(self._length,)).view(numpy.ndarray)
