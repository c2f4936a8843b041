"""The cost of reading one page: process() against parsing alone, in one run.

    python benchmarks/reading.py [--rounds 200]
    python benchmarks/reading.py --pages FOLDER [--limit 200] [--rounds 3]

Pages are generated: one of a small site's size and one of 180 kB with the menus, scripts and blocks of a real
news page. Times are CPU milliseconds a page: median and 95th percentile, after a warm-up.

With ``--pages``, every file below a folder is read as a page of an unknown site, stage by stage (each the time that it
adds to those before), whole, and beside it parsed by lxml alone and read by trafilatura where that is installed. Of
``--rounds`` the quickest counts; the sides take turns on each page. Pages that are no articles count as far as they are
read.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import logging
import statistics
import time
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import lxml.html
from bs4 import BeautifulSoup

from crawler.errors import CrawlerError
from crawler.extraction.page import ArticlePage
from crawler.items import Capture
from crawler.practice import PracticeServer
from crawler.process import process
from crawler.sites.generic import make_site, read_page_address
from crawler.sites.registry import find_site
from seealso import read_page

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
URL = "https://unknown.example/2026/11/24/an-article-of-an-unknown-site"
STAGES: Mapping[str, Callable[[ArticlePage], object]] = {
    "decode": lambda page: page.decoded,
    "parse": lambda page: page.tree,
    "head": lambda page: (page.head, page.thing),
    "lines": lambda page: page.lines,
    "header": lambda page: page.header,
    "chances": lambda page: page.body_chances,
    "body": lambda page: page.body,
}
"""Stage → the part of a page that is made in it, from those before."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, help="200 by default, 3 with --pages")
    parser.add_argument("--pages", type=Path, metavar="FOLDER", help="read the pages below a folder")
    parser.add_argument("--limit", type=int, default=200, help="so many pages of the folder, evenly spread")
    options = parser.parse_args()
    if options.pages:
        read_folder(options.pages, options.limit, options.rounds or 3)
    else:
        read_generated(options.rounds or 200)


def read_folder(folder: Path, limit: int, rounds: int) -> None:
    """Print what each stage of reading costs on the pages below a folder."""
    files = sorted(file for file in folder.rglob("*") if file.is_file() and file.suffix in (".html", ".htm", ""))
    files = files[:: max(1, -(-len(files) // limit))]
    if not files:
        raise SystemExit(f"{folder} holds no pages (*.html, *.htm, or files without a suffix).")
    extract = find_trafilatura()
    times: defaultdict[str, list[float]] = defaultdict(list)
    sizes = []
    read_whole(files[0].read_bytes())  # tables and models are loaded once
    for file in files:
        html = file.read_bytes()
        sizes.append(len(html))
        of_rounds: defaultdict[str, list[float]] = defaultdict(list)
        for _ in range(rounds):
            for stage, taken in time_stages(html):
                of_rounds[stage].append(taken)
            of_rounds["whole"].append(time_once(lambda html=html: read_whole(html)))
            of_rounds["lxml"].append(time_once(lambda html=html: parse_alone(html)))
            if extract is not None:
                of_rounds["trafilatura"].append(time_once(lambda html=html: extract(html)))
        for name, taken in of_rounds.items():
            times[name].append(min(taken))
    staged = [sum(times[stage][place] for stage in STAGES) for place in range(len(files))]
    times["rest"] = [max(0.0, whole - stages) for whole, stages in zip(times["whole"], staged, strict=True)]
    print(f"{len(files)} pages, mean {statistics.mean(sizes) / 1000:.0f} kB, best of {rounds} rounds\n")
    print("| CPU ms a page | mean | median | times lxml |")
    print("|---|---:|---:|---:|")
    for name in STAGES:
        print_row(name, times[name], times["lxml"])
    print_row("rest: fields, evidence, normalise", times["rest"], times["lxml"])
    print_row("seealso read_page(), whole", times["whole"], times["lxml"])
    print_row("lxml.html.document_fromstring()", times["lxml"], times["lxml"])
    if extract is not None:
        print_row("trafilatura.bare_extraction()", times["trafilatura"], times["lxml"])
    else:
        print("\ntrafilatura is not installed: it is not compared.")


def print_row(name: str, times: Sequence[float], parsing: Sequence[float]) -> None:
    mean, median = statistics.mean(times), statistics.median(times)
    print(f"| {name} | {mean:.2f} | {median:.2f} | {mean / statistics.mean(parsing):.2f} |")


def time_stages(html: bytes) -> Iterator[tuple[str, float]]:
    """Yield each stage with its CPU milliseconds; 0 for those after one that refuses the page."""
    capture = Capture(url=URL, fetched_at=NOW, status=200, headers=(("Content-Type", "text/html"),), body=html)
    site = make_site(capture)
    page = ArticlePage(capture, site, read_page_address(URL, site))
    is_refused = False
    for stage, make in STAGES.items():
        begun = time.process_time()
        if not is_refused:
            try:
                make(page)
            except CrawlerError:
                is_refused = True
        yield stage, (time.process_time() - begun) * 1000


def time_once(side: Callable[[], object]) -> float:
    begun = time.process_time()
    side()
    return (time.process_time() - begun) * 1000


def read_whole(html: bytes) -> object:
    try:
        return read_page(html, URL)
    except CrawlerError as problem:
        return problem


def parse_alone(html: bytes) -> object:
    try:
        return lxml.html.document_fromstring(html)
    except (lxml.etree.LxmlError, ValueError) as problem:
        return problem


def find_trafilatura() -> Callable[[bytes], Any] | None:
    """Return trafilatura's way to read a page with its fields; None where it is not installed."""
    if importlib.util.find_spec("trafilatura") is None:
        return None
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    bare_extraction = importlib.import_module("trafilatura").bare_extraction
    return lambda html: bare_extraction(html, url=URL, with_metadata=True)


def read_generated(rounds: int) -> None:
    """Print what reading two generated pages costs."""
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
