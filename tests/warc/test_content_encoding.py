"""Content encodings of other people's captures: each one that is registered and used, alone, in a row, and over plain bytes."""

import gzip
import random
import zlib
from functools import partial

import brotli
import pytest
from support.tables import check_rows

from crawler.errors import BadValue, PayloadTooLarge
from crawler.warc import decode_content
from crawler.warc.compression import zstd
from crawler.warc.content_encoding import BROKEN_OFF, WRONG_CHECKSUM, is_whole_stream, read_content

PAGE = b"<!doctype html><html><body><p>" + b" ".join(b"The %d boats came in." % number for number in range(400))
TEXT = "Die Fähre blieb am Steg, bis der Nebel stieg. ".encode() * 20
SKIPPABLE = b"\x50\x2a\x4d\x18\x03\0\0\0abc"


def deflate_raw(body):
    stream = zlib.compressobj(6, zlib.DEFLATED, -15)
    return stream.compress(body) + stream.flush()


CODINGS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "deflate raw": deflate_raw,
    "br": partial(brotli.compress, quality=5),
    "brotli": partial(brotli.compress, quality=5),
    "zstd": zstd.compress,
}


def name_coding(label):
    return label.split()[0]


@check_rows("label", CODINGS)
@check_rows("body", [PAGE, TEXT, b"<p>", b"x"], ids=["page", "text", "short", "letter"])
def test_each_coding_is_undone(label, body):
    assert decode_content(CODINGS[label](body), [name_coding(label)]) == body


