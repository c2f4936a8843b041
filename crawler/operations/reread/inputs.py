"""Files that tasks are handed: pickles in the folder of work, each named by its digest.

A task brings the digest with it, by the way that the engine trusts: a file that was changed is not unpickled.
"""

from __future__ import annotations

import hashlib
import pickle
from pathlib import Path
from typing import Any

from crawler.atomic_file import replace_file
from crawler.errors import CrawlerError

_FOLDER = "inputs"


class BadInput(CrawlerError):
    """A file that a task was handed is not there, or has been changed."""


def save_input(work: Path, value: Any) -> str:
    """Write a value; return its digest. Raises OSError."""
    content = pickle.dumps(value)
    digest = hashlib.sha256(content).hexdigest()
    path = _locate(work, digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    with replace_file(path) as unfinished:
        unfinished.write_bytes(content)
    return digest


def load_input(work: Path, digest: str) -> Any:
    """Return the value of a digest. Raises BadInput."""
    path = _locate(work, digest)
    try:
        content = path.read_bytes()
    except OSError as problem:
        raise BadInput(f"the folder of work has no {path}: {problem.strerror or problem}") from None
    if hashlib.sha256(content).hexdigest() != digest:
        raise BadInput(f"{path} has been changed")
    return pickle.loads(content)


def remove_input(work: Path, digest: str) -> None:
    """Remove the file of a value that no task needs any more."""
    _locate(work, digest).unlink(missing_ok=True)


def _locate(work: Path, digest: str) -> Path:
    return work / _FOLDER / f"{digest}.pickle"
