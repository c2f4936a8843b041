"""Files that tasks are handed, in the folder of work, each named by its digest.

A task brings the digest with it, by the way that the engine trusts: a file that was changed is not read.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

from crawler.atomic_file import replace_file
from crawler.errors import CrawlerError

FOLDER: Final = "inputs"


class BadInput(CrawlerError):
    """A file that a task was handed is not there, or has been changed."""


def save_input(work: Path, content: bytes) -> str:
    """Write a file; return its digest. Raises OSError."""
    digest = hashlib.sha256(content).hexdigest()
    path = _locate(work, digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    with replace_file(path) as unfinished:
        unfinished.write_bytes(content)
    return digest


def load_input(work: Path, digest: str) -> bytes:
    """Return the content of the file of a digest. Raises BadInput."""
    path = _locate(work, digest)
    try:
        content = path.read_bytes()
    except OSError as problem:
        raise BadInput(f"the folder of work has no {path}: {problem.strerror or problem}") from None
    if hashlib.sha256(content).hexdigest() != digest:
        raise BadInput(f"{path} has been changed")
    return content


def remove_input(work: Path, digest: str) -> None:
    """Remove a file that no task needs any more."""
    _locate(work, digest).unlink(missing_ok=True)


def _locate(work: Path, digest: str) -> Path:
    return work / FOLDER / digest
