"""What grows with an archive: commands and first pages at several sizes, in milliseconds of the processor.

    python benchmarks/growth.py [--verify] ARCHIVE…

Archives are those of ``archives.py``, or made larger by ``multiply.py``. Each figure is the least of three; in
parentheses, where one statement does the same, what it takes on a bare connection. The crawl's claim and the keeping of
the next articles write into the archive: give copies. ``--verify`` adds the verification, minutes for a large one.
"""

from __future__ import annotations

import argparse
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

from archives import ASIANEWS, BUILT, address, article, press, visit

from crawler.archive import Archive
from crawler.archive.health.coverage import count_waiting, read_coverage
from crawler.archive.health.gaps import find_month_gaps
from crawler.archive.health.holdings import count_people, find_day_span
from crawler.archive.health.status import read_fill_rates, read_status
from crawler.archive.search.facets import tally
from crawler.archive.search.periods import count_by_period
from crawler.archive.search.selection import Selection
from crawler.items import Link
from crawler.research.kwic import concordance

MATCH = "SELECT rowid FROM articles_fts WHERE articles_fts MATCH '{0}'"
FACETS = ["language", "place", "author", "kicker", "year", "month"]
NEXT = 200
"""Articles that are kept, and addresses that are claimed."""


def measure(ask: Callable[[], Any], rounds: int = 3) -> float:
    """Return the least milliseconds of the processor."""
    times = []
    for _ in range(rounds):
        begun = time.process_time()
        ask()
        times.append(time.process_time() - begun)
    return min(times) * 1000


def measure_reading(path: Path) -> dict[str, tuple[float, float | None]]:
    """Return what → milliseconds, and those of the bare statement."""
    figures: dict[str, tuple[float, float | None]] = {}
    with Archive(path) as archive, closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as bare:
        db = archive.db

        def note(what: str, ask: Callable[[], Any], sql: str | None = None) -> None:
            figures[what] = (measure(ask), None if sql is None else measure(lambda: bare.execute(sql).fetchall()))

        frequent = Selection(query="church")
        hits = MATCH.format("church") + " ORDER BY bm25(articles_fts, 10, 4, 1, 3) LIMIT 20"
        note("a common word, 20 hits", lambda: list(archive.search("church", limit=20)), hits)
        note(
            "its page: hits, count, six facets",
            lambda: (archive.search("church", limit=20), archive.count("church"), tally(db, frequent, FACETS, 12)),
        )
        note(
            "its timeline by month",
            lambda: count_by_period(db.conn, frequent.plan(), 7),
            "SELECT substr(published_on, 1, 7), count(*) FROM articles INDEXED BY articles_narrow"
            f" WHERE id IN ({MATCH.format('church')}) GROUP BY 1",
        )
        note(
            "home, first visit",
            lambda: (
                read_coverage(db),
                count_people(db),
                find_day_span(db),
                tally(db, Selection(), ["place", "author", "kicker"], 1),
                archive.search("", limit=8, order="newest"),
                count_waiting(db),
            ),
        )
        note(
            "calendar, first visit",
            lambda: (read_coverage(db), list(find_month_gaps(db, ASIANEWS))),
            "SELECT language, substr(published_on, 1, 7), count(*) FROM articles INDEXED BY articles_narrow"
            " GROUP BY 1, 2",
        )
        note("health, first visit", lambda: read_fill_rates(db), "SELECT count(modified_at) FROM articles NOT INDEXED")
        note("status", lambda: read_status(db, 5, 5), "SELECT count(modified_at) FROM articles NOT INDEXED")
        note(
            "concordance of a word, by its right",
            lambda: list(concordance(archive, Selection(query="temple language:en"), sort="right")),
            f"SELECT id, headline, lead, body FROM articles WHERE id IN ({MATCH.format('temple')}) AND language = 'en'",
        )
    return figures


def measure_writing(path: Path) -> dict[str, tuple[float, float | None]]:
    """Return what one claim and one kept article take, in milliseconds."""
    materials, moment = press(1), BUILT + timedelta(days=30)
    with Archive(path, "write") as archive:
        number = archive.db.execute("SELECT max(CAST(site_key AS INTEGER)) FROM addresses").fetchone()[0] + 1
        run = archive.begin_run(ASIANEWS, now=moment)
        links = [Link(address=address(number + index, "en"), via="listing") for index in range(NEXT)]
        visits = [visit(article(materials, 99, number + index, number * 2, "en"), moment) for index in range(NEXT)]
        archive.enqueue(links, run, moment)

        def claim() -> None:
            for _ in range(NEXT // 10):
                archive.claim(ASIANEWS, 10, run_id=run, now=moment)

        figures = {
            "the crawl's claim of ten addresses": (measure(claim, 1) / (NEXT // 10), None),
            "keeping the next article": (measure(lambda: archive.keep(visits, run, moment), 1) / NEXT, None),
        }
        archive.finish_run(run, "finished", moment)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("archives", nargs="+", type=Path, metavar="ARCHIVE")
    parser.add_argument("--verify", action="store_true")
    options = parser.parse_args()
    columns = []
    for path in options.archives:
        figures = measure_reading(path) | measure_writing(path)
        if options.verify:
            with Archive(path) as archive:
                figures["verify without captures"] = (measure(archive.verify, 1), None)
        columns.append(figures)
        print(f"{path.name} done", flush=True)
    print("| what |" + "|".join(f" {path.stem} " for path in options.archives) + "|")
    for what in columns[0]:
        cells = [
            f"{own:.1f}" + (f" ({bare:.1f})" if bare is not None else "") for own, bare in (c[what] for c in columns)
        ]
        print(f"| {what} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
