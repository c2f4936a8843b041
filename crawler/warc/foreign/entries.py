"""Entries of files of other software: the records that may hold a page, by their header fields and where they begin."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from crawler.warc.foreign.answers import find_answer_start, is_bare_page, read_media_type, read_status
from crawler.warc.foreign.dates import read_date
from crawler.warc.foreign.heads import find_head_end

RecordKind = Literal["response", "resource", "conversion", "revisit"]

_KINDS: Final[tuple[RecordKind, ...]] = ("response", "resource", "conversion", "revisit")
_LONGEST_FIELD: Final = 4_000
_NOT_MODIFIED: Final = "server-not-modified"


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


def make_entry(
    path: Path,
    offset: int,
    fields: dict[str, str],
    block: bytes,
    *,
    is_unpacked: bool = False,
    content: bytes | None = None,
) -> RecordEntry | None:
    """Return the entry of a record at an offset; None for one that holds no page, or has no address.

    ``fields`` are those of its head, by lower-case names; ``block`` is what follows the head, or its beginning.
    """
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
