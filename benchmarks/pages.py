"""Pages of the front: how long a reader waits for each kind, against the SQL behind it run directly, in one run.

    python benchmarks/pages.py [--rounds 25] ARCHIVE

``seealso serve`` runs in a process of its own; pages are asked for over loopback, one after another, each round with
another article, author, place, story, day or query. "First" is the first page of its kind after the start, before
anything is remembered. "SQL" are the statements that one page of that kind sends to SQLite, noted once with their
values for each round and then run on a bare connection and fetched: what is left of the page is Datasette's answer, the
template, passages, marks, citations. Times are medians in milliseconds of the clock, with the files in the cache.
"""

from __future__ import annotations

import argparse
import http.client
import random
import re
import sqlite3
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from crawler.archive import Archive
from crawler.browse.cache import FileState
from crawler.browse.executor import TimeLimit
from crawler.browse.page import Page, PageRequest
from crawler.browse.pages import PAGES
from crawler.browse.urls import PageLinks

MOST_MS = 300


def kinds(db: sqlite3.Connection, rounds: int) -> dict[str, list[str]]:
    """Return the addresses of each kind of page, a different one for each round where there are so many."""
    chance = random.Random(7)

    def some(sql: str) -> list[Any]:
        rows = db.execute(sql).fetchall()
        return [chance.choice(rows) for _ in range(rounds)]

    # Words as they stand in texts, each asked for once.
    texts = " ".join(row[0] for row in some("SELECT body FROM articles WHERE language IN ('en', 'it', 'es')"))
    counted = Counter(re.findall(r"\b[^\W\d_]{4,}\b", texts.lower()))
    frequent = [word for word, _ in counted.most_common(rounds)]
    known = sorted(set(counted) - set(frequent))
    chance.shuffle(known)

    def words(number: int) -> str:
        return " ".join(known.pop() for _ in range(number))

    articles = [row[0] for row in some("SELECT id FROM articles")]
    revised = [row[0] for row in some("SELECT id FROM articles WHERE revisions > 1")]
    linked = [row[0] for row in some("SELECT DISTINCT article_id FROM see_also WHERE target_id IS NOT NULL")]
    authors = [row[0] for row in some("SELECT id FROM authors")]
    busy = db.execute("SELECT author_id FROM article_authors GROUP BY 1 ORDER BY count(*) DESC LIMIT 10").fetchall()
    names = [row[0] for row in some("SELECT name FROM authors")]
    places = [row[0] for row in some("SELECT DISTINCT dateline_place FROM articles WHERE place_key IS NOT NULL")]
    stories = some("SELECT site, story FROM articles WHERE story IS NOT NULL GROUP BY 1, 2 HAVING count(*) > 1")
    days = [row[0] for row in some("SELECT DISTINCT published_on FROM articles WHERE published_on IS NOT NULL")]
    languages = [row[0] for row in some("SELECT DISTINCT language FROM articles")]

    def of(path: str, **parameters: Any) -> str:
        return path + (f"?{urlencode(parameters)}" if parameters else "")

    rows = range(rounds)
    return {
        "first page": ["home"] * rounds,
        "search, one word": [of("search", q=words(1)) for _ in rows],
        "search, a most frequent word": [of("search", q=word) for word in frequent],
        "search, two words": [of("search", q=words(2)) for _ in rows],
        "search, a phrase": [of("search", q=f'"{words(2)}"') for _ in rows],
        "search in a year": [of("search", q=words(1), since=day[:4], until=day[:4]) for day in days],
        "search, no words": [of("search", language=languages[row], place=f"={places[row]}") for row in rows],
        "all articles": [of("search", order="newest", page=1 + row % 20) for row in rows],
        "feed": [of("feed.atom", q=words(1)) for _ in rows],
        "article": [f"article/{article}" for article in articles],
        "version": [f"article/{article}/revision/1" for article in articles],
        "what changed": [f"article/{article}/revision/2?against=1" for article in revised],
        "authors": ["authors"] * rounds,
        "authors of a name": [of("authors", name=name.split()[-1]) for name in names],
        "author": [f"author/{author}" for author in authors],
        "author with most articles": [f"author/{busy[row % len(busy)][0]}" for row in rows],
        "places": ["places"] * rounds,
        "place": [of("place", name=place) for place in places],
        "story": [of("story", site=site, story=story) for site, story in stories],
        "calendar": [of("calendar", **({"language": languages[row]} if row % 2 else {})) for row in rows],
        "calendar of a year": [f"calendar/{day[:4]}" for day in days],
        "calendar of a month": [f"calendar/{day[:7]}" for day in days],
        "calendar of a day": [f"calendar/{day}" for day in days],
        "See also graph": [f"graph/{article}" for article in linked],
        "runs and health": ["health"] * rounds,
        "no such article": [f"article/{10**9 + row}" for row in rows],
    }


