"""Searching: what each question costs, against the same SQL run directly on sqlite3, in one run.

    python benchmarks/search.py [--rounds 15] ARCHIVE…

Archives are made with ``benchmarks/archives.py``. For each question the statements that seealso sends to SQLite are
noted once, with their values; then, in turn, the question is asked through seealso and those statements are run on a
bare connection and fetched. What seealso adds is reading the query, making hits with passages and marks, and counting
facets in Python. "By hand" are the statements that one would write without knowing this schema's indexes: one join for
the hits, one GROUP BY for each facet; their results are compared with seealso's. Times are medians in milliseconds of
the processor, which with the files in the system's cache and nothing else running is the time that a person waits.
"""

from __future__ import annotations

import argparse
import re
import sqlite3
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from crawler.archive import Archive
from crawler.archive.search.facets import FACETS, FacetCounts, tally
from crawler.archive.search.selection import Selection
from crawler.archive.search.similar import more_like
from crawler.archive.search.spelling import suggest_query
from crawler.research.kwic import concordance
from crawler.research.timeline import timeline

HAVE_TO_REACH = 1.5
BROAD, PHRASE, PREFIX, RARE, CHINESE = (
    "church",
    '"peace talks"',
    "chu*",
    "coordinating festival bridge mosque temple",
    "香港",
)
MISSPELT = Selection(query="goverment schol")
_INSIDE_FTS = re.compile(r"articles_fts_(?:data|idx|content|docsize|config)|vocabulary_")


@dataclass(frozen=True, slots=True)
class Question:
    """Something a person asks, and how much of each statement's answer it takes."""

    name: str
    ask: Callable[[Archive], Any]
    first_only: bool = False
    by_hand: Callable[[sqlite3.Connection], Any] | None = None


def hits(query: str, order: Any = "rank") -> Callable[[Archive], Any]:
    return lambda archive: archive.search(query, limit=20, order=order)


def page(query: str) -> Callable[[Archive], Any]:
    """What a page of results shows: twenty hits, how many there are, six facets."""
    selection = Selection(query=query)
    return lambda archive: (archive.search(selection, limit=20), tally(archive.db, selection))


def lines(sort: Any) -> Callable[[Archive], Any]:
    return lambda archive: next(concordance(archive, Selection(query=PHRASE), sort=sort))


def page_by_hand(match: str) -> Callable[[sqlite3.Connection], Any]:
    found = "FROM articles_fts f JOIN articles a ON a.id = f.rowid WHERE f.articles_fts MATCH ?"
    named = "JOIN article_authors aa ON aa.article_id = a.id JOIN authors au ON au.id = aa.author_id"
    columns = {
        "language": "a.language",
        "place": "a.place_key",
        "kicker": "a.kicker_key",
        "year": "substr(a.published_on, 1, 4)",
        "month": "substr(a.published_on, 1, 7)",
    }

    def ask(db: sqlite3.Connection) -> Any:
        rows = db.execute(
            "SELECT a.id, a.headline, a.lead, a.body, a.byline, a.published_on, a.url, bm25(articles_fts, 10, 4, 1, 3)"
            f" {found} ORDER BY 8 LIMIT 20",
            (match,),
        ).fetchall()
        (total,) = db.execute(f"SELECT count(*) {found}", (match,)).fetchone()
        counts = {
            name: db.execute(f"SELECT {column}, count(*) {found} GROUP BY 1", (match,)).fetchall()
            for name, column in columns.items()
        }
        joined = found.replace("WHERE", f"{named} WHERE")
        counts["author"] = db.execute(
            f"SELECT au.name_key, count(DISTINCT a.id) {joined} GROUP BY 1", (match,)
        ).fetchall()
        return rows, total, counts

    return ask


