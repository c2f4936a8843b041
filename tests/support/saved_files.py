"""Pages as browsers and mirroring tools save them, each with the story that is in it: files under their paths."""

import base64
import bz2
import gzip
import io
import json
import lzma
import plistlib
import quopri
import tarfile
import zipfile

from support.foreign_files import URL, gzip_each, make_info
from support.foreign_files import make_page as make_page_record
from support.loopback_site import make_article_page

SAVED_AT = 1_709_287_200
"""1 March 2024, 10:00 UTC: the time of each file."""
HOST = "www.asianews.it"


def make_page(number, comment="", head=""):
    """The page of a story, under a comment of the tool that saved it."""
    page = make_article_page(number).replace(b"<head>", f"<head>{head}".encode(), 1)
    return page.replace(b"<html", f"{comment}<html".encode(), 1)


def make_saved_from(number):
    return f"<!-- saved from url=({len(URL.format(number)):04}){URL.format(number)} -->\n"


def make_mhtml(number, coding="quoted-printable", *, place="Snapshot-Content-Location", start="", first_part=""):
    """A file of Chrome, or without a place in its head, of Internet Explorer; a frame stands beside the page."""
    encode = quopri.encodestring if coding == "quoted-printable" else base64.encodebytes
    body = encode(make_article_page(number)) if coding != "8bit" else make_article_page(number)
    lines = [
        "From: <Saved by a browser>",
        *([f"{place}: {URL.format(number)[:30]}\r\n {URL.format(number)[30:]}"] if place else []),
        "Subject: =?utf-8?Q?A=20story?=",
        "Date: Fri, 1 Mar 2024 10:00:00 -0000",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/related;\r\n\ttype="text/html";{start}\r\n\tboundary="----B"',
        *("", "", "------B", *filter(None, [first_part])),
        'Content-Type: text/html; charset="utf-8"',
        "Content-ID: <page@here>",
        f"Content-Transfer-Encoding: {coding}",
        *(f"Content-Location: {URL.format(number)}", "", ""),
    ]
    frame = "\r\n------B\r\nContent-Type: text/html\r\nContent-Location: cid:f@here\r\n\r\n<html>An ad</html>\r\n------B--\r\n"
    return "\r\n".join(lines).encode() + body + frame.encode()


def make_har(*entries, mark=b""):
    return mark + json.dumps({"log": {"version": "1.2", "pages": [], "entries": list(entries)}}).encode()


def make_har_entry(number, content, *, method="GET", status=200, headers=()):
    return {
        "startedDateTime": "2024-03-01T11:00:00.123+01:00",
        "request": {"method": method, "url": URL.format(number)},
        "response": {
            "status": status,
            "statusText": "",
            "httpVersion": "h3",
            "headers": [{"name": name, "value": value} for name, value in headers],
            "content": content,
        },
    }


def make_har_text(number):
    text = make_article_page(number).decode()
    return {"size": 9, "mimeType": "text/html; charset=iso-8859-1", "text": text}


def make_tar(files, saved_at=SAVED_AT):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(content), saved_at
            archive.addfile(info, io.BytesIO(content))
        link = tarfile.TarInfo("link.html")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/hosts"
        archive.addfile(link)
    return buffer.getvalue()


def make_zip(files, day=(2024, 3, 1, 10, 0, 0)):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, day), content)
    return buffer.getvalue()


def make_webarchive(number):
    resource = {"WebResourceData": make_article_page(number), "WebResourceURL": URL.format(number)}
    resource |= {"WebResourceMIMEType": "text/html", "WebResourceTextEncodingName": "UTF-8"}
    return plistlib.dumps({"WebMainResource": resource}, fmt=plistlib.FMT_BINARY)


