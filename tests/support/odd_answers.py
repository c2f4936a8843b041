"""Files of web archives whose answers are whole, and written in a way that no standard has."""

import gzip

from support.foreign_files import URL, gzip_each, make_answer, make_chunks, make_info, make_page, make_record
from support.loopback_site import make_article_page

INTERIM = {
    "continue": b"HTTP/1.1 100 Continue\r\n\r\n",
    "hints": b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 2,
    "tunnel": b"HTTP/1.0 200 Connection established\r\nVia: a proxy\r\n\r\n",
}
STATUS_LINES = {"browser": b"h2 200", "proxy": b"HTTP/2 200", "small": b"http/1.1 200 ok", "bare": b"HTTP 200 OK"}


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
