"""Lists the records of files of other software that may hold pages, damaged files included.

Of a compressed file, members that hold one whole record each are left where they lie. All others (one member for many
records, a record in many members, ends that are a few bytes off) are unpacked into one file beside, and read there.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final, Literal

from crawler.engines import watchdog
from crawler.errors import WarcDamaged
from crawler.warc.foreign.answers import find_answer_start, is_bare_page, read_media_type, read_status
from crawler.warc.foreign.heads import BLANK, MAX_HEAD_SIZE, SIGNATURE, find_head_end, read_date, split_head
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
from crawler.warc.foreign.records import find_next_record, read_length, read_span, skip_blank
from crawler.warc.foreign.unpacking import GrownTooLarge, Spill

RecordKind = Literal["response", "resource", "conversion", "revisit"]

_KINDS: Final[tuple[RecordKind, ...]] = ("response", "resource", "conversion", "revisit")
_MOST_DAMAGED: Final = 20_000
"""Damaged places of one file after which the rest is left: more is an attack on the time."""
_MOST_WASTED: Final = 2
"""How many times a file may be unpacked for members that then break off."""
_MOST_KEPT: Final = 4_000_000
"""Bytes of a record that is kept until it has been read."""
_TAIL: Final = 64
_MARK: Final = b"\xef\xbb\xbf"
"""A byte order mark, which an editor put before the first record."""
_LONGEST_FIELD: Final = 4_000
_NOT_MODIFIED: Final = "server-not-modified"
_ARCHIVE_NAME: Final = re.compile(r"\.(?:warc|arc|wet)\.(?:gz|zst)$", re.I)
_RECORD_START: Final = re.compile(rb"(?:WARC|warc)/\d{1,2}(?:\.\d{1,2}){0,2}\r?\n")


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordEntry:
    """The header fields of a record that may hold a page, and where it begins."""

    path: Path
    offset: int
    is_unpacked: bool = False
    """True if the path is that of a part that was unpacked, whose offsets say nothing of the file given."""
    kind: RecordKind
    url: str
    date: datetime | None
    """None where the record has none that can be read."""
    record_id: str | None = None
    payload_digest: str | None = None
    refers_to: str | None = None
    """A revisit's ``WARC-Refers-To-Target-URI``, or its own address."""
    refers_to_id: str | None = None
    """The ``WARC-Refers-To`` of a revisit or conversion."""
    refers_to_date: datetime | None = None
    is_unmodified: bool = False
    """True for a revisit that stands for a status of 304."""
    is_segment: bool = False
    """True if the record is the first of several that hold the page in parts."""
    status: int | None = None
    """The HTTP status; None without HTTP headers."""
    media_type: str = ""
    """The content type that the answer states, else the record; in lower case, without parameters."""
    content: bytes | None = field(default=None, repr=False, compare=False)
    """The record, unpacked, where that was asked for and it is of usual size: it need not be unpacked again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FileSpan:
    """A part of a file: the records that begin in it, wherever they end."""

    start: int = 0
    end: int = sys.maxsize


WHOLE_FILE: Final = FileSpan()


@dataclass(slots=True, kw_only=True)
class FileNotes:
    """The notes on one file while it is read."""

    records: int = 0
    """Records of any kind."""
    repaired: int = 0
    """Records that are whole, though they do not end where they should."""
    damaged: list[int | None] = field(default_factory=list)
    """The offsets of damaged parts; None where the part was unpacked, so that its offset says nothing."""
    first_offset: int | None = None
    """Where reading began; None where nothing begins in the span or behind it."""
    next_offset: int | None = None
    """Where reading would have gone on behind the span; None at the end of the file."""
    keeps_content: bool = False
    """True if entries are to have the content of their records."""
    turn_offset: int | None = None
    """Where compressed members follow plain records, or the other way round."""
    begins_as_archive: bool = False
    """True if the file begins with a record, be it whole or not."""
    reason: str | None = None
    """What is wrong with a saved page, for people: what is said behind its name."""


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
        entry = _make_entry(path, offset, span.fields, span.opening, is_unpacked=is_spill)
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
            summary = _summarise(member, _MOST_KEPT if notes.keeps_content else 0)
            if offset + member.length > size:
                raise WarcDamaged("the frame is longer than the file")
        except WarcDamaged as problem:
            reached = file.tell() - offset
            breaks_off = isinstance(problem, MemberBrokenOff)
            if not _spill_broken(Member(file, offset, dictionary), spill, breaks_off=breaks_off):
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
            entry = _make_entry(path, offset, summary.fields, summary.opening, content=summary.content)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Summary:
    """What is known of a member that was read once and not kept."""

    size: int
    fields: dict[str, str]
    opening: bytes
    """The beginning of the record's block."""
    is_regular: bool
    """True if the member holds one whole record and nothing else."""
    is_repaired: bool
    content: bytes | None = None
    """All of it, where it is small enough to be kept."""


