"""Leads from hit to hit of a search through the articles' own pages, with the searched words marked in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from crawler.archive.search.query import FILTERS, Term
from crawler.archive.search.ranking import find_ids
from crawler.archive.search.selection import count
from crawler.archive.search.snippets import Span, find_spans, list_marked_terms
from crawler.browse.page import PageRequest
from crawler.browse.parts.pagination import MAX_PAGES, PER_PAGE
from crawler.browse.parts.search_request import NOTE_PARAMETERS, SearchRequest, describe_request, read_search_request
from crawler.errors import BadQuery
from crawler.normalisation.words.digits import parse_digits

_SECONDS: Final = 0.7
"""An article without its neighbours in time is better than one with them too late."""


@dataclass(frozen=True, slots=True)
class Marks:
    """The words of a query, which are to be marked."""

    terms: Sequence[Term]

    def find(self, text: str, column: str) -> tuple[Span, ...]:
        """Return where they stand in a headline, or in a paragraph of a lead or a body, as ``column`` says."""
        return find_spans(text, [term for term in self.terms if term.column in (None, column)])


@dataclass(frozen=True, slots=True, kw_only=True)
class HitWalk:
    """Where an article stands among the hits of a search."""

    marks: Marks
    title: str
    """The search in a few words."""
    back: str
    """The address of the page of hits that it stands on."""
    number: int | None = None
    """Its place from 1; None where it is not the hit that the address says, as after a crawl."""
    total: int | None = None
    before: str | None = None
    after: str | None = None


def make_hit_walk(request: PageRequest, article_id: int) -> HitWalk | None:
    """Return the walk for an article whose address has the parameters of a search; None without any, or odd ones."""
    if not {"q", "hit", *FILTERS, *NOTE_PARAMETERS} & request.arguments.keys():
        return None
    try:
        search_request = read_search_request(
            {name: value for name, value in request.arguments.items() if name not in ("hit", "page")}, request.desk
        )
    except BadQuery:
        return None
    number = parse_digits(request.arguments.get("hit", ""), most=6) or 0
    marks = Marks(list_marked_terms(search_request.selection.parse().node))
    title = describe_request(search_request)
    if not 1 <= number <= MAX_PAGES * PER_PAGE:
        return HitWalk(marks=marks, title=title, back=request.links.search(**search_request.change()))
    page = (number - 1) // PER_PAGE + 1
    back = request.links.search(**search_request.change(page=page if page > 1 else None))
    neighbours = request.time_limit.try_within(_SECONDS, lambda: _find_neighbours(request, search_request, number))
    if neighbours is None or neighbours.get(number) != article_id:
        return HitWalk(marks=marks, title=title, back=back)
    addresses = {
        place: request.links.hit(neighbour, place, search_request.change()) for place, neighbour in neighbours.items()
    }
    return HitWalk(
        marks=marks,
        title=title,
        back=back,
        number=number,
        total=request.time_limit.try_within(_SECONDS, lambda: count(request.archive.db, search_request.selection)),
        before=addresses.get(number - 1),
        after=addresses.get(number + 1) if number < MAX_PAGES * PER_PAGE else None,
    )


def _find_neighbours(request: PageRequest, search_request: SearchRequest, number: int) -> dict[int, int]:
    """Return the ids of a hit and of those before and after it, by their places."""
    first = max(number - 1, 1)
    rows = find_ids(request.archive.db, search_request.selection, number + 2 - first, first - 1, search_request.order)
    return {first + index: article_id for index, (article_id, _) in enumerate(rows)}
