"""What `site new` infers from one page of a publisher, measured on the publisher's other pages.

    python benchmarks/inference.py --pages FOLDER [--only PUBLISHER] [--misses] [--reading]

FOLDER holds ``truth.jsonl``, one JSON object a line with ``url``, ``file`` and ``publisher``, and the pages as files or
in ``pages.tar.xz``. Of each publisher with two pages or more, every page is given alone; counted are, over all ordered
pairs, the other pages whose addresses the inferred site takes for articles, and of the given page's own links those
with a text of at most 14 letters, and of at least 25, that it takes. Also: the faults that the check finds, and the
pages that the inferred site reads otherwise than a site made of the page's address alone (``--reading``).
"""

from __future__ import annotations

import argparse
import json
import tarfile
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from crawler.errors import BadAddress, CrawlerError
from crawler.items import Article, Capture
from crawler.normalisation.addresses.urls import read_address
from crawler.operations.read.reading import explain_page
from crawler.site import Site
from crawler.sitekit.given_pages import LONG_LINK, GivenPage
from crawler.sitekit.infer import infer_site
from crawler.sites.checking import check_site
from crawler.sites.known_site import KnownSite

FIELDS = ("headline", "authors", "published", "lead", "body", "see_also")
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--only", metavar="PUBLISHER")
    parser.add_argument("--misses", action="store_true", help="print what is not recognised")
    parser.add_argument("--reading", action="store_true", help="compare what is read with a site of no values")
    options = parser.parse_args()
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as work:
        publishers = read_publishers(options.pages, Path(work))
        start = time.process_time()
        for publisher, captures in sorted(publishers.items()):
            if len(captures) > 1 and options.only in (None, publisher):
                for capture in captures:
                    others = [other for other in captures if other is not capture]
                    counts.update(measure(publisher, capture, others, misses=options.misses))
                    if options.reading:
                        counts.update(compare_readings(capture))
    print(f"{counts['sites']} sites, {counts['refused']} refused, {time.process_time() - start:.1f} s")
    for name, part, whole in (
        ("other pages recognised", "recognised", "pairs"),
        ("short links taken", "short taken", "short"),
        ("long links taken", "long taken", "long"),
        ("own address recognised", "own", "sites"),
        ("sites with errors", "faulty", "sites"),
        *((f"{field} read otherwise", field, "read") for field in FIELDS if options.reading),
    ):
        print(f"{name:24}{counts[part]:6} of {counts[whole]:6}  {counts[part] / max(1, counts[whole]):.1%}")


def read_publishers(folder: Path, work: Path) -> Mapping[str, Sequence[Capture]]:
    if (folder / "pages.tar.xz").exists():
        with tarfile.open(folder / "pages.tar.xz") as archive:
            archive.extractall(work, filter="data")
        files = work
    else:
        files = folder
    publishers: dict[str, list[Capture]] = defaultdict(list)
    for line in (folder / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        body = next(files.rglob(row["file"])).read_bytes()
        publishers[row["publisher"]].append(Capture(url=row["url"], fetched_at=NOW, status=200, headers=(), body=body))
    return publishers


def measure(publisher: str, capture: Capture, others: Sequence[Capture], *, misses: bool) -> Counter[str]:
    counts: Counter[str] = Counter()
    try:
        inferred = infer_site([capture])
    except CrawlerError as problem:
        print(f"{publisher}: {problem}")
        return Counter({"refused": 1, "pairs": len(others)})
    site = inferred.site
    counts["sites"] += 1
    counts["own"] += is_article(capture.url, site)
    counts["faulty"] += any(fault.is_error for fault in check_site(site))
    for other in others:
        counts["pairs"] += 1
        recognised = is_article(other.url, site)
        counts["recognised"] += recognised
        if misses and not recognised:
            print(f"{publisher}: given {capture.url}\n    not recognised: {other.url}")
    for link in GivenPage(capture).links:
        url = f"https://{link.host}{link.path}" + (f"?{link.query}" if link.query else "")
        for name, fits in (("short", link.is_short), ("long", len(link.text) >= LONG_LINK)):
            if fits:
                counts[name] += 1
                counts[f"{name} taken"] += is_article(url, site)
    return counts


def compare_readings(capture: Capture) -> Counter[str]:
    """Count the fields that the inferred site reads otherwise than a site made of the page's address alone."""
    counts = Counter({"read": 1})
    plain, inferred = read_with(capture, None), read_with(capture, infer_site([capture]).site)
    for field in FIELDS:
        counts[field] += getattr(plain, field, None) != getattr(inferred, field, None)
    return counts


def read_with(capture: Capture, site: Site | None) -> Article | None:
    known_site = KnownSite(site=site) if site is not None else None
    return explain_page(capture, known_site).article


def is_article(url: str, site: Site) -> bool:
    try:
        return read_address(url, site).kind == "article"
    except BadAddress:
        return False


if __name__ == "__main__":
    main()
