"""Reads a compressed member once without keeping it: whether it is one whole record, and what its head says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from crawler.errors import WarcDamaged
from crawler.warc.foreign.heads import BLANK, MAX_HEAD_SIZE, split_head
from crawler.warc.foreign.members import Member
from crawler.warc.foreign.records import read_length
from crawler.warc.foreign.unpacking import GrownTooLarge, Spill

_TAIL: Final = 64
_RECORD_START: Final = re.compile(rb"(?:WARC|warc)/\d{1,2}(?:\.\d{1,2}){0,2}\r?\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberSummary:
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


def summarise_member(member: Member, most_kept: int = 0) -> MemberSummary:
    """Read a member to its end; its content is kept where that has at most ``most_kept`` bytes.

    Raises WarcDamaged where it cannot be unpacked, MemberBrokenOff where it ends too soon.
    """
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
        return MemberSummary(size=0 if is_blank else size, fields={}, opening=b"", is_regular=False, is_repaired=False)
    left = size - head.block_start - length  # bytes behind the block
    separator = tail[len(tail) - left :] if 0 < left <= _TAIL else b""
    return MemberSummary(
        size=size,
        fields=head.fields,
        opening=opening[head.block_start : head.block_start + length],
        is_regular=0 <= left <= _TAIL and not separator.strip(BLANK),
        is_repaired=separator != (b"\n" if "arc" in head.fields else b"\r\n\r\n"),
        content=b"".join(kept) if size <= most_kept else None,
    )


def spill_broken_member(member: Member, spill: Spill, *, breaks_off: bool) -> bool:
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
