"""The page of a search: the parameters go in; hits with their marked words, facets and a timeline come out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from crawler.archive.search.facets import Facet, FacetValue, tally
from crawler.archive.search.periods import count_by_site_and_period
from crawler.archive.search.query import MAX_LENGTH
from crawler.archive.search.ranking import SearchOrder
from crawler.archive.search.ranking import search as search_articles
from crawler.archive.search.selection import Selection, count
from crawler.archive.search.snippets import find_stated_spans, list_marked_terms
from crawler.archive.search.spelling import suggest_query
from crawler.archive.search.units import UNIT_NOUNS
from crawler.archive.search.unknown_values import refuse_unknown_values
from crawler.browse.cache import count_once
from crawler.browse.drawing import formatting
from crawler.browse.drawing.charts import Bars, ChartSeries, chart_by_time
from crawler.browse.page import PageRequest, PageResponse, page
from crawler.browse.pages.references import MAX_REFERENCES, REFERENCE_FILES
from crawler.browse.parts.coins import make_coins
from crawler.browse.parts.pagination import MAX_PAGES, PER_PAGE, place_page
from crawler.browse.parts.publications import Publication, list_publications, make_publication_context, make_series
from crawler.browse.parts.refusals import describe_refusal
from crawler.browse.parts.search_request import (
    DENSE,
    UNIT_LABELS,
    SearchRequest,
    describe_request,
    format_command,
    read_search_request,
)
from crawler.errors import BadQuery
from crawler.normalisation.places.countries import name_country

FACET_LABELS: Final[tuple[tuple[Facet, str], ...]] = (
    ("language", "Language"),
    ("place", "Place"),
    ("country", "Country"),
    ("author", "Author"),
    ("kicker", "Kicker"),
    ("year", "Year"),
    ("site", "Publication"),
)
MAX_FACET_VALUES: Final = 10
"""Values of a facet."""
FACET_SECONDS: Final = 2.0
"""A page without facets in time is better than a page with facets too late."""
SUGGESTION_SECONDS: Final = 0.5
ORDER_LABELS: Final[tuple[tuple[SearchOrder, str], ...]] = (
    ("rank", "Best match"),
    ("newest", "Newest"),
    ("oldest", "Oldest"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveFilter:
    """A condition that is set, and the address of the search without it."""

    label: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetLink:
    """A value of a facet, and the address of the search with it."""

    label: str
    count: int
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchContext:
    """What is shown around the hits; all counts are exact."""

    total: int
    facets: tuple[tuple[str, tuple[FacetLink, ...], str | None], ...] = ()
    """Label, values, and the address of all values where there are more."""
    timeline: Bars | None = None
    """By publication where several have articles among what is found."""


@page("search", menu="Search", pool="asking")
def search(request: PageRequest) -> PageResponse:
    """Show the hits of a query, and the ways to narrow it down."""
    try:
        search_request = read_search_request(request.arguments, request.desk)
    except BadQuery as error:
        return PageResponse(
            template="search.html",
            context=_make_form_context(request) | describe_refusal(request.links, error),
            status=400,
        )
    context = _make_form_context(request, search_request)
    if search_request.page > MAX_PAGES:
        last = request.links.search(**search_request.change(page=MAX_PAGES))
        return PageResponse(template="search.html", context=context | {"too_deep": last}, status=400)
    hits = search_articles(
        request.archive.db,
        search_request.selection,
        PER_PAGE,
        PER_PAGE * (search_request.page - 1),
        search_request.order,
    )
    terms = list_marked_terms(search_request.selection.parse().node)
    suggestion, unknown = None, None
    if not hits and search_request.page == 1:
        unknown = request.time_limit.try_within(
            SUGGESTION_SECONDS, lambda: _describe_unknown(request, search_request.selection)
        )
        suggestion = request.time_limit.try_within(
            SUGGESTION_SECONDS, lambda: suggest_query(request.archive.db, search_request.selection)
        )
    search_context = request.time_limit.try_within(FACET_SECONDS, lambda: _make_context(request, search_request))
    total = (
        search_context.total
        if search_context
        else request.time_limit.try_within(1.0, lambda: count(request.archive.db, search_request.selection))
    )
    pages = place_page(
        search_request.page,
        total,
        lambda to: request.links.search(**search_request.change(page=to)),
        full=len(hits) == PER_PAGE,
    )
    return PageResponse(
        template="search.html",
        context=context
        | {
            "hits": hits,
            "coins": make_coins(request, hits),
            "hit_parameters": search_request.change(),
            "stated": {hit.id: find_stated_spans(hit.headline, hit.headline_meta, terms) for hit in hits},
            "suggestion": suggestion,
            "unknown": unknown,
            "suggestion_href": request.links.search(**search_request.change(q=suggestion)),
            "around": search_context,
            "total": total,
            "files": _list_reference_files(request, search_request) if hits and (total or 0) <= MAX_REFERENCES else (),
            "first": pages.offset + 1,
            "pages": pages,
            "is_empty": not hits and _is_empty(request),
            "today": datetime.now(UTC).date().isoformat(),
        },
    )


def _list_reference_files(request: PageRequest, search_request: SearchRequest) -> list[tuple[str, str]]:
    """Return (label, address) of the files that reference managers take."""
    return [
        (label, request.links.references(ending, **search_request.parameters))
        for ending, _, _, label in REFERENCE_FILES
    ]


def _is_empty(request: PageRequest) -> bool:
    """Return True if the archive holds no article at all, as far as there is time to know."""
    return request.time_limit.try_within(SUGGESTION_SECONDS, lambda: request.archive.count(Selection())) == 0


def _describe_unknown(request: PageRequest, selection: Selection) -> Mapping[str, Any] | None:
    """Return what is wrong with a filter that leaves nothing to search in, as words; None when nothing is."""
    try:
        refuse_unknown_values(request.archive.db, selection)
    except BadQuery as error:
        return describe_refusal(request.links, error)
    return None


def _make_form_context(request: PageRequest, search_request: SearchRequest | None = None) -> dict[str, Any]:
    """Return the context that does not depend on the hits."""
    if search_request is None:
        return {
            **make_publication_context(request),
            "q": request.arguments.get("q", "")[:MAX_LENGTH],
            "kept": {},
            "chips": (),
            "wish": None,
            "sites": (),
            "units": _list_unit_options(request.arguments.get("unit", "article")),
            "languages": _list_language_options(request, request.arguments.get("language", "")),
            "dates": (request.arguments.get("since", "")[:60], request.arguments.get("until", "")[:60]),
            "order_options": [
                (name, label, name == request.arguments.get("order", "rank")) for name, label in ORDER_LABELS
            ],
        }
    query = search_request.selection.parse()
    publications = make_publication_context(request)
    in_form = {"q", "since", "until", "language", "unit", *(["site"] if publications["publications"] else [])}
    site = search_request.selection.site or ""
    return {
        **publications,
        "sites": _list_site_options(request, publications["publications"], site),
        "units": _list_unit_options(search_request.selection.unit),
        "languages": _list_language_options(request, search_request.selection.language or ""),
        "dates": (search_request.selection.since or "", search_request.selection.until or ""),
        "views": [
            (label, request.links.search(**search_request.change(view=value)), dense == search_request.is_dense)
            for label, value, dense in (("Passages", None, False), ("Lines", DENSE, True))
        ],
        "order_options": [(name, label, name == search_request.order) for name, label in ORDER_LABELS],
        "nouns": UNIT_NOUNS[search_request.selection.unit],
        "wish": search_request,
        "q": search_request.selection.query,
        "kept": {name: value for name, value in search_request.parameters.items() if name not in in_form},
        "problems": [
            (problem.message, query.text[: problem.position], query.text[problem.position :])
            for problem in query.problems
        ],
        "chips": _make_active_filters(request, search_request),
        "orders": [
            (label, request.links.search(**search_request.change(order=name)), name == search_request.order)
            for name, label in ORDER_LABELS
        ],
        "ranked": search_request.selection.plan().ranked,
        "title_of_search": describe_request(search_request),
        "range_href": request.links.search(**search_request.change(since=None, until=None)),
        "permalink": request.links.search(**search_request.change()),
        "feed": request.links.feed(**search_request.parameters),
        "command": format_command(search_request),
    }


def _list_site_options(
    request: PageRequest, publications: Sequence[Publication], site: str
) -> tuple[tuple[str, str, bool], ...]:
    """Return (value, label, True if chosen) of the publications to choose from; several chosen ones are one more."""
    values = [("", "All publications"), *((publication.site, publication.title) for publication in publications)]
    if site not in [value for value, _ in values]:
        values.append((site, _name_sites(request, site)))
    return tuple((value, label, value == site) for value, label in values)


def _list_language_options(request: PageRequest, language: str) -> tuple[tuple[str, str, bool], ...]:
    """Return (value, label, True if chosen) of the archive's languages; none where there is only one."""
    options = [("", "All languages"), *((code, formatting.language(code)) for code in request.list_languages())]
    if language not in [value for value, _ in options]:
        options.append((language, language))
    return tuple((value, label, value == language) for value, label in options) if len(options) > 2 else ()


