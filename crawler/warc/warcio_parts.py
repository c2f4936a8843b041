"""What is used of warcio, imported without fsspec.

Where fsspec is installed, as with Dask, warcio imports it for the files that its own command line opens. That took
longer than the rest of what a reader of WARC files needs: a quarter of a second for each process.
"""

from __future__ import annotations

import sys

_is_missing = "fsspec" not in sys.modules
if _is_missing:
    sys.modules["fsspec"] = None  # type: ignore[assignment]  # to an import it is not installed
try:
    from warcio.archiveiterator import ArchiveIterator
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter
finally:
    if _is_missing:
        del sys.modules["fsspec"]

__all__ = ["ArchiveIterator", "StatusAndHeaders", "WARCWriter"]
