"""Places: the list of those that datelines name, and a page for each."""

from __future__ import annotations

from typing import Final

from crawler.archive.authority.places import list_place_spellings
from crawler.archive.search.facets import Facet, tally
from crawler.archive.search.ranking import search as find
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
def places(asked: PageRequest) -> PageResponse:
    """List the places that most articles come from."""
    found = tally(asked.archive.db, Selection(), ["place"], MAX_LISTED + 1).facets["place"]
    return PageResponse(template="places.html", context={"places": found[:MAX_LISTED], "more": len(found) > MAX_LISTED})


@page("place", pool="asking")
def place(asked: PageRequest) -> PageResponse:
    """Show what was written at a place."""
    name = asked.arguments.get("name", "").removeprefix("=")[:300]
    db = asked.archive.db
    try:
        selection = Selection(place=f"={name}")
    except BadQuery:
        raise PageMissing("There is no such place in this archive.") from None
    turn_first = "page" not in asked.arguments
    names: list[Facet] = ["language", "author", "kicker", "month"] if turn_first else []
    counted = tally(db, selection, names, MAX_SHOWN, all_of=("month",))
    if not counted.total:
        raise PageMissing(f"No article comes from a place called {name}.")
    turn = paginate(asked.arguments, counted.total, lambda to: asked.links.place(name, page=to))
    months = counted.facets["month"] if turn_first else ()
    spellings = list_place_spellings(db, name, MAX_SPELLINGS)

    def chosen(**conditions: str) -> str:
        return asked.links.search(place=f"={name}", **conditions)

    return PageResponse(
        template="place.html",
        context={
            "place": spellings[0].printed,
            "spellings": spellings,
            "total": counted.total,
            "turn": turn,
            "hits": find(db, selection, PER_PAGE, turn.offset, "newest"),
            "bars": chart_by_time(
                {month.value: month.count for month in months}, lambda period: chosen(since=period, until=period)
            ),
            "facets": [
                (
                    label,
                    name,
                    [(value.label, value.count, chosen(**{name: value.value})) for value in counted.facets[name]],
                )
                for name, label in (("language", "Languages"), ("author", "Authors"), ("kicker", "Kickers"))
                if name in counted.facets
            ],
            "search": chosen(),
            "feed": asked.links.feed(place=f"={name}"),
        },
    )
