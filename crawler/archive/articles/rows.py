"""Rows: a selection goes in, its articles come out one after another, in constant memory however many they are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, fields
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlite_utils import Database

from crawler.archive.articles.lookup import ArticleFields, AuthorLine
from crawler.archive.database import translate_errors
from crawler.archive.search.selection import DateOrder, Selection, select_ids

if TYPE_CHECKING:
    import pandas
    import polars

ROWS_PER_BATCH: Final = 200
"""Articles read by one statement: enough to make statements cheap, few enough to be held."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRow(ArticleFields):
    """One article with its authors."""

    revisions: int
    """How many versions are kept."""
    authors: tuple[AuthorLine, ...]


_COLUMNS: Final = tuple(field.name for field in fields(ArticleRow) if field.name != "authors")


@dataclass(frozen=True, slots=True)
class ArticleRows:
    """The articles of a selection; each loop over them asks the archive anew and holds a few at a time.

    >>> for row in archive.articles("harbour", since="2010"): ...  # doctest: +SKIP
    """

    db: Database
    selection: Selection
    order: DateOrder = "id"
    path: Path | None = None
    """The archive's file, to be named when it cannot be read; without it SQLite's own errors are raised."""

    def __iter__(self) -> Iterator[ArticleRow]:
        with translate_errors(self.path) if self.path is not None else nullcontext():
            wanted = select_ids(self.db, self.selection, self.order)
            while some := tuple(islice(wanted, ROWS_PER_BATCH)):
                yield from read_rows(self.db, some, self.selection.snapshot)

    def to_polars(self) -> polars.DataFrame:
        """Return them as a polars data frame (:mod:`crawler.archive.articles.frames`)."""
        from crawler.archive.articles import frames

        return frames.to_polars(self)

    def to_pandas(self) -> pandas.DataFrame:
        """Return them as a pandas data frame (:mod:`crawler.archive.articles.frames`)."""
        from crawler.archive.articles import frames

        return frames.to_pandas(self)


def read_rows(db: Database, article_ids: tuple[int, ...], snapshot: str | None = None) -> Iterator[ArticleRow]:
    """Yield the articles with these ids, in this order; ids that lead to none are passed over.

    With the name of a snapshot, those that are in it as it froze them (:mod:`crawler.archive.articles.frozen`).
    """
    if snapshot is not None:
        from crawler.archive.articles.frozen import read_frozen_rows  # which is made of these rows

        yield from read_frozen_rows(db, snapshot, article_ids)
        return
    marks = ", ".join("?" * len(article_ids))
    authors: dict[int, list[AuthorLine]] = {}
    for article_id, *line in db.execute(
        "SELECT aa.article_id, aa.position, au.name, au.sort_name, au.kind, aa.printed, aa.honorific,"
        " aa.order_initials, aa.note FROM article_authors aa JOIN authors au ON au.id = aa.author_id"
        f" WHERE aa.article_id IN ({marks}) ORDER BY aa.article_id, aa.position",
        article_ids,
    ):
        authors.setdefault(article_id, []).append(_make_author(line))
    found = {
        row[0]: row
        for row in db.execute(f"SELECT {', '.join(_COLUMNS)} FROM articles WHERE id IN ({marks})", article_ids)
    }
    for article_id in article_ids:
        if article_id in found:
            yield _make_row(found[article_id], tuple(authors.get(article_id, ())))


def _make_row(row: tuple[Any, ...], authors: tuple[AuthorLine, ...]) -> ArticleRow:
    values = dict(zip(_COLUMNS, row, strict=True))
    values["dateline_agencies"] = tuple(json.loads(values["dateline_agencies"]))
    values["published_guessed"] = bool(values["published_guessed"])
    values["complete"] = bool(values["complete"])
    return ArticleRow(**values, authors=authors)


def _make_author(line: list[Any]) -> AuthorLine:
    position, name, sort_name, kind, printed, honorific, order_initials, note = line
    return AuthorLine(
        position=position,
        name=name,
        sort_name=sort_name,
        kind=kind,
        printed=printed,
        honorific=honorific,
        order_initials=order_initials,
        note=note,
    )
