"""WARC files as others write them, made by hand with warcio, of a small paper's pages."""

import gzip
import io
import zipfile
from datetime import UTC, datetime, timedelta

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.warc import compute_payload_digest
from support.loopback_site import make_article_page

NOON = datetime(2022, 3, 11, 12, 0, tzinfo=UTC)
PAGE = "http://asianews.it/news-en/Story-{}.html"


def make_day(number):
    return NOON + timedelta(days=number)


def format_stamp(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


class WarcBuilder:
    """Collects records; ``bytes()`` is the file."""

    def __init__(self, compressed=True):
        self.buffer = io.BytesIO()
        self.writer = WARCWriter(self.buffer, gzip=compressed)
        self.offsets = []

    def response(self, url, body, moment=NOON, status="200 OK", headers=(), kind="response", more=None, length=True):
        fields = [("Content-Type", "text/html; charset=utf-8"), *headers]
        if length:
            fields.append(("Content-Length", str(len(body))))
        self.offsets.append(self.buffer.tell())
        record = self.writer.create_warc_record(
            url,
            kind,
            payload=io.BytesIO(body),
            length=len(body),
            http_headers=StatusAndHeaders(status, fields, protocol="HTTP/1.1"),
            warc_headers_dict={
                "WARC-Date": format_stamp(moment),
                "WARC-Payload-Digest": compute_payload_digest(body),
                **(more or {}),
            },
        )
        self.writer.write_record(record)
        return compute_payload_digest(body)

    def story(self, number, moment=NOON, **changes):
        return self.response(PAGE.format(number), make_article_page(number, **changes), moment)

    def revisit(self, url, digest, moment):
        record = self.writer.create_revisit_record(
            url, digest, url, format_stamp(NOON), warc_headers_dict={"WARC-Date": format_stamp(moment)}
        )
        self.writer.write_record(record)

    def bytes(self):
        return self.buffer.getvalue()

    def save(self, path):
        path.write_bytes(self.bytes())
        return path


def compress_whole(path, file):
    """One gzip member around all records."""
    path.write_bytes(gzip.compress(file.bytes()))
    return path


def write_wacz(path, *files):
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("datapackage.json", "{}")
        for number, file in enumerate(files):
            packed.writestr(f"archive/data-{number}.warc.gz", file.bytes())
    return path
