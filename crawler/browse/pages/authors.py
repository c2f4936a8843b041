"""Authors: the list of them, and a page for each with what is archived under the name, and how bylines print it."""

from __future__ import annotations

from typing import Final, cast, get_args

from crawler.archive.authority.candidates import CANDIDATE_REASONS, find_candidates
from crawler.archive.authority.listing import (
    AuthorEntry,
    AuthorOrder,
    author_entry,
    author_list,
    count_namesakes,
    find_coauthors,
    list_article_ids,
)
from crawler.archive.search.facets import tally
from crawler.archive.search.ranking import search as find
from crawler.archive.search.selection import Selection
from crawler.browse.cache import cached
from crawler.browse.charts import chart_by_time
from crawler.browse.page import PageMissing, PageRequest, PageResponse, Redirect, page
from crawler.browse.pagination import PER_PAGE, paginate
from crawler.errors import BadQuery
from crawler.normalisation.tokenizer import index_words

MAX_LISTED: Final = 200
"""Authors on the list; who looks for another one names them."""
MAX_SHOWN: Final = 10
"""Values of a facet, and names beside."""
ORDERS: Final[tuple[tuple[AuthorOrder, str], ...]] = (
    ("articles", "Most articles"),
    ("name", "Name"),
    ("last", "Latest"),
)


@page("authors", menu="Authors", pool="asking")
def authors(asked: PageRequest) -> PageResponse:
    """List authors: those with most articles, or whose names have some words."""
    name = asked.arguments.get("name", "")[:200]
    order = asked.arguments.get("order", "articles")
    if order not in get_args(AuthorOrder):
        raise BadQuery(f"order is one of {', '.join(get_args(AuthorOrder))}, not {order[:40]!r}")
    chosen = cast(AuthorOrder, order)
    found = cached(
        asked.state,
        f"authors {order} {name}",
        lambda: author_list(asked.archive, name, order=chosen, limit=MAX_LISTED + 1),
    ).value
    return PageResponse(
        template="authors.html",
        context={
            "authors": found[:MAX_LISTED],
            "more": len(found) > MAX_LISTED,
            "name": name,
            "orders": [
                (label, asked.links.authors(name=name, order=key if key != "articles" else None), key == order)
                for key, label in ORDERS
            ],
        },
    )


@page(r"author/(?P<author_id>[0-9]+)", pool="asking")
def author(asked: PageRequest) -> PageResponse | Redirect:
    """Show an author; a number that was merged away leads to the author it belongs to."""
    number = asked.number("author_id")
    entry = author_entry(asked.archive, number)
    if entry is None:
        raise PageMissing(f"There is no author {number} in this archive.")
    if entry.id != number:
        return Redirect(to=asked.links.author(entry.id))
    db = asked.archive.db
    selection = _select_articles(asked, entry)
    turn = paginate(asked.arguments, entry.articles, lambda to: asked.links.author(number, page=to))
    counted = None
    if turn.number == 1:
        counted = tally(db, selection, ["place", "kicker", "language", "month"], MAX_SHOWN, all_of=("month",))
    months = counted.facets["month"] if counted else ()
    named = selection.author

    def chosen(**conditions: str) -> str | None:
        return asked.links.search(author=named, **conditions) if named else None

    return PageResponse(
        template="author.html",
        context={
            "author": entry,
            "turn": turn,
            "hits": find(db, selection, PER_PAGE, turn.offset, "newest"),
            "bars": chart_by_time(
                {month.value: month.count for month in months},
                lambda period: chosen(since=period, until=period) or asked.links.author(number),
            ),
            "facets": [
                (
                    label,
                    name,
                    [(value.label, value.count, chosen(**{name: value.value})) for value in counted.facets[name]],
                )
                for name, label in (("language", "Languages"), ("place", "Places"), ("kicker", "Kickers"))
            ]
            if counted
            else [],
            "beside": find_coauthors(db, number, MAX_SHOWN),
            "maybe": _find_possible_twins(asked, number),
            "search": chosen(),
            "feed": asked.links.feed(author=named) if named else None,
        },
    )


def _select_articles(asked: PageRequest, entry: AuthorEntry) -> Selection:
    """Return the author's articles: by name where only one author has it, so that searches can say the same."""
    db = asked.archive.db
    if count_namesakes(db, entry.name) == 1 and index_words(entry.name):
        return Selection(author=f"={entry.name}")
    return Selection(among=list_article_ids(db, entry.id))


def _find_possible_twins(asked: PageRequest, number: int) -> list[tuple[int, str, int, str, int]]:
    """Return (number, name, articles, why, articles that name both) of authors who may be the same person."""
    found = cached(asked.state, f"candidates {number}", lambda: find_candidates(asked.archive, of=number)).value
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
        for candidate in found[:MAX_SHOWN]
    ]
