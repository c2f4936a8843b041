"""The cost of reading one page: process() against parsing alone, in one run.

    python benchmarks/reading.py [--rounds 200]

Pages are generated: one of a small site's size and one of 180 kB with the menus, scripts and blocks of a real
news page. Times are CPU milliseconds a page: median and 95th percentile, after a warm-up.
"""

from __future__ import annotations

import argparse
import statistics
import time
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime

import lxml.html
from bs4 import BeautifulSoup

from crawler.items import Capture
from crawler.practice import PracticeServer
from crawler.process import process
from crawler.sites.registry import find_site

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=200)
    rounds = parser.parse_args().rounds
    site = find_site("asianews")
    print("| page | what | median ms | 95 % ms |")
    print("|---|---|---:|---:|")
    for size in (0, 180_000):
        url, body = a_page(size)
        capture = Capture(url=url, fetched_at=NOW, status=200, headers=(("Content-Type", "text/html"),), body=body)
        sides: tuple[tuple[str, Callable[[], object]], ...] = (
            ("lxml, parsing only", lambda body=body: lxml.html.fromstring(body)),
            ("seealso process(): parse, read, normalise", lambda capture=capture: process(capture, site)),
            ("Beautiful Soup on lxml, parsing only", lambda body=body: BeautifulSoup(body, "lxml")),
        )
        elements = sum(1 for _ in lxml.html.fromstring(body).iter())
        for name, side in sides:
            times = measure(side, rounds)
            tail = statistics.quantiles(times, n=20)[-1]
            page = f"{len(body) / 1000:.0f} kB, {elements} nodes"
            print(f"| {page} | {name} | {statistics.median(times):.2f} | {tail:.2f} |")


def a_page(size: int) -> tuple[str, bytes]:
    """Fetch one generated article; return the site's own address of it and its bytes."""
    with PracticeServer(articles=50, page_size=size or None) as server:
        path = "/index.php?l=en&art=25"
        with urllib.request.urlopen(f"{server.url}{path}") as answer:
            return f"https://www.asianews.it{path}", answer.read()


def measure(side: Callable[[], object], rounds: int) -> list[float]:
    for _ in range(10):
        side()
    times = []
    for _ in range(rounds):
        begun = time.process_time()
        side()
        times.append((time.process_time() - begun) * 1000)
    return times


if __name__ == "__main__":
    main()
