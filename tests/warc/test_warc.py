"""What is written comes back byte for byte, every reader of WARC can read it, and damage is never handed out."""

import contextlib
import gzip
import io
import shutil
import subprocess
import sys
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.examples import count_examples
from warcio.archiveiterator import ArchiveIterator

from crawler.errors import BadValue, PayloadUnreadable, WarcDamaged
from crawler.warc import WarcWriter, decode_content, find_alteration, iter_captures, mend_files, read_capture
from crawler.warc.records import AnswerRecord

NOW = datetime(2026, 11, 24, 20, 30, 1, 250000, tzinfo=UTC)
URL = "https://www.asianews.it/news-en/A-made-up-title-123.html"
REQUEST = b"GET /news-en/A-made-up-title-123.html HTTP/1.1\r\nHost: www.asianews.it\r\nUser-Agent: seealso/0\r\n\r\n"
HEAD = (
    b"HTTP/1.1 200 Fine by me\r\nsErVer: odd\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nX-Latin: caf\xe9\r\n"
    b"X-Folded: one\r\n two\r\nContent-Type: text/html\r\n\r\n"
)


@pytest.fixture
def writer(tmp_path):
    writer = WarcWriter(tmp_path / "a.warc", "asianews", started_at=NOW, info={"software": "seealso", "operator": "x"})
    yield writer
    writer.close()


def keep(writer, body=b"<p>hello</p>", head=HEAD, **more):
    return writer.write(AnswerRecord(url=URL, fetched_at=NOW, response_head=head, body=body, **more), REQUEST)


def raw_records(path):
    data, records = path.read_bytes(), []
    while data:
        stream = zlib.decompressobj(31)
        records.append(stream.decompress(data))
        assert stream.eof
        data = stream.unused_data
    return records


def test_a_run_that_fetches_nothing_leaves_nothing(writer):
    writer.flush()
    writer.close()
    assert not writer.folder.exists()


def test_a_file_begins_with_warcinfo_and_each_record_is_a_gzip_member(writer):
    location = keep(writer)
    writer.close()
    assert location.file == "asianews-20261124T203001Z-00000.warc.gz"
    records = raw_records(writer.folder / location.file)
    assert [record.split(b"WARC-Type: ")[1].split(b"\r\n")[0] for record in records] == [
        b"warcinfo",
        b"response",
        b"request",
    ]
    assert all(record.startswith(b"WARC/1.1\r\n") for record in records)
    assert b"software: seealso\r\n" in records[0]


def test_the_head_of_a_message_is_kept_byte_for_byte(writer):
    location = keep(writer)
    writer.close()
    _, response, request = raw_records(writer.folder / location.file)
    assert response.split(b"\r\n\r\n", 1)[1] == HEAD + b"<p>hello</p>" + b"\r\n\r\n"
    assert request.split(b"\r\n\r\n", 1)[1] == REQUEST + b"\r\n\r\n"


def test_the_request_names_the_response_it_fetched(writer):
    location = keep(writer)
    writer.close()
    with (writer.folder / location.file).open("rb") as file:
        records = [(r.rec_type, r.rec_headers) for r in ArchiveIterator(file)]
    assert records[2][1].get_header("WARC-Concurrent-To") == records[1][1].get_header("WARC-Record-ID")
    assert records[1][1].get_header("WARC-Date") == "2026-11-24T20:30:01.250000Z"
    assert records[1][1].get_header("WARC-Target-URI") == URL


def test_the_place_it_was_fetched_from_and_a_broken_transfer_are_told(writer):
    location = keep(writer, fetched_from="http://127.0.0.1:9/x", truncated="disconnect")
    writer.close()
    with (writer.folder / location.file).open("rb") as file:
        headers = [r.rec_headers for r in ArchiveIterator(file)][1]
    assert headers.get_header("Seealso-Fetched-From") == "http://127.0.0.1:9/x"
    assert headers.get_header("WARC-Truncated") == "disconnect"


def test_a_capture_comes_back_from_its_location(writer):
    keep(writer, b"first")
    location = keep(writer, b"second")
    writer.close()
    capture = read_capture(writer.folder, location.file, location.offset, location.length)
    assert capture.body == b"second"
    assert (capture.url, capture.status, capture.fetched_at) == (URL, 200, NOW)
    assert [value for name, value in capture.headers if name == "Set-Cookie"] == ["a=1", "b=2"]
    assert capture.header("content-type") == "text/html"
    assert (capture.warc_file, capture.warc_offset, capture.warc_length) == (
        location.file,
        location.offset,
        location.length,
    )
    assert [capture.body for capture in iter_captures(writer.folder / location.file)] == [b"first", b"second"]


