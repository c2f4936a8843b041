"""Writes the problems of a visit, and settles earlier doubts about its page."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass

from crawler.archive.write.articles.article import KeptArticle
from crawler.items import Fate, Problem, ProblemKind, Visit

_DOUBTS: tuple[ProblemKind, ...] = ("doubt", "cut", "paid")
"""The kinds of problems that a later visit settles by not having them."""


@dataclass(slots=True)
class ProblemWriter:
    """Writes the problems of visits into one archive, inside the caller's transaction."""

    conn: sqlite3.Connection
    _doubted: set[str] | None = None
    """The pages of the batch that is being written about which a doubt is archived; None outside of a batch."""

    @contextmanager
    def hold_doubts(self, visits: Sequence[Visit]) -> Iterator[None]:
        """Ask once which pages of a batch of visits are doubted."""
        urls = {visit.address.url for visit in visits} | {visit.article.url for visit in visits if visit.article}
        self._doubted = _find_doubted(self.conn, urls)
        try:
            yield
        finally:
            self._doubted = None

    def write(self, visit: Visit, result: KeptArticle | None, run_id: int) -> None:
        """Write the problems of a visit and of its article."""
        problems: list[Problem] = list(visit.problems)
        if visit.article is not None:
            problems += [problem for problem in visit.article.problems if problem not in problems]
        if result is not None and result.problem is not None:
            # The text archived before is kept: what this page lacks, the archive does not.
            problems = [problem for problem in problems if problem.kind not in ("cut", "paid")]
            problems.append(result.problem)
        elif visit.article is not None:
            self._settle_doubts({visit.article.url, visit.address.url}, {problem.kind for problem in problems})
        unchanged = result is not None and result.fate is Fate.UNCHANGED
        urls = {problem.url for problem in problems} if unchanged else set()
        earlier = _find_earlier(self.conn, urls) if urls else set()
        for problem in problems:
            value = problem.value if problem.value is None else problem.value[:500]
            if (problem.url, problem.field, value, problem.kind) in earlier:
                continue  # the same page has the same problem at each visit, in whichever words it is told
            if self._doubted is not None and problem.kind in _DOUBTS:
                self._doubted.add(problem.url)
            self.conn.execute(
                "INSERT INTO problems (run_id, url, field, value, reason, kind) VALUES (?, ?, ?, ?, ?, ?)",
                (run_id, problem.url, problem.field, value, problem.reason, problem.kind),
            )

    def _settle_doubts(self, urls: Set[str], kinds: Set[ProblemKind | None]) -> None:
        """Take the kind from earlier doubts about a page that a site file, or what it says by now, has settled."""
        if self._doubted is not None and self._doubted.isdisjoint(urls):
            return
        settled = [kind for kind in _DOUBTS if kind not in kinds]
        self.conn.executemany(
            "UPDATE problems SET kind = NULL WHERE url = ? AND kind = ?",
            [(url, kind) for url in sorted(urls) for kind in settled],
        )


def _find_doubted(conn: sqlite3.Connection, urls: Set[str]) -> set[str]:
    """Return those of some pages about which a doubt is archived."""
    query = f"SELECT url FROM problems WHERE url IN (SELECT value FROM json_each(?)) AND kind IN {_DOUBTS!r}"
    return {url for (url,) in conn.execute(query, (json.dumps(sorted(urls)),))}


def _find_earlier(conn: sqlite3.Connection, urls: set[str]) -> set[tuple[str, str, str | None, str | None]]:
    """Return what was written of the problems of these pages: page, field, value and kind, not the words."""
    query = "SELECT url, field, value, kind FROM problems WHERE url IN (SELECT value FROM json_each(?))"
    return set(conn.execute(query, (json.dumps(sorted(urls)),)))
