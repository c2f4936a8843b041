"""Writes how many pages of a run have each field, by language and year, and reads the counts of healthy runs.

A later run is compared with them (:mod:`crawler.crawl.monitoring.significance`). Languages and years are counted apart
because a site prints other fields in each: crawling the oldest year must not look like a new layout.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import log2

from sqlite_utils import Database

from crawler.archive.database import select_rows
from crawler.items import Article

COUNTED_FIELDS = ("kicker", "lead", "byline", "authors", "dateline", "date", "time", "see_also", "whole")
"""The fields that an article may have, and that are counted; ``whole`` is a text that nothing calls cut."""
COMPARED_RUNS = 300
"""Runs that a run is compared with: two and a half months of a crawl every six hours."""

FieldCountsKey = tuple[str, str]
"""Language and year of publication; the year is empty when no date was read."""


@dataclass(slots=True)
class FieldCounts:
    """The pages of one language and year in one run."""

    pages: int = 0
    """Pages that should have been articles."""
    articles: int = 0
    """Number of these pages that were read as an article."""
    filled: list[int] = field(default_factory=lambda: [0] * len(COUNTED_FIELDS))
    """Articles that had each of :data:`COUNTED_FIELDS`."""
    words: Counter[int] = field(default_factory=Counter)
    """Size class of the body (:func:`classify_size`) → number of articles."""


def classify_size(words: int) -> int:
    """Return the size class of a body of so many words: two classes more mean twice the length.

    >>> classify_size(100), classify_size(200), classify_size(400)
    (13, 15, 17)
    """
    return int(2 * log2(words + 1))


def list_printed_fields(article: Article) -> tuple[bool, ...]:
    """Return True or False for each of :data:`COUNTED_FIELDS`: True if an article has it."""
    published = article.published
    return (
        article.kicker is not None,
        article.lead is not None,
        article.byline is not None,
        bool(article.authors),
        article.dateline is not None,
        published is not None,
        published is not None and published.precision != "day",
        bool(article.see_also),
        all(problem.kind != "cut" for problem in article.problems),
    )


def write_run_fields(db: Database, run_id: int, cells: Mapping[FieldCountsKey, FieldCounts]) -> None:
    """Write the field counts of a run, once it has ended."""
    columns = ", ".join(("run_id", "language", "year", "pages", "articles", *COUNTED_FIELDS, "words"))
    marks = ", ".join("?" * (6 + len(COUNTED_FIELDS)))
    db.conn.executemany(
        f"INSERT INTO run_fields ({columns}) VALUES ({marks})",
        [
            (run_id, *key, cell.pages, cell.articles, *cell.filled, json.dumps(cell.words, sort_keys=True))
            for key, cell in sorted(cells.items())
            if cell.pages
        ],
    )


HEALTHY_RUN_CONDITION = (
    "finished_at IS NOT NULL AND outcome <> 'alarm'"
    " AND NOT EXISTS (SELECT 1 FROM deviations e WHERE e.alarm AND r.id BETWEEN e.since_run AND e.run_id"
    " AND (SELECT site FROM runs WHERE id = e.run_id) = r.site)"
)
"""SQL for a row ``r`` of ``runs``: it has finished, and neither it nor a later run raised an alarm over a deviation
that began in it."""
History = list[tuple[int, FieldCountsKey, FieldCounts]]
"""(run id, language and year, counts) of each group of pages."""


def read_run_fields(db: Database, site: str, first: int, before: int) -> History:
    """Return the field counts of a site's healthy runs, from run ``first`` on and before run ``before``.

    Only the last :data:`COMPARED_RUNS` are read.
    """
    columns = ", ".join(
        f"f.{name}" for name in ("run_id", "language", "year", "pages", "articles", "words", *COUNTED_FIELDS)
    )
    rows = select_rows(
        db.conn,
        f"SELECT {columns} FROM run_fields f WHERE f.run_id IN"
        f" (SELECT id FROM runs r WHERE site = ? AND id >= ? AND id < ? AND {HEALTHY_RUN_CONDITION}"
        " AND EXISTS (SELECT 1 FROM run_fields WHERE run_id = r.id)"
        " ORDER BY id DESC LIMIT ?)",
        (site, first, before, COMPARED_RUNS),
    )
    return [
        (
            row["run_id"],
            (row["language"], row["year"]),
            FieldCounts(
                pages=row["pages"],
                articles=row["articles"],
                filled=[row[name] for name in COUNTED_FIELDS],
                words=_parse_size_classes(row["words"]),
            ),
        )
        for row in rows
    ]


def find_accepted_run(db: Database, site: str) -> int:
    """Return the last run of a site with the option ``accept_layout``, from which on runs are compared; else 0."""
    row = db.execute(
        "SELECT max(id) FROM runs WHERE site = ? AND json_valid(settings)"
        " AND json_extract(settings, '$.accept_layout') IS NOT NULL",
        (site,),
    ).fetchone()
    return int(row[0] or 0)


def _parse_size_classes(text: str) -> Counter[int]:
    try:
        return Counter({int(size): int(count) for size, count in json.loads(text).items()})
    except (ValueError, TypeError, AttributeError, RecursionError):  # an archive from elsewhere may hold anything
        return Counter()
