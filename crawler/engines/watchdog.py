"""Ends a process that works on one record for too long, wherever it hangs: in Python, in a library, in any thread.

Who reads a record says so first (:func:`reset`). Outside of :func:`watch` that does nothing: only a process whose death
costs nobody but its task is watched.
"""

from __future__ import annotations

import faulthandler
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

SECONDS_PER_RECORD: Final = 60.0
"""The longest time that one record may take."""
EXIT_CODE: Final = 1
"""The exit code of a process that took too long: faulthandler's own."""

_traceback: int | None = None
_note: int | None = None


@contextmanager
def watch(traceback: int | None = None, note: int | None = None) -> Iterator[None]:
    """Let this process be ended by :func:`reset` while the block runs. One block at a time in a process.

    ``traceback`` is a descriptor that gets the traceback of a process that is ended, None if nobody wants it; ``note``
    is one of a file that holds which record was begun last. Descriptors, since files could be closed before the end.
    """
    global _traceback, _note
    hole = os.open(os.devnull, os.O_WRONLY)
    _traceback, _note = hole if traceback is None else traceback, note
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()
        _traceback = _note = None
        os.close(hole)


def reset(seconds: float = SECONDS_PER_RECORD, record: str | None = None) -> None:
    """Give the process so many seconds from now, for a record if it is named; then it is ended with exit code 1.

    ``record`` is a word that tells a record from the others of its task: its offset, its number.
    """
    if _traceback is None:
        return
    if _note is not None and record is not None:
        os.ftruncate(_note, os.pwrite(_note, record.encode(), 0))
    faulthandler.dump_traceback_later(seconds, exit=True, file=_traceback)