def test_a_compressed_body_is_kept_as_sent_and_read_decoded(writer):
    sent = gzip.compress(b"<p>hello</p>" * 50)
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
    location = keep(writer, sent, head)
    writer.close()
    assert sent in raw_records(writer.folder / location.file)[1]
    capture = read_capture(writer.folder, location.file, location.offset)
    assert capture.body == b"<p>hello</p>" * 50
    assert capture.header("transfer-encoding") is None
    assert capture.header("x-archive-orig-transfer-encoding") == "chunked"


def test_what_the_server_has_compressed_is_stored_and_what_it_only_calls_so_is_compressed(writer):
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\ncontent-encoding : gzip\r\n\r\n"
    page = b"<p>" + " ".join(str(number * number) for number in range(2000)).encode()
    for body, is_stored in ((gzip.compress(page), True), (page, False), (gzip.compress(b"<p>short"), False)):
        location = keep(writer, body, head)
        writer.flush()
        member = (writer.folder / location.file).read_bytes()[location.offset :][: location.length]
        assert (body in member) is is_stored
        assert gzip.decompress(member).endswith(body + b"\r\n\r\n")
        capture = read_capture(writer.folder, location.file, location.offset, location.length)
        assert capture.body == (page if len(body) > 100 else b"<p>short")
    with (writer.folder / location.file).open("rb") as file:
        assert len([record.content_stream().read() for record in ArchiveIterator(file)]) == 7


def test_an_answer_that_came_damaged_is_there_as_it_came(writer):
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"
    location = keep(writer, b"\x1f\x8b\x08garbage" * 20, head)
    writer.close()
    with pytest.raises(PayloadUnreadable):
        read_capture(writer.folder, location.file, location.offset)


