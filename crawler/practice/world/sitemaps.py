"""Writes sitemaps: lists of addresses, indexes of them, and those for news."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.practice.dialects import escape_text
from crawler.practice.world.articles import VISIT_DAY, PaperArticle

SCHEMA = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS_SCHEMA = "http://www.google.com/schemas/sitemap-news/0.9"
NEWS_DAYS = 2
"""News sitemaps hold the articles of two days, as their documentation asks."""
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


@dataclass(frozen=True, slots=True)
class SitemapEntry:
    """One address; ``changed`` is None where the paper does not tell when it changed."""

    url: str
    changed: datetime | None = None


def make_urlset(entries: Iterable[SitemapEntry]) -> str:
    """Return a sitemap of pages."""
    rows = "".join(f"<url><loc>{escape_text(entry.url)}</loc>{_make_lastmod(entry)}</url>\n" for entry in entries)
    return f'{_HEAD}<urlset xmlns="{SCHEMA}">\n{rows}</urlset>\n'


def make_index(entries: Iterable[SitemapEntry]) -> str:
    """Return a sitemap of sitemaps."""
    rows = "".join(
        f"<sitemap><loc>{escape_text(entry.url)}</loc>{_make_lastmod(entry)}</sitemap>\n" for entry in entries
    )
    return f'{_HEAD}<sitemapindex xmlns="{SCHEMA}">\n{rows}</sitemapindex>\n'


def make_news_sitemap(publication: str, articles: Iterable[PaperArticle]) -> str:
    """Return a news sitemap of the articles of the last two days."""
    rows = "".join(
        f"<url><loc>{escape_text(article.url)}</loc><news:news><news:publication><news:name>{escape_text(publication)}</news:name>"
        f"<news:language>{article.language}</news:language></news:publication>"
        f"<news:publication_date>{article.when.isoformat()}</news:publication_date>"
        f"<news:title>{escape_text(article.headline)}</news:title></news:news></url>\n"
        for article in articles
        if article.day > VISIT_DAY - timedelta(days=NEWS_DAYS)
    )
    return f'{_HEAD}<urlset xmlns="{SCHEMA}" xmlns:news="{NEWS_SCHEMA}">\n{rows}</urlset>\n'


def group_by_month(articles: Sequence[PaperArticle]) -> dict[str, list[PaperArticle]]:
    """Return the articles by month (``2026-10``), in the order given."""
    months: dict[str, list[PaperArticle]] = {}
    for article in articles:
        months.setdefault(f"{article.day:%Y-%m}", []).append(article)
    return months


def list_entries(articles: Iterable[PaperArticle]) -> list[SitemapEntry]:
    """Return an entry for each article, changed when it was published."""
    return [SitemapEntry(article.url, article.when) for article in articles]


def _make_lastmod(entry: SitemapEntry) -> str:
    return f"<lastmod>{entry.changed.isoformat()}</lastmod>" if entry.changed else ""
