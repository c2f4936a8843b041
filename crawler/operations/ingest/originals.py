"""Finds the page that a revisit record stands for: in the ingested files, or in the archive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from crawler.archive import Archive
from crawler.archive.articles.captures import CapturePlace, find_last_digest, find_original
from crawler.archive.write.ingest_index import IndexedRecord, IngestIndex
from crawler.normalisation.dates.moments import instant
from crawler.shards.entries import ShardEntry
from crawler.shards.page_shard import decode_entry

_LONGEST_CHAIN: Final = 5
"""The most revisit records that refer to one another."""


class IngestRecord(NamedTuple):
    """A record of the ingested files, and the name of its shard."""

    entry: ShardEntry
    shard: str
    file: int
    """The number of its file among those of the ingest."""


def open_record(record: IndexedRecord) -> IngestRecord:
    """Return a record of the index in the form that the ingest works with."""
    return IngestRecord(decode_entry(record.entry), record.shard, record.file)


@dataclass(frozen=True, slots=True)
class OriginalFinder:
    """Finds originals as a revisit record names them: by id, by payload, by address and date.

    One that names none of these, or stands for "not modified", means the last page of its address before it.
    """

    index: IngestIndex
    archive: Archive

    def find(self, entry: ShardEntry) -> IngestRecord | CapturePlace | None:
        """Return the record with the page, or its place in the archive; None where it is nowhere."""
        original = self._find_in_files(entry, _LONGEST_CHAIN)
        if original is None:
            return self._find_in_archive(entry)
        if original.entry.is_archived:
            until = instant(datetime.fromisoformat(original.entry.date))
            return find_original(self.archive.db, original.entry.url_key, original.entry.answer_digest, until)
        return original

    def _find_in_files(self, entry: ShardEntry, steps: int) -> IngestRecord | None:
        indexed = self.index.find_record(entry.refers_to_id) if entry.refers_to_id else None
        if indexed is None and entry.refers_to and entry.refers_to_date:
            indexed = self.index.find_dated(entry.refers_to, entry.refers_to_date)
        original = open_record(indexed) if indexed is not None else None
        if original is not None and original.entry.kind == "revisit":
            return self._find_in_files(original.entry, steps - 1) if steps and original.entry != entry else None
        if original is not None and (entry.is_unmodified or not _differ(entry.digest, original.entry.digest)):
            return original
        if entry.digest and not entry.is_unmodified:
            response = self.index.find_response(entry.digest, entry.refers_to)
            return open_record(response) if response is not None else None
        return None

    def _find_in_archive(self, entry: ShardEntry) -> IngestRecord | CapturePlace | None:
        until = instant(datetime.fromisoformat(entry.date))
        is_named = bool(entry.digest) and not entry.is_unmodified
        url_keys = dict.fromkeys(key for key in (entry.refers_to, entry.url_key) if key)
        for url_key in url_keys:
            if is_named and (place := find_original(self.archive.db, url_key, str(entry.digest), until)):
                return place
        if entry.refers_to_date and entry.refers_to:
            at = instant(datetime.fromisoformat(entry.refers_to_date))
            digest = find_last_digest(self.archive.db, entry.refers_to, until, at=at)
            if digest and (place := find_original(self.archive.db, entry.refers_to, digest, until)):
                return place
        if is_named:
            return None
        for url_key in url_keys:
            last = self.index.find_last(url_key, entry.date)
            if last is not None:
                return open_record(last)
            digest = find_last_digest(self.archive.db, url_key, until)
            if digest and (place := find_original(self.archive.db, url_key, digest, until)):
                return place
        return None


def _differ(digest: str | None, other: str | None) -> bool:
    """Return True if two digests of one algorithm differ; those of two algorithms cannot be compared."""
    if digest is None or other is None:
        return False
    return digest != other and digest.partition(":")[0] == other.partition(":")[0]
