"""The Delta Ledger: a paper whose front page waits for a script, so that sitemaps alone lead to its articles."""

from __future__ import annotations

import gzip
import re
from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from crawler.practice.dialects import escape_text
from crawler.practice.site import PracticeResponse
from crawler.practice.world.agency import DatedReport, merge_agency_texts
from crawler.practice.world.articles import PaperArticle, spread_moments
from crawler.practice.world.paper import (
    XML,
    Paper,
    PaperAddress,
    list_ring,
    make_missing,
    make_page,
    make_redirect,
    make_text,
)
from crawler.practice.world.sitemaps import (
    SitemapEntry,
    group_by_month,
    list_entries,
    make_index,
    make_news_sitemap,
    make_urlset,
)
from crawler.practice.world.writing import make_slug, write_reports

ORIGIN = "https://www.delta-ledger.example"
SECTIONS = ("River", "Markets", "Letters")
REPORTS = 46
DAYS = 120
RING = 4
ROBOTS = (
    "User-agent: *\nCrawl-delay: 0\nDisallow: /print/\n\n"
    f"Sitemap: {ORIGIN}/sitemaps/index.xml\nSitemap: {ORIGIN}/sitemaps/news.xml\n"
)
ABOUT = "/news/about-the-delta-ledger-100001.html"
OFFER = "/news/subscribe-to-the-delta-ledger-100002.html"
TOPIC = "/news/all-about-the-salt-flats-100003.html"


class Ledger(Paper):
    """A paper whose addresses end with a number: ``/news/slug-104231.html``."""

    name = "ledger"
    title = "The Delta Ledger"
    languages = ("en",)
    country = "sg"
    zone: ClassVar[ZoneInfo] = ZoneInfo("Asia/Singapore")
    hosts = ("www.delta-ledger.example", "delta-ledger.example")
    style_path = "/assets/ledger.css"
    forbidden = ("/print/",)

    def list_articles(self) -> Sequence[PaperArticle]:
        moments = spread_moments(self.name, REPORTS, DAYS, self.zone)
        rows = merge_agency_texts(self.name, self.zone, write_reports("en", self.name, REPORTS), moments)
        return [_make_article(104_231 + 13 * (len(rows) - index), row) for index, row in enumerate(rows)]

    def list_lookalikes(self) -> Sequence[str]:
        return [ORIGIN + path for path in (ABOUT, OFFER, TOPIC)]

    def find(self, address: PaperAddress) -> PracticeResponse:
        path = address.path
        if address.host != self.hosts[0]:
            return make_redirect(ORIGIN + path)
        if path == "/robots.txt":
            return make_text(ROBOTS)
        if path.startswith("/sitemaps/"):
            return self._find_sitemap(path.removeprefix("/sitemaps/"))
        if path == "/" or re.fullmatch(r"/section/[a-z]+", path):
            return make_page(
                _make_frame(self.title, '<main id="app" data-src="/api/front">Loading the front page …</main>')
            )
        if path in (ABOUT, OFFER, TOPIC):
            return make_page(self._make_static_page(path))
        if match := re.fullmatch(
            r"/(s/|print/|amp/news/(?:[a-z0-9-]+-)?|news/(?:[a-z0-9-]+-)?)(\d{6})(?:\.html)?", path
        ):
            return self._find_article(match[1], int(match[2]))
        return make_missing(_make_frame)

    def _find_article(self, form: str, number: int) -> PracticeResponse:
        for article in self.articles:
            if article.number == number:
                if form == "s/":
                    return make_redirect(article.url)
                if form.startswith(("amp/", "print/")):
                    return make_page(_make_plain_page(article))
                return make_page(_make_article_page(article, list_ring(self.articles, article, RING)))
        return make_missing(_make_frame)

    def _find_sitemap(self, name: str) -> PracticeResponse:
        months = group_by_month(self.articles)
        this_month = max(months)
        if name == "index.xml":
            entries = [
                SitemapEntry(f"{ORIGIN}/sitemaps/{month}.xml{'' if month == this_month else '.gz'}", members[0].when)
                for month, members in months.items()
            ]
            return make_text(make_index([SitemapEntry(f"{ORIGIN}/sitemaps/pages.xml"), *entries]), XML)
        if name == "news.xml":
            return make_text(make_news_sitemap(self.title, self.articles), XML)
        if name == "pages.xml":
            urls = (f"{ORIGIN}/", *(f"{ORIGIN}/section/{section.lower()}" for section in SECTIONS), *self.lookalikes)
            return make_text(
                make_urlset(SitemapEntry(url, datetime(2026, 1, 5, 9, tzinfo=self.zone)) for url in urls), XML
            )
        members = months.get(name[:7], [])
        if members and name == f"{this_month}.xml":
            return make_text(make_urlset(list_entries(members)), XML)
        if members and name == f"{name[:7]}.xml.gz":
            # The file itself is compressed: no header says so, only its first bytes.
            body = gzip.compress(make_urlset(list_entries(members)).encode(), mtime=0)
            return PracticeResponse(status=200, body=body, content_type="application/octet-stream")
        return make_missing(_make_frame)

    def _make_static_page(self, path: str) -> str:
        if path == ABOUT:
            return _make_frame(
                "About us", "<main><h1>About the Delta Ledger</h1><p>Eleven people, two bicycles.</p></main>"
            )
        if path == OFFER:
            plans = "".join(f"<li>{name}: {price} a month</li>" for name, price in (("Reader", 4), ("Friend", 9)))
            return _make_frame("Subscribe", f"<main><h1>Subscribe to the Delta Ledger</h1><ul>{plans}</ul></main>")
        links = "".join(
            f'<li><a href="{article.url}">{escape_text(article.headline)}</a></li>'
            for article in self.articles
            if "salt flats" in article.headline
        )
        return _make_frame("Topic", f"<main><h1>All about the salt flats</h1><ul>{links}</ul></main>")


