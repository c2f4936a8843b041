"""Files like the test files of warcio and the sample archive of pywb: each one's peculiarity, with pages of ours.

Each function returns name → (content, stories). The names are those of the files that they are like.
"""

import gzip

from crawler.warc import compute_payload_digest
from support.foreign_files import (
    DATE,
    HTTP,
    LATER,
    URL,
    gzip_each,
    make_answer,
    make_arc,
    make_chunks,
    make_info,
    make_page,
    make_record,
    zip_files,
)
from support.loopback_site import make_article_page

IDENTICAL = "http://netpreserve.org/warc/1.0/revisit/identical-payload-digest"


def make_request(number):
    block = b"GET / HTTP/1.0\r\nHost: www.asianews.it\r\n\r\n"
    return make_record("request", URL.format(number), block, media_type="application/http; msgtype=request")


def make_revisit(number, when=LATER, url=None, target=None):
    """A revisit record without a record id, as the sample archive has them."""
    digest = compute_payload_digest(make_article_page(number))
    fields = {"Profile": IDENTICAL, "Payload_Digest": digest}
    if target:
        fields |= {"Refers_To_Target_URI": target, "Refers_To_Date": DATE}
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    return make_record("revisit", url or URL.format(number), block, date=when, **fields)


def make_digested(number, **changes):
    return make_page(number, fields={"Payload_Digest": compute_payload_digest(make_article_page(number))}, **changes)


def make_warcio_files():
    page, arc_page = make_article_page, make_answer
    usual = [make_info(), make_digested(1), make_request(1), make_revisit(1), make_request(1)]
    wrong = make_page(8, page(8), headers=["Transfer-Encoding: chunked"])
    angle = make_page(9).replace(URL.format(9).encode(), f"<{URL.format(9)}>".encode())
    arc = make_arc((12, arc_page(12)))
    elsewhere = "http://www.asianews.it/news-en/Old-words-14.html"
    empty = make_record("warcinfo", "", b"", date="", media_type="").replace(b"\r\n", b"\n")
    bad_digest = make_page(
        15, fields={"Payload_Digest": "sha1:1112H23S6NNFQ2MSVX7XZKYAYSCX5QBYJ", "Block_Digest": "xx:1"}
    )
    post = make_record("request", URL.format(16), b"POST / HTTP/1.0\r\n\r\na=b", media_type=HTTP)
    return {
        "example.warc": (b"".join(usual), [1]),
        "example.warc.gz": (gzip_each(usual), [1]),
        "example-bad-non-chunked.warc.gz": (
            gzip.compress(b"".join([make_info(), make_digested(2), make_digested(3)])),
            [2, 3],
        ),
        "example-iana.org-chunked.warc": (
            make_page(4, make_chunks(page(4), 37), headers=["Transfer-Encoding: chunked"]),
            [4],
        ),
        "example-resource.warc.gz": (
            gzip_each([make_record("resource", URL.format(5), page(5), media_type="text/html")]),
            [5],
        ),
        "example-trunc.warc": (make_page(6) + make_page(7)[:-300], [6]),
        "example-trunc.warc.gz": (gzip_each([make_page(6), make_page(7)])[:-150], [6]),
        "example-wrong-chunks.warc.gz": (gzip_each([wrong]), [8]),
        "example-wget-bad-target-uri.warc.gz": (gzip_each([make_info(), angle]), [9]),
        "example-digest.warc": (make_digested(10) + make_request(10), [10]),
        "example-digest-bad.warc": (bad_digest, [15]),
        "example-bad.warc.gz.bad": (
            gzip_each([make_page(11)]) + b"\x1f\x8b\x08 no member" + gzip_each([make_page(17)]),
            [11, 17],
        ),
        "example.arc": (b"".join(arc), [12]),
        "example.arc.gz": (gzip_each(arc), [12]),
        "space-in-url.arc": (
            b"".join(
                make_arc(
                    ("http://www.asianews.it/index.cfm?Title=two boats and a bell", arc_page(0)), (13, arc_page(13))
                )
            ),
            [13],
        ),
        "example-url-agnostic-orig.warc.gz": (gzip_each([make_digested(14)]), [14]),
        "example-url-agnostic-revisit.warc.gz": (
            gzip_each([make_revisit(14, url=elsewhere, target=URL.format(14))]),
            [],
        ),
        "standard-torture-missing.warc": (empty, []),
        "post-test.warc.gz": (gzip_each([make_page(16), post]), [16]),
    }


def make_pywb_files():
    usual = [make_info(), make_digested(31), make_request(31), make_revisit(31)]
    no_text = make_record(
        "response", URL.format(32), b"HTTP/1.0 302 \nLocation: /news-en/Story-33.html\nContent-Length: 0\n\n"
    )
    missing = (no_text + make_page(33)).replace(b"\r\n", b"\n")
    json = make_record("resource", "http://elsewhere.example/x.json", b'{"a": 1}', media_type="application/json")
    wget = make_page(35).replace(b"WARC/1.0", b"WARC/1.0", 1)
    zipped = gzip_each([make_info(), make_page(37)])
    package = {"datapackage.json": b"{}", "indexes/index.cdx.gz": gzip.compress(b""), "pages/pages.jsonl": b"{}\n"}
    bad = b"http://example.com/ 93.184.216.119 201404010000000000 text/html abc\n"
    return {
        "example.warc": (b"".join(usual), [31]),
        "example-extra.warc": (make_page(36) + b"\r\n\r\nextra: lines\r\n" + make_page(38), [36, 38]),
        "dupes.warc.gz": (
            gzip_each([make_revisit(31), make_digested(31), make_revisit(31, "2024-03-20T10:00:00Z")]),
            [31],
        ),
        "missing-status-text.warc": (missing, [33]),
        "httpbin-resource.warc.gz": (gzip_each([make_info(), json]), []),
        "example-wget-1-14.warc.gz": (gzip_each([make_info(), wget, make_request(35)]), [35]),
        "example-wpull.warc.gz": (gzip_each([make_info(), make_request(34), make_page(34, length=True)]), [34]),
        "bad.arc": (make_arc()[0] + bad + make_arc((39, make_answer(39)))[1], [39]),
        "valid_example_1.wacz": (zip_files({"archive/rec.warc.gz": zipped, **package}), [37]),
    }
