"""Indexes what the shards of an ingest hold, so that it can be written in the order of dates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from crawler.archive.write.ingest_index import IndexedRecord, IngestIndex
from crawler.errors import WarcDamaged
from crawler.operations.ingest.report import IngestReport
from crawler.operations.ingest.shard_making import ShardMaker
from crawler.shards.entries import PassedOver, ShardEntry
from crawler.shards.page_shard import PageShelf
from crawler.shards.parts import Part
from crawler.shards.sorting import is_future
from crawler.warc.foreign import refuse_without_records


def fill_index(
    index: IngestIndex,
    shelf: PageShelf,
    maker: ShardMaker,
    files: Sequence[Path],
    parts: Sequence[Sequence[Part]],
    report: IngestReport,
    now: datetime,
) -> list[Path]:
    """Index the entries of all shards that may be kept, and count the others. Raises ShardDamaged.

    ``parts`` are those of each file. Return the files by the numbers that the index has for them: the same for the same
    files, in whatever order they are given.
    """
    order = sorted(range(len(files)), key=lambda place: (str(files[place]), place))
    ranks = {place: rank for rank, place in enumerate(order)}
    for place, path in enumerate(files):
        number = records = 0
        for part in parts[place]:
            manifest, notes = maker.verify(part)
            records += manifest.counts.get("records", 0)
            report.repaired += manifest.counts.get("repaired", 0)
            if notes.unusable is not None:
                report.unusable.append(notes.unusable)
            for host, count in notes.unknown_hosts.items():
                report.count_unknown(host, count)
            for entry, line in shelf.iter_entries(part.id):
                number += 1
                reason = entry.passed_over if entry.site is None else None
                if entry.site is not None and is_future(entry.date, now):
                    reason = PassedOver.FUTURE
                if reason is not None:
                    report.pass_over(reason, url=entry.url, file=entry.origin, offset=entry.offset)
                elif entry.site is not None:
                    index.add(_make_record(entry, ranks[place], number, part.id, line))
        if len(parts[place]) > 1:
            try:
                refuse_without_records(path, records)
            except WarcDamaged as problem:
                report.unusable.append(str(problem))
    index.sort()
    return [files[place] for place in order]


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
        file=file,
        number=number,
        shard=shard,
        entry=line,
    )
