"""Reads records from uncompressed files, also those whose ends are a few bytes off.

A record is whole where the next one begins within some bytes of where its ``Content-Length`` says, or the file ends
there: tools count line ends in that are none, leave them out, or fill up with zeros.
"""

from __future__ import annotations

import re
from typing import BinaryIO, Final, NamedTuple

from crawler.errors import WarcDamaged
from crawler.normalisation.words.digits import parse_digits
from crawler.warc.foreign.heads import BLANK, MAX_HEAD_SIZE, SIGNATURE, split_head

_SLACK: Final = 32
"""The most bytes by which a ``Content-Length`` may be wrong."""
_NEAR: Final = 2 * _SLACK
"""The most bytes behind the end of a block, line ends included, at which the next record is looked for."""
_WINDOW: Final = 16_384
"""Bytes behind the end of a block that are read: the first line of an ARC record may be long."""
BREAK_MARK: Final = b"\r\n\r\n" + b"the stream broke off here " * 8 + b".\n"
"""Stands in an unpacked file where a stream broke off. It is longer than what an end may be off by, and ends as no
record does, so that the rest of a record that was cut is never made of it."""
_STEP: Final = 1 << 16
_ENDING: Final = b"\r\n\r\n"
_SEPARATOR: Final = re.compile(rb"(?:\r\n\r\n|\n\n|\r\n|\n|\r)?\0*\Z")
_BLANK_RUN: Final = re.compile(rb"[\r\n\0]*\Z")


class RecordSpan(NamedTuple):
    """A record in an uncompressed file: its fields, where its block lies, and where to look for the next one."""

    fields: dict[str, str]
    block_start: int
    block_end: int
    next_offset: int
    is_repaired: bool
    """True if the record does not end where and how it should."""
    opening: bytes
    """The beginning of the block, up to the size of a head."""


def read_length(fields: dict[str, str]) -> int | None:
    """Return the length of the block that a record states, or None."""
    return parse_digits(fields.get("content-length", ""), most=15)


def read_span(file: BinaryIO, offset: int, size: int) -> RecordSpan:
    """Return the record that begins at ``offset`` of a file of ``size`` bytes.

    Raises WarcDamaged when none begins there, and when it ends far from where it says.
    """
    file.seek(offset)
    content = file.read(MAX_HEAD_SIZE)
    head = split_head(content)
    if head is None:
        raise WarcDamaged("no record begins here")
    fields, begin = head.fields, offset + head.block_start
    length = read_length(fields)
    if length is None:
        next_offset = find_next_record(file, begin)
        tail_start = max(begin, (size if next_offset is None else next_offset) - _SLACK)
        tail = _read(file, tail_start, (size if next_offset is None else next_offset) - tail_start)
        end, next_offset, is_repaired = tail_start + _find_block_end(tail), next_offset or size, True
    else:
        end, next_offset, is_repaired = _find_end(file, begin, begin + length, size, is_arc="arc" in fields)
    opening = content[head.block_start : head.block_start + end - begin]
    return RecordSpan(fields, begin, end, next_offset, is_repaired, opening)


def skip_blank(file: BinaryIO, offset: int) -> int:
    """Return the offset of the first byte at or behind ``offset`` that is no line end, zero or space."""
    while True:
        block = _read(file, offset, _STEP)
        rest = block.lstrip(BLANK)
        if rest or not block:
            return offset + len(block) - len(rest)
        offset += len(block)


def find_next_record(file: BinaryIO, offset: int) -> int | None:
    """Return the offset of the first record that begins at ``offset`` or behind it; None when there is none."""
    overlap = 8192  # the first line of an ARC record may be long
    while True:
        block = _read(file, offset, _STEP + overlap)
        match = SIGNATURE.search(block)
        if match is not None and (match.start() < _STEP or len(block) < _STEP + overlap):
            return offset + match.start()
        if len(block) < _STEP + overlap:
            return None
        offset += _STEP


def _find_end(file: BinaryIO, begin: int, expected: int, size: int, *, is_arc: bool) -> tuple[int, int, bool]:
    """Return where the block ends, where the next record may begin, and True if that is not as it should be."""
    ending = b"\n" if is_arc else _ENDING
    start = max(begin, expected - _SLACK)
    window = _read(file, start, min(expected, size) - start + _WINDOW) if start < size else b""
    place = expected - start  # where the block should end, within the window
    behind = window[place:]
    if behind.startswith(ending) and (SIGNATURE.match(behind, len(ending)) or len(behind) == len(ending)):
        return expected, expected + len(ending), False
    before = max(begin, expected - len(BREAK_MARK))
    if BREAK_MARK in _read(file, before, expected - before + len(BREAK_MARK) - 1):
        raise WarcDamaged("the record breaks off")
    match = SIGNATURE.search(window)
    if match is not None and match.start() <= place + _NEAR:
        next_start = match.start()
        if behind.startswith(ending) and next_start >= place + len(ending):  # between the two is something else
            return expected, start + next_start, True
    elif behind.startswith(ending):
        return expected, expected + len(ending), False
    elif start + len(window) >= size and len(window) - place <= _NEAR:
        next_start = len(window)
        if next_start < place and not window.endswith((b"\n" if is_arc else b"\r\n", b"\n\n", b"\0")):
            raise WarcDamaged("the record is shorter than it says")
    elif (run := len(behind) - len(behind.lstrip(b"\r\n\0"))) > _NEAR:  # filled up with zeros
        return expected, expected + run, True
    else:
        raise WarcDamaged("the record does not end where it says")
    if next_start >= place and _BLANK_RUN.match(window, place, next_start):
        return expected, start + next_start, True
    end = _find_block_end(window[:next_start])
    if end > place + _SLACK:
        raise WarcDamaged("the record does not end where it says")
    return start + end, start + next_start, True


def _find_block_end(window: bytes) -> int:
    """Return where a block ends that is followed by the separator of records at the end of ``window``."""
    match = _SEPARATOR.search(window)
    return match.start() if match is not None else len(window)


def _read(file: BinaryIO, offset: int, size: int) -> bytes:
    file.seek(offset)
    return file.read(size)