@check_rows(
    ("coding", "sent"),
    [
        ("gzip", zlib.compress(PAGE)),
        ("gzip", "<p>Ä".encode("utf-16-le")),
        ("gzip", b"short"),
        ("", zstd.compress(PAGE)),
        ("gzip", zstd.compress(PAGE)),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_a_stream_under_another_name_is_read(coding, sent):
    encodings = [coding] if coding else []
    assert decode_content(sent, encodings) in (PAGE, sent)
    assert not decode_content(sent, encodings).startswith((b"\x28\xb5", b"\x78"))


@check_rows("coding", ["gzip", "zstd", "deflate"])
def test_what_is_neither_the_stream_nor_text_is_no_page(coding):
    with pytest.raises(BadValue):
        decode_content(brotli.compress(PAGE), [coding])


@check_rows("outer", CODINGS)
@check_rows("inner", CODINGS)
def test_two_codings_are_undone_the_last_first(inner, outer):
    body = CODINGS[outer](CODINGS[inner](PAGE))
    assert decode_content(body, [name_coding(inner), name_coding(outer)]) == PAGE


@check_rows("coding", ["gzip", "deflate", "br", "zstd", "dcb", "windows-1251"])
@check_rows(
    "body",
    [PAGE, TEXT, b"\xef\xbb\xbf<p>", b"\r\n <?xml version='1.0'?>", "<p>Ä".encode("utf-16")],
    ids=["page", "text", "mark", "feed", "wide"],
)
def test_plain_bytes_announced_as_compressed_are_taken_as_they_are(coding, body):
    assert decode_content(body, [coding]) == body


@pytest.mark.parametrize("stated", ["br", "zstd", "deflate"])
def test_a_body_compressed_anew_under_the_old_header_is_read(stated):
    assert decode_content(gzip.compress(PAGE), [stated]) == PAGE
    assert decode_content(zstd.compress(PAGE), [stated]) == PAGE


@pytest.mark.parametrize("label", CODINGS)
def test_a_stream_that_breaks_off_gives_what_there_is(label):
    noise = random.Random(1).randbytes(300_000).hex().encode()
    sent = CODINGS[label](noise)
    part = decode_content(sent[: len(sent) * 3 // 4], [name_coding(label)])
    assert len(part) > 100
    assert noise.startswith(part)


@pytest.mark.parametrize("label", CODINGS)
def test_a_bomb_is_refused_before_it_unfolds(label):
    with pytest.raises(PayloadTooLarge):
        decode_content(CODINGS[label](b"<" + b"\0" * 9_000_000), [name_coding(label)], 1_000_000)


def test_a_window_larger_than_an_answer_may_ask_for_is_refused():
    frame = bytes.fromhex("28b52ffd00a8") + zstd.compress(PAGE)[6:]  # a window of 2 GiB
    with pytest.raises(BadValue):
        decode_content(frame, ["zstd"])


def test_zstandard_may_be_several_frames_with_skippable_ones_between():
    frames = SKIPPABLE + zstd.compress(PAGE[:100]) + SKIPPABLE + zstd.compress(PAGE[100:])
    assert decode_content(frames, ["zstd"]) == PAGE


@pytest.mark.parametrize("coding", ["br", "zstd", "deflate", "dcz"])
def test_what_is_neither_compressed_so_nor_plain_is_refused_by_name(coding):
    with pytest.raises(BadValue):
        decode_content(b"\x00\x01\x02\x90\x91" * 60, [coding])
    with pytest.raises(BadValue, match="'dcz'"):
        decode_content(b"\x00\x01\x02", ["dcz"])


def test_gzip_that_nobody_announced_is_undone_where_a_page_is_in_it():
    packed = gzip.compress(PAGE)
    assert decode_content(packed, []) == PAGE
    assert decode_content(gzip.compress(packed), ["gzip"]) == PAGE
    film = gzip.compress(b"\0\1\2" * 99)
    assert decode_content(film, []) == film
    assert decode_content(packed[:5], []) == packed[:5]


@pytest.mark.parametrize("label", CODINGS)
def test_a_stream_of_which_nothing_can_be_read_is_damaged_and_one_of_nothing_is_not(label):
    with pytest.raises(BadValue):
        decode_content(CODINGS[label](PAGE)[:3], [name_coding(label)])
    assert decode_content(CODINGS[label](b""), [name_coding(label)]) == b""


def make_wrong(packed, place):
    """Alter a byte of the checksum or the length at the end of a stream."""
    return packed[:place] + bytes([packed[place] ^ 0xFF]) + (packed[place + 1 :] if place < -1 else b"")


GZIPPED = gzip.compress(PAGE, mtime=0)
NAMED = GZIPPED[:3] + b"\x18" + GZIPPED[4:10] + b"page.html\0a comment\0" + GZIPPED[10:]
DAMAGED = {
    "checksum": ("gzip", make_wrong(GZIPPED, -8), WRONG_CHECKSUM),
    "length": ("gzip", make_wrong(GZIPPED, -1), WRONG_CHECKSUM),
    "named": ("gzip", make_wrong(NAMED, -8), WRONG_CHECKSUM),
    "second member": ("gzip", gzip.compress(PAGE[:9]) + make_wrong(gzip.compress(PAGE[9:]), -8), WRONG_CHECKSUM),
    "unannounced": ("", make_wrong(GZIPPED, -8), WRONG_CHECKSUM),
    "twice": ("gzip", gzip.compress(make_wrong(GZIPPED, -8)), WRONG_CHECKSUM),
    "zlib": ("deflate", make_wrong(zlib.compress(PAGE), -1), WRONG_CHECKSUM),
    "without trailer": ("gzip", GZIPPED[:-8], BROKEN_OFF),
    "whole": ("gzip", GZIPPED, None),
    "whole, named": ("gzip", NAMED, None),
    "rubbish behind": ("gzip", GZIPPED + b"rubbish", None),
}


@check_rows("name", DAMAGED)
def test_a_page_whose_checksum_is_wrong_is_read_as_browsers_do_and_its_damage_is_told(name):
    coding, body, damage = DAMAGED[name]
    assert read_content(body, [coding] if coding else []) == (PAGE, damage)


def test_altered_bytes_within_a_stream_are_damage_still():
    packed = gzip.compress(bytes(range(256)) * 40)
    with pytest.raises(BadValue):
        read_content(packed[:30] + b"\xff\xff\xff" + packed[33:], ["gzip"])


def test_a_stream_of_gzip_tells_its_end_whatever_length_was_announced():
    packed = gzip.compress(PAGE)
    assert is_whole_stream(packed, ["gzip"])
    assert is_whole_stream(gzip.compress(brotli.compress(PAGE)), ["br", "gzip"])
    assert not is_whole_stream(packed[:-1], ["gzip"])
    assert not is_whole_stream(packed[:-8] + bytes(8), ["gzip"])
    assert not is_whole_stream(packed, ["br"])
    assert not is_whole_stream(PAGE, ["gzip"])
