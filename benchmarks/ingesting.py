"""Taking pages from other people's WARC files: two environments side by side, on one core and on two, in turn.

    python benchmarks/ingesting.py [--before PYTHON] [--articles 1500] [--files 40] [--rounds 3]

Crawls a generated practice site once and deals its answers out into files. Each side is a command of its own, into an
archive of its own; the time is wall clock from its start to its end, and the processor time is that of the command and
its workers together. ``--before`` is the Python of another environment, whose seealso ingests on one core.
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
from dataclasses import dataclass, field
from pathlib import Path

from crawler.practice import PracticeServer
from crawler.warc.scanning import scan_records

HAVE_TO_REACH = 1.6


@dataclass
class Side:
    """One way to ingest, and what it took."""

    name: str
    command: list[str]
    seconds: list[float] = field(default_factory=list)
    cpu_seconds: list[float] = field(default_factory=list)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--before", type=Path)
    parser.add_argument("--articles", type=int, default=1500)
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
        deal_out(crawl(folder, options.articles), folder / "files", options.files)
        pages = 0
        for number in range(options.rounds):
            for side in sides:
                pages = run(side, folder, f"{number}-{side.name.replace(' ', '-')}.db")
    print(f"\n| {pages} pages in {options.files} files, median of {options.rounds} | seconds | CPU seconds | pages/s |")
    print("|---|---:|---:|---:|")
    for side in sides:
        seconds, cpu = statistics.median(side.seconds), statistics.median(side.cpu_seconds)
        print(f"| {side.name} | {seconds:.2f} | {cpu:.2f} | {pages / seconds:.0f} |")
    one, two = (statistics.median(side.seconds) for side in sides[-2:])
    print(f"\nTwo cores are {one / two:.2f} times as fast as one (at least {HAVE_TO_REACH} is wanted).")


def crawl(folder: Path, articles: int) -> Path:
    """Crawl a generated practice site; return its folder of WARC files."""
    archive = folder / "crawled.db"
    with PracticeServer(articles=articles) as server:
        command = ["crawl", "asianews", "--mirror", server.mirror, "--archive", str(archive)]
        subprocess.run([sys.executable, "-m", "crawler", *command], check=False, stdout=subprocess.DEVNULL)
    return archive.with_suffix(".warc")


def deal_out(warc_folder: Path, folder: Path, count: int) -> None:
    """Deal the responses of WARC files out into new files."""
    folder.mkdir()
    files = [(folder / f"{number:03d}.warc.gz").open("wb") for number in range(count)]
    number = 0
    for path in sorted(warc_folder.iterdir()):
        content = path.read_bytes()
        for record in scan_records(path):
            if record.kind == "response":
                files[number % count].write(content[record.offset : record.offset + record.length])
                number += 1
    for file in files:
        file.close()


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
    return int(json.loads(ended.stdout)["pages"])


if __name__ == "__main__":
    main()
