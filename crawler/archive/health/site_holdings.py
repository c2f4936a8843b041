"""Counts what an archive holds of each site, and says when the site was last crawled."""

from __future__ import annotations

from typing import NamedTuple

from crawler.archive.database import Connection, list_records
from crawler.archive.search.compiler import NARROW_ARTICLES


class SiteHoldings(NamedTuple):
    """What an archive holds of one site."""

    site: str
    articles: int
    languages: int
    first: str | None
    """The first day of its articles; None where none has a day."""
    last: str | None
    last_run: str | None
    """The latest end of a run of the site, or start of one that has not ended; None without a run."""


def list_site_holdings(db: Connection) -> tuple[SiteHoldings, ...]:
    """Return the holdings of each site that has articles, in the order in which the sites came into the archive."""
    return tuple(
        list_records(
            db,
            SiteHoldings,
            "SELECT h.*, (SELECT max(coalesce(r.finished_at, r.started_at)) FROM runs r WHERE r.site = h.site)"
            " AS last_run FROM (SELECT site, count(*) AS articles, count(DISTINCT language) AS languages,"
            f" min(published_on) AS first, max(published_on) AS last FROM {NARROW_ARTICLES} GROUP BY site"
            " ORDER BY min(a.id)) h",
        )
    )
