"""Reads a part of the input into a shard: its records of known sites, their answers, and what these say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import msgspec

from crawler.engines import watchdog
from crawler.errors import WarcDamaged
from crawler.outcome.saved_origin import find_saved_origin
from crawler.shards.answer_hashes import AnswerHashes, make_answer_key
from crawler.shards.answers import (
    digest_message,
    find_damage_reason,
    find_status_reason,
    make_record,
    read_message_answer,
    read_status,
)
from crawler.shards.entries import PassedOver, ShardEntry, Slice
from crawler.shards.notes import PartNotes, count_host
from crawler.shards.page_shard import PageShardWriter
from crawler.shards.parts import Part
from crawler.shards.settings import ReadingSettings
from crawler.shards.sorting import RecordSorter, SitePage, find_unknown_host
from crawler.shards.store import ShardDraft
from crawler.warc.foreign import (
    Findings,
    FoundEntry,
    HttpMessage,
    NotDivisible,
    RecordEntry,
    iter_file_entries,
    iter_span_entries,
    read_entry_message,
    spell_path,
)
from crawler.warc.records import RecordEncoder


def iter_part(part: Part, scratch: Path, findings: Findings) -> Iterator[FoundEntry]:
    """Yield the records of the file or range of a part that may hold pages. Raises WarcDamaged and NotDivisible."""
    if part.span is None:
        return iter_file_entries(part.path, scratch, findings, find_saved_origin)
    return iter_span_entries(part.path, part.span, findings)


@dataclass(slots=True)
class PartReader:
    """Reads one part into the draft of its shard."""

    settings: ReadingSettings
    part: Part
    draft: ShardDraft
    notes: PartNotes
    writer: PageShardWriter = field(init=False)
    _sorter: RecordSorter = field(init=False)
    _encoder: RecordEncoder = field(default_factory=RecordEncoder)
    _archived: AnswerHashes | None = None
    _archived_count: int = 0

    def __post_init__(self) -> None:
        self._sorter = RecordSorter([publication.site for publication in self.settings.publications])
        if self.settings.answer_hashes is not None:
            self._archived = AnswerHashes(self.settings.answer_hashes)

    def read(self) -> None:
        """Write the files of the shard, and the notes."""
        with PageShardWriter(self.draft) as self.writer:
            self._read_records()

    def _read_records(self) -> None:
        findings = Findings(damaged=[], keeps_content=True)
        try:
            for number, found_entry in enumerate(iter_part(self.part, self.draft.scratch, findings)):
                if not self.part.holds_record(number):
                    continue
                watchdog.reset(record=str(number))
                page = self._sorter.find_page(found_entry.entry.url)
                if page is not None:
                    self._take(found_entry, page)
                elif host := find_unknown_host(found_entry.entry):
                    count_host(self.notes.unknown_hosts, host)
        except WarcDamaged as problem:
            self.notes.unusable = self._spell_reason(problem) if self.part.is_last else None
        except NotDivisible:
            self.notes.is_divisible = False
        self.draft.counts |= {"records": 0, "repaired": 0, "archived": self._archived_count}
        if self.part.is_last:
            self.draft.counts |= {"records": findings.records, "repaired": findings.repaired}
            for damage in findings.damaged:
                self.writer.write_entry(
                    ShardEntry(origin=damage.name, offset=damage.offset, passed_over=PassedOver.DAMAGED)
                )
        self.notes.first_offset, self.notes.next_offset = findings.first_offset, findings.next_offset

    def _spell_reason(self, problem: WarcDamaged) -> str:
        """Return what is wrong with the file, without its path: a copy elsewhere has the same shard."""
        return str(problem).removeprefix(f"{spell_path(self.part.path)} ")

    def _take(self, found_entry: FoundEntry, page: SitePage) -> None:
        """Write the entry of a record of a known site; with its reading, where it is a page to be read."""
        if not self._sorter.may_be_kept(found_entry.entry.url, page.address):
            return
        entry = self._sorter.make_entry(found_entry, page)
        if entry.site is not None and entry.url_key in self.settings.forgotten:
            entry = msgspec.structs.replace(entry, passed_over=PassedOver.FORGOTTEN)
        elif entry.site is not None and entry.kind != "revisit":
            entry = self._read_page(found_entry.entry, entry, page)
        self.writer.write_entry(entry)

    def _read_page(self, record: RecordEntry, entry: ShardEntry, page: SitePage) -> ShardEntry:
        try:
            message = read_entry_message(record)
            status = read_status(message)
        except WarcDamaged as problem:
            return msgspec.structs.replace(entry, passed_over=find_damage_reason(problem))
        reason = find_status_reason(message)
        if reason is not None:
            return msgspec.structs.replace(entry, passed_over=reason)
        digest = digest_message(message)
        entry = msgspec.structs.replace(entry, answer_status=status, answer_digest=digest)
        fetched_at = datetime.fromisoformat(entry.date)
        if entry.is_part:
            return msgspec.structs.replace(entry, record=self._copy(message, entry, page, fetched_at))
        if self._archived is not None and make_answer_key(entry) in self._archived:
            self._archived_count += 1
            return msgspec.structs.replace(entry, is_archived=True)
        publication = self.settings.publications[page.site]
        answer = read_message_answer(message, page.address, fetched_at, publication, digest)
        if answer.reading is None:
            return msgspec.structs.replace(entry, passed_over=answer.passed_over)
        is_kept = answer.reading.outcome is not None or answer.reading.target is not None
        record_place = self._copy(message, entry, page, fetched_at) if is_kept else None
        reading_place = self.writer.write_reading(answer.reading)
        return msgspec.structs.replace(entry, reading=reading_place, record=record_place)

    def _copy(self, message: HttpMessage, entry: ShardEntry, page: SitePage, fetched_at: datetime) -> Slice | None:
        """Copy a record, where records are copied; return its place."""
        if not self.settings.copies:
            return None
        copied = make_record(message, page.address.url, fetched_at, entry.answer_digest, entry.origin)
        return self.writer.write_record(self._encoder.encode_answer(copied))
