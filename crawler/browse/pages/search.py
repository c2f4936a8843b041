"""Searching: what a reader asked goes in; hits with the words that were found, facets and a timeline come out."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, get_args

from crawler.archive.search.facets import Facet, FacetValue, tally
from crawler.archive.search.query import FILTERS, MAX_LENGTH
from crawler.archive.search.ranking import SearchOrder
from crawler.archive.search.ranking import search as find
from crawler.archive.search.selection import Selection
from crawler.archive.search.spelling import suggest_query
from crawler.browse import formatting
from crawler.browse.cache import cached
from crawler.browse.charts import Bars, chart_by_time
from crawler.browse.page import PageRequest, PageResponse, page
from crawler.browse.pagination import MAX_PAGES, PER_PAGE, place_page, read_page_number
from crawler.browse.titles import find_site_title
from crawler.browse.urls import PageLinks
from crawler.errors import BadQuery

FACET_LABELS: Final[tuple[tuple[Facet, str], ...]] = (
    ("language", "Language"),
    ("place", "Place"),
    ("author", "Author"),
    ("kicker", "Kicker"),
    ("year", "Year"),
    ("site", "Publication"),
)
MAX_FACET_VALUES: Final = 10
"""Values of a facet."""
FACET_SECONDS: Final = 2.0
"""A page without facets in time is better than one with them too late."""
SUGGESTION_SECONDS: Final = 0.5
ORDER_LABELS: Final[tuple[tuple[SearchOrder, str], ...]] = (
    ("rank", "Best match"),
    ("newest", "Newest"),
    ("oldest", "Oldest"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """What the parameters of a search say. The feed takes the same ones."""

    selection: Selection
    order: SearchOrder
    page: int
    parameters: Mapping[str, str]
    """The ones that are heard, as they came, without ``order`` and ``page``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveFilter:
    """A condition that is set, and where it is taken off."""

    label: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetLink:
    """A value of a facet, and where it is chosen."""

    label: str
    count: int
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchContext:
    """What stands around the hits; all of it exact."""

    total: int
    facets: tuple[tuple[str, tuple[FacetLink, ...]], ...] = ()
    timeline: Bars | None = None


@page("search", menu="Search", pool="asking")
def search(asked: PageRequest) -> PageResponse:
    """Show the hits of a query, and the ways to narrow it down."""
    try:
        wish = read_request(asked.arguments)
    except BadQuery as error:
        return PageResponse(
            template="search.html", context=_make_form_context(asked) | {"refused": str(error)}, status=400
        )
    context = _make_form_context(asked, wish)
    if wish.page > MAX_PAGES:
        last = asked.links.search(**_change_parameters(wish, page=MAX_PAGES))
        return PageResponse(template="search.html", context=context | {"too_deep": last}, status=400)
    hits = find(asked.archive.db, wish.selection, PER_PAGE, PER_PAGE * (wish.page - 1), wish.order)
    meant = None
    if not hits and wish.page == 1:
        meant = asked.time_limit.optional(SUGGESTION_SECONDS, lambda: suggest_query(asked.archive.db, wish.selection))
    around = asked.time_limit.optional(FACET_SECONDS, lambda: _make_context(asked, wish))
    total = around.total if around else asked.time_limit.optional(1.0, lambda: asked.archive.count(wish.selection))
    pages = place_page(
        wish.page, total, lambda to: asked.links.search(**_change_parameters(wish, page=to)), full=len(hits) == PER_PAGE
    )
    return PageResponse(
        template="search.html",
        context=context
        | {
            "hits": hits,
            "suggestion": meant,
            "suggestion_href": asked.links.search(**_change_parameters(wish, q=meant)),
            "around": around,
            "total": total,
            "first": pages.offset + 1,
            "pages": pages,
        },
    )


def read_request(arguments: Mapping[str, str]) -> SearchRequest:
    """Return what the parameters ask for; raises BadQuery for what cannot be meant."""
    for name, value in arguments.items():
        if len(value) > MAX_LENGTH:
            raise BadQuery(f"{name[:40]} is longer than {MAX_LENGTH:,} characters")
    query = arguments.get("q", "")
    conditions = {name: arguments[name] for name in FILTERS if name in arguments}
    order = arguments.get("order", "rank")
    if order not in get_args(SearchOrder):
        raise BadQuery(f"order is one of {', '.join(get_args(SearchOrder))}, not {order[:40]!r}")
    number = read_page_number(arguments)
    filters: dict[str, Any] = conditions
    return SearchRequest(
        selection=Selection(query=query, **filters),
        order=order,  # type: ignore[arg-type]  # looked up above
        page=number,
        parameters={**({"q": query} if query else {}), **conditions},
    )


