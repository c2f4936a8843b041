"""Finds the corpus that a selection is measured against, and reads the words of its articles.

A query asks for something; its language, its site, its days and its snapshot say of what. So the corpus of
``harbour language:en since:2010`` is every English article since 2010, and a share is a share of that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from crawler.archive.articles.selected import ArticleRows
from crawler.archive.search.compiler import Condition, QueryPlan, compile_query
from crawler.archive.search.query import And, Filter, NoneOf, Or, Query, QueryNode
from crawler.archive.search.selection import Selection, refuse_unknown_snapshot
from crawler.archive.search.texts import iter_indexed_texts, list_ids
from crawler.archive.search.units import limit_to_units
from crawler.normalisation.tokenizer import index_words

if TYPE_CHECKING:
    from sqlite_utils import Database

UNARCHIVED_LIMITS: Final = ("language", "site", "since", "until")
"""The conditions that addresses which are known and not archived can meet, too."""
CORPUS_LIMITS: Final = (*UNARCHIVED_LIMITS, "snapshot")
"""The conditions that make a corpus; all others are part of the question."""


def make_corpus_plan(selection: Selection, limits: tuple[str, ...] = CORPUS_LIMITS) -> QueryPlan:
    """Return the articles that a selection is measured against.

    Counted are options and, in the query, what stands beside the words and is about the ``limits`` alone:
    ``(language:en OR language:it) harbour`` is measured against both languages.
    """
    nodes = tuple(node for node in split_conjunction(selection) if _is_limited_to(node, limits))
    filters = [filter_ for filter_ in selection.filters() if filter_.name in limits]
    return compile_query(Query("", And(nodes) if nodes else None), filters)


def make_unit_corpus_plan(selection: Selection) -> QueryPlan:
    """Return the corpus of a selection in its unit: of each story, or text, of the corpus the first article."""
    plan = make_corpus_plan(selection)
    limit_to_units(plan, selection.unit)
    return plan


def split_conjunction(selection: Selection) -> tuple[QueryNode, ...]:
    """Return the parts of a selection's query that must all hold."""
    node = selection.parse().node
    if node is None:
        return ()
    return node.nodes if isinstance(node, And) else (node,)


def _is_limited_to(node: QueryNode, limits: tuple[str, ...]) -> bool:
    match node:
        case Filter():
            return node.name in limits
        case NoneOf():
            return _is_limited_to(node.node, limits)
        case And() | Or():
            return all(_is_limited_to(child, limits) for child in node.nodes)
        case _:
            return False


Text = tuple[str | None, list[str], list[str], list[str]]
"""The day of an article, and the words of its headline, lead and body as the index holds them, barriers among them."""


def iter_selection_texts(db: Database, selection: Selection) -> Iterator[Text]:
    """Yield the words of a selection's articles; of a snapshot's, those that it froze."""
    refuse_unknown_snapshot(db, selection)
    if selection.snapshot is None:
        yield from iter_plan_texts(db, selection.plan())
        return
    for row in ArticleRows(db, selection):
        yield row.published_on, index_words(row.headline), index_words(row.lead), index_words(row.body)


def iter_corpus_texts(db: Database, selection: Selection, *, outside: bool = False) -> Iterator[Text]:
    """Yield the words of a selection's corpus, in its unit; of a snapshot, those that it froze.

    With ``outside`` only of the articles that the selection does not find, in whatever unit.
    """
    plan = make_corpus_plan(selection)
    if outside:
        article_plan = replace(selection, unit="article").plan()
        where = article_plan.make_where()
        plan.conditions.append(
            Condition(f"a.id NOT IN (SELECT a.id FROM {article_plan.tables} WHERE {where.sql})", where.values)
        )
    limit_to_units(plan, selection.unit)
    if selection.snapshot is None:
        yield from iter_plan_texts(db, plan)
    else:
        yield from iter_selection_texts(db, Selection(snapshot=selection.snapshot, among=list_ids(db, plan)))


def iter_plan_texts(db: Database, plan: QueryPlan) -> Iterator[Text]:
    """Yield the words of a plan's articles, read back from the index instead of being cut once more."""
    for text in iter_indexed_texts(db, plan):
        yield text.published_on, text.headline.split(), text.lead.split(), text.body.split()
