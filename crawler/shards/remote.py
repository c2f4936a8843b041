"""A folder of work that is none of this machine: a bucket or another host, by any protocol of fsspec (``s3://``, …).

Shards are made in a folder here and sent when they are whole, the manifest last: object stores rename nothing, so a
shard is there when its manifest is. What is fetched is compared with its digests like any other shard.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import Final

from crawler.errors import CrawlerError, MissingExtra
from crawler.shards.store import MANIFEST, UNFINISHED, ShardStore

_MARK: Final = "://"
_OBJECT_STORES: Final = frozenset({"s3", "gs", "gcs", "abfs", "az"})
"""Protocols without folders; what stands for making one would make a bucket."""
_SHARDS: Final = "shards"


class RemoteUnusable(CrawlerError):
    """The folder cannot be reached, or not be used."""


def is_remote(folder: str) -> bool:
    """Return True for the address of a folder that is none of this machine."""
    return _MARK in folder


class RemoteFolder:
    """A folder of work at an address. Raises RemoteUnusable, and MissingExtra where the protocol needs a library."""

    def __init__(self, address: str) -> None:
        try:
            from fsspec.core import url_to_fs
        except ImportError:
            raise MissingExtra("fsspec") from None
        self.address = address
        self._protocol = address.partition(_MARK)[0]
        try:
            with self._report():
                self._files, root = url_to_fs(address)
        except RemoteUnusable as problem:
            if isinstance(problem.__cause__, ImportError):
                protocol = self._protocol
                libraries = {"s3": "s3fs", "gs": "gcsfs", "ssh": "sshfs", "sftp": "sshfs"}
                raise MissingExtra(libraries.get(protocol, f"a library of fsspec for {protocol}{_MARK}")) from None
            raise
        self._root = str(root).rstrip("/")

    def list_shards(self) -> set[str]:
        """Return the names of all shards that are there."""
        with self._report():
            self._files.invalidate_cache()
            manifests = self._files.glob(f"{self._root}/{_SHARDS}/*/{MANIFEST}")
        return {str(path).rsplit("/", 2)[-2] for path in manifests}

    def has_shard(self, shard_id: str) -> bool:
        """Return True if a shard is there."""
        return self.has_file(f"{_SHARDS}/{shard_id}/{MANIFEST}")

    def send_shard(self, store: ShardStore, shard_id: str) -> None:
        """Send a shard, its manifest last."""
        paths = sorted(store.locate(shard_id).iterdir(), key=lambda path: path.name == MANIFEST)
        for path in paths:
            self.send_file(path, f"{_SHARDS}/{shard_id}/{path.name}")

    def fetch_shard(self, store: ShardStore, shard_id: str) -> None:
        """Fetch a shard that is there into a store; the store has it when it is whole."""
        draft = store.folder / f"{shard_id}.{token_hex(8)}{UNFINISHED}"
        draft.mkdir(parents=True)
        with self._report():
            self._files.invalidate_cache()
            for path in self._files.ls(f"{self._root}/{_SHARDS}/{shard_id}", detail=False):
                name = str(path).rstrip("/").rsplit("/", 1)[-1]
                if name:
                    self._files.get_file(str(path), str(draft / name))
        store.adopt(draft, shard_id)

    def remove_shard(self, shard_id: str) -> None:
        """Remove a shard, its manifest first."""
        with self._report():
            self._files.invalidate_cache()
            self._files.rm_file(f"{self._root}/{_SHARDS}/{shard_id}/{MANIFEST}")
            self._files.rm(f"{self._root}/{_SHARDS}/{shard_id}", recursive=True)

    def has_file(self, name: str) -> bool:
        """Return True if a file is there."""
        with self._report():
            self._files.invalidate_cache()
            return bool(self._files.exists(f"{self._root}/{name}"))

    def send_file(self, path: Path, name: str) -> None:
        """Send a file."""
        target = f"{self._root}/{name}"
        with self._report():
            if self._protocol not in _OBJECT_STORES:
                self._files.makedirs(target.rsplit("/", 1)[0], exist_ok=True)
            self._files.put_file(str(path), target)

    def fetch_file(self, name: str, path: Path) -> None:
        """Fetch a file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._report():
            self._files.get_file(f"{self._root}/{name}", str(path))

    @contextmanager
    def _report(self) -> Iterator[None]:
        try:
            yield
        except Exception as problem:  # each protocol has errors of its own
            words = " ".join(str(problem).split())[:200] or type(problem).__name__
            raise RemoteUnusable(f"{self.address} cannot be used: {words}") from problem


@contextmanager
def open_scratch() -> Iterator[Path]:
    """Yield a folder of this machine for one shard on its way."""
    with tempfile.TemporaryDirectory(prefix="seealso-shard-") as name:
        yield Path(name)
