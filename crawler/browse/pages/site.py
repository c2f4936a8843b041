"""The page of a publication: what is held of it, by language and time, and its newest articles."""

from __future__ import annotations

from collections import Counter
from typing import Final

from crawler.archive.search.facets import tally
from crawler.archive.search.ranking import search as search_articles
from crawler.archive.search.selection import Selection
from crawler.browse.drawing.charts import chart_by_time
from crawler.browse.page import READING_TABLES, PageMissing, PageRequest, PageResponse, page
from crawler.browse.parts.coins import make_coins
from crawler.browse.parts.publications import list_publications

MAX_NEWEST: Final = 12
FACET_SECONDS: Final = 2.0
"""A page without counts in time is better than a page with counts too late."""


@page("site", tables=(*READING_TABLES, "runs"), pool="asking")
def site(request: PageRequest) -> PageResponse:
    """Show one publication of the archive."""
    name = request.arguments.get("name", "")
    publication = next((entry for entry in list_publications(request) if entry.site == name), None)
    if publication is None:
        raise PageMissing("There is no article of such a publication in this archive.")
    db = request.archive.db
    selection = Selection(site=name)
    counts = request.time_limit.try_within(FACET_SECONDS, lambda: tally(db, selection, ("language", "month"), None))
    months = Counter({value.value: value.count for value in counts.facets["month"]}) if counts else Counter[str]()
    newest = search_articles(db, selection, MAX_NEWEST, 0, "newest")
    return PageResponse(
        template="site.html",
        context={
            "site": publication,
            "languages": counts.facets["language"] if counts else (),
            "months": chart_by_time(
                months, lambda period: request.links.search(site=name, since=period, until=period), few=400
            ),
            "newest": newest,
            "coins": make_coins(request, newest),
        },
    )
