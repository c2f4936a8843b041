"""Writes the problems of a visit, and settles earlier doubts about its page."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Set

from crawler.archive.write.article import KeptArticle
from crawler.items import Fate, Problem, ProblemKind, Visit

_DOUBTS: tuple[ProblemKind, ...] = ("doubt", "cut", "paid")
"""The kinds of problems that a later visit settles by not having them."""


def write_problems(conn: sqlite3.Connection, visit: Visit, result: KeptArticle | None, run_id: int) -> None:
    """Write the problems of a visit and of its article, inside the caller's transaction."""
    problems: list[Problem] = list(visit.problems)
    if visit.article is not None:
        problems += [problem for problem in visit.article.problems if problem not in problems]
    if result is not None and result.problem is not None:
        # The text archived before is kept: what this page lacks, the archive does not.
        problems = [problem for problem in problems if problem.kind not in ("cut", "paid")]
        problems.append(result.problem)
    elif visit.article is not None:
        _settle_doubts(conn, visit.article.url, visit.address.url, {problem.kind for problem in problems})
    unchanged = result is not None and result.fate is Fate.UNCHANGED
    urls = {problem.url for problem in problems} if unchanged else set()
    earlier = _find_earlier(conn, urls) if urls else set()
    for problem in problems:
        value = problem.value if problem.value is None else problem.value[:500]
        if (problem.url, problem.field, value, problem.kind) in earlier:
            continue  # the same page has the same problem at each visit, in whichever words it is told
        conn.execute(
            "INSERT INTO problems (run_id, url, field, value, reason, kind) VALUES (?, ?, ?, ?, ?, ?)",
            (run_id, problem.url, problem.field, value, problem.reason, problem.kind),
        )


def _settle_doubts(conn: sqlite3.Connection, article_url: str, page_url: str, kinds: Set[ProblemKind | None]) -> None:
    """Take the kind from earlier doubts about a page that a site file, or what it says by now, has settled."""
    settled = [kind for kind in _DOUBTS if kind not in kinds]
    marks = ", ".join("?" * len(settled))
    conn.execute(
        f"UPDATE problems SET kind = NULL WHERE url IN (?, ?) AND kind IN ({marks})", (article_url, page_url, *settled)
    )


def _find_earlier(conn: sqlite3.Connection, urls: set[str]) -> set[tuple[str, str, str | None, str | None]]:
    """Return what was written of the problems of these pages: page, field, value and kind, not the words."""
    query = "SELECT url, field, value, kind FROM problems WHERE url IN (SELECT value FROM json_each(?))"
    return set(conn.execute(query, (json.dumps(sorted(urls)),)))
