"""The publications of an archive: their titles, what is held of them, and the colour that each has in every chart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from crawler.archive.health.site_holdings import SiteHoldings, list_site_holdings
from crawler.browse.cache import count_once
from crawler.browse.drawing.charts import ChartSeries
from crawler.browse.page import PageRequest
from crawler.research.titles import make_title_finder

COLOURS: Final = 8
"""Colours of the style sheet, ``--site-1`` and on; further publications share the colour of the others."""
OTHERS: Final = "others"
MAX_AGE_SECONDS: Final = 30.0
"""Age up to which cached counts are shown while a crawl writes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One site with articles in the archive."""

    site: str
    title: str
    colour: str
    """``1`` to ``8`` in the order in which sites came into the archive, so that a new one changes no other; else
    :data:`OTHERS`."""
    holdings: SiteHoldings


def list_publications(request: PageRequest) -> tuple[Publication, ...]:
    """Return the publications of the archive, in the order in which they came into it."""
    holdings = count_once(
        request.file_state, "publications", lambda: list_site_holdings(request.archive.db.conn), seconds=MAX_AGE_SECONDS
    ).value
    return tuple(
        Publication(
            site=held.site,
            title=request.find_title(held.site),
            colour=str(rank) if rank <= COLOURS else OTHERS,
            holdings=held,
        )
        for rank, held in enumerate(holdings, 1)
    )


def make_publication_context(request: PageRequest) -> dict[str, Any]:
    """Return the context by which lists name the publication of each article; nothing is named where there is one."""
    publications = list_publications(request)
    return {
        "publications": publications if len(publications) > 1 else (),
        "title_of": make_title_finder(request.archive),
        "show_sites": len(publications) > 1,
    }


def make_series(
    publications: tuple[Publication, ...], counts: Mapping[str, Mapping[str, int]]
) -> tuple[ChartSeries, ...]:
    """Return the counts of sites by month as the series of a chart; none where fewer than two sites have any.

    Publications without a colour of their own are one series.
    """
    if sum(any(months.values()) for months in counts.values()) < 2:
        return ()
    others: Counter[str] = Counter()
    series = []
    for publication in publications:
        months = counts.get(publication.site, {})
        if publication.colour == OTHERS:
            others.update(months)
        elif any(months.values()):
            series.append(ChartSeries(label=publication.title, colour=publication.colour, months=months))
    if others:
        series.append(ChartSeries(label="Other publications", colour=OTHERS, months=others))
    return tuple(series)
