"""The list of the places that datelines name, and a page of each place."""

from __future__ import annotations

from typing import Final

from crawler.archive.places.listing import list_spellings
from crawler.archive.search.facets import Facet, tally
from crawler.archive.search.ranking import search as search_articles
from crawler.archive.search.selection import Selection
from crawler.browse.charts import chart_by_time
from crawler.browse.page import PageMissing, PageRequest, PageResponse, page
from crawler.browse.pagination import PER_PAGE, paginate
from crawler.errors import BadQuery

MAX_LISTED: Final = 300
"""Places on the list, the most frequent; a search finds every other one."""
MAX_SHOWN: Final = 10
"""Values of a facet."""
MAX_SPELLINGS: Final = 20


@page("places", menu="Places", pool="asking")
def places(request: PageRequest) -> PageResponse:
    """List the places that most articles come from."""
    values = tally(request.archive.db, Selection(), ["place"], MAX_LISTED + 1).facets["place"]
    return PageResponse(
        template="places.html", context={"places": values[:MAX_LISTED], "more": len(values) > MAX_LISTED}
    )


@page("place", pool="asking")
def place(request: PageRequest) -> PageResponse:
    """Show the articles with a place in their dateline."""
    name = request.arguments.get("name", "").removeprefix("=")[:300]
    db = request.archive.db
    try:
        selection = Selection(place=f"={name}")
    except BadQuery:
        raise PageMissing("There is no such place in this archive.") from None
    is_first = "page" not in request.arguments
    names: list[Facet] = ["language", "author", "kicker", "month"] if is_first else []
    facet_counts = tally(db, selection, names, MAX_SHOWN, all_of=("month",))
    if not facet_counts.total:
        raise PageMissing(f"No article comes from a place called {name}.")
    pagination = paginate(request.arguments, facet_counts.total, lambda to: request.links.place(name, page=to))
    months = facet_counts.facets["month"] if is_first else ()
    spellings = list_spellings(db, selection, MAX_SPELLINGS)

    def link_search(**conditions: str) -> str:
        return request.links.search(place=f"={name}", **conditions)

    return PageResponse(
        template="place.html",
        context={
            "place": spellings[0].printed,
            "spellings": spellings,
            "total": facet_counts.total,
            "turn": pagination,
            "hits": search_articles(db, selection, PER_PAGE, pagination.offset, "newest"),
            "bars": chart_by_time(
                {month.value: month.count for month in months}, lambda period: link_search(since=period, until=period)
            ),
            "facets": [
                (
                    label,
                    name,
                    [
                        (value.label, value.count, link_search(**{name: value.value}))
                        for value in facet_counts.facets[name]
                    ],
                )
                for name, label in (("language", "Languages"), ("author", "Authors"), ("kicker", "Kickers"))
                if name in facet_counts.facets
            ],
            "search": link_search(),
            "feed": request.links.feed(place=f"={name}"),
        },
    )
