"""Searching: what a reader asked goes in; hits with the words that were found, facets and a timeline come out."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, get_args

from crawler.archive.search.facets import Facet, FacetValue, tally
from crawler.archive.search.query import FILTERS, MAX_LENGTH
from crawler.archive.search.ranking import Order
from crawler.archive.search.ranking import search as find
from crawler.archive.search.selection import Selection
from crawler.archive.search.spelling import suggestion
from crawler.browse import formatting
from crawler.browse.cache import remembered
from crawler.browse.charts import Bars, by_time
from crawler.browse.page import Answer, Asked, page
from crawler.browse.pagination import PAGES_AT_MOST, PER_PAGE
from crawler.browse.titles import publication
from crawler.browse.urls import Links
from crawler.errors import BadQuery

FACETS: Final[tuple[tuple[Facet, str], ...]] = (
    ("language", "Language"),
    ("place", "Place"),
    ("author", "Author"),
    ("kicker", "Kicker"),
    ("year", "Year"),
    ("site", "Publication"),
)
SHOWN: Final = 10
"""Values of a facet."""
FACET_SECONDS: Final = 2.0
"""A page without facets in time is better than one with them too late."""
SUGGESTION_SECONDS: Final = 0.5
ORDERS: Final[tuple[tuple[Order, str], ...]] = (
    ("rank", "Best match"),
    ("newest", "Newest"),
    ("oldest", "Oldest"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the parameters of a search say. The feed takes the same ones."""

    selection: Selection
    order: Order
    page: int
    parameters: Mapping[str, str]
    """The ones that are heard, as they came, without ``order`` and ``page``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A condition that is set, and where it is taken off."""

    label: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A value of a facet, and where it is chosen."""

    label: str
    count: int
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What stands around the hits; all of it exact."""

    total: int
    facets: tuple[tuple[str, tuple[Choice, ...]], ...] = ()
    timeline: Bars | None = None


@page("search", menu="Search", lane="asking")
def search(asked: Asked) -> Answer:
    """Show the hits of a query, and the ways to narrow it down."""
    try:
        wish = read(asked.arguments)
    except BadQuery as error:
        return Answer(template="search.html", context=_form(asked) | {"refused": str(error)}, status=400)
    context = _form(asked, wish)
    if wish.page > PAGES_AT_MOST:
        last = asked.links.search(**_with(wish, page=PAGES_AT_MOST))
        return Answer(template="search.html", context=context | {"too_deep": last}, status=400)
    hits = find(asked.archive.db, wish.selection, PER_PAGE, PER_PAGE * (wish.page - 1), wish.order)
    meant = None
    if not hits and wish.page == 1:
        meant = asked.patience.optional(SUGGESTION_SECONDS, lambda: suggestion(asked.archive.db, wish.selection))
    around = asked.patience.optional(FACET_SECONDS, lambda: _around(asked, wish))
    total = around.total if around else asked.patience.optional(1.0, lambda: asked.archive.count(wish.selection))
    return Answer(
        template="search.html",
        context=context
        | {
            "hits": hits,
            "suggestion": meant,
            "suggestion_href": asked.links.search(**_with(wish, q=meant)),
            "around": around,
            "total": total,
            "first": PER_PAGE * (wish.page - 1) + 1,
            "pages": _pages(asked.links, wish, total, len(hits)),
        },
    )


def read(arguments: Mapping[str, str]) -> Wish:
    """Return what the parameters ask for; raises BadQuery for what cannot be meant."""
    for name, value in arguments.items():
        if len(value) > MAX_LENGTH:
            raise BadQuery(f"{name[:40]} is longer than {MAX_LENGTH:,} characters")
    query = arguments.get("q", "")
    conditions = {name: arguments[name] for name in FILTERS if name in arguments}
    order = arguments.get("order", "rank")
    if order not in get_args(Order):
        raise BadQuery(f"order is one of {', '.join(get_args(Order))}, not {order[:40]!r}")
    number = arguments.get("page", "1")
    if not (number.isascii() and number.isdigit() and len(number) <= 9 and int(number) > 0):
        raise BadQuery(f"page is a number from 1, not {number[:40]!r}")
    filters: dict[str, Any] = conditions
    return Wish(
        selection=Selection(query=query, **filters),
        order=order,  # type: ignore[arg-type]  # looked up above
        page=int(number),
        parameters={**({"q": query} if query else {}), **conditions},
    )


