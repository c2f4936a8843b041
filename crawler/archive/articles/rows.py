"""Reads articles as they are today, with their authors, some ids at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Any, Final

from sqlite_utils import Database

from crawler.archive.articles.records import ArticleRow, AuthorLine
from crawler.archive.schema.fields import from_stored

_COLUMNS: Final = tuple(field.name for field in fields(ArticleRow) if field.name != "authors")


def read_rows(db: Database, article_ids: Sequence[int]) -> Iterator[ArticleRow]:
    """Yield the articles with these ids, in this order; ids that lead to none are passed over."""
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
    return ArticleRow(**from_stored(dict(zip(_COLUMNS, row, strict=True))), authors=authors)


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
