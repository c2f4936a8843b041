"""The answers that an ingest may keep, wherever their readings and records come from: a shard, or a message in hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from crawler.archive.articles.captures import CapturePlace
from crawler.errors import WarcDamaged
from crawler.items import Address
from crawler.operations.ingest.originals import IngestRecord, OriginalFinder
from crawler.outcome.answer import REDIRECT_STATUSES
from crawler.shards.answers import (
    ReadAnswer,
    digest_message,
    find_damage_reason,
    find_status_reason,
    make_record,
    read_message_answer,
    read_status,
)
from crawler.shards.entries import PassedOver, ShardEntry
from crawler.shards.page_shard import PageShelf
from crawler.shards.publications import Publication
from crawler.warc.foreign import HttpMessage, read_message
from crawler.warc.records import RecordEncoder


class AnswerSource(Protocol):
    """An answer: its status and payload digest, its reading and its record, each made when it is wanted."""

    @property
    def status(self) -> int:
        """The status."""
        ...

    @property
    def digest(self) -> str:
        """The payload digest."""
        ...

    def read(self) -> ReadAnswer:
        """Return the reading, or why there is none."""
        ...

    def encode(self) -> bytes:
        """Return the record for the archive's own files, as a gzip member."""
        ...

    def read_message(self) -> HttpMessage:
        """Return the answer itself. Raises WarcDamaged."""
        ...


@dataclass(frozen=True, slots=True)
class ShardAnswer:
    """An answer that a shard holds."""

    opener: AnswerOpener
    record: IngestRecord
    status: int
    digest: str

    def read(self) -> ReadAnswer:
        """Return the reading."""
        entry = self.record.entry
        if entry.reading is None:
            return ReadAnswer(passed_over=entry.passed_over)
        return ReadAnswer(reading=self.opener.shelf.read_reading(self.record.shard, entry.reading))

    def encode(self) -> bytes:
        """Return the record as it was copied."""
        assert self.record.entry.record is not None
        return self.opener.shelf.read_record(self.record.shard, self.record.entry.record)

    def read_message(self) -> HttpMessage:
        """Return the answer."""
        return self.opener.read_message(self.record)


@dataclass(frozen=True, slots=True)
class MessageAnswer:
    """The answer that a revisit record stands for, at the instant of that record."""

    message: HttpMessage
    address: Address
    entry: ShardEntry
    publication: Publication
    status: int
    digest: str

    @property
    def fetched_at(self) -> datetime:
        """When the page was seen again."""
        return datetime.fromisoformat(self.entry.date)

    def read(self) -> ReadAnswer:
        """Read the answer."""
        return read_message_answer(self.message, self.address, self.fetched_at, self.publication, self.digest)

    def encode(self) -> bytes:
        """Encode the record."""
        record = make_record(self.message, self.address.url, self.fetched_at, self.digest, self.entry.origin)
        return RecordEncoder().encode_answer(record)

    def read_message(self) -> HttpMessage:
        """Return the answer."""
        return self.message


@dataclass(frozen=True, slots=True)
class AnswerOpener:
    """Opens the answers of the records of one site."""

    shelf: PageShelf
    originals: OriginalFinder
    publication: Publication
    files: Sequence[Path]
    """The files of the ingest."""

    def open(self, record: IngestRecord, address: Address) -> AnswerSource | PassedOver:
        """Return the answer of a record, or why none is kept."""
        entry = record.entry
        if entry.kind != "revisit":
            if entry.passed_over is not None and not entry.answer_status:
                return entry.passed_over
            return ShardAnswer(self, record, entry.answer_status, entry.answer_digest)
        original = self.originals.find(entry)
        if original is None:
            return PassedOver.NO_ORIGINAL
        if isinstance(original, IngestRecord) and original.entry.passed_over is not None:
            return original.entry.passed_over
        try:
            message = self.read_message(original)
            status = read_status(message)
        except WarcDamaged as problem:
            return find_damage_reason(problem)
        reason = find_status_reason(message)
        if reason is not None:
            return reason
        return MessageAnswer(message, address, entry, self.publication, status, digest_message(message))

    def read_message(self, original: IngestRecord | CapturePlace) -> HttpMessage:
        """Return the answer in a record. Raises WarcDamaged."""
        if isinstance(original, CapturePlace):
            folder = self.originals.archive.warc_folder
            return read_message(folder / original.warc_file, original.warc_offset)
        entry = original.entry
        if entry.record is not None:
            return self.shelf.read_message(original.shard, entry.record)
        if entry.answer_status in REDIRECT_STATUSES:  # one that leads nowhere is not copied
            head = f"HTTP/1.1 {entry.answer_status} Redirect\r\n\r\n"
            return HttpMessage(head=head.encode(), body=b"", truncated=None)
        if entry.offset is None:
            raise WarcDamaged("the page of the revisit record was unpacked and not copied")
        return read_message(self.files[original.file], entry.offset)
