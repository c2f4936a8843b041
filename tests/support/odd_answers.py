"""Files of web archives whose answers are whole, and written in a way that no standard has."""

import gzip

from support.foreign_files import (
    URL,
    gzip_each,
    make_answer,
    make_arc,
    make_chunks,
    make_info,
    make_page,
    make_record,
    zstd_each,
)
from support.loopback_site import make_article_page

INTERIM = {
    "continue": b"HTTP/1.1 100 Continue\r\n\r\n",
    "hints": b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 2,
    "tunnel": b"HTTP/1.0 200 Connection established\r\nVia: a proxy\r\n\r\n",
}
STATUS_LINES = {
    "browser": b"h2 200",
    "proxy": b"HTTP/2 200",
    "small": b"http/1.1 200 ok",
    "bare": b"HTTP 200 OK",
    "tabs": b"HTTP/1.1\t200\tOK",
    "glued": b"HTTP/1.1 200OK",
    "field": b":status: 200",
    "small-field": b":status:200",
}
DATES = {
    "http": "Fri, 01 Mar 2024 10:00:00 GMT",
    "mail": "Fri, 1 Mar 2024 11:00:00 +0100",
    "c": "Fri Mar  1 10:00:00 2024",
    "seconds": "1709287200",
    "thousandths": "1709287200000",
    "fraction": "1709287200.25",
    "words": "2024-03-01 10:00:00 UTC",
    "hour": "2024030110",
}
VERSIONS = (b"WARC/2.0", b"WARC/0.9", b"WARC/0.18", b"WARC/1", b"warc/1.0", b"WARC/1.0.0")
ARC_LENGTHS = (b"-200", b"unknown", b"0x5f", b"1.016", b"1,016", b"99999999999999999")


def make_odd_answers(shelf):
    for name, before in INTERIM.items():
        (number,) = shelf.take()
        record = make_record("response", URL.format(number), before + make_answer(number))
        shelf.put(f"answer-behind-{name}.warc.gz", gzip_each([record]), [number])
    for name, line in STATUS_LINES.items():
        (number,) = shelf.take()
        answer = make_answer(number).replace(b"HTTP/1.1 200 OK", line, 1)
        shelf.put(f"status-line-{name}.warc", make_record("response", URL.format(number), answer), [number])
    numbers = shelf.take(2)
    chunked = b"0x%x\n%s\n0x0\n\n" % (len(make_article_page(numbers[0])), make_article_page(numbers[0]))
    odd = make_page(numbers[0], chunked, headers=["Transfer-Encoding: chunked"])
    untold = make_page(numbers[1], make_chunks(make_article_page(numbers[1])))
    shelf.put("odd-chunks.warc", odd + untold, numbers)
    (number,) = shelf.take()
    shelf.put("no-kind.warc", make_page(number).replace(b"WARC-Type: response\r\n", b""), [number])
    numbers = shelf.take(3)
    first, second, third = (make_page(number) for number in numbers)
    shelf.put("plain-then-packed.warc", make_info() + first + gzip.compress(second) + third, numbers)
    numbers = shelf.take(3)
    first, second, third = (make_page(number) for number in numbers)
    shelf.put("packed-then-plain.warc.gz", gzip_each([make_info(), first]) + second + gzip.compress(third), numbers)
    make_odd_heads(shelf)
    make_odd_lengths(shelf)


def make_odd_heads(shelf):
    """Records whose heads, or the heads of whose answers, are those of no standard."""
    for name, end in {"returns": b"\r\r", "returns-line": b"\r\r\n"}.items():
        (number,) = shelf.take()
        block = b"HTTP/1.1 200 OK\rContent-Type: text/html\rX-Lines: odd" + end + make_article_page(number)
        shelf.put(f"head-of-{name}.warc", make_record("response", URL.format(number), block), [number])
    (number,) = shelf.take()
    bare = make_record("response", URL.format(number), b"\n<!DOCTYPE html>" + make_article_page(number))
    shelf.put("no-head.warc.gz", gzip_each([bare]), [number])
    for name, date in DATES.items():
        (number,) = shelf.take()
        shelf.put(f"date-{name}.warc.gz", gzip_each([make_page(number, date=date)]), [number])
    for version in VERSIONS:
        numbers = shelf.take(2)
        records = [make_page(number).replace(b"WARC/1.0", version, 1) for number in numbers]
        name = version.decode().replace("/", "-")
        shelf.put(f"{name}.warc", b"".join(records), numbers)
        numbers = shelf.take(2)
        records = [make_page(number).replace(b"WARC/1.0", version, 1) for number in numbers]
        shelf.put(f"{name}.warc.gz", gzip_each(records), numbers)


def make_odd_lengths(shelf):
    """Records with two lengths, or with none that is a number; the next record, or the end, tells theirs."""
    for name, wrong in {"first": b"12\r\nContent-Length: %s", "second": b"%s\r\nContent-Length: 12"}.items():
        for pack in (b"".join, gzip_each):
            numbers = shelf.take(2)
            records = []
            for number in numbers:
                length = str(len(make_answer(number))).encode()
                records.append(make_page(number).replace(length, wrong % length, 1))
            end = "" if pack == b"".join else ".gz"
            shelf.put(f"two-lengths-{name}.warc{end}", pack(records), numbers, repaired=2)
    for length in ARC_LENGTHS:
        numbers = shelf.take(2)
        records = make_arc(*((number, make_answer(number)) for number in numbers))
        true_length = b" %d\n" % len(make_answer(numbers[0]))
        records[1] = records[1].replace(true_length, b" " + length + b"\n", 1)
        shelf.put(f"arc-length-{length.decode()}.arc", b"".join(records), numbers, repaired=1)
    numbers = shelf.take(2)
    records = make_arc(*((number, make_answer(number)) for number in numbers), off_by=10)
    shelf.put("arc-length-long.arc", b"".join(records), numbers, repaired=2)
    shelf.put("cut-in-its-first-frame.warc.zst", zstd_each([make_page(9)])[:9], lost=["damaged"])
    shelf.put("cut-in-its-first-member.warc.gz", gzip_each([make_page(9)])[:10], lost=["damaged"])
