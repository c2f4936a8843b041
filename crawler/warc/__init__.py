"""Captures on disk: what servers sent, in WARC 1.1 files beside the archive, written before anything is read.

:class:`WarcWriter` appends request and response; :func:`read_capture` brings one answer back as a ``Capture``;
:func:`iter_captures` goes through a file; :func:`find_alteration` finds damage in any of its records;
:func:`mend_files` cuts off what a killed run left half written. A payload that is on disk already
(:func:`find_original`) is pointed to.
"""

from crawler.warc.content_encoding import decode_content
from crawler.warc.mending import find_alteration, mend_files
from crawler.warc.reader import iter_captures, read_capture
from crawler.warc.revisits import OriginalRecord, find_original
from crawler.warc.writer import Location, WarcWriter, payload_digest

__all__ = [
    "Location",
    "OriginalRecord",
    "WarcWriter",
    "decode_content",
    "find_alteration",
    "find_original",
    "iter_captures",
    "mend_files",
    "payload_digest",
    "read_capture",
]
