"""The page of all values of a facet: every place, author, kicker … among the articles of a search, by their number."""

from __future__ import annotations

from typing import Any, Final

from crawler.archive.search.facets import Facet, tally
from crawler.browse.cache import count_once
from crawler.browse.drawing import formatting
from crawler.browse.page import PageMissing, PageRequest, PageResponse, page
from crawler.browse.parts.pagination import paginate
from crawler.browse.parts.search_request import describe_request, read_search_request
from crawler.browse.parts.study import make_csv

VALUES_PER_PAGE: Final = 100
FACET_TITLES: Final[dict[Facet, str]] = {
    "language": "Languages",
    "place": "Places",
    "country": "Countries",
    "author": "Authors",
    "kicker": "Kickers",
    "year": "Years",
    "site": "Publications",
}
"""Facet that has a page → its title."""


@page(r"values(?P<form>\.csv)?", section="search", pool="asking")
def values(request: PageRequest) -> PageResponse:
    """List all values of one facet of a search, the most frequent first, years from the newest."""
    name = request.arguments.get("facet", "")
    if name not in FACET_TITLES:
        raise PageMissing(f"There is no list of that; there is one of {', '.join(FACET_TITLES)}.")
    facet: Facet = name
    search_request = read_search_request(request.arguments)
    counts = count_once(
        request.file_state,
        f"values {facet} {search_request.selection}",
        lambda: tally(request.archive.db, search_request.selection, [facet], None),
    ).value
    facet_values = counts.facets[facet]
    make_label = {"language": formatting.language, "site": request.find_title}.get(facet, str)
    if request.route.get("form"):
        return make_csv(
            (facet, "label", "articles"),
            ({facet: value.value, "label": make_label(value.label), "articles": value.count} for value in facet_values),
        )
    pagination = paginate(
        request.arguments,
        len(facet_values),
        lambda to: request.links.values(facet, page=to, **search_request.parameters),
        per_page=VALUES_PER_PAGE,
    )

    def link(value: str) -> str:
        changes: dict[str, Any] = {"since": value, "until": value} if facet == "year" else {facet: value}
        return request.links.search(**search_request.change(**changes))

    return PageResponse(
        template="values.html",
        context={
            "title": FACET_TITLES[facet],
            "total": counts.total,
            "values": [
                (make_label(value.label), value.count, link(value.value))
                for value in facet_values[pagination.offset : pagination.offset + VALUES_PER_PAGE]
            ],
            "value_total": len(facet_values),
            "searched": describe_request(search_request) if search_request.parameters else None,
            "search": request.links.search(**search_request.change()),
            "turn": pagination,
            "csv": request.links.page("values.csv", facet=facet, **search_request.parameters),
        },
    )
