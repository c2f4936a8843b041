"""Indexes what the shards of an ingest hold, so that it can be written in the order of dates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from crawler.archive.write.ingest_index import IndexedRecord, IngestIndex
from crawler.operations.ingest.report import IngestReport
from crawler.operations.ingest.shard_making import FileParts, ShardMaker
from crawler.shards.entries import PassedOver, ShardEntry
from crawler.shards.page_shard import PageShelf
from crawler.shards.sorting import is_future
from crawler.warc.foreign import describe_lack_of_records, spell_path


def fill_index(
    index: IngestIndex,
    shelf: PageShelf,
    maker: ShardMaker,
    divided: Sequence[FileParts],
    report: IngestReport,
    now: datetime,
) -> list[Path]:
    """Index the entries of all shards that may be kept, and count the others. Raises ShardDamaged.

    Return the files by the numbers that the index has for them: the same for the same files, in whatever order they
    are given.
    """
    files = [file_parts.path for file_parts in divided]
    order = sorted(range(len(files)), key=lambda place: (str(files[place]), place))
    ranks = {place: rank for rank, place in enumerate(order)}
    for place, file_parts in enumerate(divided):
        records = 0
        shard_ids = [shard_id for part in file_parts.parts for shard_id in maker.list_shards(part)]
        for shard_id in shard_ids:
            manifest, notes = maker.open_shard(shard_id)
            records += manifest.counts.get("records", 0)
            report.repaired += manifest.counts.get("repaired", 0)
            if notes.unusable is not None:
                report.unusable.append(f"{spell_path(file_parts.path)} {notes.unusable}")
            for host, count in notes.unknown_hosts.items():
                report.count_unknown(host, count)
        for number, (shard_id, entry, line) in enumerate(_iter_entries(shelf, shard_ids)):
            reason = entry.passed_over if entry.site is None else None
            if entry.site is not None and is_future(entry.date, now):
                reason = PassedOver.FUTURE
            if reason is not None:
                report.pass_over(reason, url=entry.url, file=entry.origin, offset=entry.offset)
            elif entry.site is not None:
                index.add(_make_record(entry, ranks[place], number, shard_id, line))
        for part in file_parts.parts:
            for poison in maker.list_poison(part):
                report.pass_over(PassedOver.FATAL, **poison.place)
        if not file_parts.is_whole and not records:
            report.unusable.append(describe_lack_of_records(file_parts.path))
    index.sort()
    return [files[place] for place in order]


def _iter_entries(shelf: PageShelf, shard_ids: Sequence[str]) -> Iterator[tuple[str, ShardEntry, bytes]]:
    for shard_id in shard_ids:
        for entry, line in shelf.iter_entries(shard_id):
            yield shard_id, entry, line


def _make_record(entry: ShardEntry, file: int, number: int, shard: str, line: bytes) -> IndexedRecord:
    return IndexedRecord(
        site=entry.site or "",
        kind=entry.kind,
        url=entry.url or "",
        url_key=entry.url_key,
        date=entry.date,
        status=entry.status,
        record_id=entry.record_id,
        digest=entry.digest,
        page_key=entry.page_key,
        is_part=entry.is_part,
        file=file,
        number=number,
        shard=shard,
        entry=line,
    )
