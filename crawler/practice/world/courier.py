"""The Harbour Courier: a paper made with a weblog system, with its feeds, archives, short links and sitemaps."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar
from zoneinfo import ZoneInfo

from crawler.practice.site import PracticeResponse
from crawler.practice.world import courier_pages as pages
from crawler.practice.world.agency import DatedReport, merge_agency_texts
from crawler.practice.world.articles import PaperArticle, spread_moments
from crawler.practice.world.feeds import FeedEntry, make_rss
from crawler.practice.world.paper import (
    XML,
    Paper,
    PaperAddress,
    cut_page,
    list_ring,
    make_missing,
    make_page,
    make_redirect,
    make_text,
)
from crawler.practice.world.sitemaps import SitemapEntry, list_entries, make_index, make_urlset
from crawler.practice.world.writing import make_slug, write_reports

HOST = "harbour-courier.example"
ORIGIN = f"https://{HOST}"
FEED = "application/rss+xml; charset=UTF-8"
REPORTS = 44
DAYS = 330
PAGE_LENGTH = 8
FEED_LENGTH = 10
RING = 4
COMMENTED = 4
"""Every fourth article has a comment."""
ROBOTS = (
    "User-agent: *\nDisallow: /wp-admin/\nAllow: /wp-admin/admin-ajax.php\nDisallow: /?s=\nDisallow: /*?replytocom=\n\n"
    f"Sitemap: {ORIGIN}/wp-sitemap.xml\n"
)


class Courier(Paper):
    """A paper whose addresses are days and slugs: ``/2026/10/12/slug/``."""

    name = "courier"
    title = "The Harbour Courier"
    languages = ("en",)
    country = "pt"
    zone: ClassVar[ZoneInfo] = ZoneInfo("Europe/Lisbon")
    hosts = (HOST, f"www.{HOST}")
    style_path = "/wp-content/themes/quay/style.css"
    forbidden = ("/wp-admin/", r"/\?s=", r"/.*\?replytocom=")

    def list_articles(self) -> Sequence[PaperArticle]:
        reports = write_reports("en", self.name, REPORTS)
        moments = spread_moments(self.name, REPORTS, DAYS, self.zone)
        rows = merge_agency_texts(self.name, self.zone, reports, moments)
        return [_make_article(1200 + 7 * (len(rows) - index), row) for index, row in enumerate(rows)]

    def list_lookalikes(self) -> Sequence[str]:
        return [ORIGIN + path for path in pages.DATED_PAGES]

    def find(self, address: PaperAddress) -> PracticeResponse:
        if address.host != HOST:
            return make_redirect(f"{ORIGIN}{address.path}")
        path, query = address.path, address.query
        if path == "/robots.txt":
            return make_text(ROBOTS)
        if path == "/" and "p" in query:
            return self._follow_short_link(query["p"])
        if path == "/" and "s" in query:
            return make_page(pages.make_listing(f"Search: {query['s']}", (), None))
        if answer := self._find_xml(path) or self._find_listing(path):
            return answer
        if html := pages.make_static_page(path, self.articles):
            return make_page(html)
        if match := re.fullmatch(r"/(\d{4}/\d\d/\d\d/[a-z0-9-]+)(/amp|/feed)?(/?)", path):
            return self._find_article(match[1], match[2], slashed=match[3] == "/")
        return make_missing(pages.make_frame)

    def _follow_short_link(self, number: str) -> PracticeResponse:
        for article in self.articles:
            if str(article.number) == number:
                return make_redirect(article.url)
        return make_missing(pages.make_frame)

    def _find_article(self, key: str, form: str | None, *, slashed: bool) -> PracticeResponse:
        for article in self.articles:
            if article.key != key:
                continue
            if form == "/feed":
                return make_text(self._make_comment_feed([article], f"{article.url}feed/"), FEED)
            if not slashed:
                return make_redirect(f"{ORIGIN}/{key}{form or ''}/")
            if form == "/amp":
                return make_page(pages.make_amp_page(article))
            related = list_ring(self.articles, article, RING)
            return make_page(pages.make_article_page(article, related, commented=has_comment(article)))
        return make_missing(pages.make_frame)

    def _find_listing(self, path: str) -> PracticeResponse | None:
        match = re.fullmatch(
            r"/(?:(category|tag|author)/([a-z0-9-]+)/|(\d{4}/\d\d)/(?:(\d\d)/)?)?(?:page/(\d{1,4})/)?", path
        )
        if match is None:
            return None
        kind, name, month, day, page = match.groups()
        articles = [article for article in self.articles if _is_listed(article, kind, name, month, day)]
        shown, count = cut_page(articles, int(page or 1), PAGE_LENGTH)
        if not shown:
            return None
        base = path.partition("page/")[0]
        following = f"{ORIGIN}{base}page/{int(page or 1) + 1}/" if int(page or 1) < count else None
        title = self.title
        if name:
            title = name.replace("-", " ").capitalize()
        elif month:
            title = month.replace("/", "-")
        return make_page(pages.make_listing(title, shown, following, is_home=path == "/"))

    def _find_xml(self, path: str) -> PracticeResponse | None:
        if path in ("/feed/", "/feed"):
            return make_text(self._make_feed(self.articles, f"{ORIGIN}/feed/"), FEED)
        if path == "/comments/feed/":
            articles = [article for article in self.articles if has_comment(article)]
            return make_text(self._make_comment_feed(articles[:FEED_LENGTH], ORIGIN + path), FEED)
        if match := re.fullmatch(r"/category/([a-z0-9-]+)/feed/", path):
            articles = [article for article in self.articles if make_slug(article.section) == match[1]]
            return make_text(self._make_feed(articles, ORIGIN + path), FEED) if articles else None
        match path:
            case "/wp-sitemap.xml":
                names = ("posts-post", "posts-page", "taxonomies-category", "users")
                return make_text(make_index(SitemapEntry(f"{ORIGIN}/wp-sitemap-{name}-1.xml") for name in names), XML)
            case "/wp-sitemap-posts-post-1.xml":
                dated = [SitemapEntry(url) for url in self.lookalikes]
                return make_text(make_urlset([*list_entries(self.articles), *dated]), XML)
            case "/wp-sitemap-posts-page-1.xml":
                return make_text(make_urlset(SitemapEntry(ORIGIN + page) for page in pages.PAGES), XML)
            case "/wp-sitemap-taxonomies-category-1.xml":
                entries = (SitemapEntry(f"{ORIGIN}/category/{make_slug(name)}/") for name in pages.SECTIONS)
                return make_text(make_urlset(entries), XML)
            case "/wp-sitemap-users-1.xml":
                authors = sorted({name for article in self.articles for name in article.authors})
                entries = (SitemapEntry(f"{ORIGIN}/author/{make_slug(name)}/") for name in authors)
                return make_text(make_urlset(entries), XML)
        return None

    def _make_feed(self, articles: Sequence[PaperArticle], url: str) -> str:
        entries = [
            FeedEntry(
                url=f"{article.url}?utm_source=rss&utm_medium=rss&utm_campaign={article.key.rpartition('/')[2]}",
                guid=f"{ORIGIN}/?p={article.number}",
                title=article.headline,
                when=article.when,
                summary=article.lead or article.paragraphs[0],
                author=", ".join(article.authors) or None,
            )
            for article in articles[:FEED_LENGTH]
        ]
        return make_rss(self.title, f"{ORIGIN}/", url, "en-GB", entries)

    def _make_comment_feed(self, articles: Sequence[PaperArticle], url: str) -> str:
        entries = [
            FeedEntry(
                url=f"{article.url}#comment-{article.number}",
                guid=f"{article.url}#comment-{article.number}",
                title=f"Comment on {article.headline} by a reader",
                when=pages.find_comment_moment(article),
                summary=pages.COMMENT,
            )
            for article in articles
            if has_comment(article)
        ]
        return make_rss(f"Comments for {self.title}", f"{ORIGIN}/", url, "en-GB", entries)


def has_comment(article: PaperArticle) -> bool:
    """Return True if readers have commented on it."""
    return article.number % COMMENTED == 0


def _is_listed(article: PaperArticle, kind: str | None, name: str, month: str | None, day: str | None) -> bool:
    if month:
        return f"{article.day:%Y/%m}" == month and (day is None or f"{article.day:%d}" == day)
    match kind:
        case "category":
            return make_slug(article.section) == name
        case "tag":
            return make_slug(article.place) == name
        case "author":
            return name in [make_slug(author) for author in article.authors]
        case _:
            return True


def _make_article(number: int, row: DatedReport) -> PaperArticle:
    report = row.report
    key = f"{row.when:%Y/%m/%d}/{make_slug(report.headline)}"
    url = f"{ORIGIN}/{key}/"
    return PaperArticle(
        paper=Courier.name,
        language="en",
        number=number,
        key=key,
        url=url,
        spellings=(f"{ORIGIN}/?p={number}", f"{url}amp/", f"{url}?utm_source=home&utm_medium=teaser", url[:-1]),
        headline=report.headline,
        lead=report.lead or None,
        authors=report.authors,
        when=row.when,
        paragraphs=report.paragraphs,
        section=pages.SECTIONS[number % len(pages.SECTIONS)],
        place=report.place or "Port Ansel",
        agency_story=row.agency_story,
    )
