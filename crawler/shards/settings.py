"""The settings that all tasks of a job share: the sites and what is known beforehand. Tasks name them by their digest.

They hold classes, so they are pickled; a file that was changed is not unpickled.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from crawler.shards.handed_files import load_object, save_object
from crawler.shards.publications import Publication

_FOLDER: Final = "jobs"
_loaded: dict[str, ReadingSettings] = {}
"""The settings that this process has made or loaded, by their digest."""


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
    syncs: bool = True
    """False where the shards end with the command: what a power cut leaves of them is compared with its digests."""


def locate_settings(digest: str) -> str:
    """Return the name of the settings within a folder of work."""
    return f"{_FOLDER}/{digest}"


def save_settings(folder: Path, settings: ReadingSettings) -> str:
    """Write the settings of a job into a folder of work; return their digest. Raises OSError."""
    digest = save_object(folder / _FOLDER, settings)
    _loaded[digest] = settings
    return digest


def load_settings(folder: Path, digest: str) -> ReadingSettings:
    """Return the settings of a job, read once in a process. Raises BadHandedFile."""
    if digest not in _loaded:
        settings: ReadingSettings = load_object(folder / _FOLDER, digest)
        _loaded.clear()
        _loaded[digest] = settings
    return _loaded[digest]
