"""SQL functions for connections to an archive: our query language and our folding, for search box and saved queries.

=======================================  ====================================================================
``escape_fts(words)``                    what Datasette's search box calls; here it speaks our query language
``seealso_match(words)``                 the same, for ``articles_fts match seealso_match(:query)``
``seealso_fold(text)``                   text folded for comparing: capitals, accents, ł and ø do not count
``seealso_snippet(lead, body, words)``   some words around the first hit
=======================================  ====================================================================

All are deterministic, take NULL, and raise nothing.
"""

from __future__ import annotations

import sqlite3
from functools import lru_cache
from typing import Any

from crawler.archive.compiling import fts_expression
from crawler.archive.query import Term, parse_query
from crawler.archive.snippets import excerpt, terms_of
from crawler.normalisation.text import fold


def register(connection: sqlite3.Connection) -> None:
    """Define the functions on a connection."""
    connection.create_function("escape_fts", 1, match)
    connection.create_function("seealso_match", 1, match, deterministic=True)
    connection.create_function("seealso_fold", 1, folded, deterministic=True)
    connection.create_function("seealso_snippet", 3, snippet, deterministic=True)


def match(words: Any) -> str:
    """Return the FTS5 expression of a query in our language; one that finds nothing for no query."""
    return fts_expression("" if words is None else str(words))


def folded(text: Any) -> str | None:
    """Return text folded for comparing."""
    return None if text is None else fold(str(text))


def snippet(lead: Any, body: Any, words: Any) -> str | None:
    """Return the passage of lead or body with the most of a query's words, or its beginning."""
    texts = [(name, None if text is None else str(text)) for name, text in (("lead", lead), ("body", body))]
    return excerpt(texts, _terms("" if words is None else str(words))).text or None


@lru_cache(maxsize=64)  # asked for once a row
def _terms(words: str) -> tuple[Term, ...]:
    return terms_of(parse_query(words).node)
