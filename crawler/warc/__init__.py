"""Captures on disk: what servers sent, in WARC 1.1 files beside the archive, written before anything is read.

:class:`WarcWriter` appends request and response; :func:`read_capture` brings one answer back as a ``Capture``;
:func:`iterate` goes through a file; :func:`altered_at` finds damage in any of its records; :func:`mend` cuts
off what a killed run left half written. A payload that is on disk already (:func:`find_original`) is pointed to.
"""

from crawler.warc.content_encoding import decode_content
from crawler.warc.mending import altered_at, mend
from crawler.warc.reader import iterate, read_capture
from crawler.warc.revisits import Original, find_original
from crawler.warc.writer import Location, WarcWriter, payload_digest

__all__ = [
    "Location",
    "Original",
    "WarcWriter",
    "altered_at",
    "decode_content",
    "find_original",
    "iterate",
    "mend",
    "payload_digest",
    "read_capture",
]
