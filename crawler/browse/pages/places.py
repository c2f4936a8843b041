"""The places that articles come from, on a map and as tables, and a page of each place."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Final

from crawler.archive.places.listing import PlaceList, find_listed_place, list_places, list_spellings
from crawler.archive.places.new_names import count_new_names
from crawler.archive.search.facets import Facet, tally
from crawler.archive.search.ranking import search as search_articles
from crawler.archive.search.selection import Selection
from crawler.archive.search.units import UNIT_NOUNS
from crawler.browse.cache import count_once
from crawler.browse.drawing.charts import chart_by_time
from crawler.browse.page import READING_TABLES, PageMissing, PageRequest, PageResponse, page
from crawler.browse.parts.coins import make_coins
from crawler.browse.parts.pagination import PER_PAGE, paginate
from crawler.browse.parts.search_request import describe_request
from crawler.browse.parts.study import make_csv, make_study_context, read_study_request, refuse
from crawler.errors import BadQuery
from crawler.research.maps.projection import HEIGHT, WIDTH
from crawler.research.maps.world_map import draw_map, load_outline, make_circles

MAX_LISTED: Final = 300
"""Places in the table, the most frequent; a search and the CSV file have every other one."""
MAX_UNLOCATED: Final = 100
MAX_SHOWN: Final = 10
"""Values of a facet."""
MAX_SPELLINGS: Final = 20
_SVG_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
_COLUMNS: Final = ("label", "articles", "kind", "country", "country_name", "latitude", "longitude", "gazetteer_id")


@page(r"places(?P<form>\.csv|\.svg)?", menu="Places", pool="asking", tables=(*READING_TABLES, "places", "place_names"))
def places(request: PageRequest) -> PageResponse:
    """Show where the articles of a selection come from: on a map, as a table, by country, and what is not located."""
    try:
        study_request = read_study_request(request)
        selection = study_request.search.selection
        place_list = count_once(
            request.file_state, f"places {selection}", lambda: list_places(request.archive, selection)
        ).value
    except BadQuery as error:
        return refuse(request, "places.html", "places", error)
    circles = make_circles(place_list.places)
    noun, nouns = UNIT_NOUNS[selection.unit]
    note = _describe_rest(place_list, len(circles), nouns)
    match request.route.get("form"):
        case ".csv":
            return make_csv(
                _COLUMNS, ({name: getattr(entry, name) for name in _COLUMNS} for entry in place_list.places)
            )
        case ".svg":
            caption = f"Where {nouns} come from: {describe_request(study_request.search)}"
            return PageResponse(
                body=draw_map(circles, caption, note),
                content_type="image/svg+xml; charset=utf-8",
                headers={"Content-Security-Policy": _SVG_POLICY},
            )
    parameters = study_request.search.parameters

    def link(**changes: str) -> str:
        return request.links.search(**{**parameters, **changes})

    unlocated = [entry for entry in place_list.places if entry.country is None]
    outline = load_outline()
    return PageResponse(
        template="places.html",
        context=make_study_context(request, "places", study_request)
        | {
            "all": place_list,
            "noun": (noun, nouns),
            "note": note,
            "map": {"width": WIDTH, "height": HEIGHT, "land": outline.path, "scale": f"{1 / outline.fineness:g}"},
            "source": outline.source,
            "circles": [(circle, link(place=f"={circle.place.label}")) for circle in circles],
            "rows": [
                (entry, request.links.place(entry.label), link(place=f"={entry.label}"))
                for entry in place_list.places[:MAX_LISTED]
            ],
            "unlocated": [
                (entry, request.links.place(entry.label), link(place=f"={entry.label}"))
                for entry in unlocated[:MAX_UNLOCATED]
            ],
            "unlocated_count": len(unlocated),
            "new_names": count_once(
                request.file_state, "new places", lambda: count_new_names(request.archive.db)
            ).value,
            "countries": [(entry, link(country=entry.code)) for entry in place_list.countries],
            "picture": request.links.page("places.svg", **study_request.parameters),
            "command": _format_command(study_request.search.parameters),
            "asked_for": describe_request(study_request.search),
        },
    )


def _describe_rest(place_list: PlaceList, drawn: int, nouns: str) -> str:
    """Return what the map shows, and what of the selection it does not."""
    with_point = sum(entry.latitude is not None for entry in place_list.places)
    without_point = sum(entry.country is not None and entry.latitude is None for entry in place_list.places)
    parts = [
        f"{place_list.placed:,} of {place_list.total:,} {nouns} name a place, {place_list.located:,} a located one."
    ]
    if drawn < with_point:
        parts.append(f"The {drawn:,} most frequent of {with_point:,} places are drawn.")
    if without_point:
        parts.append(f"Countries and regions have no point: {without_point:,}.")
    return " ".join(parts)


def _format_command(parameters: Mapping[str, str]) -> str:
    """Return the command line that prints the same table."""
    options = [
        f"--{'query' if name == 'q' else name} {shlex.quote(value)}"
        for name, value in parameters.items()
        if name != "story"
    ]
    return " ".join(["seealso places list --csv", *options])


@page("place", section="places", pool="asking")
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
    entry = find_listed_place(request.archive, name)
    hits = search_articles(db, selection, PER_PAGE, pagination.offset, "newest")

    def link_search(**conditions: str) -> str:
        return request.links.search(place=f"={name}", **conditions)

    return PageResponse(
        template="place.html",
        context={
            "place": entry.label if entry else spellings[0].printed,
            "entry": entry,
            "spellings": spellings,
            "total": facet_counts.total,
            "turn": pagination,
            "hits": hits,
            "coins": make_coins(request, hits),
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
