"""Reads the words of a plan's articles as the search index has them, and the counts of its words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from crawler.archive.database import Connection, list_records, select_column, select_records, select_rows, select_value
from crawler.archive.search.compiler import QueryPlan
from crawler.normalisation.words.index_words import BETWEEN_HEADLINES
from crawler.normalisation.words.tokenizer import STATED_HEADLINE, index_words, make_search_text


class IndexedText(NamedTuple):
    """The day of an article, and its printed words as the search index has them, barriers among them."""

    published_on: str | None
    headline: list[str]
    lead: list[str]
    body: list[str]


class IndexedWord(NamedTuple):
    """The number of occurrences of a word in one column of the search index."""

    word: str
    column: str
    occurrences: int


class ArticleMark(NamedTuple):
    """What changes whenever a visit changes the texts of an article."""

    id: int
    digest: str
    versions: int


class ArticleDay(NamedTuple):
    """An article and its day."""

    id: int
    published_on: str | None


class RereadMark(NamedTuple):
    """What changes whenever articles are read again, which may change texts and leave their digests."""

    rereads: int
    changed: int
    undone: int


class _TextOfArticle(NamedTuple):
    id: int
    language: str
    published_on: str | None
    headline: str
    lead: str | None
    body: str


class _PrintedText(NamedTuple):
    published_on: str | None
    headline: str
    lead: str | None
    body: str


class _LanguageCount(NamedTuple):
    language: str
    articles: int


def count_languages(db: Connection, plan: QueryPlan) -> dict[str, int]:
    """Return the number of a plan's articles in each language."""
    where = plan.make_where()
    counts = list_records(
        db,
        _LanguageCount,
        f"SELECT a.language AS language, count(*) AS articles FROM {plan.tables} WHERE {where.sql}"
        " GROUP BY a.language ORDER BY a.language",
        where.values,
    )
    return {count.language: count.articles for count in counts}


def list_ids(db: Connection, plan: QueryPlan) -> tuple[int, ...]:
    """Return the ids of a plan's articles."""
    ids = plan.make_ids_query()
    return tuple(select_column(db, ids.sql, ids.values))


def list_days(db: Connection, plan: QueryPlan) -> list[ArticleDay]:
    """Return the days of a plan's articles by their ids."""
    where = plan.make_where()
    sql = f"SELECT a.id, a.published_on FROM {plan.tables} WHERE {where.sql} ORDER BY a.id"
    return list_records(db, ArticleDay, sql, where.values)


def list_article_marks(db: Connection) -> list[ArticleMark]:
    """Return the marks of all articles by their ids."""
    # Two indexes without texts; a join of them would read one through for each row of the other.
    versions = dict(select_rows(db, "SELECT article_id, max(number) FROM revision_rows GROUP BY article_id"))
    digests = select_rows(db, "SELECT id, digest FROM articles INDEXED BY articles_digest")
    return sorted(ArticleMark(article_id, digest, versions.get(article_id, 0)) for article_id, digest in digests)


def read_reread_mark(db: Connection) -> RereadMark:
    """Return the mark of the rereads of an archive."""
    (mark,) = list_records(
        db,
        RereadMark,
        "SELECT count(*) AS rereads, coalesce(sum(changed), 0) AS changed, count(undone_at) AS undone FROM rereads",
    )
    return mark


def read_indexed_texts(db: Connection, article_ids: Sequence[int]) -> Iterator[tuple[int, str, IndexedText]]:
    """Yield the id, the language and the printed words of the articles with these ids."""
    for text in select_records(
        db,
        _TextOfArticle,
        "SELECT id, language, published_on, headline, lead, body FROM articles"
        " WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
        (json.dumps(list(article_ids)),),
    ):
        columns = (index_words(text.headline), index_words(text.lead), index_words(text.body))
        yield text.id, text.language, IndexedText(text.published_on, *columns)


def iter_indexed_texts(db: Connection, plan: QueryPlan) -> Iterator[IndexedText]:
    """Yield the printed words of a plan's articles by their ids."""
    ids = plan.make_ids_query()
    for printed in select_records(
        db,
        _PrintedText,
        f"SELECT a.published_on, a.headline, a.lead, a.body FROM articles a WHERE a.id IN ({ids.sql}) ORDER BY a.id",
        ids.values,
    ):
        yield IndexedText(
            published_on=printed.published_on,
            headline=index_words(printed.headline),
            lead=index_words(printed.lead),
            body=index_words(printed.body),
        )


def iter_stated_headlines(db: Connection) -> Iterator[str]:
    """Yield the words of every stated headline of the archive as the index holds them, with the separator's."""
    for headline in select_column(
        db,
        "SELECT headline_meta FROM articles WHERE id IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?)",
        (f'"{STATED_HEADLINE}"',),
    ):
        if words := make_search_text(headline):
            yield f"{BETWEEN_HEADLINES} {words}"


def is_everything(db: Connection, plan: QueryPlan) -> bool:
    """Return True if a plan has no words and its conditions hold for every article."""
    if plan.match is not None:
        return False
    where = plan.make_where()
    return not select_value(
        db, f"SELECT EXISTS (SELECT 1 FROM articles a WHERE NOT coalesce(({where.sql}), 0))", where.values
    )


def iter_index_words(db: Connection) -> Iterator[IndexedWord]:
    """Yield every word of the search index with its occurrences in each column, as the index counts them."""
    db.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.words_of_columns USING fts5vocab(main, articles_fts, col)")
    return select_records(
        db, IndexedWord, 'SELECT term AS word, col AS "column", cnt AS occurrences FROM temp.words_of_columns'
    )