class Noting:
    """The statements that pages send to SQLite."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def statements(self, address: str) -> list[str]:
        """Return those of one page, with nothing remembered."""
        noted: list[str] = []
        parts = urlsplit(address)
        for page in PAGES:
            found = re.fullmatch(page.address, parts.path)
            if found:
                with Archive(self.path) as archive:
                    patience = TimeLimit(archive.db.conn, 30)
                    archive.db.conn.set_trace_callback(noted.append)
                    self._make(page, archive, patience, found.groupdict(), parts.query)
                    archive.db.conn.set_trace_callback(None)
        read = (statement for statement in noted if statement.lstrip().upper().startswith(("SELECT", "WITH")))
        return [
            statement for statement in read if "vocabulary" not in statement
        ]  # a table of the connection itself, for spelling

    def _make(self, page: Page, archive: Archive, time_limit: TimeLimit, route: dict[str, str], query: str) -> None:
        from urllib.parse import parse_qsl

        from crawler.browse.page import PageMissing

        asked = PageRequest(
            archive=archive,
            time_limit=time_limit,
            name="archive",
            route=route,
            arguments=dict(parse_qsl(query)),
            links=PageLinks("/", "archive"),
            visible_tables=frozenset(),
            file_state=FileState(str(time.monotonic_ns()), (), False),
        )
        try:
            page.make(asked)
        except PageMissing:
            return


@contextmanager
def serving(path: Path) -> Iterator[Callable[[str], float]]:
    """Serve an archive; yield what asks for a page and returns the seconds until all of it is there."""
    command = [sys.executable, "-m", "crawler", "serve", "--port", "0", "--archive", str(path)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    found = re.search(r"http://127\.0\.0\.1:(\d+)/", process.stderr.readline())
    assert found
    port = int(found[1])

    def ask(address: str) -> float:
        began = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request("GET", f"/{quote(path.stem)}/-/{address}")
        answer = connection.getresponse()
        answer.read()
        connection.close()
        assert answer.status in (200, 404), (address, answer.status)
        return time.perf_counter() - began

    try:
        yield ask
    finally:
        process.terminate()
        process.wait(20)
        process.stderr.close()


def bare(db: sqlite3.Connection, statements: list[str]) -> float:
    began = time.perf_counter()
    for statement in statements:
        db.execute(statement).fetchall()
    return time.perf_counter() - began


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("archive", type=Path)
    options.add_argument("--rounds", type=int, default=25)
    given = options.parse_args()
    db = sqlite3.connect(f"{given.archive.absolute().as_uri()}?mode=ro", uri=True)
    (articles,) = db.execute("SELECT count(*) FROM articles").fetchone()
    wanted = kinds(db, given.rounds)
    noting = Noting(given.archive)
    print(f"| {articles:,} articles | first | median | slowest | SQL |\n|---|---:|---:|---:|---:|")
    slow = []
    with serving(given.archive) as ask:
        ask("nowhere/../article/0")  # what a server loads once
        for name, addresses in wanted.items():
            first, *times = [ask(address) for address in [addresses[0], *addresses]]
            noted = [noting.statements(address) for address in addresses[:7]]
            sql = [bare(db, statements) for statements in noted for _ in range(2)][1::2]
            median = statistics.median(times)
            figures = (first, median, max(times), statistics.median(sql))
            print(f"| {name} | {' | '.join(f'{1000 * figure:.0f}' for figure in figures)} |", flush=True)
            slow += [name] if 1000 * median > MOST_MS else []
    print(f"\n{len(wanted)} kinds of pages; over {MOST_MS} ms at the median: {', '.join(slow) or 'none'}")
    sys.exit(1 if slow else 0)


if __name__ == "__main__":
    main()
