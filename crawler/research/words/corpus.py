"""Corpus: a selection goes in; what it is measured against comes out, and the words of its articles.

A query asks for something; its language, its site, its days and its snapshot say of what. So the corpus of
``harbour language:en since:2010`` is every English article since 2010, and a share is a share of that.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from crawler.archive.articles.rows import ArticleRows
from crawler.archive.search.compiler import Condition, Plan, compile_query
from crawler.archive.search.query import All, Any_, Filter, Node, Not, Query
from crawler.archive.search.selection import Selection, refuse_unknown_snapshot
from crawler.normalisation.tokenizer import words

if TYPE_CHECKING:
    from sqlite_utils import Database

UNARCHIVED: Final = ("language", "site", "since", "until")
"""The conditions that can be true of what is known and not archived, too."""
LIMITS: Final = (*UNARCHIVED, "snapshot")
"""The conditions that make a corpus; all others are part of what is asked for."""


def corpus_of(selection: Selection, limits: tuple[str, ...] = LIMITS) -> Plan:
    """Return the articles that a selection is measured against.

    Counted are options and, in the query, what stands beside the words and is about the ``limits`` alone:
    ``(language:en OR language:it) harbour`` is measured against both languages.
    """
    kept = tuple(node for node in beside(selection) if _only(node, limits))
    filters = [filter_ for filter_ in selection.filters() if filter_.name in limits]
    return compile_query(Query("", All(kept) if kept else None), filters)


def beside(selection: Selection) -> tuple[Node, ...]:
    """Return the parts of a selection's query that must all hold."""
    node = selection.parsed().node
    if node is None:
        return ()
    return node.nodes if isinstance(node, All) else (node,)


def _only(node: Node, limits: tuple[str, ...]) -> bool:
    match node:
        case Filter():
            return node.name in limits
        case Not():
            return _only(node.node, limits)
        case All() | Any_():
            return all(_only(child, limits) for child in node.nodes)
        case _:
            return False


def languages_of(db: Database, plan: Plan) -> dict[str, int]:
    """Return how many articles of a plan are in which language."""
    where = plan.where()
    return dict(
        db.execute(
            f"SELECT a.language, count(*) FROM {plan.tables} WHERE {where.sql} GROUP BY 1 ORDER BY 1", where.values
        )
    )


Text = tuple[str | None, list[str], list[str], list[str]]
"""The day of an article, and the words of its headline, lead and body as the index holds them, barriers among them."""


def texts_of(db: Database, selection: Selection) -> Iterator[Text]:
    """Yield the words of a selection's articles; of a snapshot's, those that it froze."""
    refuse_unknown_snapshot(db, selection)
    if selection.snapshot is None:
        yield from texts_in(db, selection.plan())
        return
    for row in ArticleRows(db, selection):
        yield row.published_on, words(row.headline), words(row.lead), words(row.body)


def corpus_texts(db: Database, selection: Selection, also: Condition | None = None) -> Iterator[Text]:
    """Yield the words of a selection's corpus; of a snapshot, those that it froze.

    ``also`` is one more condition over ``articles a``.
    """
    plan = corpus_of(selection)
    if selection.snapshot is None:
        yield from texts_in(db, plan, also)
        return
    where = plan.where()
    more = also or Condition("1")
    held = db.execute(f"SELECT a.id FROM {plan.tables} WHERE {where.sql} AND {more.sql}", (*where.values, *more.values))
    yield from texts_of(db, Selection(snapshot=selection.snapshot, among=tuple(row[0] for row in held.fetchall())))


def texts_in(db: Database, plan: Plan, also: Condition | None = None) -> Iterator[Text]:
    """Yield the words of a plan's articles, read back from the index instead of being cut once more.

    ``also`` is one more condition over ``articles a``.
    """
    where = plan.where()
    more = f" AND {also.sql}" if also is not None else ""
    for day, headline, lead, body in db.execute(
        "SELECT a.published_on, t.headline, t.lead, t.body FROM articles a JOIN articles_fts t ON t.rowid = a.id"
        f" WHERE a.id IN (SELECT a.id FROM {plan.tables} WHERE {where.sql}){more} ORDER BY a.id",
        (*where.values, *(also.values if also is not None else ())),
    ):
        yield day, headline.split(), lead.split(), body.split()
