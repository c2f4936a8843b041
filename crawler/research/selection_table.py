"""Keeps the articles of a selection in a temporary table, which an export or a graph reads again and again.

The list is a temporary table of the connection that reads the archive: it can be joined with and counted, and goes to
the disk when it is long, so that memory does not grow.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from typing import Final

from sqlite_utils import Database

from crawler.archive.articles.records import ArticleRow
from crawler.archive.articles.selected import ROWS_PER_BATCH, read_selected_rows
from crawler.archive.search.selection import Selection, order_by_day, refuse_unknown_snapshot
from crawler.errors import ExportFailed

SELECTION_TABLE: Final = "temp.export_chosen"
"""All temporary tables of exports have names that begin with ``export_``."""

ProgressCallback = Callable[[int, int], None]
"""Called with how many of how many articles are written."""


@dataclass(frozen=True, slots=True)
class SelectedArticles:
    """The articles of an export."""

    db: Database
    total: int
    progress: ProgressCallback | None = None
    snapshot: str | None = None
    """Its texts are written, not today's."""
    disguise: Callable[[ArticleRow], ArticleRow] | None = None
    """Makes of an article what is written of it."""

    def rows(self, *, by_publication: bool = False) -> Iterator[ArticleRow]:
        """Yield them by their ids, or by their days with the undated last."""
        done = 0
        for ids in self.batches(by_publication=by_publication):
            for row in read_selected_rows(self.db, ids, self.snapshot):
                yield row if self.disguise is None else self.disguise(row)
                done += 1
            if self.progress is not None:
                self.progress(done, self.total)
        if done != self.total:
            raise ExportFailed(f"{self.total} articles were found, but {done} could be read: see seealso verify")

    def batches(self, *, by_publication: bool = False) -> Iterator[tuple[int, ...]]:
        """Yield their ids, some at a time."""
        rows = self.db.execute(
            f"SELECT a.id FROM {SELECTION_TABLE} c JOIN articles a ON a.id = c.id ORDER BY {order_by_day('ASC')}"
            if by_publication
            else f"SELECT id FROM {SELECTION_TABLE} ORDER BY id"
        )
        ids = (int(article_id) for (article_id,) in rows)
        while batch := tuple(islice(ids, ROWS_PER_BATCH)):
            yield batch


@contextmanager
def select_articles(
    db: Database, selection: Selection, progress: ProgressCallback | None = None
) -> Iterator[SelectedArticles]:
    """Find the articles of a selection.

    To be used inside ``archive.moment()``, so that what is written is what was counted.
    """
    _clear(db)
    db.execute(f"CREATE TEMP TABLE {SELECTION_TABLE.removeprefix('temp.')} (id INTEGER PRIMARY KEY)")
    try:
        refuse_unknown_snapshot(db, selection)
        query = selection.plan().make_ids_query()
        db.execute(f"INSERT INTO {SELECTION_TABLE} {query.sql}", query.values)
        total = int(db.execute(f"SELECT count(*) FROM {SELECTION_TABLE}").fetchone()[0])
        yield SelectedArticles(db, total, progress, selection.snapshot)
    finally:
        with suppress(sqlite3.OperationalError):  # an export that failed may still be reading: the next one clears up
            _clear(db)


@contextmanager
def make_selection_table(db: Database, selection: Selection | None) -> Iterator[str]:
    """Yield the name of a table whose column ``id`` has the articles of a selection; ``articles`` for all of them."""
    if selection is None or selection == Selection():
        yield "articles"
        return
    with select_articles(db, selection):
        yield SELECTION_TABLE


def _clear(db: Database) -> None:
    """Remove the temporary tables of an export."""
    names = db.execute("SELECT name FROM sqlite_temp_schema WHERE type = 'table' AND name GLOB 'export_*'").fetchall()
    for (name,) in names:
        db.execute(f"DROP TABLE temp.{name}")
