"""Finds the corpus that a selection is measured against, and reads the words of its articles.

A query asks for something; its language, its site, its days and its snapshot say of what. So the corpus of
``harbour language:en since:2010`` is every English article since 2010, and a share is a share of that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from crawler.archive.articles.selected import ArticleRows
from crawler.archive.search.compiler import Condition, QueryPlan, compile_query
from crawler.archive.search.query import And, Filter, NoneOf, Or, Query, QueryNode
from crawler.archive.search.selection import Selection, refuse_unknown_snapshot
from crawler.archive.search.texts import IndexedText, iter_indexed_texts, list_ids
from crawler.archive.search.units import compile_units_found, limit_to_units
from crawler.normalisation.words.tokenizer import index_words
from crawler.research.words.segmentation import knows_language, segment_text
from crawler.research.words.tokens import Column, TokenRule, make_column, make_runs

if TYPE_CHECKING:
    from sqlite_utils import Database

    from crawler.research.forward_index.index import Array, ForwardIndex

UNARCHIVED_LIMITS: Final = ("language", "site", "since", "until")
"""The conditions that addresses which are known and not archived can meet, too."""
MOST_QUESTIONS_KEPT: Final = 20
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


def make_unit_corpus_plan(selection: Selection, *, outside: bool = False) -> QueryPlan:
    """Return the corpus of a selection in its unit: of each story, or text, of the corpus the first article.

    With ``outside`` only of units of which the selection finds no article: what is found counts on one side alone.
    """
    plan = make_corpus_plan(selection)
    if outside:
        ids_found = compile_units_found(replace(selection, unit="article").plan().make_ids_query(), selection.unit)
        plan.conditions.append(Condition(f"a.id NOT IN ({ids_found.sql})", ids_found.values))
    limit_to_units(plan, selection.unit)
    return plan


def is_whole_language(selection: Selection) -> bool:
    """Return True if the corpus of a selection of one language is all articles of that language."""
    if selection.unit != "article" or selection.language is None:
        return False
    in_query = [node for node in split_conjunction(selection) if _is_limited_to(node, CORPUS_LIMITS)]
    return not in_query and [filter_.name for filter_ in selection.filters() if filter_.name in CORPUS_LIMITS] == [
        "language"
    ]


def list_found_ids(db: Database, selection: Selection, index: ForwardIndex) -> Sequence[int]:
    """Return the ids of the articles of a selection of one language."""
    if selection.unit != "article" or selection.language is None:
        return list_ids(db, selection.plan())
    ids: Sequence[int] = index.select_language(find_rows_of_languages(db, selection, index), selection.language)
    return ids


def find_rows_of_languages(db: Database, selection: Selection, index: ForwardIndex) -> Array:
    """Return the rows of what a selection finds in all languages, whatever language and unit it has.

    They are looked for once for all languages, and for all pages that ask the same.
    """
    question = replace(selection, language=None, unit="article")
    if question == Selection():
        return index.find_rows(index.articles.ids)
    if question.noted is not None:  # of a file that changes by itself
        return index.find_rows(list_ids(db, question.plan()))
    rows = index.found_rows.pop(question, None)
    if rows is None:
        rows = index.find_rows(list_ids(db, question.plan()))
    index.found_rows[question] = rows
    while len(index.found_rows) > MOST_QUESTIONS_KEPT:
        index.found_rows.popitem(last=False)
    return rows


def list_corpus_ids(db: Database, selection: Selection, index: ForwardIndex) -> Sequence[int]:
    """Return the ids of the corpus of a selection of one language."""
    if selection.language is not None and is_whole_language(selection):
        ids: Sequence[int] = index.list_ids(selection.language)
        return ids
    return list_ids(db, make_unit_corpus_plan(selection))


def list_other_ids(db: Database, selection: Selection, found_ids: Sequence[int], index: ForwardIndex) -> Sequence[int]:
    """Return the ids of a corpus outside a selection of one language, which finds these articles."""
    if selection.language is not None and is_whole_language(selection):
        ids: Sequence[int] = index.list_other_ids(found_ids, selection.language)
        return ids
    return list_ids(db, make_unit_corpus_plan(selection, outside=True))


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


def iter_selection_texts(db: Database, selection: Selection) -> Iterator[IndexedText]:
    """Yield the words of a selection's articles; of a snapshot's, those that it froze."""
    refuse_unknown_snapshot(db, selection)
    if selection.snapshot is None:
        yield from iter_indexed_texts(db, selection.plan())
        return
    for row in ArticleRows(db, selection):
        yield IndexedText(row.published_on, index_words(row.headline), index_words(row.lead), index_words(row.body))


def iter_corpus_texts(db: Database, selection: Selection, *, outside: bool = False) -> Iterator[IndexedText]:
    """Yield the words of a selection's corpus (:func:`make_unit_corpus_plan`); of a snapshot, those that it froze."""
    plan = make_unit_corpus_plan(selection, outside=outside)
    if selection.snapshot is None:
        yield from iter_indexed_texts(db, plan)
    else:
        yield from iter_selection_texts(db, Selection(snapshot=selection.snapshot, among=list_ids(db, plan)))


Columns = tuple[Column, Column, Column]
"""Headline, lead and body of an article, with what is counted in them."""


def iter_selection_columns(db: Database, selection: Selection, rule: TokenRule) -> Iterator[Columns]:
    """Yield what a rule counts in a selection's articles; of a snapshot's, in those that it froze.

    Raises MissingExtra where a segmenter is asked for that is not installed.
    """
    if not _is_segmented(selection, rule):
        yield from make_columns(iter_selection_texts(db, selection), rule)
        return
    refuse_unknown_snapshot(db, selection)
    for row in ArticleRows(db, selection):
        headline, lead, body = (
            make_runs(segment_text(text, row.language), rule.ngrams or 1) for text in (row.headline, row.lead, row.body)
        )
        yield headline, lead, body


def iter_corpus_columns(
    db: Database, selection: Selection, rule: TokenRule, *, outside: bool = False
) -> Iterator[Columns]:
    """Yield what a rule counts in a selection's corpus (:func:`iter_corpus_texts`)."""
    if _is_segmented(selection, rule):
        ids = list_ids(db, make_unit_corpus_plan(selection, outside=outside))
        part = Selection(language=selection.language, snapshot=selection.snapshot, among=ids)
        yield from iter_selection_columns(db, part, rule)
    else:
        yield from make_columns(iter_corpus_texts(db, selection, outside=outside), rule)


def make_columns(texts: Iterable[IndexedText], rule: TokenRule) -> Iterator[Columns]:
    """Yield what a rule that needs no segmenter counts in texts."""
    for _, headline, lead, body in texts:
        yield make_column(headline, rule), make_column(lead, rule), make_column(body, rule)


def _is_segmented(selection: Selection, rule: TokenRule) -> bool:
    return rule.segmented and selection.language is not None and knows_language(selection.language)
