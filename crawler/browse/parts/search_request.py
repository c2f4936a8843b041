"""Reads the parameters of a search page, its feed, and the pages that its hits lead to; words them for people."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, get_args

from crawler.archive.search.query import FILTERS, MAX_LENGTH
from crawler.archive.search.ranking import SearchOrder
from crawler.archive.search.selection import NotedArticles, Selection
from crawler.archive.search.units import Unit
from crawler.browse.notes_desk import NotesDesk
from crawler.browse.parts.pagination import read_page_number
from crawler.errors import BadQuery
from crawler.notes.filters import NoteFilter, find_noted_articles
from crawler.notes.records import BadNote, NoSuchNote

WITH_PASSAGES: Final = "passages"
DENSE: Final = "lines"
"""Values of the parameter ``view``: hits with their passages, or in a line each."""

UNIT_LABELS: Final[Mapping[Unit, str]] = {
    "article": "Every article",
    "story": "Stories, in whatever languages",
    "text": "Texts, however often printed",
}
"""Unit → what the form calls it."""
NOTE_PARAMETERS: Final = ("tag", "code", "noted")
"""Conditions on notes, where notes are served: a tag, ``name=value`` of a code, anything at all."""
SHEET_PARAMETERS: Final = ("q", *FILTERS, "unit", *NOTE_PARAMETERS)
"""What selects articles: the parameters of a search that a sheet to be coded takes over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """The parameters of a search, read and checked. The feed takes the same ones."""

    selection: Selection
    order: SearchOrder
    page: int
    parameters: Mapping[str, str]
    """The known ones, as they came, without ``order``, ``view`` and ``page``."""
    is_dense: bool = False
    """Hits are shown in a line each."""

    def change(self, **changes: Any) -> dict[str, Any]:
        """Return the parameters of its address with some changed; None removes one, and the first page is meant."""
        order = {} if self.order == "rank" else {"order": self.order}
        view = {"view": DENSE} if self.is_dense else {}
        return {**self.parameters, **order, **view, **changes}


def read_search_request(arguments: Mapping[str, str], desk: NotesDesk | None = None) -> SearchRequest:
    """Return the search that the parameters describe; raises BadQuery for parameters that make no sense.

    With a ``desk`` the parameters may ask its notes, too; without one these are ignored.
    """
    for name, value in arguments.items():
        if len(value) > MAX_LENGTH:
            raise BadQuery(f"{name[:40]} is longer than {MAX_LENGTH:,} characters")
    query = arguments.get("q", "")
    conditions = {name: arguments[name] for name in FILTERS if name in arguments}
    unit = arguments.get("unit", "article")
    order = arguments.get("order", "rank")
    if order not in get_args(SearchOrder):
        raise BadQuery(f"order is one of {', '.join(get_args(SearchOrder))}, not {order[:40]!r}")
    view = arguments.get("view", WITH_PASSAGES)
    if view not in (WITH_PASSAGES, DENSE):
        raise BadQuery(f"view is {WITH_PASSAGES} or {DENSE}, not {view[:40]!r}")
    number = read_page_number(arguments)
    filters: dict[str, Any] = conditions
    of_notes = {name: arguments[name] for name in NOTE_PARAMETERS if desk is not None and name in arguments}
    return SearchRequest(
        selection=Selection(query=query, unit=unit, noted=_find_noted(of_notes, desk), **filters),  # type: ignore[arg-type]  # which refuses others
        order=order,  # type: ignore[arg-type]  # looked up above
        page=number,
        is_dense=view == DENSE,
        parameters={
            **({"q": query} if query else {}),
            **conditions,
            **({"unit": unit} if unit != "article" else {}),
            **of_notes,
        },
    )


def _find_noted(of_notes: Mapping[str, str], desk: NotesDesk | None) -> NotedArticles | None:
    """Return the articles that the conditions on notes mean; None without any. Raises BadQuery."""
    if not of_notes or desk is None:
        return None
    note_filter = NoteFilter(
        tags=[of_notes["tag"]] if "tag" in of_notes else [],
        codes=[of_notes["code"]] if "code" in of_notes else [],
        noted="noted" in of_notes,
    )
    try:
        with desk.open() as notes:
            return find_noted_articles(notes, note_filter)
    except (BadNote, NoSuchNote) as error:
        raise BadQuery(str(error)) from error


def describe_request(search_request: SearchRequest) -> str:
    """Return a search in a few words, for a list of searches."""
    conditions = (_describe_condition(name, value) for name, value in search_request.parameters.items() if name != "q")
    return (
        ", ".join(condition for condition in (search_request.selection.query, *conditions) if condition)
        or "All articles"
    )


def _describe_condition(name: str, value: str) -> str:
    if name == "noted":
        return "with notes"
    return f"counted by {value}" if name == "unit" else f"{name} {value.removeprefix('=')}"


def format_command(search_request: SearchRequest) -> str:
    """Return the options of the command line that select the same articles, quoted for a shell."""
    options = [
        f"--{name}" if name == "noted" else f"--{name} {shlex.quote(value)}"
        for name, value in search_request.parameters.items()
        if name not in ("q", "story")
    ]
    query = search_request.selection.query
    if "story" in search_request.parameters:
        query = f"{query} story:{search_request.parameters['story']}".strip()
    return " ".join(word for word in (*options, "--", shlex.quote(query)) if word)
