"""A stream of many records that breaks off: all whole records before the break are read, and the break is named."""

import gzip
import zlib

from support.foreign_files import make_page

from crawler.outcome.saved_origin import find_saved_origin
from crawler.warc.foreign import Findings, iter_file_entries, read_message

PAGES = [make_page(number) for number in (901, 902, 903)]
STREAM = b"".join(PAGES)


def count_whole_pages(length):
    """How many pages a stream of a length has whole, though the empty lines behind the last one may be missing."""
    ends = [sum(map(len, PAGES[: number + 1])) for number in range(len(PAGES))]
    return sum(length >= end - 4 for end in ends)


def test_wherever_a_stream_breaks_off_its_whole_pages_are_read_and_nothing_is_made_of_the_rest(tmp_path):
    packed = gzip.compress(STREAM)
    work = tmp_path / "work"
    work.mkdir()
    path = tmp_path / "stream.warc.gz"
    for length in range(1, len(packed) - 8, 7):
        path.write_bytes(packed[:length])
        unpacked = zlib.decompressobj(31).decompress(packed[:length])
        if len(unpacked) < 20:
            continue
        findings = Findings(damaged=[])
        entries = [found.entry for found in iter_file_entries(path, work, findings, find_saved_origin)]
        bodies = [read_message(entry.path, entry.offset).body for entry in entries]
        assert len(bodies) == count_whole_pages(len(unpacked)), length
        assert all(body.rstrip().endswith(b"</html>") for body in bodies), length
        assert len(unpacked) == len(STREAM) or len(findings.damaged) == 1, length
        for file in work.iterdir():
            file.unlink()
