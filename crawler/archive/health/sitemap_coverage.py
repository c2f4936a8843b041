"""Counts which of the addresses that the sitemaps of a site name are archived, by month.

What a sitemap names exists: where a site has sitemaps, they are what an archive is held against. Their months are those
of publication, as the sitemap or the article's own address states it, else of the last change.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlite_utils import Database

from crawler.normalisation.addresses.numbers import make_address_number
from crawler.site import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapMonth:
    """The articles of a month that sitemaps name; of unknown month where ``month`` is None."""

    month: str | None
    named: int
    archived: int
    absent: int
    """Addresses that were asked for and lead to no article, or to none any more."""

    @property
    def share(self) -> float:
        """The archived share of what is there."""
        return self.archived / max(self.named - self.absent, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapCoverage:
    """The articles that the sitemaps of a site name: all of them, and by month, the latest first."""

    total: SitemapMonth
    months: tuple[SitemapMonth, ...]


def count_sitemap_coverage(db: Database, site: Site) -> SitemapCoverage | None:
    """Return how many of the addresses that sitemaps name are archived; None where no sitemap has named any."""
    archived: set[int] = set()
    absent: set[int] = set()
    for url_key, is_archived in db.execute(
        "SELECT url_key, article_id IS NOT NULL FROM addresses WHERE site = ? AND kind = 'article'"
        " AND (article_id IS NOT NULL OR state IN ('hole', 'gone'))",
        (site.name,),
    ):
        (archived if is_archived else absent).add(make_address_number(url_key))
    counts: dict[str | None, Counter[str]] = {}
    for number, month in db.execute("SELECT key, month FROM sitemap_addresses WHERE site = ?", (site.name,)):
        counter = counts.setdefault(month, Counter())
        counter["named"] += 1
        counter["archived"] += number in archived
        counter["absent"] += number in absent
    if not counts:
        return None
    months = sorted(counts, key=lambda month: month or "", reverse=True)
    return SitemapCoverage(
        total=_make_month(None, sum(counts.values(), Counter())),
        months=tuple(_make_month(month, counts[month]) for month in months),
    )


def _make_month(month: str | None, counter: Counter[str]) -> SitemapMonth:
    return SitemapMonth(month=month, named=counter["named"], archived=counter["archived"], absent=counter["absent"])