def test_warcio_checks_every_file(writer):
    keep(writer)
    keep(writer, b"", b"HTTP/1.1 304 Not Modified\r\n\r\n")
    keep(writer, gzip.compress(b"x" * 1000), b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nno colon\r\n\r\n")
    location = keep(writer, "香港".encode() * 5000, truncated="disconnect")
    writer.close()
    program = shutil.which("warcio", path=str(Path(sys.executable).parent))
    assert program
    done = subprocess.run(
        [program, "check", "-v", str(writer.folder / location.file)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "digest failed" not in done.stdout
    assert done.stdout.count("digest pass") >= 8


def test_a_full_file_is_followed_by_the_next(tmp_path):
    writer = WarcWriter(tmp_path, "asianews", started_at=NOW, roll_at=2000)
    places = [keep(writer, bytes(range(256)) * 4) for _ in range(6)]
    writer.close()
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names[0].endswith("-00000.warc.gz")
    assert names[1].endswith("-00001.warc.gz")
    assert len({place.file for place in places}) == len(names) > 1
    assert all(read_capture(tmp_path, p.file, p.offset).status == 200 for p in places)


def test_two_runs_of_one_second_write_two_files(tmp_path):
    for _ in range(2):
        writer = WarcWriter(tmp_path, "asianews", started_at=NOW)
        keep(writer)
        writer.close()
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("lost", [1, 20, 200])
def test_a_record_that_breaks_off_is_cut_back_to_the_last_whole_one(writer, lost):
    keep(writer, b"kept")
    location = keep(writer, bytes(range(256)) * 8)
    writer.close()
    path = writer.folder / location.file
    path.write_bytes(path.read_bytes()[: location.offset + location.length - lost])
    assert mend_files(writer.folder, "asianews", NOW) == [path.name]
    assert path.stat().st_size == location.offset
    assert [capture.body for capture in iter_captures(path)] == [b"kept"]
    assert mend_files(writer.folder, "asianews", NOW) == []


def test_an_altered_byte_is_found_in_a_record_of_any_kind_and_a_torn_end_is_none(writer):
    location = keep(writer)
    writer.close()
    path = writer.folder / location.file
    intact = path.read_bytes()
    assert find_alteration(path) is None
    path.write_bytes(intact[:-5])
    assert find_alteration(path) is None
    flipped = bytearray(intact)
    flipped[-6] ^= 1  # the checksum of the request, which comes last
    path.write_bytes(flipped)
    assert find_alteration(path) == location.offset + location.length


def test_mending_never_cuts_off_what_lies_behind_an_altered_byte(writer):
    location = keep(writer)
    keep(writer, b"behind")
    writer.close()
    path = writer.folder / location.file
    flipped = bytearray(path.read_bytes())
    flipped[location.offset + location.length - 6] ^= 1
    path.write_bytes(flipped)
    assert mend_files(writer.folder, "asianews", NOW) == []
    assert path.read_bytes() == flipped


def test_mending_leaves_older_files_and_other_sites_alone(writer):
    location = keep(writer)
    writer.close()
    path = writer.folder / location.file
    path.write_bytes(path.read_bytes()[:-5])
    size = path.stat().st_size
    assert mend_files(writer.folder, "asianews", NOW + timedelta(days=1)) == []
    assert mend_files(writer.folder, "asia", NOW) == []
    assert path.stat().st_size == size


def test_an_empty_file_is_removed(tmp_path):
    path = tmp_path / "asianews-20261124T203001Z-00000.warc.gz"  # killed before anything was flushed
    path.touch()
    assert mend_files(tmp_path, "asianews", NOW) == [path.name]
    assert not path.exists()


def test_a_file_without_one_whole_record_is_removed(tmp_path):
    path = tmp_path / "asianews-20261124T203001Z-00000.warc.gz"
    path.write_bytes(b"\x1f\x8b\x08\x00rubbish")
    assert mend_files(tmp_path, "asianews", NOW) == [path.name]
    assert not path.exists()


def test_a_missing_file_is_damage(tmp_path):
    with pytest.raises(WarcDamaged, match="cannot be read"):
        read_capture(tmp_path, "gone.warc.gz", 0)


def test_damage_is_said_and_never_handed_out(writer):
    location = keep(writer, bytes(range(256)) * 20)
    writer.close()
    path = writer.folder / location.file
    whole = path.read_bytes()
    for place in range(location.offset, location.offset + location.length, 7):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        try:  # a flipped bit in gzip's own header may go unnoticed; what is handed out is right or refused
            capture = read_capture(writer.folder, location.file, location.offset)
        except WarcDamaged:
            continue
        assert capture.body == bytes(range(256)) * 20
    path.write_bytes(whole[: location.offset + location.length // 2])
    with pytest.raises(WarcDamaged, match="breaks off"):
        read_capture(writer.folder, location.file, location.offset)


def test_a_forged_record_does_not_pass_its_digest(writer):
    location = keep(writer, b"the truth")
    writer.close()
    path = writer.folder / location.file
    records = raw_records(path)
    path.write_bytes(b"".join(gzip.compress(record.replace(b"the truth", b"the trvth")) for record in records))
    offset = len(gzip.compress(records[0]))
    with pytest.raises(WarcDamaged, match="altered"):
        read_capture(writer.folder, location.file, offset)


def test_the_wrong_place_is_no_record(writer):
    location = keep(writer)
    writer.close()
    with pytest.raises(WarcDamaged):
        read_capture(writer.folder, location.file, location.offset + 3)
    with pytest.raises(WarcDamaged, match="no response"):
        read_capture(writer.folder, location.file, 0)
    with pytest.raises(WarcDamaged, match="bytes long"):
        read_capture(writer.folder, location.file, location.offset, location.length + 1)


def test_deflate_is_read_in_both_its_forms():
    text = b"abc" * 1000
    bare = zlib.compressobj(6, zlib.DEFLATED, -15)
    assert decode_content(zlib.compress(text), ["deflate"]) == text
    assert decode_content(bare.compress(text) + bare.flush(), ["deflate"]) == text


def test_a_stream_that_breaks_off_gives_what_there_is():
    sent = gzip.compress(b"".join(b"%d " % n for n in range(9000)))
    assert decode_content(sent[: len(sent) // 2], ["gzip"]).startswith(b"0 1 2 3 ")


def test_a_bomb_is_refused_before_it_unfolds():
    bomb = gzip.compress(gzip.compress(b"\0" * 50_000_000))
    with pytest.raises(BadValue, match="larger"):
        decode_content(bomb, ["gzip", "gzip"], 1_000_000)


def test_plain_bytes_announced_as_gzip_are_taken_as_they_are():
    assert decode_content(b"<html>", ["gzip"]) == b"<html>"


def test_an_encoding_we_did_not_ask_for_is_said():
    with pytest.raises(BadValue, match="'br'"):
        decode_content(b"x", ["br"])


@settings(max_examples=count_examples(60))
@given(body=st.binary(max_size=3000), encodings=st.lists(st.sampled_from(["gzip", "deflate", "br"]), max_size=2))
def test_any_bytes_decode_or_are_refused(body, encodings):
    with contextlib.suppress(BadValue):
        assert isinstance(decode_content(body, encodings, 10_000), bytes)


@settings(max_examples=count_examples(40))
@given(body=st.binary(max_size=2000))
def test_any_body_comes_back_unaltered(tmp_path_factory, body):
    folder = tmp_path_factory.mktemp("warc")
    writer = WarcWriter(folder, "x", started_at=NOW)
    location = keep(writer, body)
    writer.close()
    assert read_capture(folder, location.file, location.offset).body == body
    with (folder / location.file).open("rb") as file:
        assert len(list(ArchiveIterator(io.BytesIO(file.read()), check_digests="raise"))) == 3
