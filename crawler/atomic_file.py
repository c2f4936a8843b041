"""A file that a command was asked to write: it is there whole, or what was there before still is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replace_file(path: Path) -> Iterator[Path]:
    """Yield a name beside the file to write to, which takes its place when the block ends well; a link stays one.

    A device or pipe is written to itself. Raises OSError when the place cannot be written.
    """
    if path.exists() and not path.is_file():
        yield path
        return
    target = path.resolve()
    # The name begins with a point and ends in another way than the file: what collects *.prom passes it over.
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        yield unfinished
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
