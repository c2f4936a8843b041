"""Crawl rate and memory: seealso against a bare Scrapy spider that only fetches the same pages, in one run.

    python benchmarks/crawl.py [--articles 5000] [--rounds 3] [--free]

A generated practice site is served on loopback by a process of its own, pinned to one core; each crawler has the other
core to itself. With ``--free`` nothing is pinned: server, crawler and the process that reads for it share all cores.
seealso crawls first, with reading, WARC and archive; the addresses it fetched are then the bare
spider's list, fetched with Scrapy's defaults, the same concurrency and nothing done with the answers. Both times are
wall clock of the whole process, start-up included; of several rounds the quickest of each side counts, which other
programs have disturbed least. The processor seconds of each crawler with its children tell more where other programs
run. Memory is the resident size of the crawler's process, sampled
while it runs.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

BARE_SPIDER = """
import sys, scrapy
from scrapy.crawler import CrawlerProcess

class Bare(scrapy.Spider):
    name = "bare"
    async def start(self):
        for line in open(sys.argv[1], encoding="utf-8"):
            yield scrapy.Request(line.strip(), callback=self.parse, dont_filter=True)
    def parse(self, response):
        return None

process = CrawlerProcess({"LOG_ENABLED": False, "TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False,
    "CONCURRENT_REQUESTS": 8, "CONCURRENT_REQUESTS_PER_DOMAIN": 8, "DOWNLOAD_DELAY": 0})
process.crawl(Bare)
process.start()
"""


PINNED = {"server": 0, "crawler": 1}
"""Who is pinned to which of the cores."""


@dataclass(frozen=True)
class Side:
    """One crawler's figures."""

    pages: int
    seconds: float
    memory: list[int]
    """Resident kibibytes, sampled four times a second."""
    cpu: float
    """Processor seconds, with children."""

    @property
    def rate(self) -> float:
        return self.pages / self.seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--free", action="store_true", help="pin nothing to a core")
    options = parser.parse_args()
    if options.free:
        PINNED.clear()
    rounds = []
    for _ in range(options.rounds):
        with tempfile.TemporaryDirectory() as folder, practice_site(options.articles) as mirror:
            rounds.append((crawl_with_seealso(Path(folder), mirror), fetch_only(Path(folder), mirror)))
    ours, bare = (min(sides, key=lambda side: side.seconds) for sides in zip(*rounds, strict=True))
    report(options.articles, ours, bare)


@contextmanager
def practice_site(articles: int) -> Iterator[str]:
    command = [sys.executable, "-m", "crawler.practice", "--port", "0", "--articles", str(articles)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, preexec_fn=pin("server")) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


def crawl_with_seealso(folder: Path, mirror: str) -> Side:
    archive = folder / "archive.db"
    command = [sys.executable, "-m", "crawler", "crawl", "asianews", "--mirror", mirror, "--archive", str(archive)]
    seconds, memory, cpu = watch(command)
    with sqlite3.connect(archive) as db:
        pages = db.execute("select count(*) from captures").fetchone()[0]
        urls = [url for (url,) in db.execute("select url from captures order by id")]
        articles = db.execute("select count(*) from articles").fetchone()[0]
    print(f"seealso stored {articles} articles from {pages} answers")
    origin = "https://www.asianews.it"
    lines = [mirror.replace("{path}", url.removeprefix(origin)) for url in urls if url.startswith(origin)]
    (folder / "urls.txt").write_text("\n".join(lines), encoding="utf-8")
    return Side(pages, seconds, memory, cpu)


def fetch_only(folder: Path, mirror: str) -> Side:
    script = folder / "bare.py"
    script.write_text(BARE_SPIDER, encoding="utf-8")
    urls = folder / "urls.txt"
    seconds, memory, cpu = watch([sys.executable, str(script), str(urls)])
    return Side(len(urls.read_text(encoding="utf-8").splitlines()), seconds, memory, cpu)


def watch(command: list[str]) -> tuple[float, list[int], float]:
    """Run a command on the second core; return its wall-clock seconds, its resident sizes and its CPU seconds."""
    memory = []
    before = os.times()
    begun = time.perf_counter()
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, preexec_fn=pin("crawler")
    ) as process:
        while process.poll() is None:
            memory.append(resident(process.pid))
            time.sleep(0.25)
        errors = process.stderr.read().decode() if process.stderr else ""
    if process.returncode not in (0, 2):
        raise SystemExit(f"{command[2]} ended with {process.returncode}: {errors[-2000:]}")
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return time.perf_counter() - begun, memory, cpu


def resident(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")), 0)


def pin(who: str):  # type: ignore[no-untyped-def]
    if who not in PINNED:
        return None
    cores = sorted(os.sched_getaffinity(0))
    return lambda: os.sched_setaffinity(0, {cores[PINNED[who] % len(cores)]})


def report(articles: int, ours: Side, bare: Side) -> None:
    print(f"\n| {articles} articles | pages | seconds | CPU seconds | pages/s | MB at a fifth | MB at the end |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for name, side in (("bare Scrapy, fetching only", bare), ("seealso: fetch, WARC, read, archive", ours)):
        early, late = megabytes(side.memory, 0.2), megabytes(side.memory, 1.0)
        times = f"{side.seconds:.1f} | {side.cpu:.1f} | {side.rate:.0f}"
        print(f"| {name} | {side.pages} | {times} | {early:.0f} | {late:.0f} |")
    print(f"\nseealso reaches {ours.rate / bare.rate:.2f} of the bare spider's rate,")
    print(f"and takes {ours.cpu / ours.pages / (bare.cpu / bare.pages):.2f} times its CPU a page.")


def megabytes(memory: list[int], part: float) -> float:
    """Median of the three samples up to a part of the run."""
    samples = [sample for sample in memory if sample] or [0]
    end = max(1, round(len(samples) * part))
    return statistics.median(samples[max(0, end - 3) : end]) / 1024


if __name__ == "__main__":
    main()
