"""Compiles a query's tree into an FTS5 expression and SQL conditions, which SQLite always accepts.

Nodes on texts alone become the FTS5 expression; filters, and groups with a filter inside, become conditions.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from crawler.archive.search.places import compile_country, compile_place
from crawler.archive.search.query import And, Filter, Near, NoneOf, Or, Query, QueryNode, Term
from crawler.archive.search.query_parser import parse_query
from crawler.normalisation.words.tokenizer import EVERY_ARTICLE, index_words

MATCH_NOTHING: Final = '"\ue002"'
"""A valid expression that matches nothing; an empty one is an error in FTS5."""

NARROW_ARTICLES: Final = "articles a INDEXED BY articles_narrow"
"""The articles through an index of their id, site, language, days, words, place and kicker, without texts: it reads 80
bytes where a row has 4 kB. Selecting other columns costs reading the row."""

_MATCH_CONDITION = "a.id IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?)"


@dataclass(frozen=True, slots=True)
class Condition:
    """A piece of SQL and its values."""

    sql: str
    values: tuple[Any, ...] = ()


@dataclass(slots=True)
class QueryPlan:
    """A compiled query."""

    match: str | None = None
    """The FTS5 expression that also ranks."""
    ranked: bool = False
    conditions: list[Condition] = field(default_factory=list)

    def make_where(self) -> Condition:
        """Return the match and all conditions joined with AND, on ``articles a`` and ``articles_fts``."""
        parts = [Condition("articles_fts MATCH ?", (self.match,))] if self.match is not None else []
        parts += self.conditions
        if not parts:
            return Condition("1")
        return Condition(
            " AND ".join(part.sql for part in parts), tuple(value for part in parts for value in part.values)
        )

    @property
    def tables(self) -> str:
        """The tables to select from: the matches first, then the articles through their narrow index."""
        return (
            "articles a"
            if self.match is None
            else f"articles_fts CROSS JOIN {NARROW_ARTICLES} ON a.id = articles_fts.rowid"
        )

    def is_unlimited(self) -> bool:
        """Return True if nothing is asked of the articles."""
        return self.match is None and not self.conditions

    def make_ids_query(self) -> Condition:
        """Return a SELECT of the ids of all articles of the plan."""
        where = self.make_where()
        if self.match is not None and not self.conditions:
            return Condition(f"SELECT rowid FROM articles_fts WHERE {where.sql}", where.values)
        return Condition(f"SELECT a.id FROM {self.tables} WHERE {where.sql}", where.values)


def compile_box_query(text: str) -> QueryPlan:
    """Compile a query for a search box that runs ``match`` on the index itself, with the conditions beside it.

    ``match`` is always a valid expression: it matches everything when there are only conditions, nothing for an empty
    query.
    """
    query = parse_query(text)
    plan = compile_query(query)
    if plan.match is None:
        plan.match = MATCH_NOTHING if query.node is None else f'"{EVERY_ARTICLE}"'
    return plan


def name_values(conditions: Sequence[Condition], prefix: str) -> tuple[list[str], dict[str, Any]]:
    """Return conditions on ``articles a`` as SQL on the ``id`` of an article, and their values by name.

    The names begin with ``prefix``. It is for a query of somebody else, which has parameters of its own.

    >>> name_values([Condition("a.language = ?", ("en",))], "own")
    (['id IN (SELECT a.id FROM articles a WHERE a.language = :own_0)'], {'own_0': 'en'})
    """
    clauses: list[str] = []
    values: dict[str, Any] = {}
    for condition in conditions:
        sql = condition.sql
        for value in condition.values:
            name = f"{prefix}_{len(values)}"
            values[name] = value
            sql = sql.replace("?", f":{name}", 1)
        clauses.append(f"id IN (SELECT a.id FROM articles a WHERE {sql})")
    return clauses, values


def compile_query(query: Query, extra: Sequence[Filter] = ()) -> QueryPlan:
    """Compile a query and further conditions."""
    plan = QueryPlan()
    if query.node is not None:
        nodes = query.node.nodes if isinstance(query.node, And) else (query.node,)
        textual = [node for node in nodes if _compile_fts(node) is not None]
        if textual:
            plan.match = _compile_fts(And(tuple(textual)))
            plan.ranked = not all(isinstance(node, NoneOf) for node in textual)
        plan.conditions = [_compile_sql(node) for node in nodes if _compile_fts(node) is None]
    elif query.text.strip():
        plan.conditions = [Condition("0")]
    plan.conditions += [_compile_sql(filter_) for filter_ in extra]
    return plan


def _compile_fts(node: QueryNode) -> str | None:
    """Return a node as an FTS5 expression, in parentheses where needed; None for a node that has a filter."""
    match node:
        case Term():
            return _format_column(node.column) + _format_phrase(node)
        case Near():
            terms = " ".join(_format_phrase(term) for term in node.terms)
            return f"{_format_column(node.column)}NEAR({terms}, {node.distance})"
        case Filter():
            return None
        case NoneOf():
            negated = _compile_fts(node.node)
            return None if negated is None else f'("{EVERY_ARTICLE}" NOT {negated})'
        case Or():
            parts = [part for part in map(_compile_fts, node.nodes) if part is not None]
            return f"({' OR '.join(parts)})" if len(parts) == len(node.nodes) else None
        case And():
            positive_parts: list[str] = []
            negative_parts: list[str] = []
            for child in node.nodes:
                part = _compile_fts(child.node if isinstance(child, NoneOf) else child)
                if part is None:
                    return None
                (negative_parts if isinstance(child, NoneOf) else positive_parts).append(part)
            positive = " AND ".join(positive_parts) or f'"{EVERY_ARTICLE}"'
            return f"(({positive}) NOT ({' OR '.join(negative_parts)}))" if negative_parts else f"({positive})"


def _format_column(column: str | None) -> str:
    return f"{column} : " if column else ""


def _format_phrase(term: Term) -> str:
    # Words consist of letters, digits and marks only, so no quotation mark can end the phrase.
    return f'"{" ".join(term.words)}"' + (" *" if term.prefix else "")


def _compile_sql(node: QueryNode) -> Condition:
    expression = _compile_fts(node)
    if expression is not None:
        return Condition(_MATCH_CONDITION, (expression,))
    match node:
        case Filter():
            return _compile_filter(node)
        case NoneOf():
            negated = _compile_sql(node.node)
            # A filter on something unknown is NULL; "not that" then means yes.
            return Condition(f"NOT coalesce(({negated.sql}), 0)", negated.values)
        case And() | Or():
            parts = [_compile_sql(child) for child in node.nodes]
            operator = " AND " if isinstance(node, And) else " OR "
            return Condition(
                f"({operator.join(part.sql for part in parts)})",
                tuple(value for part in parts for value in part.values),
            )
        case _:
            return Condition("0")


def _compile_filter(node: Filter) -> Condition:
    if node.exact and node.name in ("author", "place", "kicker"):
        return _make_exact_condition(node.name, " ".join(index_words(node.value)))
    key = " " + " ".join(index_words(node.value)) + ("" if node.prefix else " ")
    match node.name:
        case "author":
            byline = _format_column("byline") + _format_phrase(Term(tuple(index_words(node.value)), node.prefix))
            return Condition(
                "(a.id IN (SELECT aa.article_id FROM article_authors aa JOIN authors au ON au.id = aa.author_id"
                f" WHERE instr(' ' || au.name_key || ' ', ?) > 0) OR {_MATCH_CONDITION})",
                (key, byline),
            )
        case "place":
            return Condition(*compile_place(key.strip(), exact=False, prefix=node.prefix))
        case "country":
            return Condition(*compile_country(_replace_surrogates(node.value)))
        case "kicker":
            return Condition("instr(' ' || a.kicker_key || ' ', ?) > 0", (key,))
        case "story":
            return Condition("a.story = ?", (_replace_surrogates(node.value),))
        case "since":
            return Condition("a.published_on >= ?", (node.value,))  # "2022-03" is before every day of the month
        case "until":
            return Condition("a.published_on <= ?", (node.value + "~",))  # and "2022-03~" after
        case "snapshot":
            return Condition(
                "a.id IN (SELECT sa.article_id FROM snapshot_articles sa JOIN snapshots s ON s.id = sa.snapshot_id"
                " WHERE s.name = ? AND sa.article_id IS NOT NULL)",
                (_replace_surrogates(node.value),),
            )
        case "language":
            return Condition("a.language = ?", (_replace_surrogates(node.value.lower()),))
        case _:
            names = [_replace_surrogates(name.strip()) for name in node.value.lower().split(",")]
            if len(names) == 1:
                return Condition("a.site = ?", tuple(names))
            return Condition("a.site IN (SELECT value FROM json_each(?))", (json.dumps(names),))


def _make_exact_condition(name: str, key: str) -> Condition:
    if name == "author":
        return Condition(
            "a.id IN (SELECT aa.article_id FROM article_authors aa JOIN authors au ON au.id = aa.author_id"
            " WHERE au.name_key = ?)",
            (key,),
        )
    if name == "place":
        return Condition(*compile_place(key, exact=True, prefix=False))
    return Condition(f"a.{name}_key = ?", (key,))


def _replace_surrogates(value: str) -> str:
    """Replace lone surrogates, which SQLite refuses: they equal nothing in the archive."""
    return value.encode("utf-8", "replace").decode()
