"""Iterates over the articles of a selection in constant memory, as they are today or as a snapshot froze them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlite_utils import Database

from crawler.archive.articles import frames
from crawler.archive.articles.frozen import read_frozen_rows
from crawler.archive.articles.records import ArticleRow
from crawler.archive.articles.rows import read_rows
from crawler.archive.database import translate_errors
from crawler.archive.search.selection import DateOrder, Selection, select_ids

if TYPE_CHECKING:
    import pandas
    import polars

ROWS_PER_BATCH: Final = 200
"""Articles that one statement reads: enough to make statements cheap, few enough to hold in memory."""


@dataclass(frozen=True, slots=True)
class ArticleRows:
    """The articles of a selection; each loop over them queries the archive again and holds a few at a time.

    >>> for row in archive.articles("harbour", since="2010"): ...  # doctest: +SKIP
    """

    db: Database
    selection: Selection
    order: DateOrder = "id"
    path: Path | None = None
    """The archive's file, which errors name; without it SQLite's own errors are raised."""

    def __iter__(self) -> Iterator[ArticleRow]:
        with translate_errors(self.path) if self.path is not None else nullcontext():
            article_ids = select_ids(self.db, self.selection, self.order)
            while batch := tuple(islice(article_ids, ROWS_PER_BATCH)):
                yield from read_selected_rows(self.db, batch, self.selection.snapshot)

    def to_polars(self) -> polars.DataFrame:
        """Return them as a polars data frame (:mod:`crawler.archive.articles.frames`)."""
        return frames.to_polars(self)

    def to_pandas(self) -> pandas.DataFrame:
        """Return them as a pandas data frame (:mod:`crawler.archive.articles.frames`)."""
        return frames.to_pandas(self)


def read_selected_rows(db: Database, article_ids: Sequence[int], snapshot: str | None = None) -> Iterator[ArticleRow]:
    """Yield the articles with these ids, in this order; with the name of a snapshot, those in it as it froze them."""
    return read_rows(db, article_ids) if snapshot is None else read_frozen_rows(db, snapshot, article_ids)