QUESTIONS = (
    Question("search, a word of a third of the articles, by rank", hits(BROAD)),
    Question("the same, newest first", hits(BROAD, "newest")),
    Question("search, five words", hits(RARE)),
    Question("search, a Chinese word", hits(CHINESE)),
    Question("phrase", hits(PHRASE)),
    Question("prefix", hits(PREFIX)),
    Question("everything, newest first", hits("", "newest")),
    Question("count", lambda archive: archive.count(BROAD)),
    Question("facets", lambda archive: tally(archive.db, Selection(query=BROAD))),
    Question("facets of everything", lambda archive: tally(archive.db, Selection())),
    Question("PAGE: 20 hits, count, facets", page(BROAD), by_hand=page_by_hand(f'"{BROAD}"')),
    Question("PAGE of a phrase", page(PHRASE), by_hand=page_by_hand(PHRASE)),
    Question("PAGE of a Chinese word", page(CHINESE), by_hand=page_by_hand('"香 港"')),
    Question("PAGE within a language and a year", page(f"{BROAD} language:en since:2015 until:2015")),
    Question("timeline by month", lambda archive: timeline(archive, [Selection(query=BROAD)], "month")),
    Question("KWIC, first line", lines("position"), first_only=True),
    Question("KWIC, first line of all sorted by the right", lines("right")),
    Question("article with all it is connected with", lambda archive: archive.article(4321)),
    Question("more like this", lambda archive: more_like(archive.db, 4321, 5)),
    Question("spelling of a query that finds nothing", lambda archive: suggest_query(archive.db, MISSPELT)),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("archives", nargs="+", type=Path)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    pages: list[tuple[int, str, float]] = []
    for path in options.archives:
        with Archive(path) as archive, sqlite3.connect(f"file:{path}?mode=ro", uri=True) as bare:
            articles = archive.count()
            print(f"\n| {articles:,} articles | seealso ms | same SQL ms | ratio | by hand ms |")
            print("|---|---:|---:|---:|---:|")
            for question in QUESTIONS:
                ours, same, hand = measure(archive, bare, question, options.rounds)
                by_hand = f"{hand:.0f}" if hand else ""
                print(f"| {question.name} | {ours:.1f} | {same:.1f} | {ours / same:.2f} | {by_hand} |", flush=True)
                if question.name.startswith("PAGE"):
                    pages.append((articles, question.name, ours / same))
    worst = max((ratio for articles, _, ratio in pages if articles >= 100_000), default=0.0)
    print(f"\nFrom 100,000 articles on a page takes at most {worst:.2f} of the same SQL (wanted: {HAVE_TO_REACH}).")


def measure(
    archive: Archive, bare: sqlite3.Connection, question: Question, rounds: int
) -> tuple[float, float, float | None]:
    statements: list[str] = []
    archive.db.conn.set_trace_callback(statements.append)
    answer = question.ask(archive)
    archive.db.conn.set_trace_callback(None)
    statements = [
        statement
        for statement in statements
        if statement.lstrip().startswith(("SELECT", "WITH", "CREATE VIRTUAL TABLE IF NOT EXISTS temp"))
        and not _INSIDE_FTS.search(statement)
    ]
    if question.by_hand is not None:
        compare(answer, question.by_hand(bare))
    ours, same, hand = [], [], []
    for _ in range(rounds):
        ours.append(timed(lambda: question.ask(archive)))
        same.append(timed(lambda: run(bare, statements, question.first_only)))
        if question.by_hand is not None:
            hand.append(timed(lambda: question.by_hand and question.by_hand(bare)))
    return statistics.median(ours), statistics.median(same), statistics.median(hand) if hand else None


def compare(answer: Any, by_hand: Any) -> None:
    """Raise when seealso and the statements by hand do not count the same."""
    (found, counted), (rows, total, counts) = answer, by_hand
    assert isinstance(counted, FacetCounts)
    assert (len(found), counted.total) == (len(rows), total)
    assert all(abs(hit.score + row[-1]) < 1e-5 for hit, row in zip(found, rows, strict=True))
    for name in FACETS:
        theirs = sorted((count for value, count in counts[name] if value), reverse=True)
        mine = [value.count for value in counted.facets[name]]
        assert name in ("year", "month") or mine == theirs[:12], name
        assert set(mine) <= set(theirs), name


def run(bare: sqlite3.Connection, statements: list[str], first_only: bool) -> None:
    for statement in statements:
        rows = bare.execute(statement)
        _ = list(islice(rows, 1)) if first_only else rows.fetchall()


def timed(what: Callable[[], Any]) -> float:
    begun = time.process_time()
    what()
    return (time.process_time() - begun) * 1000


if __name__ == "__main__":
    main()