def _list_unit_options(unit: str) -> tuple[tuple[str, str, bool], ...]:
    """Return (value, label, True if chosen) of what can be counted."""
    return tuple((value, label, value == unit) for value, label in UNIT_LABELS.items())


def _name_sites(request: PageRequest, value: str) -> str:
    """Return the titles of the sites that a filter names, with commas between them."""
    return ", ".join(request.find_title(name.strip()) for name in value.lower().split(",")[:20])


def _make_active_filters(request: PageRequest, search_request: SearchRequest) -> tuple[ActiveFilter, ...]:
    links = request.links
    conditions = dict(search_request.parameters)
    conditions.pop("q", None)
    filters = []
    since, until = conditions.get("since"), conditions.get("until")
    if since and since == until:
        filters.append(
            ActiveFilter(
                label=formatting.day(since), href=links.search(**search_request.change(since=None, until=None))
            )
        )
        del conditions["since"], conditions["until"]
    for name, value in conditions.items():
        label = {
            "since": f"from {formatting.day(value)}",
            "until": f"until {formatting.day(value)}",
            "language": formatting.language(value),
            "site": _name_sites(request, value),
            "country": f"country: {name_country(value)}",
            "unit": f"counted by {value}",
            "noted": "with notes",
        }.get(name, f"{name}: {value.removeprefix('=')}")
        filters.append(ActiveFilter(label=label, href=links.search(**search_request.change(**{name: None}))))
    return tuple(filters)


