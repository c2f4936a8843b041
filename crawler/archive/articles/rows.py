"""Reads the articles with some ids as they are today, with their authors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Final

from sqlite_utils import Database

from crawler.archive.articles.records import ArticleRow, AuthorLine
from crawler.archive.database import DamagedCell, select_dicts
from crawler.archive.schema.fields import ArticleFields, from_stored

_TEXTS: Final = ("url", "headline", "kicker", "lead", "byline", "dateline", "body", "published_on", "headline_meta")
_COLUMNS: Final = tuple(field.name for field in fields(ArticleRow) if field.name != "authors")


def read_rows(db: Database, article_ids: Sequence[int]) -> Iterator[ArticleRow]:
    """Yield the articles with these ids, in this order; ids of no article are skipped."""
    marks = ", ".join("?" * len(article_ids))
    authors: dict[int, list[AuthorLine]] = {}
    for author in select_dicts(
        db.conn,
        "SELECT aa.article_id, aa.position, au.name, au.sort_name, au.kind, aa.printed, aa.honorific,"
        " aa.order_initials, aa.note FROM article_authors aa JOIN authors au ON au.id = aa.author_id"
        f" WHERE aa.article_id IN ({marks}) ORDER BY aa.article_id, aa.position",
        article_ids,
    ):
        authors.setdefault(author.pop("article_id"), []).append(AuthorLine(**author))
    query = f"SELECT {', '.join(_COLUMNS)} FROM articles WHERE id IN ({marks})"
    rows = select_dicts(db.conn, query, article_ids)
    articles = {row["id"]: ArticleRow(**from_stored(row), authors=tuple(authors.get(row["id"], ()))) for row in rows}
    for article_id in article_ids:
        if article_id in articles:
            refuse_damaged(articles[article_id])
            yield articles[article_id]


def refuse_damaged(article: ArticleFields) -> None:
    """Raise DamagedCell where a text is no text: the table forbids it, but a damaged file may hold it."""
    for name in _TEXTS:
        value = getattr(article, name)
        if value is not None and type(value) is not str:
            raise DamagedCell(name, article.id)
