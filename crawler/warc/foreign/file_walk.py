"""Walks through a file of other software record by record, damaged files included, and makes an entry of each.

Of a compressed file, members that hold one whole record each are left where they lie. All others (one member for many
records, a record in many members, ends that are a few bytes off) are unpacked into one file beside, and read there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from crawler.engines import watchdog
from crawler.errors import WarcDamaged
from crawler.warc.foreign.entries import WHOLE_FILE, FileNotes, FileSpan, RecordEntry, make_entry
from crawler.warc.foreign.heads import BLANK, MAX_HEAD_SIZE, SIGNATURE, split_head
from crawler.warc.foreign.member_summary import spill_broken_member, summarise_member
from crawler.warc.foreign.members import (
    PROBE_SIZE,
    Member,
    MemberBrokenOff,
    begins_record,
    breaks_off_at_once,
    find_next_member,
    is_member,
    read_dictionary,
)
from crawler.warc.foreign.records import find_next_record, read_span, skip_blank
from crawler.warc.foreign.unpacking import GrownTooLarge, Spill

_MOST_DAMAGED: Final = 20_000
"""Damaged places of one file after which the rest is left: more is an attack on the time."""
_MOST_WASTED: Final = 2
"""How many times a file may be unpacked for members that then break off."""
_MOST_KEPT: Final = 4_000_000
"""Bytes of a record that is kept until it has been read."""
_MARK: Final = b"\xef\xbb\xbf"
"""A byte order mark, which an editor put before the first record."""
_ARCHIVE_NAME: Final = re.compile(r"\.(?:warc|arc|wet)\.(?:gz|zst)$", re.I)


def iter_entries(path: Path, spill: Spill, notes: FileNotes, span: FileSpan = WHOLE_FILE) -> Iterator[RecordEntry]:
    """Yield the records of a file that may hold a page; ``spill`` takes what has to be unpacked to be read.

    Damaged parts are noted, and reading goes on behind them. With a ``span`` only what begins in it is read. Raises
    GrownTooLarge, and OSError when the file cannot be read.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        start = _find_beginning(file)
        if start is None:
            return
        file.seek(0)
        is_blank = start < MAX_HEAD_SIZE and not file.read(start).removeprefix(_MARK).strip(BLANK)
        file.seek(start)
        opening = file.read(PROBE_SIZE)
        is_packed = is_member(opening)
        notes.begins_as_archive = SIGNATURE.match(opening) is not None or begins_record(opening, None)
        if is_packed and _ARCHIVE_NAME.search(path.name) and len(opening) == size - start:
            notes.begins_as_archive = notes.begins_as_archive or breaks_off_at_once(opening)
        if span.start > start:
            first_offset = _find_first(file, span.start, is_packed=is_packed)
            if first_offset is None:
                return
            start = first_offset
        elif not is_blank and is_packed:
            notes.damaged.append(0)
        elif not is_blank:
            start = 0
        notes.first_offset = start
        end = min(size, span.end)
        offset: int | None = start
        while offset is not None:  # files of both kinds may have been put together
            notes.turn_offset = None
            if is_packed:
                yield from _iter_members(path, file, offset, end, spill, notes)
            else:
                yield from _iter_plain(path, file, offset, end, notes)
            is_packed, offset = not is_packed, notes.turn_offset


def iter_spilled_entries(path: Path, notes: FileNotes) -> Iterator[RecordEntry]:
    """Yield the records of a file that was unpacked from another one."""
    with path.open("rb") as file:
        yield from _iter_plain(path, file, 0, path.stat().st_size, notes, is_spill=True)


def _find_beginning(file: BinaryIO) -> int | None:
    """Return where records begin: at 0, or behind what is no part of the file, for instance what is left of one cut."""
    opening = file.read(MAX_HEAD_SIZE)
    if is_member(opening) or split_head(opening) is not None:
        return 0
    first_plain = find_next_record(file, 0)
    first_member = find_next_member(file, 0)
    if first_member is not None and (first_plain is None or first_member < first_plain):
        return first_member
    return first_plain


