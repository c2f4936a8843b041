"""Files of web archives as tools of every kind write them, well or badly, made byte by byte, each with what is in it."""

import base64
import gzip
import hashlib
import io
import os
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field

import brotli

from crawler.warc import compute_payload_digest
from crawler.warc.compression import zstd
from support.loopback_site import make_article_page

URL = "https://www.asianews.it/news-en/Story-{}.html"
DATE = "2024-03-01T10:00:00Z"
LATER = "2024-03-09T10:00:00Z"
ENDING = b"\r\n\r\n"
HTTP = "application/http; msgtype=response"


def make_record(
    kind,
    url,
    block,
    *,
    date=DATE,
    media_type=HTTP,
    number=0,
    eol=b"\r\n",
    ending=ENDING,
    off_by=0,
    length=True,
    **fields,
):
    """A record; ``off_by`` is the mistake in its Content-Length, ``fields`` are further headers with ``_`` for ``-``."""
    head = {
        "WARC-Type": kind,
        "WARC-Record-ID": f"<urn:uuid:00000000-0000-4000-8000-{abs(hash_text(kind, url, date)):012d}>",
    }
    head |= {"WARC-Target-URI": url} if url else {}
    head |= {"WARC-Date": date} if date else {}
    head |= {"Content-Type": media_type} if media_type else {}
    head |= {f"WARC-{name.replace('_', '-')}": value for name, value in fields.items()}
    if length:
        head["Content-Length"] = str(len(block) + off_by)
    lines = [b"WARC/1.0", *(f"{name}: {value}".encode() for name, value in head.items())]
    return eol.join(lines) + eol * 2 + block + ending


def hash_text(*parts):
    return zlib.crc32("|".join(map(str, parts)).encode())


def find_id(record):
    return next(line[16:] for line in record.decode("latin-1").split("\r\n") if line.startswith("WARC-Record-ID"))


def make_answer(number, body=None, *, headers=(), status="200 OK", eol=b"\r\n", length=False):
    """An HTTP answer with the page of a story."""
    body = make_article_page(number) if body is None else body
    fields = ["Content-Type: text/html; charset=utf-8", *headers]
    fields += [f"Content-Length: {len(body)}"] if length else []
    return eol.join([f"HTTP/1.1 {status}".encode(), *(line.encode() for line in fields)]) + eol * 2 + body


def make_page(
    number, body=None, *, date=DATE, eol=b"\r\n", ending=ENDING, off_by=0, length=True, fields=None, **answer
):
    block = make_answer(number, body, eol=eol, **answer)
    return make_record(
        "response",
        URL.format(number),
        block,
        date=date,
        eol=eol,
        ending=ending,
        off_by=off_by,
        length=length,
        **(fields or {}),
    )


def make_info(**changes):
    return make_record("warcinfo", "", b"software: a tool\r\n", media_type="application/warc-fields", **changes)


def make_chunks(body, size=100):
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def deflate_raw(body):
    stream = zlib.compressobj(6, zlib.DEFLATED, -15)
    return stream.compress(body) + stream.flush()


def make_arc(*pages, version=1, ending=b"\n", off_by=0):
    """An ARC file's records; a page is (number, block) or (address, block)."""
    names = b"URL IP-address Archive-date Content-type Archive-length\n"
    more = ""
    if version == 2:
        names = (
            b"URL IP-address Archive-date Content-type Result-code Checksum Location Offset Filename Archive-length\n"
        )
        more = "200 0123456789abcdef - 0 crawl.arc.gz "
    block = b"%d 0 A tool\n" % version + names
    records = [b"filedesc://crawl.arc.gz 0.0.0.0 20240301100000 text/plain %d\n" % len(block) + block + b"\n"]
    for place, block in pages:
        url = place if isinstance(place, str) else URL.format(place)
        line = f"{url} 93.184.216.34 20240301100000 text/html {more}{len(block) + off_by}\n"
        records.append(line.encode() + block + ending)
    return records


