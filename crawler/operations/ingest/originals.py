"""Finds the page that a revisit record stands for: in the ingested files, or in the archive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from crawler.archive import Archive
from crawler.archive.articles.captures import find_last_digest, find_original
from crawler.archive.write.ingest_index import IndexedRecord, IngestIndex, RecordPlace
from crawler.normalisation.dates import instant
from crawler.warc.foreign import HttpMessage, read_message

_LONGEST_CHAIN: Final = 5
"""The most revisit records that refer to one another."""


@dataclass(frozen=True, slots=True)
class OriginalFinder:
    """Finds originals as a revisit record names them: by id, by payload, by address and date.

    One that names none of these, or stands for "not modified", means the last page of its address before it.
    """

    index: IngestIndex
    archive: Archive

    def find_message(self, record: IndexedRecord) -> HttpMessage | None:
        """Return the answer with the page; None where it is nowhere. Raises WarcDamaged when it cannot be read."""
        place = self._find_in_files(record, _LONGEST_CHAIN) or self._find_in_archive(record)
        return read_message(Path(place.path), place.start) if place is not None else None

    def _find_in_files(self, record: IndexedRecord, steps: int) -> RecordPlace | None:
        original = self.index.find_record(record.refers_to_id) if record.refers_to_id else None
        if original is None and record.refers_to and record.refers_to_date:
            original = self.index.find_dated(record.refers_to, record.refers_to_date)
        if original is not None and original.kind == "revisit":
            return self._find_in_files(original, steps - 1) if steps and original != record else None
        if original is not None and (record.is_unmodified or not _differ(record.digest, original.digest)):
            return RecordPlace(original.path, original.start)
        if record.digest and not record.is_unmodified:
            return self.index.find_response(record.digest, record.refers_to)
        return None

    def _find_in_archive(self, record: IndexedRecord) -> RecordPlace | None:
        until = instant(datetime.fromisoformat(record.date))
        is_named = bool(record.digest) and not record.is_unmodified
        url_keys = dict.fromkeys(key for key in (record.refers_to, record.url_key) if key)
        for url_key in url_keys:
            if is_named and (place := self._locate(url_key, str(record.digest), until)):
                return place
        if record.refers_to_date and record.refers_to:
            at = instant(datetime.fromisoformat(record.refers_to_date))
            digest = find_last_digest(self.archive.db, record.refers_to, until, at=at)
            if digest and (place := self._locate(record.refers_to, digest, until)):
                return place
        if is_named:
            return None
        for url_key in url_keys:
            digest = find_last_digest(self.archive.db, url_key, until)
            place = self.index.find_last(url_key, record.date) or (
                self._locate(url_key, digest, until) if digest else None
            )
            if place is not None:
                return place
        return None

    def _locate(self, url_key: str, digest: str, until: str) -> RecordPlace | None:
        original = find_original(self.archive.db, url_key, digest, until)
        if original is None:
            return None
        return RecordPlace(str(self.archive.warc_folder / original.warc_file), original.warc_offset)


def _differ(digest: str | None, other: str | None) -> bool:
    """Return True if two digests of one algorithm differ; those of two algorithms cannot be compared."""
    if digest is None or other is None:
        return False
    return digest != other and digest.partition(":")[0] == other.partition(":")[0]
