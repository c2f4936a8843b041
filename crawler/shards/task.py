"""The task of an ingest: reads one part of the input into a shard. It knows no archive.

Who hands tasks out loads this module alone; what reads pages is loaded where it is done.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from crawler.shards.parts import Part
from crawler.shards.remote import RemoteFolder, is_remote, open_scratch
from crawler.shards.settings import load_settings, locate_settings
from crawler.shards.store import ShardStore

MOST_HOSTS: Final = 10_000
"""Hosts of unknown sites that are told apart; pages of further ones are counted together."""


@dataclass(frozen=True, slots=True)
class PartTask:
    """The payload of a task: a part, the folder of the work, and the digest of the settings."""

    part: Part
    folder: str
    """A path, or the address of a remote folder."""
    settings: str


class PartNotes(msgspec.Struct, kw_only=True):
    """What the manifest notes of a part, besides counts."""

    name: str
    """The name of the file."""
    unusable: str | None = None
    """Why the file cannot be read, for people."""
    is_divisible: bool = True
    """False for a range of a file that has to be read whole."""
    first_offset: int | None = None
    next_offset: int | None = None
    """Where reading of a range began and would have gone on, as :class:`~crawler.warc.foreign.Findings` has it."""
    unknown_hosts: dict[str, int] = msgspec.field(default_factory=dict)
    """Host → pages of unknown sites; the empty name stands for all hosts beyond the first thousands."""


def read_part(task: PartTask) -> None:
    """Make the shard of a part, unless it is there. Raises OSError, BadSettings and RemoteUnusable."""
    if not is_remote(task.folder):
        _read_into(Path(task.folder), task)
        return
    remote = RemoteFolder(task.folder)
    if remote.has_shard(task.part.id):
        return
    with open_scratch() as scratch:
        name = locate_settings(task.settings)
        remote.fetch_file(name, scratch / name)
        _read_into(scratch, task)
        remote.send_shard(ShardStore(scratch), task.part.id)


def _read_into(folder: Path, task: PartTask) -> None:
    from crawler.shards.reading import PartReader

    store = ShardStore(folder)
    if store.has(task.part.id):
        return
    settings = load_settings(folder, task.settings)
    with store.make(task.part.id) as draft:
        draft.versions = settings.versions
        notes = PartNotes(name=task.part.path.name)
        PartReader(settings, task.part, draft, notes).read()
        draft.details = msgspec.to_builtins(notes)


def load_readers() -> None:
    """Load what reads pages, before the first task comes."""
    import crawler.shards.reading  # noqa: F401


def count_host(counts: dict[str, int], host: str, number: int = 1) -> None:
    """Add pages to the count of a host, as long as there are not too many hosts."""
    if host not in counts and len(counts) >= MOST_HOSTS:
        host = ""
    counts[host] = counts.get(host, 0) + number