def _make_context(request: PageRequest, search_request: SearchRequest) -> SearchContext:
    selection = search_request.selection
    names: list[Facet] = [*(name for name, _ in FACET_LABELS), "month"]
    facet_counts = count_once(  # for the pages that follow, and for readers who come back
        request.file_state,
        f"around {selection}",
        lambda: tally(request.archive.db, selection, names, MAX_FACET_VALUES, all_of=("month", "year")),
    ).value
    months = () if search_request.page > 1 else facet_counts.facets["month"]
    series: tuple[ChartSeries, ...] = ()
    if months and selection.unit == "article" and len(facet_counts.facets["site"]) > 1:
        counts = count_once(
            request.file_state,
            f"months of sites {selection}",
            lambda: count_by_site_and_period(request.archive.db.conn, selection.plan(), 7),
        ).value
        series = make_series(list_publications(request), counts)
    timeline = chart_by_time(
        {month.value: month.count for month in months},
        lambda period: request.links.search(**search_request.change(since=period, until=period)),
        series=series,
        years={year.value: year.count for year in facet_counts.facets["year"]},
    )
    has_years = timeline is not None and timeline.step == "year"  # each a bar to choose, so that no list says it again
    return SearchContext(
        total=facet_counts.total,
        facets=tuple(
            (
                label,
                tuple(
                    _make_facet_link(request, search_request, name, value)
                    for value in facet_counts.facets[name][:MAX_FACET_VALUES]
                ),
                request.links.values(name, **search_request.parameters)
                if facet_counts.values[name] > MAX_FACET_VALUES
                else None,
            )
            for name, label in FACET_LABELS
            if _is_choice(facet_counts.facets[name], facet_counts.total)
            and not _is_set(search_request, name)
            and not (name == "year" and has_years)
        ),
        timeline=timeline,
    )


def _is_choice(values: tuple[FacetValue, ...], total: int) -> bool:
    """Return True if there is anything to choose: not a single value that all articles share."""
    return len(values) > 1 or any(value.count < total for value in values)


def _is_set(search_request: SearchRequest, name: str) -> bool:
    if name == "year":
        return search_request.parameters.get("since", "")[:4] == search_request.parameters.get("until", "-")[:4]
    return name in search_request.parameters


def _make_facet_link(request: PageRequest, search_request: SearchRequest, name: str, value: FacetValue) -> FacetLink:
    changes = {"since": value.value, "until": value.value} if name == "year" else {name: value.value}
    label = {"language": formatting.language, "site": request.find_title}.get(name, str)(value.label)
    return FacetLink(label=label, count=value.count, href=request.links.search(**search_request.change(**changes)))