def gzip_each(records):
    return b"".join(gzip.compress(record, mtime=0) for record in records)


def zstd_each(records, dictionary=b""):
    """Zstandard frames, behind the dictionary in a frame of its own."""
    if not dictionary:
        return b"".join(zstd.compress(record) for record in records)
    frames = [zstd.compress(record, zstd_dict=zstd.ZstdDict(dictionary, is_raw=True)) for record in records]
    return b"\x5d\x2a\x4d\x18" + len(dictionary).to_bytes(4, "little") + dictionary + b"".join(frames)


def zip_files(files, method=zipfile.ZIP_STORED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@dataclass(kw_only=True)
class ForeignFile:
    """A file, and what an ingest should make of it."""

    name: str
    content: bytes
    stories: tuple[int, ...]
    """The numbers of the stories that are to be read."""
    lost: tuple[str, ...] = ()
    """The reasons for what is not read and has to be named."""
    repaired: int = 0
    passed: dict[str, int] = field(default_factory=dict)
    """Reason → records that are passed over without loss."""


class Shelf:
    """Makes the files one after another; stories are numbered across all of them."""

    def __init__(self) -> None:
        self.files: list[ForeignFile] = []
        self._number = 100

    def take(self, count=1):
        """The next numbers of stories."""
        self._number += count
        return range(self._number - count, self._number)

    def put(self, name, content, stories=(), lost=(), repaired=0, **passed):
        self.files.append(
            ForeignFile(
                name=name, content=content, stories=tuple(stories), lost=tuple(lost), repaired=repaired, passed=passed
            )
        )


def make_codings(shelf):
    """Files with one page each, its body sent in every coding."""
    codings: dict[str, tuple[list[str], Callable[[bytes], bytes]]] = {
        "br": (["Content-Encoding: br"], brotli.compress),
        "zstd": (["Content-Encoding: zstd"], zstd.compress),
        "gzip": (["Content-Encoding: gzip"], gzip.compress),
        "deflate": (["Content-Encoding: deflate"], zlib.compress),
        "deflate-raw": (["Content-Encoding: deflate"], deflate_raw),
        "two": (["Content-Encoding: gzip, br"], lambda body: brotli.compress(gzip.compress(body))),
        "two-lines": (
            ["Content-Encoding: br", "Content-Encoding: gzip"],
            lambda body: gzip.compress(brotli.compress(body)),
        ),
        "br-plain": (["Content-Encoding: br"], bytes),
        "zstd-plain": (["Content-Encoding: zstd", "Content-Length: 123456"], bytes),
        "deflate-plain": (["Content-Encoding: deflate"], bytes),
        "unknown-plain": (["Content-Encoding: dcb"], bytes),
        "chunked": (["Transfer-Encoding: chunked"], make_chunks),
        "chunked-not": (["Transfer-Encoding: chunked"], bytes),
        "chunked-br": (
            ["Transfer-Encoding: chunked", "Content-Encoding: br"],
            lambda body: make_chunks(brotli.compress(body)),
        ),
        "transfer-gzip": (["Transfer-Encoding: gzip, chunked"], lambda body: make_chunks(gzip.compress(body))),
    }
    for name, (headers, encode) in codings.items():
        (number,) = shelf.take()
        record = make_page(number, encode(make_article_page(number)), headers=headers)
        shelf.put(f"coding-{name}.warc.gz", gzip_each([make_info(), record]), [number])


def make_kinds(shelf):
    """Files with records of each kind."""
    (number,) = shelf.take()
    record = make_record("resource", URL.format(number), make_article_page(number), media_type="text/html")
    shelf.put("resource.warc.gz", gzip_each([make_info(), record]), [number])
    (number,) = shelf.take()
    picture = make_record("resource", URL.format(number), b"\x89PNG\r\n", media_type="image/png")
    shelf.put("resource-picture.warc", make_info() + picture, no_page=1)
    (number,) = shelf.take()
    text = (
        f"Headline of story number {number} - AsiaNews\nHome\n03/11/2022, 09.45\nHeadline of story number {number}\n"
        + (
            "Quietville (AsiaNews) - The bell of the old market rang at noon, and the ferry stayed at the pier.\n"
            "Nobody on the quay complained about the bell, and the captain read the paper aloud to all.\n"
        )
    )
    wet = make_record(
        "conversion", URL.format(number), text.encode(), media_type="text/plain", Refers_To="<urn:uuid:1>"
    )
    shelf.put("wet.warc.wet.gz", gzip_each([make_info(), wet]), [number])
    (number,) = shelf.take()
    wet = make_record("conversion", URL.format(number), text.encode(), media_type="text/plain", date=LATER)
    shelf.put("wet-beside-page.warc.gz", gzip_each([make_page(number), wet]), [number], text_beside_page=1)
    (number,) = shelf.take()
    bare = make_record("response", URL.format(number), make_answer(number), media_type="")
    shelf.put("no-content-type.warc", bare, [number])
    segment = make_page(shelf.take()[0], fields={"Segment_Number": "1"})
    shelf.put("segmented.warc", segment, lost=["part"])
    partial = make_page(shelf.take()[0], status="206 Partial Content", headers=["Content-Range: bytes 9-99/100"])
    shelf.put("partial.warc.gz", gzip_each([partial]), lost=["part"])
    (number,) = shelf.take()
    whole = make_page(
        number,
        b"%-2000s" % make_article_page(number),
        status="206 Partial Content",
        headers=["Content-Range: bytes 0-1999/2000"],
    )
    shelf.put("whole-range.warc", whole, [number])
    shelf.put("future.warc", make_page(shelf.take()[0], date="2099-01-01T00:00:00Z"), lost=["future"])
    shelf.put("undated.warc", make_page(shelf.take()[0], date="yesterday"), lost=["undated"])
    nothing = make_record("response", URL.format(shelf.take()[0]), b"no answer at all")
    shelf.put("no-answer.warc", nothing, lost=["no_answer"])
    unknown = make_page(shelf.take()[0], b"\0\1\2\x90" * 99, headers=["Content-Encoding: dcz"])
    shelf.put("coding-unknown.warc", unknown, lost=["encoding"])
    bomb = make_page(shelf.take()[0], gzip.compress(b"<p>" + bytes(21_000_000)), headers=["Content-Encoding: gzip"])
    shelf.put("bomb.warc", bomb, lost=["too_large"])
    cut = make_page(shelf.take()[0], b"<html><p>It breaks", headers=["Content-Length: 4000"])
    shelf.put("cut-answer.warc", cut, lost=["incomplete"])
    (number,) = shelf.take()
    closed = make_page(number, make_article_page(number) + b"\n<!-- cached", fields={"Truncated": "length"})
    shelf.put("cut-behind-last-tag.warc", closed.replace(b"\n<!-- cached", b"\n           "), [number])
    large = make_page(shelf.take()[0], b"<p>" + b"x" * 24_100_000)
    shelf.put("film.warc.gz", gzip_each([large]), lost=["too_large"])
    shelf.put("status.warc", make_page(shelf.take()[0], status="503 Busy"), status=1)
    (number,) = shelf.take()
    precise = make_page(number, date="2024-03-01T10:00:00.123456789Z")
    month = make_page(shelf.take()[0], date="2024-02")
    shelf.put("dates.warc", precise + month, [number, number + 1])


ODD_REVISITS = ("base-64", "other-algorithm", "no-profile")
REVISITS = ("id", "address-and-date", "digest", "hex-digest", "chain", "nothing", "not-modified", *ODD_REVISITS)


def make_revisits(shelf):
    """Pairs of files, a page and the same page seen again, as each tool names the first one."""
    profile = "http://netpreserve.org/warc/1.1/revisit/"
    for name in REVISITS:
        (number,) = shelf.take()
        url = URL.format(number)
        digest = compute_payload_digest(make_article_page(number))
        page = make_page(number, fields={"Payload_Digest": digest})
        again: dict[str, str] = {"Profile": profile + "identical-payload-digest"}
        records = []
        if name == "id":
            again |= {"Refers_To": find_id(page)}
        elif name == "address-and-date":
            again |= {"Refers_To_Target_URI": url.replace("https", "http"), "Refers_To_Date": DATE}
        elif name == "digest":
            again |= {"Payload_Digest": digest}
        elif name == "hex-digest":
            again |= {"Payload_Digest": "SHA1:" + base64.b32decode(digest.removeprefix("sha1:")).hex()}
        elif name == "base-64":
            again |= {"Payload_Digest": "SHA-1:" + base64.b64encode(base64.b32decode(digest[5:])).decode().rstrip("=")}
        elif name == "other-algorithm":
            digests = hashlib.sha256(make_article_page(number))
            page = make_page(number, fields={"Payload_Digest": "sha256:" + digests.hexdigest()})
            small = base64.b32encode(digests.digest()).decode().lower().rstrip("=")
            again |= {"Payload_Digest": f"urn:sha-256:{small}"}
        elif name == "no-profile":
            again = {"Payload_Digest": "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"}
        elif name == "chain":
            between = make_record("revisit", url, b"", date="2024-03-05T10:00:00Z", Refers_To=find_id(page), **again)
            records.append(between)
            again |= {"Refers_To": find_id(between)}
        elif name == "not-modified":
            again = {
                "Profile": profile + "server-not-modified",
                "Payload_Digest": "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ",
            }
        block = b"HTTP/1.1 304 Not Modified\r\n\r\n" if name in ("not-modified", "no-profile") else b""
        records.append(make_record("revisit", url, block, date=LATER, **again))
        shelf.put(f"again-{name}.warc.gz", gzip_each(records))
        shelf.put(f"first-{name}.warc.gz", gzip_each([page]), [number])
    alone = make_record("revisit", URL.format(shelf.take()[0]), b"", Payload_Digest="sha1:" + "Z" * 32)
    shelf.put("again-alone.warc.gz", gzip_each([alone]), lost=["no_original"])


def make_packings(shelf):
    """Files with whole records in every packing."""

    def pages(count=3):
        numbers = shelf.take(count)
        return numbers, [make_info(), *(make_page(number) for number in numbers)]

    numbers, records = pages()
    shelf.put("frames.warc.zst", zstd_each(records), numbers)
    numbers, records = pages()
    shelf.put("dictionary.warc.zst", zstd_each(records, b"".join(records)[:3000]), numbers)
    numbers, records = pages()
    packed = zstd_each(records, b"".join(records)[:3000])
    dictionary = zstd.compress(b"".join(records)[:3000])
    packed = b"\x5d\x2a\x4d\x18" + len(dictionary).to_bytes(4, "little") + dictionary + packed[3008:]
    shelf.put("packed-dictionary.warc.zst", packed, numbers)
    numbers, records = pages()
    shelf.put(os.fsdecode(b'caf\xe9 "1"\n.warc.gz'), gzip_each(records), numbers)
    numbers, records = pages()
    shelf.put("whole.warc.zst", zstd.compress(b"".join(records)), numbers)
    numbers, records = pages()
    shelf.put("whole.warc.gz", gzip.compress(b"".join(records)), numbers)
    numbers, records = pages()
    shelf.put("twice.warc.gz.gz", gzip.compress(gzip_each(records)), numbers)
    numbers, records = pages()
    shelf.put("pairs.warc.gz", gzip_each([records[0] + records[1], records[2] + records[3]]), numbers)
    numbers, records = pages()
    shelf.put("late-pair.warc.gz", gzip_each([records[0], records[1], records[2] + records[3]]), numbers)
    numbers, records = pages()
    plain = b"".join(records)
    blocks = [plain[start : start + 500] for start in range(0, len(plain), 500)]
    shelf.put("blocks.warc.gz", gzip_each(blocks), numbers)
    numbers, records = pages()
    shelf.put("halves.warc.gz", gzip_each([part for record in records for part in (record[:80], record[80:])]), numbers)
    numbers, records = pages()
    shelf.put(
        "empty-members.warc.gz", gzip_each([b"", *(part for record in records for part in (record, b""))]), numbers
    )
    numbers = shelf.take(2)
    arc = make_arc(*((number, make_answer(number, eol=b"\n")) for number in numbers))
    shelf.put("plain.arc", b"".join(arc), numbers)
    numbers = shelf.take(2)
    arc = make_arc(*((number, make_answer(number)) for number in numbers), version=2)
    shelf.put("members.arc.gz", gzip_each(arc), numbers)
    numbers = shelf.take(2)
    shelf.put("whole.arc.gz", gzip.compress(b"".join(make_arc(*((n, make_answer(n)) for n in numbers)))), numbers)
    numbers = shelf.take(2)
    spaced = ("http://elsewhere.example/a page with spaces.html", make_answer(1))
    shelf.put("spaces.arc", b"".join(make_arc(spaced, *((n, make_answer(n)) for n in numbers))), numbers)
    numbers = shelf.take(2)
    arc = make_arc(*((n, make_article_page(n)) for n in numbers))
    shelf.put("bare.arc", b"".join(arc), numbers)


def make_zips(shelf):
    """WACZ files, whole and cut, and files within files."""

    def pack():
        numbers = shelf.take(2)
        return numbers, gzip_each([make_info(), *(make_page(number) for number in numbers)])

    package = {
        "datapackage.json": b"{}",
        "indexes/index.cdx.gz": gzip.compress(b"com,example)/ 2024 {}"),
        "pages/pages.jsonl": b"{}",
    }
    numbers, content = pack()
    shelf.put("one.wacz", zip_files({"archive/data.warc.gz": content, **package}), numbers)
    numbers, content = pack()
    shelf.put("deflated.wacz", zip_files({"archive/data.warc.gz": content, **package}, zipfile.ZIP_DEFLATED), numbers)
    numbers, content = pack()
    shelf.put("odd-places.zip", zip_files({"my crawl/2024/data": content, "notes.txt": b"a note"}), numbers)
    numbers, records = shelf.take(2), []
    records = [make_page(number) for number in numbers]
    files = {"archive/a.warc": records[0], "archive/b.warc.zst": zstd_each(records[1:]), **package}
    shelf.put("many.wacz", zip_files(files), numbers)
    (first, content), (second, other) = pack(), pack()
    inner = {f"crawl-{n}.wacz": zip_files({"archive/data.warc.gz": part}) for n, part in enumerate((content, other))}
    shelf.put(
        "multi.wacz", zip_files({"datapackage.json": b'{"profile": "multi-wacz-package"}', **inner}), [*first, *second]
    )
    numbers, content = pack()
    deep = zip_files(
        {"a.wacz": zip_files({"b.wacz": zip_files({"c.wacz": zip_files({"archive/d.warc.gz": content})})})}
    )
    shelf.put("deep.wacz", deep, numbers)
    numbers, content = pack()
    whole = zip_files({"archive/data.warc.gz": content, **package})
    shelf.put("without-directory.wacz", whole[: whole.index(b"PK\x01\x02")], numbers, lost=["damaged"])
    numbers, content = pack()
    damaged = bytearray(zip_files({"archive/data.warc.gz": content, **package}))
    place = damaged.rindex(gzip_each([make_page(numbers[1])])[:40])
    damaged[place + 60 : place + 90] = bytes(30)
    shelf.put("damaged.wacz", bytes(damaged), numbers[:1], lost=["damaged"])
