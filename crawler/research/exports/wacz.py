"""Writes WACZ 1.1.1: the WARC records of the selected articles, an index of them and a list of pages, in a ZIP file.

https://specs.webrecorder.net/wacz/1.1.1/. Nothing in the ZIP is compressed twice; the index is CDXJ in gzip members
of three thousand lines, with ``index.idx`` to find them by, as pywb and wabac.js read it.
"""

from __future__ import annotations

import gzip
import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from itertools import islice
from typing import Any, Final
from urllib.parse import urlsplit

from crawler import __version__
from crawler.normalisation.dates.moments import instant
from crawler.research.exports.context import ExportJob
from crawler.research.exports.streams import HashedStream, WrittenFile
from crawler.research.exports.target import PROGRAM_NAME
from crawler.research.exports.warc_records import WarcRecord, choose_captures, iter_records
from crawler.research.selection_table import SELECTION_TABLE
from crawler.warc.warcio_parts import ArchiveIterator

VERSION: Final = "1.1.1"
_INDEX_TABLE: Final = "temp.export_index"
_LINES: Final = 3000
"""Lines of a block of the index."""


def write_wacz(job: ExportJob) -> None:
    """Write the file."""
    assert job.path is not None
    job.manifest.counts["captures"] = choose_captures(job)
    with zipfile.ZipFile(job.path, "x", allowZip64=True) as packed:
        package = _Package(packed, job)
        package.write_records()
        package.write_index()
        package.write_pages()
        package.write_description()
    job.add_file(job.path)