def _form(asked: Asked, wish: Wish | None = None) -> dict[str, Any]:
    """Return what the page shows whatever is found."""
    if wish is None:
        return {"q": asked.arguments.get("q", "")[:MAX_LENGTH], "kept": {}, "chips": (), "wish": None}
    query = wish.selection.parsed()
    return {
        "wish": wish,
        "q": wish.selection.query,
        "kept": {name: value for name, value in wish.parameters.items() if name != "q"},
        "problems": [
            (problem.message, query.text[: problem.position], query.text[problem.position :])
            for problem in query.problems
        ],
        "chips": _chips(asked.links, wish),
        "orders": [
            (label, asked.links.search(**_with(wish, order=name)), name == wish.order) for name, label in ORDERS
        ],
        "ranked": wish.selection.plan().ranked,
        "title_of_search": title_of(wish),
        "permalink": asked.links.search(**_with(wish)),
        "feed": asked.links.feed(**wish.parameters),
        "command": command(wish),
    }


def title_of(wish: Wish) -> str:
    """Return a search in a few words, for a list of searches."""
    conditions = (f"{name} {value.removeprefix('=')}" for name, value in wish.parameters.items() if name != "q")
    return ", ".join(condition for condition in (wish.selection.query, *conditions) if condition) or "All articles"


def command(wish: Wish) -> str:
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


def _with(wish: Wish, **changes: Any) -> dict[str, Any]:
    """Return the parameters with some changed; None takes one off. A change begins again at the first page."""
    order = {} if wish.order == "rank" else {"order": wish.order}
    return {**wish.parameters, **order, **changes}


def _chips(links: Links, wish: Wish) -> tuple[Chip, ...]:
    given = dict(wish.parameters)
    given.pop("q", None)
    chips = []
    since, until = given.get("since"), given.get("until")
    if since and since == until:
        chips.append(Chip(label=formatting.day(since), href=links.search(**_with(wish, since=None, until=None))))
        del given["since"], given["until"]
    for name, value in given.items():
        label = {
            "since": f"from {formatting.day(value)}",
            "until": f"until {formatting.day(value)}",
            "language": formatting.language(value),
            "site": publication(value),
        }.get(name, f"{name}: {value.removeprefix('=')}")
        chips.append(Chip(label=label, href=links.search(**_with(wish, **{name: None}))))
    return tuple(chips)


def _around(asked: Asked, wish: Wish) -> Around:
    names: list[Facet] = [*(name for name, _ in FACETS), "month"]
    named = remembered(  # for the pages that follow, and for who comes back
        asked.state,
        f"around {wish.selection}",
        lambda: tally(asked.archive.db, wish.selection, names, SHOWN, all_of=("month",)),
    ).value
    months = () if wish.page > 1 else named.facets["month"]
    return Around(
        total=named.total,
        facets=tuple(
            (label, tuple(_choice(asked.links, wish, name, value) for value in named.facets[name]))
            for name, label in FACETS
            if _divides(named.facets[name], named.total) and not _is_set(wish, name)
        ),
        timeline=by_time(
            {month.value: month.count for month in months},
            lambda period: asked.links.search(**_with(wish, since=period, until=period)),
        ),
    )


def _divides(values: tuple[FacetValue, ...], total: int) -> bool:
    """Say whether there is anything to choose: not a single value that all articles share."""
    return len(values) > 1 or any(value.count < total for value in values)


def _is_set(wish: Wish, name: str) -> bool:
    if name == "year":
        return wish.parameters.get("since", "")[:4] == wish.parameters.get("until", "-")[:4]
    return name in wish.parameters


def _choice(links: Links, wish: Wish, name: str, value: FacetValue) -> Choice:
    changes = {"since": value.value, "until": value.value} if name == "year" else {name: value.value}
    label = {"language": formatting.language, "site": publication}.get(name, str)(value.label)
    return Choice(label=label, count=value.count, href=links.search(**_with(wish, **changes)))


def _pages(links: Links, wish: Wish, total: int | None, shown: int) -> dict[str, Any]:
    """Return where the pages before and after are, and whether there would be more than are shown at all."""
    more = shown == PER_PAGE if total is None else total > PER_PAGE * wish.page
    last = None if total is None else -(-total // PER_PAGE)
    return {
        "number": wish.page,
        "of": last,
        "before": links.search(**_with(wish, page=wish.page - 1 if wish.page > 2 else None)) if wish.page > 1 else None,
        "after": links.search(**_with(wish, page=wish.page + 1)) if more and wish.page < PAGES_AT_MOST else None,
        "cut": more and wish.page == PAGES_AT_MOST,
    }
