"""Files that tasks are handed, in the folder of work, each named by its digest.

A task brings the digest with it, by the way that the engine trusts: a file that was changed is not read.
"""

from __future__ import annotations

import hashlib
import pickle
from pathlib import Path
from secrets import token_hex
from typing import Any

from crawler.errors import CrawlerError
from crawler.shards.code_digest import compute_code_digest
from crawler.sites.path_modules import ModuleChanged, list_modules, load_modules
from crawler.system.full_disk import FULL_DISK_ERRORS


class BadHandedFile(CrawlerError):
    """A file that a task was handed is not there, or has been changed."""


class CannotHand(CrawlerError):
    """A file for tasks cannot be written."""


class OtherProgram(CrawlerError):
    """The process that is to do a task runs another program than the one that gave it."""


def save_file(folder: Path, content: bytes) -> str:
    """Write a file into a folder, which is made where it is lacking; return its digest.

    Raises CannotHand when the folder cannot be written.
    """
    digest = hashlib.sha256(content).hexdigest()
    unfinished = folder / f"{digest}.{token_hex(8)}"  # another machine may be writing the same file
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            unfinished.write_bytes(content)
            unfinished.replace(folder / digest)
        finally:
            unfinished.unlink(missing_ok=True)
    except OSError as problem:
        step = "make room" if problem.errno in FULL_DISK_ERRORS else "see what stands there and who may write"
        raise CannotHand(f"{folder} cannot be written ({problem.strerror or problem}): {step}") from None
    return digest


def load_file(folder: Path, digest: str) -> bytes:
    """Return the content of the file of a digest. Raises BadHandedFile."""
    path = folder / digest
    try:
        content = path.read_bytes()
    except OSError as problem:
        raise BadHandedFile(f"{path} cannot be read: {problem.strerror or problem}") from None
    if hashlib.sha256(content).hexdigest() != digest:
        raise BadHandedFile(f"{path} has been changed")
    return content


def remove_file(folder: Path, digest: str) -> None:
    """Remove a file that no task needs any more."""
    (folder / digest).unlink(missing_ok=True)


def save_object(folder: Path, value: object) -> str:
    """Write an object that holds page classes, with the files that these are from; return its digest."""
    program = bytes.fromhex(compute_code_digest())
    return save_file(folder, program + pickle.dumps((list_modules(), pickle.dumps(value))))


def load_object(folder: Path, digest: str) -> Any:
    """Return the object of a digest, whose page classes are loaded first.

    Raises BadHandedFile, and OtherProgram in a process of another version: it would read pages otherwise.
    """
    program, content = bytes.fromhex(compute_code_digest()), load_file(folder, digest)
    if not content.startswith(program):
        raise OtherProgram(
            "this worker runs another state of seealso than the command: install the same, and start the worker again"
        )
    modules, packed_value = pickle.loads(content[len(program) :])
    try:
        load_modules(modules)
    except ModuleChanged as problem:
        raise OtherProgram(f"{problem}: start this worker again, or copy the file there") from None
    return pickle.loads(packed_value)
