"""The entries of a shard of pages: one for each record that may hold a page of a known site, in the input's order."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

import msgspec

from crawler.warc.foreign import RecordKind

ENTRIES = "entries.jsonl"


class PassedOver(StrEnum):
    """The reason why a record is not kept, for programs to decide by."""

    STATUS = "status"
    """A status that says nothing about the page (500, 403, 304 …)."""
    NO_PAGE = "no_page"
    """A bare file under the address of a page: a picture, a film."""
    TEXT_BESIDE_PAGE = "text_beside_page"
    """The text of a page (WET), whose answer is in the files or in the archive."""
    FORGOTTEN = "forgotten"
    """The address is forgotten."""
    PART = "part"
    """Status 206 with a part of the page, or a record that holds the page in several segments."""
    FURTHER_PAGE = "further_page"
    """A further page of an article, whose first page is not in the files."""
    NO_ORIGINAL = "no_original"
    """A revisit record whose page is neither in the files nor in the archive."""
    INCOMPLETE = "incomplete"
    """The answer broke off: what came of it is kept, as failed."""
    ENCODING = "encoding"
    """The content encoding is not known, or its data are damaged."""
    TOO_LARGE = "too_large"
    """The record, or what it unpacks into, is larger than any page."""
    NO_ANSWER = "no_answer"
    """The record holds neither an HTTP answer nor a page."""
    UNDATED = "undated"
    """The record has no date that can be read."""
    FUTURE = "future"
    """The date lies in the future: the page would stay the newest for ever."""
    DAMAGED = "damaged"
    """No record can be read there."""
    FATAL = "fatal"
    """Reading the record ended the process, or took too long."""


class Slice(NamedTuple):
    """Bytes of a file."""

    offset: int
    length: int


class ShardEntry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A record of the input, by its header fields, and what was made of it."""

    origin: str
    """The name of the file given, followed by those of the files within it that hold the record."""
    offset: int | None = None
    """The byte of the file given at which the record begins; None where it had to be unpacked."""
    url: str | None = None
    """None where damage leaves no address."""
    site: str | None = None
    """The name of the site; None for a record that was passed over at the sight of its header fields."""
    url_key: str = ""
    page_key: str = ""
    """The address as those of one page are equal, whatever the site makes of it."""
    is_part: bool = False
    """True if the address alone tells that it is a further page of an article: it is copied, and not read by itself."""
    kind: RecordKind = "response"
    date: str = ""
    """When it was captured, in ISO 8601."""
    status: int | None = None
    """The HTTP status as the header fields tell it; None without HTTP headers."""
    record_id: str | None = None
    digest: str | None = None
    """The digest of its payload, as the record states it."""
    refers_to: str | None = None
    """The key of the address that a revisit record refers to."""
    refers_to_id: str | None = None
    """The id of the record that a revisit record refers to."""
    refers_to_date: str | None = None
    """The date of the record that a revisit record refers to."""
    is_unmodified: bool = False
    """True for a revisit record that stands for a status of 304."""
    passed_over: PassedOver | None = None
    """Why there is no reading."""
    answer_status: int = 0
    """The status of the answer; 0 where it was not read."""
    answer_digest: str = ""
    """The payload digest of the answer, as our WARC files write it."""
    reading: Slice | None = None
    """The place of the reading; None for a revisit record, and for what was passed over."""
    record: Slice | None = None
    """The place of the copied record; None where none was copied."""
    is_archived: bool = False
    """True where the page was not read because the archive held this answer when the shard was begun."""
