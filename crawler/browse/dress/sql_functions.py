"""SQL functions of the query language and of folding, for the search box and the saved queries.

=======================================  ====================================================================
``seealso_hits(query, limit)``           the ids of a query's hits, the best first, as a JSON list
``seealso_match(query)``                 its FTS5 expression, for ``articles_fts match seealso_match(:query)``
``escape_fts(query)``                    the same; Datasette's search box calls it so
``seealso_fold(text)``                   text folded for comparing: capitals, accents, ł and ø do not count
``seealso_snippet(lead, body, query)``   a few words around the first hit
=======================================  ====================================================================

All are deterministic, accept NULL, and raise nothing.
"""

from __future__ import annotations

import json
import sqlite3
from functools import lru_cache
from typing import Any

from sqlite_utils import Database

from crawler.archive.search.compiler import MATCH_NOTHING, compile_box_query
from crawler.archive.search.query import Term
from crawler.archive.search.query_parser import parse_query
from crawler.archive.search.ranking import find_ids
from crawler.archive.search.selection import Selection
from crawler.archive.search.snippets import list_marked_terms, make_snippet
from crawler.normalisation.words.text import fold


def register_functions(connection: sqlite3.Connection) -> None:
    """Define the functions on a connection."""
    db = Database(connection, execute_plugins=False)
    connection.create_function("escape_fts", 1, compile_match)
    connection.create_function("seealso_hits", 2, lambda query, limit: find_hit_ids(db, query, limit))
    connection.create_function("seealso_match", 1, compile_match, deterministic=True)
    connection.create_function("seealso_fold", 1, fold_text, deterministic=True)
    connection.create_function("seealso_snippet", 3, cut_snippet, deterministic=True)


def compile_match(query: Any) -> str:
    """Return a query's conditions on the text as an FTS5 expression, without its other conditions.

    For the search box :mod:`crawler.browse.dress.search_box` adds these.
    """
    return compile_box_query("" if query is None else str(query)).match or MATCH_NOTHING


def find_hit_ids(db: Database, query: Any, limit: Any) -> str:
    """Return the ids of at most so many hits of a query, the best first, as JSON; none for no query."""
    selection = Selection(query="" if query is None else str(query))
    if not selection.query.strip():
        return "[]"
    max_hits = limit if isinstance(limit, int) else 100
    return json.dumps([number for number, _ in find_ids(db, selection, max_hits, 0, "rank")])


def fold_text(text: Any) -> str | None:
    """Return text folded for comparing."""
    return None if text is None else fold(str(text))


def cut_snippet(lead: Any, body: Any, query: Any) -> str | None:
    """Return the passage of lead or body with the most of a query's words, or its beginning."""
    texts = [(name, None if text is None else str(text)) for name, text in (("lead", lead), ("body", body))]
    return make_snippet(texts, _parse_terms("" if query is None else str(query))).text or None


@lru_cache(maxsize=64)  # called once a row
def _parse_terms(query: str) -> tuple[Term, ...]:
    return list_marked_terms(parse_query(query).node)
