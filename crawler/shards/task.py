"""The task of an ingest: reads one part of the input into a shard. It knows no archive.

Who hands tasks out loads this module alone; what reads pages is loaded where it is done.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

from crawler.shards.notes import PartNotes
from crawler.shards.parts import Part
from crawler.shards.remote import RemoteFolder, is_remote, open_scratch
from crawler.shards.settings import load_settings, locate_settings
from crawler.shards.store import ShardStore
from crawler.warc.foreign.unpacking import read_file_name


@dataclass(frozen=True, slots=True)
class PartTask:
    """The payload of a task: a part, the folder of the work, and the digest of the settings."""

    part: Part
    folder: str
    """A path, or the address of a remote folder."""
    settings: str


def read_part(task: PartTask) -> None:
    """Make the shard of a part, unless it is there. Raises OSError, BadHandedFile and RemoteUnusable."""
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
    with store.make(task.part.id, syncs=settings.syncs) as draft:
        draft.versions = settings.versions
        notes = PartNotes(name=read_file_name(task.part.path))
        PartReader(settings, task.part, draft, notes).read()
        draft.details = msgspec.to_builtins(notes)


def load_readers() -> None:
    """Load what reads pages, before the first task comes."""
    import crawler.shards.reading  # noqa: F401
