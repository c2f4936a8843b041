"""A body as it was sent becomes a payload, or a reason why it is not to be read."""

import gzip

from crawler.items import Failure
from crawler.outcome.payload import Payload, decode_payload

GZIP = (("Content-Encoding", "gzip"),)
TEXT = b"A story. " * 200


def test_a_whole_body_is_read():
    assert decode_payload(gzip.compress(TEXT), GZIP, cut_off=False) == Payload(TEXT, None, None)
    assert decode_payload(TEXT, (), cut_off=False) == Payload(TEXT, None, None)


def test_of_a_transfer_that_broke_off_what_came_is_kept():
    sent = gzip.compress(TEXT)
    payload = decode_payload(sent[: len(sent) // 2], GZIP, cut_off=True)
    assert (payload.failure, payload.error) == (Failure.CUT_OFF, "the transfer broke off")
    assert TEXT.startswith(payload.body)
    assert decode_payload(b"x", (("content-encoding", "br"),), cut_off=True) == Payload(b"", *payload[1:])


def test_an_encoding_that_is_unknown_or_damaged_is_told_apart_from_a_payload_that_is_too_large():
    unknown = decode_payload(b"x", (("Content-Encoding", "br"),), cut_off=False)
    assert (unknown.body, unknown.failure) == (b"", Failure.BAD_ENCODING)
    damaged = decode_payload(b"\x1f\x8brubbish", GZIP, cut_off=False)
    assert damaged.failure is Failure.BAD_ENCODING
    for body, headers in ((TEXT, ()), (gzip.compress(TEXT), GZIP)):
        large = decode_payload(body, headers, cut_off=False, max_size=1000)
        assert (large.body, large.failure) == (b"", Failure.TOO_LARGE)
        assert large.error == "the payload is larger than 1000 bytes"
