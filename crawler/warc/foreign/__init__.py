"""Reads the pages in files of other software: WARC and ARC, plain or compressed in any way, and WACZ.

:func:`iter_file_entries` lists the records that may hold pages; :func:`read_message` reads one of them. A damaged part
is reported to the caller, and reading goes on at the next record.
"""

from crawler.warc.foreign.entries import FileSpan, RecordEntry, RecordKind
from crawler.warc.foreign.messages import HttpMessage, NoAnswer, RecordTooLarge, read_entry_message, read_message
from crawler.warc.foreign.reading import (
    DamagedPart,
    Findings,
    FoundEntry,
    describe_lack_of_records,
    iter_file_entries,
    iter_span_entries,
)
from crawler.warc.foreign.unpacking import NotDivisible, read_file_name, spell_path

__all__ = [
    "DamagedPart",
    "FileSpan",
    "Findings",
    "FoundEntry",
    "HttpMessage",
    "NoAnswer",
    "NotDivisible",
    "RecordEntry",
    "RecordKind",
    "RecordTooLarge",
    "describe_lack_of_records",
    "iter_file_entries",
    "iter_span_entries",
    "read_entry_message",
    "read_file_name",
    "read_message",
    "spell_path",
]