def _make_form_context(asked: PageRequest, wish: SearchRequest | None = None) -> dict[str, Any]:
    """Return what the page shows whatever is found."""
    if wish is None:
        return {"q": asked.arguments.get("q", "")[:MAX_LENGTH], "kept": {}, "chips": (), "wish": None}
    query = wish.selection.parse()
    return {
        "wish": wish,
        "q": wish.selection.query,
        "kept": {name: value for name, value in wish.parameters.items() if name != "q"},
        "problems": [
            (problem.message, query.text[: problem.position], query.text[problem.position :])
            for problem in query.problems
        ],
        "chips": _make_active_filters(asked.links, wish),
        "orders": [
            (label, asked.links.search(**_change_parameters(wish, order=name)), name == wish.order)
            for name, label in ORDER_LABELS
        ],
        "ranked": wish.selection.plan().ranked,
        "title_of_search": describe_request(wish),
        "permalink": asked.links.search(**_change_parameters(wish)),
        "feed": asked.links.feed(**wish.parameters),
        "command": format_command(wish),
    }


def describe_request(wish: SearchRequest) -> str:
    """Return a search in a few words, for a list of searches."""
    conditions = (f"{name} {value.removeprefix('=')}" for name, value in wish.parameters.items() if name != "q")
    return ", ".join(condition for condition in (wish.selection.query, *conditions) if condition) or "All articles"


def format_command(wish: SearchRequest) -> str:
    """Return the options of the command line that mean the same articles, quoted for a shell."""
    options = [
        f"--{name} {shlex.quote(value)}" if name != "story" else ""
        for name, value in wish.parameters.items()
        if name != "q"
    ]
    query = wish.selection.query
    if "story" in wish.parameters:
        query = f"{query} story:{wish.parameters['story']}".strip()
    return " ".join(word for word in (*options, "--", shlex.quote(query)) if word)


def _change_parameters(wish: SearchRequest, **changes: Any) -> dict[str, Any]:
    """Return the parameters with some changed; None takes one off. A change begins again at the first page."""
    order = {} if wish.order == "rank" else {"order": wish.order}
    return {**wish.parameters, **order, **changes}


def _make_active_filters(links: PageLinks, wish: SearchRequest) -> tuple[ActiveFilter, ...]:
    given = dict(wish.parameters)
    given.pop("q", None)
    chips = []
    since, until = given.get("since"), given.get("until")
    if since and since == until:
        chips.append(
            ActiveFilter(
                label=formatting.day(since), href=links.search(**_change_parameters(wish, since=None, until=None))
            )
        )
        del given["since"], given["until"]
    for name, value in given.items():
        label = {
            "since": f"from {formatting.day(value)}",
            "until": f"until {formatting.day(value)}",
            "language": formatting.language(value),
            "site": find_site_title(value),
        }.get(name, f"{name}: {value.removeprefix('=')}")
        chips.append(ActiveFilter(label=label, href=links.search(**_change_parameters(wish, **{name: None}))))
    return tuple(chips)


def _make_context(asked: PageRequest, wish: SearchRequest) -> SearchContext:
    names: list[Facet] = [*(name for name, _ in FACET_LABELS), "month"]
    named = cached(  # for the pages that follow, and for who comes back
        asked.state,
        f"around {wish.selection}",
        lambda: tally(asked.archive.db, wish.selection, names, MAX_FACET_VALUES, all_of=("month",)),
    ).value
    months = () if wish.page > 1 else named.facets["month"]
    return SearchContext(
        total=named.total,
        facets=tuple(
            (label, tuple(_make_facet_link(asked.links, wish, name, value) for value in named.facets[name]))
            for name, label in FACET_LABELS
            if _is_choice(named.facets[name], named.total) and not _is_set(wish, name)
        ),
        timeline=chart_by_time(
            {month.value: month.count for month in months},
            lambda period: asked.links.search(**_change_parameters(wish, since=period, until=period)),
        ),
    )


def _is_choice(values: tuple[FacetValue, ...], total: int) -> bool:
    """Say whether there is anything to choose: not a single value that all articles share."""
    return len(values) > 1 or any(value.count < total for value in values)


def _is_set(wish: SearchRequest, name: str) -> bool:
    if name == "year":
        return wish.parameters.get("since", "")[:4] == wish.parameters.get("until", "-")[:4]
    return name in wish.parameters


def _make_facet_link(links: PageLinks, wish: SearchRequest, name: str, value: FacetValue) -> FacetLink:
    changes = {"since": value.value, "until": value.value} if name == "year" else {name: value.value}
    label = {"language": formatting.language, "site": find_site_title}.get(name, str)(value.label)
    return FacetLink(label=label, count=value.count, href=links.search(**_change_parameters(wish, **changes)))
