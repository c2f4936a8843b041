"""Taking pages from other people's WARC files: two environments side by side, on one core and on two, in turn.

    python benchmarks/ingesting.py [--before PYTHON] [--articles 1500] [--files 40] [--rounds 3]
    python benchmarks/ingesting.py --pages FOLDER [--limit 800] [--before PYTHON] [--files 40] [--rounds 3]

Crawls a generated practice site once and deals its answers out into files. With ``--pages`` the files hold the pages
below a folder (``*.html``), evenly spread, each under an invented address of an article. Each side is a command of its
own, into an archive of its own; the time is wall clock from its start to its end, and the processor time is that of the
command and its workers together. ``--before`` is the Python of another environment, whose seealso ingests on one core.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path

from crawler.practice import PracticeServer
from crawler.warc.records import AnswerRecord, RecordEncoder
from crawler.warc.scanning import scan_records

HAVE_TO_REACH = 1.6
NOW = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass
class Side:
    """One way to ingest, and what it took."""

    name: str
    command: list[str]
    seconds: list[float] = field(default_factory=list)
    cpu_seconds: list[float] = field(default_factory=list)
    articles: int = 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--before", type=Path, metavar="PYTHON")
    parser.add_argument("--articles", type=int, default=1500)
    parser.add_argument("--pages", type=Path, metavar="FOLDER", help="take the pages below a folder")
    parser.add_argument("--limit", type=int, default=800, help="so many pages of the folder")
    parser.add_argument("--files", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    sides = [
        Side("one core", [sys.executable, "-m", "crawler", "ingest", "--jobs", "1"]),
        Side("two cores", [sys.executable, "-m", "crawler", "ingest", "--jobs", "2"]),
    ]
    if options.before is not None:
        sides.insert(0, Side("before", [str(options.before.absolute()), "-m", "crawler", "ingest"]))
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home)
        source = iter_saved(options.pages, options.limit) if options.pages else iter_crawled(folder, options.articles)
        deal_out(source, folder / "files", options.files)
        pages = 0
        for number in range(options.rounds):
            for side in sides:
                pages = run(side, folder, f"{number}-{side.name.replace(' ', '-')}.db")
    title = f"{pages} pages in {options.files} files, median of {options.rounds}"
    print(f"\n| {title} | seconds | CPU seconds | pages/s | articles |")
    print("|---|---:|---:|---:|---:|")
    for side in sides:
        seconds, cpu = statistics.median(side.seconds), statistics.median(side.cpu_seconds)
        print(f"| {side.name} | {seconds:.2f} | {cpu:.2f} | {pages / seconds:.0f} | {side.articles} |")
    one, two = (statistics.median(side.seconds) for side in sides[-2:])
    print(f"\nTwo cores are {one / two:.2f} times as fast as one (at least {HAVE_TO_REACH} is wanted).")
    if options.before is not None:
        seconds, cpu = (
            statistics.median(one / before for one, before in zip(ours, theirs, strict=True))
            for ours, theirs in ((sides[1].seconds, sides[0].seconds), (sides[1].cpu_seconds, sides[0].cpu_seconds))
        )
        print(f"One core takes {seconds:.2f} of the time and {cpu:.2f} of the CPU of the state before.")


def iter_crawled(folder: Path, articles: int) -> Iterator[bytes]:
    """Crawl a generated practice site; yield the records of its answers."""
    archive = folder / "crawled.db"
    with PracticeServer(articles=articles) as server:
        command = ["crawl", "asianews", "--mirror", server.mirror, "--archive", str(archive)]
        subprocess.run([sys.executable, "-m", "crawler", *command], check=False, stdout=subprocess.DEVNULL)
    for path in sorted(archive.with_suffix(".warc").iterdir()):
        content = path.read_bytes()
        for record in scan_records(path):
            if record.kind == "response":
                yield content[record.offset : record.offset + record.length]


def iter_saved(folder: Path, limit: int) -> Iterator[bytes]:
    """Yield saved pages as records of answers, each under an address of an article that no page has."""
    files = sorted(file for file in folder.rglob("*.html") if file.is_file())
    if not files:
        raise SystemExit(f"{folder} holds no pages (*.html).")
    encoder = RecordEncoder()
    for number, file in enumerate(files[:: max(1, -(-len(files) // limit))], start=1):
        body = file.read_bytes()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n"
        record = AnswerRecord(
            url=f"https://www.asianews.it/news-en/A-saved-page-{number}.html",
            fetched_at=NOW + timedelta(minutes=number),
            response_head=head.encode(),
            body=body,
        )
        yield encoder.encode_answer(record)


def deal_out(records: Iterable[bytes], folder: Path, count: int) -> None:
    """Deal records out into new files."""
    folder.mkdir()
    with ExitStack() as stack:
        files = [stack.enter_context((folder / f"{number:03d}.warc.gz").open("wb")) for number in range(count)]
        for record, file in zip(records, cycle(files), strict=False):
            file.write(record)


def run(side: Side, folder: Path, name: str) -> int:
    """Ingest the files into a new archive; return the number of pages."""
    files = sorted(str(path) for path in (folder / "files").iterdir())
    begun, cpu_begun = time.perf_counter(), os.times()
    command = [*side.command, "--json", "--archive", str(folder / name), *files]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("SEEALSO_")}
    ended = subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment)
    side.seconds.append(time.perf_counter() - begun)
    cpu = os.times()
    side.cpu_seconds.append(
        cpu.children_user + cpu.children_system - cpu_begun.children_user - cpu_begun.children_system
    )
    if ended.returncode not in (0, 2):
        raise SystemExit(f"{' '.join(command[:4])} failed: {ended.stderr[-2000:]}")
    report = json.loads(ended.stdout)
    side.articles = sum(report["fates"].get(fate, 0) for fate in ("new", "revised", "unchanged", "duplicate"))
    return int(report["pages"])


if __name__ == "__main__":
    main()
