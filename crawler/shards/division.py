"""Divides parts for the quarantine, which looks for the record that ends the process that reads it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from crawler.engines import Task
from crawler.engines.quarantine import Halves, Isolation
from crawler.errors import WarcDamaged
from crawler.shards.remote import is_remote
from crawler.shards.task import PartTask
from crawler.warc.foreign import Findings, FoundEntry, NotDivisible, read_file_name


class PartDivision:
    """Divides tasks by the numbers of their records."""

    def halve(self, task: Task[PartTask]) -> Halves[PartTask] | None:
        """Return both halves of a part; None if it has one record."""
        part = task.payload.part
        end = part.end_record
        count = (sum(1 for _ in _iter_records(task)) if end is None else end) - part.first_record
        if count < 2:
            return None
        middle = part.first_record + count // 2
        return _narrow(task, part.first_record, middle), _narrow(task, middle, end)

    def isolate(self, task: Task[PartTask], record: str) -> Isolation[PartTask]:
        """Return the part divided at a record; what is behind its last record is a part, too."""
        part, number = task.payload.part, int(record)
        is_at_end = part.end_record is not None and number + 1 >= part.end_record
        return Isolation(
            before=_narrow(task, part.first_record, number) if number > part.first_record else None,
            alone=_narrow(task, number, number + 1),
            after=None if is_at_end else _narrow(task, number + 1, part.end_record),
        )

    def describe(self, task: Task[PartTask], record: str | None) -> Mapping[str, Any]:
        """Return file, offset and address of the record of a part; only the file where it has none."""
        part = task.payload.part
        for number, found_entry in enumerate(_iter_records(task)):
            if number == part.first_record:
                offset = None if found_entry.entry.is_unpacked else found_entry.entry.offset
                return {"file": found_entry.name, "offset": offset, "url": found_entry.entry.url}
        return {"file": read_file_name(part.path), "offset": None, "url": None}


def _narrow(task: Task[PartTask], first_record: int, end_record: int | None) -> Task[PartTask]:
    part = task.payload.part.narrow(first_record, end_record)
    return Task(part.id, replace(task.payload, part=part))


def _iter_records(task: Task[PartTask]) -> Iterator[FoundEntry]:
    folder = None if is_remote(task.payload.folder) else task.payload.folder
    with tempfile.TemporaryDirectory(dir=folder) as scratch, suppress(WarcDamaged, NotDivisible):
        from crawler.shards.reading import iter_part

        yield from iter_part(task.payload.part, Path(scratch), Findings(damaged=[]))
