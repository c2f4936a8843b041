"""Reads the texts of a plan's articles from the search index, and the counts of its words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from crawler.archive.database import Connection, list_records, select_column, select_records, select_value
from crawler.archive.search.compiler import QueryPlan
from crawler.normalisation.tokenizer import STATED_HEADLINE


class IndexedText(NamedTuple):
    """The printed words of an article in the search index, separated by spaces."""

    published_on: str | None
    headline: str
    lead: str
    body: str


class IndexedWord(NamedTuple):
    """The number of occurrences of a word in one column of the search index."""

    word: str
    column: str
    occurrences: int


class _Headlines(NamedTuple):
    words: str


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


def iter_indexed_texts(db: Connection, plan: QueryPlan) -> Iterator[IndexedText]:
    """Yield the printed words of a plan's articles by their ids."""
    ids = plan.make_ids_query()
    return select_records(
        db,
        IndexedText,
        "SELECT a.published_on AS published_on,"
        " substr(t.headline, 1, instr(t.headline || ?, ?) - 1) AS headline, t.lead AS lead, t.body AS body"
        f" FROM articles a JOIN articles_fts t ON t.rowid = a.id WHERE a.id IN ({ids.sql}) ORDER BY a.id",
        (STATED_HEADLINE, STATED_HEADLINE, *ids.values),
    )


def iter_stated_headlines(db: Connection) -> Iterator[str]:
    """Yield the words of every stated headline of the archive, from the separator on, as the index holds them."""
    for headlines in select_records(
        db,
        _Headlines,
        "SELECT substr(headline, instr(headline, ?)) AS words FROM articles_fts WHERE articles_fts MATCH ?",
        (STATED_HEADLINE, f'"{STATED_HEADLINE}"'),
    ):
        yield headlines.words


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
