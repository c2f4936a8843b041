"""The list of authors, and a page of each author: the articles under the name, and how bylines print it."""

from __future__ import annotations

import shlex
from dataclasses import asdict
from typing import Final, cast, get_args

from crawler.archive.authority.candidates import CANDIDATE_REASONS, find_candidates
from crawler.archive.authority.listing import (
    AuthorEntry,
    AuthorOrder,
    author_entry,
    author_list,
    count_authors,
    count_namesakes,
    find_coauthors,
    list_article_ids,
)
from crawler.archive.search.facets import tally
from crawler.archive.search.ranking import search as search_articles
from crawler.archive.search.selection import Selection
from crawler.browse.cache import count_once
from crawler.browse.drawing.charts import chart_by_time
from crawler.browse.page import PageMissing, PageRequest, PageResponse, Redirect, page
from crawler.browse.parts.coins import make_coins
from crawler.browse.parts.pagination import PER_PAGE, paginate
from crawler.browse.parts.study import make_csv
from crawler.errors import BadQuery
from crawler.normalisation.words.tokenizer import index_words

AUTHORS_PER_PAGE: Final = 100
MAX_SHOWN: Final = 10
"""Values of a facet, and names of coauthors and possible twins."""
_COLUMNS: Final = ("id", "name", "kind", "articles", "first_on", "last_on", "languages")
ORDERS: Final[tuple[tuple[AuthorOrder, str], ...]] = (
    ("articles", "Most articles"),
    ("name", "Name"),
    ("last", "Latest"),
)


@page(r"authors(?P<form>\.csv)?", menu="Authors", pool="asking")
def authors(request: PageRequest) -> PageResponse:
    """List authors: those with most articles, or whose names have some words."""
    name = request.arguments.get("name", "")[:200]
    order = request.arguments.get("order", "articles")
    if order not in get_args(AuthorOrder):
        raise BadQuery(f"order is one of {', '.join(get_args(AuthorOrder))}, not {order[:40]!r}")
    author_order = cast(AuthorOrder, order)
    if request.route.get("form"):
        entries = author_list(request.archive, name, order=author_order)
        return make_csv(_COLUMNS, (asdict(entry) | {"languages": " ".join(entry.languages)} for entry in entries))
    total = count_once(
        request.file_state, f"number of authors {name}", lambda: count_authors(request.archive, name)
    ).value
    kept_order = order if order != "articles" else None
    pagination = paginate(
        request.arguments,
        total,
        lambda to: request.links.authors(name=name, order=kept_order, page=to),
        per_page=AUTHORS_PER_PAGE,
    )
    entries = count_once(
        request.file_state,
        f"authors {order} {pagination.number} {name}",
        lambda: author_list(
            request.archive, name, order=author_order, limit=AUTHORS_PER_PAGE, offset=pagination.offset
        ),
    ).value
    return PageResponse(
        template="authors.html",
        context={
            "authors": entries,
            "total": total,
            "turn": pagination,
            "name": name,
            "csv": request.links.page("authors.csv", name=name or None, order=kept_order),
            "command": _format_command(name, order),
            "orders": [
                (label, request.links.authors(name=name, order=key if key != "articles" else None), key == order)
                for key, label in ORDERS
            ],
        },
    )


def _format_command(name: str, order: str) -> str:
    """Return the command line that prints the same table."""
    option = f" --order {order}" if order != "articles" else ""
    return f"seealso authors list --csv{option}" + (f" -- {shlex.quote(name)}" if name else "")


@page(r"author/(?P<author_id>[0-9]+)", section="authors", pool="asking")
def author(request: PageRequest) -> PageResponse | Redirect:
    """Show an author; the number of a merged author redirects to the author it was merged into."""
    number = request.number("author_id")
    entry = author_entry(request.archive, number)
    if entry is None:
        raise PageMissing(f"There is no author {number} in this archive.")
    if entry.id != number:
        return Redirect(to=request.links.author(entry.id))
    db = request.archive.db
    selection = _select_articles(request, entry)
    pagination = paginate(request.arguments, entry.articles, lambda to: request.links.author(number, page=to))
    hits = search_articles(db, selection, PER_PAGE, pagination.offset, "newest")
    facet_counts = None
    if pagination.number == 1:
        facet_counts = tally(db, selection, ["place", "kicker", "language", "month"], MAX_SHOWN, all_of=("month",))
    months = facet_counts.facets["month"] if facet_counts else ()
    query_name = selection.author

    def link_search(**conditions: str) -> str | None:
        return request.links.search(author=query_name, **conditions) if query_name else None

    return PageResponse(
        template="author.html",
        context={
            "author": entry,
            "turn": pagination,
            "hits": hits,
            "coins": make_coins(request, hits),
            "bars": chart_by_time(
                {month.value: month.count for month in months},
                lambda period: link_search(since=period, until=period) or request.links.author(number),
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
                for name, label in (("language", "Languages"), ("place", "Places"), ("kicker", "Kickers"))
            ]
            if facet_counts
            else [],
            "more_values": {
                name: request.links.values(name, author=query_name)
                for name in ("place", "kicker")
                if query_name and facet_counts and facet_counts.values[name] > MAX_SHOWN
            },
            "beside": find_coauthors(db, number, MAX_SHOWN),
            "maybe": _find_possible_twins(request, number),
            "search": link_search(),
            "feed": request.links.feed(author=query_name) if query_name else None,
        },
    )


def _select_articles(request: PageRequest, entry: AuthorEntry) -> Selection:
    """Return the author's articles: by name where only one author has it, so that searches can say the same."""
    db = request.archive.db
    if count_namesakes(db, entry.name) == 1 and index_words(entry.name):
        return Selection(author=f"={entry.name}")
    return Selection(among=list_article_ids(db, entry.id))


def _find_possible_twins(request: PageRequest, number: int) -> list[tuple[int, str, int, str, int]]:
    """Return (number, name, articles, why, articles that name both) of authors who may be the same person."""
    candidates = count_once(
        request.file_state, f"candidates {number}", lambda: find_candidates(request.archive, of=number)
    ).value
    return [
        (
            *(
                (candidate.target, candidate.target_name, candidate.target_articles)
                if candidate.source == number
                else (candidate.source, candidate.source_name, candidate.source_articles)
            ),
            CANDIDATE_REASONS[candidate.reason],
            candidate.together,
        )
        for candidate in candidates[:MAX_SHOWN]
    ]
