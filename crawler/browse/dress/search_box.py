"""Compiles the search box of a table page: the parameters of a request go in, conditions on the articles come out.

Datasette hands the query to ``escape_fts``, which can only return what the text has to match. Places, languages, days
and everything else that is not text are added here, so that the box understands the whole language.
"""

from __future__ import annotations

from typing import Any

from datasette.filters import FilterArguments

from crawler.archive.search.compiler import compile_box_query, name_values


def compile_conditions(arguments: Any) -> FilterArguments:
    """Return the conditions of ``?_search=``; none for another mode or a search in one column."""
    if "_search" not in arguments or arguments.get("_searchmode") == "raw":
        return FilterArguments([])
    clauses, values = name_values(compile_box_query(arguments["_search"]).conditions, "seealso")
    return FilterArguments(clauses, params=values)