def make_saved_files():
    """Path → content, and the numbers of its stories."""
    host, compressed = f"{HOST}/news-en", [("content-encoding", "br"), (":status", "200"), ("Content-Length", "9")]
    single_file = (
        f"<!--\n Page saved with SingleFile \n url: {URL.format(3)} \n"
        " saved date: Fri Mar 01 2024 11:00:00 GMT+0100 (Central European Standard Time)\n-->"
    )
    httrack = (
        f"\n<!-- Mirrored from {HOST}/news-en/Story-4.html by HTTrack Website Copier/3.x [XR&CO'2014], "
        "Fri, 01 Mar 2024 10:00:00 GMT -->\n"
    )
    wide = "\ufeff" + make_saved_from(7) + make_article_page(7).decode()
    base64_text = {"mimeType": "text/html; charset=utf-8", "encoding": "base64"}
    return {
        "browser/A story.html": (make_page(1, make_saved_from(1)), (1,)),
        "browser/canonical.htm": (make_page(2, head=f'<link rel="canonical" href="{URL.format(2)}">'), (2,)),
        "single.html": (make_page(3, single_file), (3,)),
        "httrack/story-4.html": (make_page(4, httrack), (4,)),
        "monolith.html": (
            make_page(5, f"<!-- Saved from {URL.format(5)} at 2024-03-01T10:00:00Z using monolith v2.7.0 -->"),
            (5,),
        ),
        "og.html": (make_page(6, head=f'<meta property="og:url" content="{URL.format(6)}">'), (6,)),
        "wide.html": (wide.encode("utf-16-le"), (7,)),
        f"wget/{host}/Story-8.html": (make_page(8), (8,)),
        f"wget/{HOST}/index.php?l=en&art=9.html": (make_page(9), (9,)),
        f"windows/{HOST}/index.php@l=en&art=10.html": (make_page(10), (10,)),
        f"port/{HOST}+443/news-en/Story-11.html": (make_page(11), (11,)),
        "chrome.mhtml": (make_mhtml(12), (12,)),
        "base64.mht": (make_mhtml(13, "base64"), (13,)),
        "explorer.mht": (make_mhtml(14, place=""), (14,)),
        "start.mhtml": (
            make_mhtml(
                15,
                "8bit",
                place="",
                start=' start="<page@here>";',
                first_part="Content-Type: text/html\r\n\r\n<p>Ad</p>\r\n------B",
            ),
            (15,),
        ),
        "tools.har": (
            make_har(
                make_har_entry(16, make_har_text(16), headers=compressed),
                make_har_entry(17, base64_text | {"text": base64.b64encode(make_article_page(17)).decode()}),
                make_har_entry(18, make_har_text(18), method="POST"),
                make_har_entry(19, {"size": 0, "mimeType": "text/html"}, status=0),
                *(None, 5, {}, {"request": [], "response": "x"}),
                mark=b"\xef\xbb\xbf",
            ),
            (16, 17),
        ),
        "safari.webarchive": (make_webarchive(20), (20,)),
        "pages.zip": (
            make_zip({f"{host}/Story-21.html": make_page(21), f"{HOST}/logo.png": b"x", "in.mhtml": make_mhtml(22)}),
            (21, 22),
        ),
        "page.html.gz": (gzip.compress(make_page(23, make_saved_from(23))), (23,)),
        "mirror.tar.gz": (gzip.compress(make_tar({f"{host}/Story-24.html": make_page(24)})), (24,)),
        "mirror.tar.xz": (lzma.compress(make_tar({f"{host}/Story-25.html": make_page(25)})), (25,)),
        "records.tar": (make_tar({"../a.warc.gz": gzip_each([make_info(), make_page_record(26)])}), (26,)),
        "a.warc.bz2": (bz2.compress(make_info()) + bz2.compress(make_page_record(27)), (27,)),
        "tar.zip": (make_zip({"in.tar": make_tar({f"{host}/Story-28.html": make_page(28)})}), (28,)),
        "unset.zip": (make_zip({f"{host}/Story-29.html": make_page(29)}, (1980, 1, 1, 0, 0, 0)), (29,)),
        f"machine/{HOST}/20240301100000/news-en/Story-31.html": (make_page(31), (31,)),
        "scrapbook.html": (
            make_page(32).replace(
                b"<html",
                f'<html data-scrapbook-source="{URL.format(32)}" data-scrapbook-create="20240301100000123"'.encode(),
                1,
            ),
            (32,),
        ),
        "save-page.html": (
            make_page(
                33,
                head=f'<meta name="savepage-url" content="{URL.format(33)}"><meta name="savepage-date" '
                'content="Fri Mar 01 2024 11:00:00 GMT+0100 (Central European Standard Time)">',
            ),
            (33,),
        ),
        "hts-cache/new.zip": (make_zip({f"http://{host}/Story-34.html": make_page(34)}), (34,)),
        "old-single.html": (
            make_page(35, single_file.replace("Page saved with", "Archive processed by").replace("-3.", "-35.")),
            (35,),
        ),
        "unset.tar": (make_tar({f"{host}/Story-36.html": make_page(36)}, 0), (36,)),
        "windows.zip": (make_zip({f"{HOST}\\news-en\\Story-37.html": make_page(37)}), (37,)),
        "nowhere.html": (make_page(30), ()),
    }
