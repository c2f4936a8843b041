"""Reads every record of one of our WARC files, damaged parts included: what lies at each byte, and how long it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from crawler.errors import BadValue, WarcDamaged
from crawler.warc.content_encoding import decode_content, list_encodings
from crawler.warc.foreign.heads import split_head
from crawler.warc.foreign.members import find_next_member, read_member

ERASED_NOTE = b"erased\r\n"
"""The block of the metadata record that takes the place of an erased one."""


class HttpParts(NamedTuple):
    """The parts of an HTTP message."""

    head: bytes
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannedRecord:
    """One gzip member of a file, or a damaged part of it."""

    offset: int
    length: int
    """Bytes in the file."""
    fields: Mapping[str, str] | None
    """The fields of the record, names in lower case; None for a damaged part and for a member without a record."""
    content: bytes = b""
    """The record, uncompressed."""
    block_start: int = 0
    """The offset in ``content`` at which the block begins, behind the fields."""
    is_damaged: bool = False

    @property
    def kind(self) -> str:
        """``response``, ``request``, ``revisit`` …; empty without a record."""
        return (self.fields or {}).get("warc-type", "")

    @property
    def url(self) -> str:
        """The address that the record is about; empty without one."""
        return (self.fields or {}).get("warc-target-uri", "")

    @property
    def is_erased(self) -> bool:
        """True for the note that takes the place of an erased record."""
        if self.is_damaged:
            return False
        return not self.content or (self.kind == "metadata" and self.content.startswith(ERASED_NOTE, self.block_start))

    def covers(self, offset: int) -> bool:
        """Return True if a byte of the file is in this record."""
        return self.offset <= offset < self.offset + self.length

    def split_message(self) -> HttpParts:
        """Return the HTTP message in the record, the body's content encoding undone if that is possible."""
        head, _, body = self.content[self.block_start :].removesuffix(b"\r\n\r\n").partition(b"\r\n\r\n")
        lines = (line.partition(":") for line in head.decode("utf-8", "replace").split("\r\n")[1:])
        headers = tuple((name.strip(), value.strip()) for name, _, value in lines)
        try:
            return HttpParts(head, headers, decode_content(body, list_encodings(headers)))
        except BadValue:
            return HttpParts(head, headers, body)


def scan_records(path: Path) -> Iterator[ScannedRecord]:
    """Yield every record of a file in its order, and each damaged part in between. Raises OSError."""
    size = path.stat().st_size
    with path.open("rb") as file:
        offset = 0
        while offset < size:
            file.seek(offset)
            try:
                content, length = read_member(file)
            except WarcDamaged:
                length = (find_next_member(file, offset + 1, gzip_only=True) or size) - offset
                yield ScannedRecord(offset=offset, length=length, fields=None, is_damaged=True)
                offset += length
                continue
            fields, block_start = split_head(content) or (None, 0)
            yield ScannedRecord(offset=offset, length=length, fields=fields, content=content, block_start=block_start)
            offset += length
