"""The settings that all tasks of a job share: the sites and what is known beforehand. Tasks name them by their digest.

They hold classes, so they are pickled. A task brings the digest with it, by the way that the engine trusts, and a file
that was changed is not unpickled.
"""

from __future__ import annotations

import hashlib
import os
import pickle
from collections.abc import Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Final

from crawler.errors import CrawlerError
from crawler.shards.publications import Publication
from crawler.sites.path_modules import list_modules, load_modules

_FOLDER: Final = "jobs"
_loaded: dict[str, ReadingSettings] = {}
"""The settings that this process has made or loaded, by their digest."""


class BadSettings(CrawlerError):
    """The settings of a job are not there, or have been changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingSettings:
    """What a task must know to read a part."""

    publications: tuple[Publication, ...]
    """The sites, in the order in which a record is offered to them."""
    versions: Mapping[str, str]
    forgotten: Set[str]
    """Identities whose pages are not read."""
    copies: bool
    """True if records are copied into the shard."""
    answer_hashes: Path | None = None
    """A file of :mod:`crawler.shards.answer_hashes`: pages that need not be read."""


def locate_settings(digest: str) -> str:
    """Return the name of the settings within a folder of work."""
    return f"{_FOLDER}/{digest}.settings"


def save_settings(folder: Path, settings: ReadingSettings) -> str:
    """Write the settings of a job into a folder of work; return their digest. Raises OSError."""
    content = pickle.dumps((list_modules(), pickle.dumps(settings)))
    digest = hashlib.sha256(content).hexdigest()
    path = folder / locate_settings(digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{token_hex(8)}")
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    _loaded[digest] = settings
    return digest


def load_settings(folder: Path, digest: str) -> ReadingSettings:
    """Return the settings of a job, read once in a process. Raises BadSettings."""
    if digest not in _loaded:
        try:
            content = (folder / locate_settings(digest)).read_bytes()
        except OSError as problem:
            raise BadSettings(f"the settings of the job cannot be read: {problem}") from None
        if hashlib.sha256(content).hexdigest() != digest:
            raise BadSettings(f"the settings {folder / locate_settings(digest)} have been changed")
        modules, packed_settings = pickle.loads(content)
        load_modules(modules)  # page classes need the files that they are from
        _loaded.clear()
        _loaded[digest] = pickle.loads(packed_settings)
    return _loaded[digest]
