"""WARC 1.1 files: writes the answers of servers beside the archive before they are read, and reads them back.

:class:`WarcWriter` appends request and response; :func:`read_capture` reads one answer back as a ``Capture``;
:func:`iter_captures` reads all answers of a file; :func:`find_alteration` finds damage in any of its records;
:func:`mend_files` cuts off a record that a killed run left half written. A payload that is on disk already
(:func:`find_original`) is pointed to by a revisit record.
"""

from crawler.warc.content_encoding import decode_content
from crawler.warc.mending import find_alteration, mend_files
from crawler.warc.reader import iter_captures, read_capture
from crawler.warc.records import compute_payload_digest
from crawler.warc.revisits import OriginalRecord, find_original
from crawler.warc.writer import Location, WarcWriter

__all__ = [
    "Location",
    "OriginalRecord",
    "WarcWriter",
    "compute_payload_digest",
    "decode_content",
    "find_alteration",
    "find_original",
    "iter_captures",
    "mend_files",
    "read_capture",
]
