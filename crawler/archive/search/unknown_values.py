"""Refuses filters that can select nothing: values that no article has, and days that end before they begin.

A misspelt language would otherwise be answered like a word that nobody wrote: with a zero.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from typing import Final

from sqlite_utils import Database

from crawler.archive.database import select_column, select_value
from crawler.archive.search.compiler import NARROW_ARTICLES, compile_query
from crawler.archive.search.query import NAME_FILTERS, And, Filter, NoneOf, Or, Query, QueryNode
from crawler.archive.search.selection import Selection, refuse_unknown_snapshot
from crawler.errors import BadQuery, UnknownValue
from crawler.normalisation.dates.periods import read_period
from crawler.normalisation.words.tokenizer import index_words

MAX_LISTED: Final = 10
"""Values that a message lists, the most frequent first."""
MAX_COMPARED: Final = 5_000
"""Values that a misspelt one is compared with, the most frequent first."""
_MIN_SIMILARITY: Final = 0.72
_SHOWN_LETTERS: Final = 60
_SUBJECTS: Final = {
    "language": "no article is in the language",
    "site": "no article is of the site",
    "author": "no article is by an author",
    "place": "no article has in its dateline the place",
    "country": "no article is from the country",
    "kicker": "no article has as its kicker",
}
_LISTS: Final = {
    "language": f"SELECT a.language FROM {NARROW_ARTICLES} GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT ?",
    "site": f"SELECT a.site FROM {NARROW_ARTICLES} GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT ?",
    "author": "SELECT au.name FROM authors au JOIN article_authors aa ON aa.author_id = au.id GROUP BY au.id"
    " ORDER BY count(*) DESC, 1 LIMIT ?",
    "country": "SELECT p.country FROM places p JOIN place_names n ON n.place_id = p.id WHERE p.country IS NOT NULL"
    " GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT ?",
    "place": "SELECT a.dateline_place FROM articles a WHERE a.dateline_place IS NOT NULL GROUP BY a.place_key"
    " ORDER BY count(*) DESC, 1 LIMIT ?",
    "kicker": "SELECT a.kicker FROM articles a WHERE a.kicker IS NOT NULL GROUP BY a.kicker_key"
    " ORDER BY count(*) DESC, 1 LIMIT ?",
}
_CODES: Final = ("language", "site", "country")
"""Filters whose values are few, so that a message lists them, and which are refused inside a query too."""


def refuse_unknown_values(db: Database, selection: Selection, *, names_in_query: bool = False) -> None:
    """Raise BadQuery for a selection that a filter leaves nothing, whatever is searched for.

    That is a day ``until`` before the day ``since``, or (as UnknownValue or UnknownSnapshot) a language, site or
    snapshot without articles, as an option or in the query, and an author, place or kicker without articles as an
    option. With ``names_in_query`` one that must hold in the query is refused, too: where the answer is a count, and no
    other spelling is proposed. In an archive without any article no value is unknown.
    """
    query = selection.parse()
    _refuse_backward_days([*selection.filters(), *_iter_conjunction(query.node)])
    filters = [
        *selection.filters(),
        *(node for node in _iter_filters(query.node) if node.name in (*_CODES, "snapshot")),
        *(node for node in _iter_conjunction(query.node) if names_in_query and node.name in NAME_FILTERS),
    ]
    for filter_ in filters:
        if filter_.name == "snapshot":
            refuse_unknown_snapshot(db, Selection(snapshot=filter_.value))
    if not is_empty(db):
        for filter_ in filters:
            if filter_.name in _SUBJECTS:
                _refuse_unknown(db, filter_)


def is_empty(db: Database) -> bool:
    """Return True if an archive holds no article."""
    return not select_value(db, "SELECT EXISTS (SELECT 1 FROM articles)")


def _refuse_backward_days(filters: Sequence[Filter]) -> None:
    since = max((read_period(filter_.value)[0] for filter_ in filters if filter_.name == "since"), default=None)
    until = min((read_period(filter_.value)[1] for filter_ in filters if filter_.name == "until"), default=None)
    if since is not None and until is not None and since > until:
        raise BadQuery(f"since {since} is after until {until}: nothing was published between them")


def _refuse_unknown(db: Database, filter_: Filter) -> None:
    values = filter_.value.split(",") if filter_.name == "site" else [filter_.value]
    for value in (value.strip() for value in values):
        plan = compile_query(Query("", None), [Filter(filter_.name, value, filter_.prefix, filter_.exact)])
        where = plan.make_where()
        if not select_value(db, f"SELECT EXISTS (SELECT 1 FROM {NARROW_ARTICLES} WHERE {where.sql})", where.values):
            raise _describe(filter_.name, value, select_column(db, _LISTS[filter_.name], (MAX_COMPARED,)))


def _describe(name: str, value: str, values: Sequence[str]) -> UnknownValue:
    shown = value[:_SHOWN_LETTERS].encode("utf-8", "replace").decode()
    similar = _find_similar(value, values)
    question = f"; did you mean {' or '.join(map(repr, similar))}?" if similar else ""
    if name not in _CODES:
        command = "seealso authors list" if name == "author" else "seealso search --facets ''"
        return UnknownValue(f"{_SUBJECTS[name]} {shown!r}{question}", name, "" if question else command)
    if name == "country" and not values:
        return UnknownValue(f"{_SUBJECTS[name]} {shown!r}; no place is located yet: seealso places locate")
    rest = f" and {len(values) - MAX_LISTED:,} more" if len(values) > MAX_LISTED else ""
    there_are = f"there are: {', '.join(values[:MAX_LISTED])}{rest}"
    return UnknownValue(f"{_SUBJECTS[name]} {shown!r}{question or ';'} {there_are}", name)


def _find_similar(value: str, values: Sequence[str]) -> list[str]:
    """Return at most three of the values that are spelt like a value, or have a word that is."""
    wanted = " ".join(index_words(value[:_SHOWN_LETTERS]))
    names: dict[str, str] = {}
    for name in values:
        words = index_words(name)
        for spelling in (" ".join(words), *words):
            names.setdefault(spelling, name)
    matches = difflib.get_close_matches(wanted, names, 6, _MIN_SIMILARITY) if wanted else []
    return list(dict.fromkeys(names[match] for match in matches))[:3]


def _iter_filters(node: QueryNode | None) -> Iterator[Filter]:
    """Yield the filters of a query that select; what is behind a minus selects nothing."""
    match node:
        case Filter():
            yield node
        case And() | Or():
            for child in node.nodes:
                yield from _iter_filters(child)
        case NoneOf() | _:
            return


def _iter_conjunction(node: QueryNode | None) -> Iterator[Filter]:
    """Yield the filters of a query that must all hold."""
    match node:
        case Filter():
            yield node
        case And():
            for child in node.nodes:
                yield from _iter_conjunction(child)
        case _:
            return
