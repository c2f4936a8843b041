"""Keeps shards in a folder: each is made under another name, and gets its own when its files are on the disk."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from secrets import token_hex
from typing import Any, Final

import msgspec

from crawler.atomic_file import sync_folder
from crawler.errors import CrawlerError

FORMAT: Final = 1
"""The number of the format; a shard of another one is refused."""
MANIFEST: Final = "manifest.json"
UNFINISHED: Final = ".part"
_LARGEST_MANIFEST: Final = 16_000_000


class ShardDamaged(CrawlerError):
    """A shard is not what its manifest says, or has none that can be read."""


class FileDigest(msgspec.Struct, frozen=True):
    """What a file of a shard must be."""

    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a shard says of itself; it is written last."""

    format: int
    id: str
    files: dict[str, FileDigest]
    versions: dict[str, str]
    counts: dict[str, int]
    details: dict[str, Any]
    """What the maker notes besides, in the types of JSON."""
    seconds: float
    cpu_seconds: float
    peak_memory: int
    """Bytes that the process has had at most since it began."""


@dataclass(slots=True, kw_only=True)
class ShardDraft:
    """A shard that is being made: files are written into its folder, and notes set here."""

    folder: Path
    scratch: Path
    """An empty folder that is removed when the shard is whole."""
    versions: Mapping[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)


class ShardStore:
    """The shards in ``<folder>/shards``. Several processes may use one folder at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "shards"

    def locate(self, shard_id: str) -> Path:
        """Return the folder of a shard."""
        return self.folder / shard_id

    def has(self, shard_id: str) -> bool:
        """Return True if a shard is there: then it was finished."""
        return (self.locate(shard_id) / MANIFEST).is_file()

    @contextmanager
    def make(self, shard_id: str, *, syncs: bool = True) -> Iterator[ShardDraft]:
        """Yield the draft of a shard; when the block ends well the shard is there, and else nothing is. Raises OSError.

        With ``syncs`` it is on the disk then; without, a power cut may leave one that does not fit its digests.
        Where another process has finished the same shard meanwhile, that one stays.
        """
        began, cpu_began = time.monotonic(), time.process_time()
        folder = self.folder / f"{shard_id}.{token_hex(8)}{UNFINISHED}"
        draft = ShardDraft(folder=folder, scratch=folder / "scratch")
        draft.scratch.mkdir(parents=True)
        try:
            yield draft
            shutil.rmtree(draft.scratch)
            manifest = Manifest(
                format=FORMAT,
                id=shard_id,
                files={path.name: _compute_digest(path) for path in sorted(folder.iterdir())},
                versions=dict(draft.versions),
                counts=draft.counts,
                details=draft.details,
                seconds=round(time.monotonic() - began, 3),
                cpu_seconds=round(time.process_time() - cpu_began, 3),
                peak_memory=_read_peak_memory(),
            )
            (folder / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))
            if syncs:
                for path in folder.iterdir():
                    _sync_file(path)
                sync_folder(folder)
            self._finish(folder, shard_id, syncs=syncs)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def adopt(self, draft: Path, shard_id: str) -> None:
        """Take in the folder of a shard that was made elsewhere; where it is there already, that one stays."""
        try:
            self._finish(draft, shard_id, syncs=True)
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def read_manifest(self, shard_id: str) -> Manifest:
        """Return the manifest of a shard. Raises ShardDamaged."""
        path = self.locate(shard_id) / MANIFEST
        try:
            with path.open("rb") as file:
                manifest = msgspec.json.decode(file.read(_LARGEST_MANIFEST), type=Manifest)
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
            raise ShardDamaged(
                f"the shard {self.locate(shard_id)} has no manifest that can be read: {problem}"
            ) from None
        if manifest.format != FORMAT or manifest.id != shard_id:
            raise ShardDamaged(f"the shard {self.locate(shard_id)} is one of another kind")
        return manifest

    def verify(self, shard_id: str) -> Manifest:
        """Return the manifest of a shard whose files all have their digests. Raises ShardDamaged."""
        manifest = self.read_manifest(shard_id)
        folder = self.locate(shard_id)
        for name, digest in manifest.files.items():
            try:
                is_whole = Path(name).name == name and _compute_digest(folder / name) == digest
            except OSError:
                is_whole = False
            if not is_whole:
                raise ShardDamaged(f"the shard {folder} is damaged: {name[:100]} is not what its manifest says")
        return manifest

    def remove(self, shard_id: str) -> None:
        """Remove a shard, its manifest first."""
        (self.locate(shard_id) / MANIFEST).unlink(missing_ok=True)
        shutil.rmtree(self.locate(shard_id), ignore_errors=True)

    def sweep(self, older_than: timedelta) -> None:
        """Remove drafts that nobody has written to for a time: their makers were killed."""
        limit = time.time() - older_than.total_seconds()
        for folder in self.folder.glob(f"*{UNFINISHED}"):
            times = [folder.stat().st_mtime, *(path.stat().st_mtime for path in folder.glob("*"))]
            if max(times) <= limit:
                shutil.rmtree(folder, ignore_errors=True)

    def _finish(self, folder: Path, shard_id: str, *, syncs: bool) -> None:
        target = self.locate(shard_id)
        try:
            folder.rename(target)
        except OSError:
            if not self.has(shard_id):  # what is in the way is the rest of one that was removed
                shutil.rmtree(target, ignore_errors=True)
                folder.rename(target)
        if syncs:
            sync_folder(self.folder)


def _compute_digest(path: Path) -> FileDigest:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
        return FileDigest(file.tell(), digest.hexdigest())


def _sync_file(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _read_peak_memory() -> int:
    try:
        import resource
    except ImportError:  # Windows
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if os.uname().sysname == "Darwin" else peak * 1024
