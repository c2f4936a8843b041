"""What is on disk already is pointed to, the pointer is followed back, and a pointer to nothing is never written."""

import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.errors import ArchiveMoved, WarcDamaged
from crawler.warc import WarcWriter, compute_payload_digest, find_original, iter_captures, read_capture
from crawler.warc.records import AnswerRecord

NOW = datetime(2026, 11, 24, 20, 30, 1, 250000, tzinfo=UTC)
URL = "https://www.asianews.it/news-en/A-made-up-title-123.html"
REQUEST = b"GET /news-en/A-made-up-title-123.html HTTP/1.1\r\nHost: www.asianews.it\r\n\r\n"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Served: %d\r\n\r\n"
BODY = b"<p>hello</p>" * 100


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "a.warc"


@pytest.fixture
def on_day(folder):
    """Make a run of that day, closed when the test is over."""
    runs = []

    def begin(day):
        runs.append(Kept(folder, day))
        return runs[-1]

    yield begin
    for run in runs:
        with suppress(ArchiveMoved):  # a test may have removed its file
            run.writer.close()


class Kept:
    """A writer per run, as a crawl has it."""

    def __init__(self, folder, day):
        self.at = NOW + timedelta(days=day)
        self.writer = WarcWriter(folder, "asianews", started_at=self.at)

    def keep(self, body=BODY, status=b"200", original=None, truncated=None):
        head = (HEAD % self.at.day).replace(b"200", status)
        place = self.writer.write(
            AnswerRecord(
                url=URL, fetched_at=self.at, response_head=head, body=body, original=original, truncated=truncated
            ),
            REQUEST,
        )
        self.writer.flush()
        return place


def original_of(folder, place, body=BODY):
    return find_original(folder, place.file, place.offset, url=URL, digest=compute_payload_digest(body))


def fields(folder, place):
    with (folder / place.file).open("rb") as file:
        file.seek(place.offset)
        record = next(ArchiveIterator(file))
        return record.rec_type, dict(record.rec_headers.headers)


def test_the_same_payload_is_kept_once_and_read_twice(folder, on_day):
    first = on_day(0).keep()
    again = on_day(1).keep(original=original_of(folder, first))
    assert again.length < first.length + 400
    capture = read_capture(folder, again.file, again.offset, again.length)
    assert (capture.body, capture.status, capture.header("X-Served")) == (BODY, 200, "25")
    assert capture.digest == compute_payload_digest(BODY)
    assert capture.fetched_at == NOW + timedelta(days=1)
    assert [capture.body for capture in iter_captures(folder / again.file)] == [BODY]


def test_a_revisit_record_says_what_the_standard_asks_for(folder, on_day):
    first = on_day(0).keep()
    again = on_day(1).keep(original=original_of(folder, first))
    _, of_first = fields(folder, first)
    kind, of_again = fields(folder, again)
    assert kind == "revisit"
    assert of_again["WARC-Profile"] == "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
    assert of_again["WARC-Refers-To"] == of_first["WARC-Record-ID"]
    assert of_again["WARC-Refers-To-Target-URI"] == URL
    assert of_again["WARC-Refers-To-Date"] == of_first["WARC-Date"] == "2026-11-24T20:30:01.250000Z"
    assert of_again["WARC-Payload-Digest"] == of_first["WARC-Payload-Digest"]
    assert (of_again["WARC-Refers-To-Filename"], of_again["WARC-Refers-To-File-Offset"]) == (
        first.file,
        str(first.offset),
    )


def test_not_modified_points_to_what_was_not_modified_and_has_no_body(folder, on_day):
    first = on_day(0).keep()
    again = on_day(1).keep(body=b"", status=b"304", original=original_of(folder, first))
    kind, found = fields(folder, again)
    assert (kind, found["WARC-Profile"]) == ("revisit", "http://netpreserve.org/warc/1.1/revisit/server-not-modified")
    assert "WARC-Payload-Digest" not in found
    capture = read_capture(folder, again.file, again.offset)
    assert (capture.status, capture.body, capture.digest) == (304, b"", compute_payload_digest(b""))


def test_the_checker_of_warcio_accepts_the_files(folder, on_day):
    first = on_day(0).keep()
    later = on_day(1)
    later.keep(original=original_of(folder, first))
    later.keep(body=b"", status=b"304", original=original_of(folder, first))
    files = [str(path) for path in sorted(folder.iterdir())]
    assert len(files) == 2
    warcio = Path(sys.executable).with_name("warcio")
    checked = subprocess.run([warcio, "check", "-v", *files], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout
    assert "fail" not in checked.stdout.lower()


def test_nothing_is_pointed_to_that_is_not_a_whole_response_of_this_payload(folder, on_day):
    run = on_day(0)
    first, broken = run.keep(), run.keep(b"half", truncated="disconnect")
    revisit = run.keep(original=original_of(folder, first))
    assert original_of(folder, first) is not None
    assert original_of(folder, first, b"another") is None
    assert original_of(folder, broken, b"half") is None
    assert original_of(folder, revisit) is None
    assert find_original(folder, first.file, first.offset, url=URL + "x", digest=compute_payload_digest(BODY)) is None
    assert find_original(folder, first.file, first.offset + 1, url=URL, digest=compute_payload_digest(BODY)) is None
    assert find_original(folder, first.file, 10**9, url=URL, digest=compute_payload_digest(BODY)) is None
    assert find_original(folder, "gone.warc.gz", 0, url=URL, digest=compute_payload_digest(BODY)) is None


def test_an_original_that_has_moved_within_its_file_is_found_by_its_id(folder, on_day):
    run = on_day(0)
    run.keep(b"forgotten later")
    first = run.keep()
    run.writer.close()
    again = on_day(1).keep(original=original_of(folder, first))
    path = folder / first.file
    content = path.read_bytes()
    path.write_bytes(content[first.offset :])  # what lay before it has been erased
    assert read_capture(folder, again.file, again.offset).body == BODY


def test_a_pointer_to_nothing_is_damage(folder, on_day):
    first = on_day(0).keep()
    again = on_day(1).keep(original=original_of(folder, first))
    path = folder / first.file
    whole = path.read_bytes()
    path.write_bytes(whole[: first.offset])
    with pytest.raises(WarcDamaged, match="no longer holds"):
        read_capture(folder, again.file, again.offset)
    altered = bytearray(whole)
    altered[first.offset + first.length // 2] ^= 0xFF
    path.write_bytes(altered)
    with pytest.raises(WarcDamaged):
        read_capture(folder, again.file, again.offset)
    path.unlink()
    with pytest.raises(WarcDamaged, match="cannot be read"):
        read_capture(folder, again.file, again.offset)


def test_a_pointer_does_not_lead_out_of_the_folder(folder, on_day):
    first = on_day(0).keep()
    original = original_of(folder, first)
    for name in (f"../{folder.name}/{first.file}", "/etc/passwd", ".."):
        place = on_day(1).keep(original=replace(original, file=name))
        with pytest.raises(WarcDamaged, match="out of the folder"):
            read_capture(folder, place.file, place.offset)
