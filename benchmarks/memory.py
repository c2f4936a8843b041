"""Memory over pages: seealso beside a bare Scrapy spider that only fetches the same pages, in one run.

    python benchmarks/memory.py [--articles 10000]

A generated practice site is served on loopback by this process, on one core; the crawlers have the other. seealso
crawls first, with reading, WARC and archive; the bare spider of ``benchmarks/crawl.py`` then fetches the same
addresses. While they run, this process notes how many pages have been asked for and what the kernel says of the
crawler: its resident size (VmRSS) and its peak so far (VmHWM; not ``ru_maxrss``, which a process inherits from who
started it).
"""

from __future__ import annotations

import argparse
import bisect
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from crawl import BARE_SPIDER, pin

from crawler.practice import PracticeServer

EVERY = 0.05
"""Seconds between two looks."""


@dataclass(frozen=True)
class Look:
    """What was seen at one moment; sizes in MB."""

    pages: int
    resident: float
    peak: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=10_000)
    options = parser.parse_args()
    pin(0)()
    with tempfile.TemporaryDirectory() as name, PracticeServer(articles=options.articles) as server:
        folder = Path(name)
        archive = folder / "archive.db"
        command = [sys.executable, "-m", "crawler", "crawl", "asianews", "--mirror", server.mirror]
        ours = watch([*command, "--archive", str(archive)], server)
        with sqlite3.connect(archive) as db:
            urls = [url for (url,) in db.execute("SELECT url FROM captures ORDER BY id")]
        db.close()
        origin = "https://www.asianews.it"
        listed = folder / "urls.txt"
        listed.write_text("\n".join(server.url + url.removeprefix(origin) for url in urls), encoding="utf-8")
        script = folder / "bare.py"
        script.write_text(BARE_SPIDER, encoding="utf-8")
        bare = watch([sys.executable, str(script), str(listed)], server)
    report(ours, bare)


def watch(command: list[str], server: PracticeServer) -> list[Look]:
    """Run a crawler on the second core; return what was seen of it, as its pages grew."""
    before, looks = len(server.requests), []
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, preexec_fn=pin(1)) as process:
        while process.poll() is None:
            if sizes := resident_and_peak(process.pid):
                looks.append(Look(len(server.requests) - before, *sizes))
            time.sleep(EVERY)
        errors = process.stderr.read().decode() if process.stderr else ""
    if process.returncode not in (0, 2):
        raise SystemExit(f"{command[2]} ended with {process.returncode}: {errors[-2000:]}")
    return looks


def resident_and_peak(pid: int) -> tuple[float, float] | None:
    """Ask the kernel, in MB; None once the process has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return None
    sizes = {
        name: int(value.split()[0]) * 1024 / 1e6
        for name, _, value in (line.partition(":") for line in lines)
        if name in ("VmRSS", "VmHWM")
    }
    return (sizes["VmRSS"], sizes["VmHWM"]) if len(sizes) == 2 else None


def report(ours: list[Look], bare: list[Look]) -> None:
    total = min(ours[-1].pages, bare[-1].pages)
    print(f"\n| of {total} pages | seealso, MB | its peak so far | bare Scrapy, MB | its peak so far |")
    print("|---:|---:|---:|---:|---:|")
    for tenth in range(1, 11):
        pages = total * tenth // 10
        cells = [size for looks in (ours, bare) for size in at(looks, pages)]
        print(f"| {pages} | " + " | ".join(f"{size:.0f}" for size in cells) + " |")
    half, end = at(ours, total // 2)[0], at(ours, total)[0]
    growth = end - half
    print(
        f"\nOver the second half of the pages seealso grows by {growth:.0f} MB: {growth * 2000 / total:.1f} kB a page."
    )


def at(looks: list[Look], pages: int) -> tuple[float, float]:
    """Return the sizes when so many pages had been asked for."""
    place = min(bisect.bisect_left(looks, pages, key=lambda look: look.pages), len(looks) - 1)
    return looks[place].resident, looks[place].peak


if __name__ == "__main__":
    main()