def _find_first(file: BinaryIO, offset: int, *, is_packed: bool) -> int | None:
    """Return where the first record begins at ``offset`` or behind it; None without one."""
    return find_next_member(file, offset, read_dictionary(file)) if is_packed else find_next_record(file, offset)


def _iter_plain(
    path: Path, file: BinaryIO, offset: int, end: int, notes: FileNotes, *, is_spill: bool = False
) -> Iterator[RecordEntry]:
    size = path.stat().st_size
    while (offset := skip_blank(file, offset)) < end:
        watchdog.reset()
        if _is_at_member(file, offset):
            notes.turn_offset = offset
            return
        try:
            span = read_span(file, offset, size)
        except WarcDamaged:
            notes.damaged.append(None if is_spill else offset)
            next_offset = find_next_record(file, offset + 1)
            if next_offset is None or len(notes.damaged) >= _MOST_DAMAGED:
                return
            offset = next_offset
            continue
        notes.records += 1
        notes.repaired += span.is_repaired
        entry = make_entry(path, offset, span.fields, span.opening, is_unpacked=is_spill)
        if entry is not None:
            yield entry
        offset = span.next_offset
    notes.next_offset = offset if offset < size else None


def _iter_members(
    path: Path, file: BinaryIO, offset: int, end: int, spill: Spill, notes: FileNotes
) -> Iterator[RecordEntry]:
    dictionary = read_dictionary(file)
    size = path.stat().st_size
    wasted = 0
    while offset < end:
        watchdog.reset()
        member = Member(file, offset, dictionary)
        try:
            summary = summarise_member(member, _MOST_KEPT if notes.keeps_content else 0)
            if offset + member.length > size:
                raise WarcDamaged("the frame is longer than the file")
        except WarcDamaged as problem:
            reached = file.tell() - offset
            breaks_off = isinstance(problem, MemberBrokenOff)
            if not spill_broken_member(Member(file, offset, dictionary), spill, breaks_off=breaks_off):
                notes.damaged.append(offset)
            wasted += reached
            if len(notes.damaged) >= _MOST_DAMAGED or wasted > _MOST_WASTED * size + (1 << 26):
                return
            next_offset = find_next_member(file, offset + 1, dictionary)
            if next_offset is None:
                return
            offset = next_offset
            continue
        if summary.size and not summary.is_regular:
            try:
                for block in Member(file, offset, dictionary).iter_blocks():
                    spill.write(block)
            except GrownTooLarge:  # what was unpacked is read all the same
                spill.mark_break()
        elif summary.size:
            notes.records += 1
            notes.repaired += summary.is_repaired
            entry = make_entry(path, offset, summary.fields, summary.opening, content=summary.content)
            if entry is not None:
                yield entry
        offset = _skip_padding(file, offset + member.length)
        if offset < end and _is_at_plain_record(file, offset):
            notes.turn_offset = offset
            return
    notes.next_offset = offset if offset < size else None


def _is_at_member(file: BinaryIO, offset: int) -> bool:
    """Return True if a compressed record begins at an offset."""
    file.seek(offset)
    opening = file.read(4)
    return is_member(opening) and begins_record(opening + file.read(PROBE_SIZE), None)


def _is_at_plain_record(file: BinaryIO, offset: int) -> bool:
    """Return True if a record that is not compressed begins at an offset."""
    file.seek(offset)
    opening = file.read(4)
    return not is_member(opening) and SIGNATURE.match(opening + file.read(MAX_HEAD_SIZE)) is not None


def _skip_padding(file: BinaryIO, offset: int) -> int:
    """Return where the next member begins: behind zeros and line ends, which hold nothing."""
    file.seek(offset)
    return offset if is_member(file.read(4)) else skip_blank(file, offset)
