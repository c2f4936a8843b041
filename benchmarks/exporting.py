"""Every export of whole archives: time, peak memory, size, and whether other readers count what the archive counts.

    python benchmarks/exporting.py ARCHIVE… --work FOLDER [--formats csv,tei]

The archives are those of ``benchmarks/archives.py``. Each is copied into the work folder once, and every capture gets a
page in real WARC files (the article's text as HTML) with its request. Each export is a process of its own; its peak is
what the kernel says of it (VmHWM) while it runs.
"""

from __future__ import annotations

import argparse
import csv
import html
import json
import shutil
import sqlite3
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import polars
from lxml import etree
from memory import resident_and_peak
from warcio.archiveiterator import ArchiveIterator

from crawler.archive import Archive
from crawler.research.exports import FORMATS
from crawler.warc import WarcWriter, compute_payload_digest
from crawler.warc.records import AnswerRecord

EVERY = 0.02
"""Seconds between two looks at a process."""
NOW = datetime(2026, 1, 1, tzinfo=UTC)
REQUEST = b"GET / HTTP/1.1\r\nHost: www.asianews.it\r\nAccept: text/html\r\nUser-Agent: benchmark\r\n\r\n"
TEI = "{http://www.tei-c.org/ns/1.0}TEI"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("archives", type=Path, nargs="+")
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--formats", default=",".join(FORMATS))
    options = parser.parse_args()
    options.work.mkdir(exist_ok=True)
    print("| format | articles | seconds | articles/s | peak, MB | size, MB | counted |")
    print("|---|---:|---:|---:|---:|---:|---|")
    prepared = [prepare(path, options.work) for path in options.archives]
    for format_ in options.formats.split(","):
        for archive in prepared:
            print(measure(archive, format_, options.work), flush=True)


def prepare(source: Path, work: Path) -> Path:
    """Return a copy of an archive whose captures have bytes; made once."""
    target = work / source.name
    if target.exists():
        return target
    unfinished = target.with_suffix(".unfinished")
    shutil.copy(source, unfinished)
    shutil.rmtree(target.with_suffix(".warc"), ignore_errors=True)
    with Archive(unfinished, mode="write") as archive:
        writer = WarcWriter(target.with_suffix(".warc"), "asianews", started_at=NOW)
        rows = archive.db.execute(
            "SELECT ca.id, ca.url, ca.status, a.headline, a.body FROM captures ca"
            " LEFT JOIN addresses ad ON ad.url_key = ca.url_key LEFT JOIN articles a ON a.id = ad.article_id"
        ).fetchall()
        places = []
        for capture_id, url, status, headline, body in rows:
            text = html.escape(body or "").replace("\n\n", "</p><p>")
            page = f"<html><title>{html.escape(headline or '')}</title><p>{text}</p></html>".encode()
            head = f"HTTP/1.1 {status} OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n".encode()
            place = writer.write(AnswerRecord(url=url, fetched_at=NOW, response_head=head, body=page), REQUEST)
            places.append((compute_payload_digest(page), place.file, place.offset, place.length, capture_id))
        writer.close()
        with archive.db.conn:
            archive.db.conn.executemany(
                "UPDATE captures SET digest = ?, warc_file = ?, warc_offset = ?, warc_length = ? WHERE id = ?", places
            )
        archive.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    unfinished.rename(target)
    return target


def measure(archive: Path, format_: str, work: Path) -> str:
    """Export everything, and return a line of the table."""
    to = work / f"out.{format_}"
    remove(to)
    command = [
        sys.executable,
        "-m",
        "crawler",
        "--archive",
        str(archive),
        "export",
        "--format",
        format_,
        "--to",
        str(to),
    ]
    began = time.perf_counter()
    peak = 0.0
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        while process.poll() is None:
            if sizes := resident_and_peak(process.pid):
                peak = max(peak, sizes[1])
            time.sleep(EVERY)
        seconds = time.perf_counter() - began
        errors = process.stderr.read().decode() if process.stderr else ""
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}: {errors[-2000:]}")
    with Archive(archive) as opened:
        known = opened.count()
    counted = COUNT[format_](to)
    size = sum(path.stat().st_size for path in (to.rglob("*") if to.is_dir() else [to]) if path.is_file()) / 1e6
    remove(to)
    told = "exactly" if counted == known else f"{counted:,} OF {known:,}"
    return f"| {format_} | {known:,} | {seconds:.1f} | {known / seconds:,.0f} | {peak:.0f} | {size:,.0f} | {told} |"


def remove(to: Path) -> None:
    """Remove an export and what lies beside it."""
    for path in (to, to.with_suffix(".warc"), to.with_name(f"{to.name}.manifest.json")):
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def rows_of_csv(to: Path) -> int:
    csv.field_size_limit(100_000_000)
    with to.open(newline="", encoding="utf-8") as file:
        return sum(1 for _ in csv.DictReader(file))


def lines(start: bytes) -> Callable[[Path], int]:
    """Return what counts the lines that begin so: entries of formats whose parsers hold a whole file in memory."""

    def count(to: Path) -> int:
        with to.open("rb") as file:
            return sum(line.startswith(start) for line in file)

    return count


def objects(to: Path) -> int:
    with to.open(encoding="utf-8") as file:
        return sum(1 for line in file if json.loads(line)["id"])


def archived(to: Path) -> int:
    with closing(sqlite3.connect(to)) as db:
        return int(
            db.execute("SELECT count(*) FROM articles JOIN articles_fts f ON f.rowid = articles.id").fetchone()[0]
        )


def elements(tag: str) -> Callable[[Path], int]:
    def count(to: Path) -> int:
        number = 0
        for _, element in etree.iterparse(to, tag=tag, huge_tree=True):
            number += 1
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
        return number

    return count


def addresses(to: Path) -> int:
    with to.open("rb") as file:
        records = ArchiveIterator(file)
        return len({record.rec_headers["WARC-Target-URI"] for record in records if record.rec_type == "response"})


def addresses_in_zip(to: Path) -> int:
    found = set()
    with zipfile.ZipFile(to) as packed:
        for name in packed.namelist():
            if name.startswith("archive/"):
                with packed.open(name) as file:
                    records = ArchiveIterator(file)
                    found |= {
                        record.rec_headers["WARC-Target-URI"] for record in records if record.rec_type == "response"
                    }
    return len(found)


COUNT: dict[str, Callable[[Path], int]] = {
    "csv": rows_of_csv,
    "jsonl": objects,
    "parquet": lambda to: int(polars.scan_parquet(to / "**/*.parquet").select(polars.len()).collect().item()),
    "sqlite": archived,
    "bibtex": lines(b"@article{"),
    "ris": lines(b"TY  - "),
    "csl-json": lines(b'  "id": '),
    "text": lambda to: sum(1 for _ in (to / "texts").iterdir()),
    "tei": elements(TEI),
    "warc": addresses,
    "wacz": addresses_in_zip,
    "gexf": elements("{http://www.gexf.net/1.2draft}node"),
    "graphml": elements("{http://graphml.graphdrawing.org/xmlns}node"),
}

if __name__ == "__main__":
    main()