def _make_article(number: int, row: DatedReport) -> PaperArticle:
    report = row.report
    ending = f"news/{make_slug(report.headline, 6)}-{number}.html"
    url = f"{ORIGIN}/{ending}"
    return PaperArticle(
        paper=Ledger.name,
        language="en",
        number=number,
        key=str(number),
        url=url,
        spellings=(f"{ORIGIN}/s/{number}", f"{ORIGIN}/amp/{ending}", f"{url}?src=more"),
        headline=report.headline,
        lead=report.lead or None,
        authors=report.authors,
        when=row.when,
        paragraphs=report.paragraphs,
        section=SECTIONS[number % len(SECTIONS)],
        place=report.place,
        agency_story=row.agency_story,
    )


def _make_frame(title: str, inner: str, head: str = "") -> str:
    menu = "".join(f'<a href="/section/{section.lower()}">{section}</a> ' for section in SECTIONS)
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{escape_text(title)} | The Delta Ledger</title>
<link rel="stylesheet" href="/assets/ledger.css">
{head}</head>
<body><header class="top"><a class="brand" href="/">The Delta Ledger</a><nav>{menu}<a href="{OFFER}">Subscribe</a> <a href="{TOPIC}">All about the salt flats</a></nav></header>
{inner}
<footer class="bottom"><a href="{ABOUT}">About us</a> <span>Invented news, printed for practice.</span></footer></body></html>
"""


def _make_article_page(article: PaperArticle, ring: Sequence[PaperArticle]) -> str:
    paragraphs = "".join(f"<p>{escape_text(paragraph)}</p>\n" for paragraph in article.paragraphs)
    lead = f'<p class="standfirst">{escape_text(article.lead)}</p>\n' if article.lead else ""
    byline = f'<p class="byline">By {escape_text(" and ".join(article.authors))}</p>\n' if article.authors else ""
    more = "".join(f'<li><a href="{other.url}?src=more">{escape_text(other.headline)}</a></li>\n' for other in ring)
    head = f"""<link rel="canonical" href="{article.url}">
<link rel="amphtml" href="{article.url.replace("/news/", "/amp/news/")}">
<meta property="og:type" content="article"><meta property="og:title" content="{escape_text(article.headline)}">
<meta property="og:url" content="{article.url}"><meta property="og:site_name" content="The Delta Ledger">
<meta property="article:published_time" content="{article.when.isoformat()}"><meta property="article:section" content="{article.section}">
"""
    inner = f"""<main><article><p class="section">{article.section}</p>
<h1>{escape_text(article.headline)}</h1>
{lead}{byline}<p class="date">{article.when.day} {article.when:%B %Y, %H:%M} SGT</p>
<div class="text">
{paragraphs}</div></article>
<aside class="more"><h2>Read more</h2><ul>
{more}</ul></aside>
<p class="tools"><a href="/s/{article.number}">Short link</a> <a href="/print/{article.number}">Print</a></p></main>"""
    return _make_frame(article.headline, inner, head)


def _make_plain_page(article: PaperArticle) -> str:
    paragraphs = "".join(f"<p>{escape_text(paragraph)}</p>\n" for paragraph in article.paragraphs)
    lead = f"<p><b>{escape_text(article.lead)}</b></p>\n" if article.lead else ""
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{escape_text(article.headline)}</title><link rel="canonical" href="{article.url}"></head>
<body><article><h1>{escape_text(article.headline)}</h1><p>{article.when.day} {article.when:%B %Y, %H:%M} SGT</p>
{lead}{paragraphs}</article></body></html>
"""