def _summarise(member: Member, most_kept: int = 0) -> _Summary:
    opening = tail = b""
    size = 0
    kept: list[bytes] = []
    for block in member.iter_blocks():
        if len(opening) < MAX_HEAD_SIZE:
            opening += block[: MAX_HEAD_SIZE - len(opening)]
        size += len(block)
        if size <= most_kept:
            kept.append(block)
        tail = (tail + block[-_TAIL:])[-_TAIL:]
    head = split_head(opening)
    length = read_length(head.fields) if head is not None else None
    if head is None or length is None:
        is_blank = not opening.strip(BLANK) and not tail.strip(BLANK) and size < MAX_HEAD_SIZE
        return _Summary(size=0 if is_blank else size, fields={}, opening=b"", is_regular=False, is_repaired=False)
    left = size - head.block_start - length  # bytes behind the block
    separator = tail[len(tail) - left :] if 0 < left <= _TAIL else b""
    return _Summary(
        size=size,
        fields=head.fields,
        opening=opening[head.block_start : head.block_start + length],
        is_regular=0 <= left <= _TAIL and not separator.strip(BLANK),
        is_repaired=separator != (b"\n" if "arc" in head.fields else b"\r\n\r\n"),
        content=b"".join(kept) if size <= most_kept else None,
    )


def _spill_broken(member: Member, spill: Spill, *, breaks_off: bool) -> bool:
    """Unpack what is left of a broken member; return False if nothing is, so that its damage is to be noted.

    Of a stream whose bytes are altered, the last record is not trusted. Of what is unpacked, the mark behind it makes
    exactly one damaged part.
    """
    start = spill.size
    try:
        for block in member.iter_blocks():
            spill.write(block)
    except GrownTooLarge:
        breaks_off = True
    except WarcDamaged:
        pass
    if spill.size == start:
        return False
    last = spill.find_last(_RECORD_START, start)
    is_lost = not breaks_off or (last is not None and split_head(spill.read(last, MAX_HEAD_SIZE)) is None)
    if last is None or (last <= start and is_lost):
        spill.truncate(start)
        return False
    if is_lost:
        spill.truncate(last)
    spill.mark_break()
    return True


def _make_entry(
    path: Path,
    offset: int,
    fields: dict[str, str],
    block: bytes,
    *,
    is_unpacked: bool = False,
    content: bytes | None = None,
) -> RecordEntry | None:
    url = fields.get("warc-target-uri", "").strip("<> ")  # early wget put the address between angle brackets
    media_type = fields.get("content-type", "")
    kind = _find_kind(fields.get("warc-type", "").lower(), media_type)
    if kind is None or not url or len(url) > _LONGEST_FIELD:
        return None
    start = find_answer_start(block)
    status = read_status(block, start) if start is not None else None
    if start is not None:
        end = find_head_end(block, start)
        media_type = read_media_type(block[start : end[0] if end is not None else None])
    elif is_bare_page(block, media_type):
        media_type = "text/html"
    return RecordEntry(
        path=path,
        offset=offset,
        is_unpacked=is_unpacked,
        kind=kind,
        url=url,
        date=read_date(fields.get("warc-date", "")),
        record_id=_read_field(fields, "warc-record-id"),
        payload_digest=_read_field(fields, "warc-payload-digest"),
        refers_to=(_read_field(fields, "warc-refers-to-target-uri") or url).strip("<> ") if kind == "revisit" else None,
        refers_to_id=_read_field(fields, "warc-refers-to"),
        refers_to_date=read_date(fields.get("warc-refers-to-date", "")),
        is_unmodified=_NOT_MODIFIED in fields.get("warc-profile", "").lower() or (kind == "revisit" and status == 304),
        is_segment="warc-segment-number" in fields,
        status=status,
        media_type=media_type.partition(";")[0].strip().lower()[:100],
        content=content,
    )


def _find_kind(stated: str, media_type: str) -> RecordKind | None:
    """Return the kind of a record that may hold a page; one that states none may say that it is an answer."""
    if not stated and "msgtype=response" in media_type.lower().replace(" ", "").replace('"', ""):
        return "response"
    return next((kind for kind in _KINDS if kind == stated), None)


def _read_field(fields: dict[str, str], name: str) -> str | None:
    return fields.get(name, "").strip()[:_LONGEST_FIELD] or None
