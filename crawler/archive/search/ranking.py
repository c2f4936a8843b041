"""Returns the ranked hits of a selection, each with a snippet.

A hit in the headline weighs ten times one in the body, one in the lead four times, one in the byline three times:
people search for the subject of a story, which its headline names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final, Literal

from sqlite_utils import Database

from crawler.archive.database import select_dicts, select_rows
from crawler.archive.search.compiler import Condition
from crawler.archive.search.copies import count_other_prints
from crawler.archive.search.query import Term
from crawler.archive.search.selection import Selection, compile_ids_by_day, order_by_day, refuse_unknown_snapshot
from crawler.archive.search.snippets import Snippet, Span, find_spans, list_marked_terms, make_snippet
from crawler.archive.search.units import count_other_translations

SearchOrder = Literal["rank", "newest", "oldest"]

BM25_WEIGHTS: Final = "10.0, 4.0, 1.0, 3.0"  # headline, lead, body, byline

_HITS_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One article that a query found."""

    id: int
    site: str
    language: str
    site_key: str
    url: str
    headline: str
    headline_spans: tuple[Span, ...]
    headline_meta: str | None
    """The stated headline, where it differs; its words find the article, too (:func:`find_stated_spans`)."""
    byline: str | None
    dateline_place: str | None
    published_at: str | None
    published_on: str | None
    status: str
    other_prints: int | None = None
    """The number of its copies in the archive, where a search counts texts; else None."""
    other_translations: int | None = None
    """The number of other articles of its story in the archive, where a search counts stories; else None."""
    snippet: Snippet
    score: float | None
    """Higher is better; None when nothing was ranked."""


def search(db: Database, selection: Selection, limit: int, offset: int, order: SearchOrder) -> list[Hit]:
    """Run a selection's query and return its hits, snippets included."""
    return list(iter_hits(db, selection, limit, offset, order))


def iter_hits(db: Database, selection: Selection, limit: int, offset: int, order: SearchOrder) -> Iterator[Hit]:
    """Yield what :func:`search` returns; however many hits there are, only some of them are held at a time."""
    terms = list_marked_terms(selection.parse().node)
    ids = find_ids(db, selection, limit, offset, order)
    while hits := [make_hit(db, number, points, terms) for number, points in islice(ids, _HITS_AT_ONCE)]:
        if selection.unit == "text":
            others = count_other_prints(db.conn, (hit.id for hit in hits))
            hits = [replace(hit, other_prints=others[hit.id]) for hit in hits]
        elif selection.unit == "story":
            others = count_other_translations(db.conn, (hit.id for hit in hits))
            hits = [replace(hit, other_translations=others[hit.id]) for hit in hits]
        yield from hits


def find_ids(
    db: Database, selection: Selection, limit: int, offset: int, order: SearchOrder
) -> Iterator[tuple[int, float | None]]:
    """Yield the ids of a selection's hits in their order, with their points of bm25, or None when not ranked."""
    refuse_unknown_snapshot(db, selection)
    plan = selection.plan()
    ranked = plan.ranked and order == "rank"
    if ranked:
        where = plan.make_where()
        statement = Condition(
            f"SELECT a.id, bm25(articles_fts, {BM25_WEIGHTS}) AS points FROM {plan.tables} WHERE {where.sql}"
            f" ORDER BY 2, {order_by_day('DESC')}",
            where.values,
        )
    else:
        statement = compile_ids_by_day(plan, "ASC" if order == "oldest" else "DESC")
    bounds = (max(0, min(limit, 1 << 40)), max(0, min(offset, 1 << 40)))
    rows = select_rows(db.conn, f"{statement.sql} LIMIT ? OFFSET ?", (*statement.values, *bounds)).fetchall()
    for row in rows:
        yield row["id"], row["points"] if ranked else None


def make_hit(db: Database, article_id: int, points: float | None, terms: Sequence[Term]) -> Hit:
    """Return an article as a hit, with the passage that has most of the terms; ``points`` are those of bm25."""
    (row,) = select_dicts(
        db.conn,
        "SELECT id, site, language, site_key, url, headline, headline_meta, lead, body, byline, dateline_place,"
        " published_at, published_on, status FROM articles WHERE id = ?",
        (article_id,),
    )
    texts = (("lead", row.pop("lead")), ("body", row.pop("body")))
    in_headline = [term for term in terms if term.column in (None, "headline")]
    return Hit(
        **row,
        headline_spans=find_spans(row["headline"], in_headline),
        snippet=make_snippet(texts, terms),
        score=None if points is None else round(-points, 6),
    )