class _Package:
    """A WACZ file while it is made."""

    def __init__(self, packed: zipfile.ZipFile, job: ExportJob) -> None:
        self._packed = packed
        self._job = job
        self._db = job.selected.db
        self._resources: list[dict[str, Any]] = []

    def write_records(self) -> None:
        """Write ``archive/``: a file for each of the archive's, with the records wanted of it."""
        self._db.execute(f"CREATE TEMP TABLE {_INDEX_TABLE.removeprefix('temp.')} (key TEXT, at TEXT, line TEXT)")
        records = iter_records(self._job)
        record = next(records, None)
        number = 0
        while record is not None:
            name = record.file
            with self._file(f"archive/{name}") as stream:
                while record is not None and record.file == name:
                    self._index_record(record, stream.written.bytes)
                    stream.write(record.member)
                    number += 1
                    record = next(records, None)
        self._job.manifest.counts["records"] = number

    def _index_record(self, record: WarcRecord, offset: int) -> None:
        line = make_cdx_line(record, offset)
        if line is not None:
            self._db.execute(f"INSERT INTO {_INDEX_TABLE} VALUES (?, ?, ?)", line)

    def write_index(self) -> None:
        """Write ``indexes/``: CDXJ, sorted by address and time."""
        lines = (
            f"{key} {time} {line}\n"
            for key, time, line in self._db.execute(f"SELECT key, at, line FROM {_INDEX_TABLE} ORDER BY key, at, line")
        )
        blocks = []
        with self._file("indexes/index.cdx.gz") as stream:
            while block := list(islice(lines, _LINES)):
                member = gzip.compress("".join(block).encode(), mtime=0)
                entry = {"offset": stream.written.bytes, "length": len(member), "filename": "index.cdx.gz"}
                blocks.append(" ".join(block[0].split(" ", 2)[:2]) + " " + json.dumps(entry))
                stream.write(member)
        with self._file("indexes/index.idx") as stream:
            stream.write_text("!meta 0 " + json.dumps({"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}) + "\n")
            stream.write_text("".join(line + "\n" for line in blocks))

    def write_pages(self) -> None:
        """Write ``pages/pages.jsonl``: each version of each article under its headline, at the time of its capture."""
        with self._file("pages/pages.jsonl") as stream:
            stream.write_text(json.dumps({"format": "json-pages-1.0", "id": "pages", "title": "Articles"}) + "\n")
            for article_id, number, headline, url, fetched_at in self._db.execute(
                "SELECT r.article_id, r.number, r.headline, ca.url, ca.fetched_at"
                f" FROM {SELECTION_TABLE} c JOIN revisions r ON r.article_id = c.id JOIN captures ca ON ca.id = "
                f"r.capture_id"
                " WHERE ca.warc_file IS NOT NULL ORDER BY r.article_id, r.number"
            ):
                page = {"id": f"{article_id}-{number}", "url": url, "ts": fetched_at, "title": headline}
                stream.write_text(json.dumps(page, ensure_ascii=False) + "\n")

    def write_description(self) -> None:
        """Write ``datapackage.json``, which names and hashes all the rest, and its own hash beside it."""
        description = {
            "profile": "data-package",
            "wacz_version": VERSION,
            "title": self._job.manifest.title,
            "created": instant(self._job.made_at),
            "software": f"{PROGRAM_NAME} {__version__}",
            "resources": self._resources,
        }
        text = json.dumps(description, ensure_ascii=False, indent=2)
        with self._file("datapackage.json") as stream:
            stream.write_text(text)
        digest = {"path": "datapackage.json", "hash": f"sha256:{stream.written.sha256}"}
        with self._file("datapackage-digest.json") as stream:
            stream.write_text(json.dumps(digest, indent=2))

    @contextmanager
    def _file(self, name: str) -> Iterator[HashedStream]:
        made_at = self._job.made_at
        info = zipfile.ZipInfo(name, (max(made_at.year, 1980), *made_at.timetuple()[1:6]))
        info.external_attr = 0o644 << 16
        with self._packed.open(info, "w", force_zip64=True) as file:
            stream = HashedStream(file, name)
            yield stream
        self._resources.append(_describe_resource(stream.written, len(self._resources)))


def make_cdx_line(record: WarcRecord, offset: int) -> tuple[str, str, str] | None:
    """Return key, time and JSON of an answer's line in a CDXJ index; None for any other record.

    The fields are those of pywb: https://specs.webrecorder.net/cdxj/0.1.0/.
    """
    if record.kind not in ("response", "revisit"):
        return None
    url = record.fields.get("warc-target-uri", "")
    response = next(ArchiveIterator(BytesIO(record.content)))
    http = response.http_headers
    status = http.get_statuscode() if http is not None else ""
    mime = (http.get_header("Content-Type") or "").partition(";")[0].strip() if http is not None else ""
    entry = {
        "url": url,
        "mime": "warc/revisit" if record.kind == "revisit" else mime,
        "status": status,
        "digest": record.fields.get("warc-payload-digest", ""),
        "length": str(len(record.member)),
        "offset": str(offset),
        "filename": record.file,
    }
    captured_at = datetime.fromisoformat(record.fields.get("warc-date", ""))
    return make_surt(url), f"{captured_at:%Y%m%d%H%M%S}", json.dumps(entry)


def make_surt(url: str) -> str:
    """Return an address as CDX indexes are sorted: host reversed, without ``www``, everything in small letters.

    >>> make_surt("https://www.example.org/News/a.html?b=2&a=1")
    'org,example)/news/a.html?a=1&b=2'
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:  # no address; it still has a place in the index
        return re.sub(r"\s", "%20", url.lower())
    host = re.sub(r"^www\d*\.", "", (parts.hostname or "").lower())
    key = ",".join(reversed(host.split(".")))
    if port is not None and port != {"http": 80, "https": 443}.get(parts.scheme):
        key += f":{port}"
    path = parts.path.rstrip("/") or "/"
    query = "&".join(sorted(parts.query.split("&")))
    # A key ends at the first space.
    return re.sub(r"\s", "%20", f"{key}){path}{'?' + query if query else ''}".lower())


def _describe_resource(written: WrittenFile, number: int) -> dict[str, Any]:
    # A name is of these characters and unique in its package; the path is what counts.
    name = re.sub(r"[^-a-z0-9._]", "-", written.path.rpartition("/")[2].lower())
    return {
        "name": f"{number}-{name}" if written.path.startswith("archive/") else name,
        "path": written.path,
        "hash": f"sha256:{written.sha256}",
        "bytes": written.bytes,
    }
