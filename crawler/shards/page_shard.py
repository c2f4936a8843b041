"""Writes and reads the files of a shard of pages: entries, readings, and the records that were copied."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, Self

import msgspec

from crawler.shards.entries import ENTRIES, ShardEntry, Slice
from crawler.shards.store import ShardDamaged, ShardDraft, ShardStore
from crawler.warc.foreign import HttpMessage, read_message

if TYPE_CHECKING:
    from crawler.shards.readings import Reading

READINGS: Final = "readings.bin"
RECORDS: Final = "records.warc.gz"
_MOST_OPEN: Final = 64
"""Files that are kept open while shards are read."""
_decoder = msgspec.json.Decoder(ShardEntry)
_encoder = msgspec.json.Encoder()


def decode_entry(line: bytes) -> ShardEntry:
    """Return the entry of a line. Raises msgspec.MsgspecError."""
    return _decoder.decode(line)


class PageShardWriter:
    """Writes the files of a shard; use it as a context manager."""

    def __init__(self, draft: ShardDraft) -> None:
        self._draft = draft
        self._files = ExitStack()
        self._entries, self._readings = self._open(ENTRIES), self._open(READINGS)
        self._records: BinaryIO | None = None
        draft.counts |= {"entries": 0, "readings": 0, "copies": 0}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._files.close()

    def write_entry(self, entry: ShardEntry) -> None:
        """Append an entry."""
        self._entries.write(_encoder.encode(entry) + b"\n")
        self._draft.counts["entries"] += 1

    def write_reading(self, reading: Reading) -> Slice:
        """Append a reading; return its place."""
        from crawler.shards.readings import encode_reading

        self._draft.counts["readings"] += 1
        return _append(self._readings, encode_reading(reading))

    def write_record(self, member: bytes) -> Slice:
        """Append the gzip member of a record; return its place."""
        if self._records is None:
            self._records = self._open(RECORDS)
        self._draft.counts["copies"] += 1
        return _append(self._records, member)

    def _open(self, name: str) -> BinaryIO:
        return self._files.enter_context((self._draft.folder / name).open("wb"))


class PageShelf:
    """Reads the shards of a store in any order; use it as a context manager. Raises ShardDamaged."""

    def __init__(self, store: ShardStore) -> None:
        self._store = store
        self._open_files: OrderedDict[Path, BinaryIO] = OrderedDict()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._open_files.values():
            file.close()

    def iter_entries(self, shard_id: str) -> Iterator[tuple[ShardEntry, bytes]]:
        """Yield the entries of a shard, each with the bytes that :func:`decode_entry` takes."""
        try:
            with (self._store.locate(shard_id) / ENTRIES).open("rb") as file:
                for line in file:
                    yield _decoder.decode(line), line
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
            raise ShardDamaged(
                f"the entries of the shard {self._store.locate(shard_id)} cannot be read: {problem}"
            ) from None

    def read_reading(self, shard_id: str, place: Slice) -> Reading:
        """Return a reading."""
        from crawler.shards.readings import (
            decode_reading,  # this module reads entries, too, for those who hand out tasks
        )

        return decode_reading(self._read(shard_id, READINGS, place))

    def read_record(self, shard_id: str, place: Slice) -> bytes:
        """Return a copied record as the gzip member that it is."""
        return self._read(shard_id, RECORDS, place)

    def read_message(self, shard_id: str, place: Slice) -> HttpMessage:
        """Return the answer in a copied record. Raises WarcDamaged."""
        return read_message(self._store.locate(shard_id) / RECORDS, place.offset)

    def _read(self, shard_id: str, name: str, place: Slice) -> bytes:
        path = self._store.locate(shard_id) / name
        try:
            file = self._open_file(path)
            file.seek(place.offset)
            data = file.read(place.length)
        except OSError as problem:
            raise ShardDamaged(f"{path} cannot be read: {problem.strerror or problem}") from None
        if len(data) != place.length:
            raise ShardDamaged(f"{path} ends before its entries do")
        return data

    def _open_file(self, path: Path) -> BinaryIO:
        file = self._open_files.pop(path, None) or path.open("rb")
        self._open_files[path] = file
        if len(self._open_files) > _MOST_OPEN:
            self._open_files.popitem(last=False)[1].close()
        return file


def _append(file: BinaryIO, data: bytes) -> Slice:
    place = Slice(file.tell(), len(data))
    file.write(data)
    return place
