"""दरिया समाचार: a paper in Hindi whose class names are hashes; what a page is about stands in its JSON-LD."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b
from typing import ClassVar
from zoneinfo import ZoneInfo

from crawler.practice.dialects import escape_text
from crawler.practice.site import PracticeResponse
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
    quote_path,
)
from crawler.practice.world.sitemaps import (
    SitemapEntry,
    group_by_month,
    list_entries,
    make_index,
    make_news_sitemap,
    make_urlset,
)
from crawler.practice.world.writing import Report, make_slug, write_reports

ORIGIN = "https://www.darya-samachar.example"
TITLE = "दरिया समाचार"
SECTIONS = {"desh": "देश", "shahar": "शहर", "mausam": "मौसम"}
MONTHS = ("जनवरी", "फ़रवरी", "मार्च", "अप्रैल", "मई", "जून", "जुलाई", "अगस्त", "सितंबर", "अक्टूबर", "नवंबर", "दिसंबर")
REPORTS = 54
DAYS = 720
HOME_LENGTH = 6
RING = 3
ROBOTS = (
    "User-agent: *\nDisallow: /search\nDisallow: /api/\nDisallow: /login\nDisallow: /chhapein/\n\n"
    f"User-agent: GreedyBot\nDisallow: /\n\nSitemap: {ORIGIN}/sitemap.xml\nSitemap: {ORIGIN}/news-sitemap.xml\n"
)
TOPIC = "/khabar/desh/लकड़ी-का-पुल-सारी-ख़बरें-900001.html"
ABOUT = "/khabar/desh/हमारे-बारे-में-900002.html"
GALLERY = "/khabar/shahar/तस्वीरों-में-शाम-900003.html"


class Samachar(Paper):
    """A paper whose addresses hold Devanagari: ``/khabar/desh/SLUG-134501.html``."""

    name = "samachar"
    title = TITLE
    languages = ("hi",)
    country = "in"
    zone: ClassVar[ZoneInfo] = ZoneInfo("Asia/Kolkata")
    hosts = ("www.darya-samachar.example", "darya-samachar.example")
    style_path = "/_static/8f21c.css"
    forbidden = ("/search", "/api/", "/login", "/chhapein/")

    def list_articles(self) -> Sequence[PaperArticle]:
        rows = zip(
            write_reports("hi", self.name, REPORTS), spread_moments(self.name, REPORTS, DAYS, self.zone), strict=True
        )
        return [_make_article(134_501 + 17 * (REPORTS - index), *row) for index, row in enumerate(rows)]

    def list_lookalikes(self) -> Sequence[str]:
        return [ORIGIN + quote_path(path) for path in (TOPIC, ABOUT, GALLERY)]

    def find(self, address: PaperAddress) -> PracticeResponse:
        path = address.path
        if address.host != self.hosts[0]:
            return make_redirect(ORIGIN + quote_path(path))
        if path == "/robots.txt":
            return make_text(ROBOTS)
        if path == "/":
            return make_page(self._make_listing(TITLE, self.articles[:HOME_LENGTH]))
        if match := re.fullmatch(r"/(desh|shahar|mausam)/", path):
            members = [article for article in self.articles if article.section == match[1]]
            return make_page(self._make_listing(SECTIONS[match[1]], members[:HOME_LENGTH]))
        if path in (TOPIC, ABOUT, GALLERY):
            return make_page(self._make_static_page(path))
        if match := re.fullmatch(r"/(?:khabar|amp/khabar|chhapein)/(?:.*-)?(\d{6})(?:\.html)?", path):
            return self._find_article(int(match[1]), is_amp=path.startswith("/amp/"))
        return self._find_sitemap(path) or make_missing(_make_frame, "यह पन्ना नहीं मिला")

    def _find_article(self, number: int, *, is_amp: bool) -> PracticeResponse:
        for article in self.articles:
            if article.number == number:
                related = [] if is_amp else list_ring(self.articles, article, RING)
                return make_page(_make_article_page(article, related))
        return make_missing(_make_frame, "यह पन्ना नहीं मिला")

    def _find_sitemap(self, path: str) -> PracticeResponse | None:
        months = group_by_month(self.articles)
        if path == "/sitemap.xml":
            entries = [
                SitemapEntry(f"{ORIGIN}/sitemap-{month}.xml", members[0].when) for month, members in months.items()
            ]
            return make_text(make_index([*entries, SitemapEntry(f"{ORIGIN}/sitemap-pages.xml")]), XML)
        if path == "/news-sitemap.xml":
            return make_text(make_news_sitemap(TITLE, self.articles), XML)
        if path == "/sitemap-pages.xml":
            return make_text(make_urlset(SitemapEntry(url) for url in (f"{ORIGIN}/", *self.lookalikes)), XML)
        match = re.fullmatch(r"/sitemap-(\d{4}-\d\d)\.xml", path)
        if match and match[1] in months:
            return make_text(make_urlset(list_entries(months[match[1]])), XML)
        return None

    def _make_listing(self, title: str, articles: Sequence[PaperArticle]) -> str:
        cards = "".join(
            f'<div class="{_hash_name("card")}"><a href="{article.url.removeprefix(ORIGIN)}?ref=home-{index}"><div class="{_hash_name("image")}"></div><div class="{_hash_name("title")}">{escape_text(article.headline)}</div></a><div class="{_hash_name("small")}">{_format_moment(article.when)}</div></div>\n'
            for index, article in enumerate(articles)
        )
        return _make_frame(title, f'<div class="{_hash_name("grid")}">\n{cards}</div>')

    def _make_static_page(self, path: str) -> str:
        if path == ABOUT:
            return _make_frame("हमारे बारे में", "<h1>हमारे बारे में</h1><div>दरिया समाचार अभ्यास के लिए छपता है।</div>")
        if path == GALLERY:
            pictures = "".join(f"<figure><figcaption>तस्वीर {index}</figcaption></figure>" for index in range(1, 7))
            return _make_frame("तस्वीरों में शाम", f"<h1>तस्वीरों में शाम</h1>{pictures}")
        links = "".join(
            f'<li><a href="{article.url}">{escape_text(article.headline)}</a></li>'
            for article in self.articles
            if "लकड़ी का पुल" in article.headline
        )
        return _make_frame("लकड़ी का पुल", f"<h1>लकड़ी का पुल: सारी ख़बरें</h1><ul>{links}</ul>")


def _hash_name(name: str) -> str:
    """Return a class name as bundlers make them."""
    return "_" + blake2b(name.encode(), digest_size=4).hexdigest()


def _format_moment(moment: datetime) -> str:
    return f"{moment.day:02d} {MONTHS[moment.month - 1]} {moment.year}, {moment:%H:%M} बजे"


def _make_article(number: int, report: Report, moment: datetime) -> PaperArticle:
    section = tuple(SECTIONS)[number % len(SECTIONS)]
    path = quote_path(f"/khabar/{section}/{make_slug(report.headline)}-{number}.html")
    return PaperArticle(
        paper=Samachar.name,
        language="hi",
        number=number,
        key=str(number),
        url=ORIGIN + path,
        spellings=(f"{ORIGIN}{path}?ref=home-0", f"{ORIGIN}/amp{path}"),
        headline=report.headline,
        lead=report.lead,
        authors=report.authors,
        when=moment,
        paragraphs=report.paragraphs,
        section=section,
        place=report.place,
    )


def _make_frame(title: str, inner: str, head: str = "") -> str:
    menu = "".join(
        f'<a class="{_hash_name("item")}" href="/{section}/">{label}</a>' for section, label in SECTIONS.items()
    )
    return f"""<!DOCTYPE html><html lang="hi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>{escape_text(title)} | {TITLE}</title><link rel="stylesheet" href="{Samachar.style_path}">
{head}</head><body><div id="__next"><div class="{_hash_name("bar")}"><a class="{_hash_name("logo")}" href="/">{TITLE}</a>{menu}<a class="{_hash_name("item")}" href="/search">खोज</a></div>
<div class="{_hash_name("page")}">{inner}</div>
<div class="{_hash_name("foot")}"><a href="{quote_path(TOPIC)}">लकड़ी का पुल: सारी ख़बरें</a><a href="{quote_path(GALLERY)}">तस्वीरों में शाम</a><a href="{quote_path(ABOUT)}">हमारे बारे में</a><a href="/login">लॉगिन</a></div></div></body></html>
"""


def _make_article_page(article: PaperArticle, related: Sequence[PaperArticle]) -> str:
    text = "".join(
        f'<div class="{_hash_name("text")}"><p>{escape_text(paragraph)}</p></div>\n' for paragraph in article.paragraphs
    )
    names = ", ".join(article.authors)
    byline = f'<div class="{_hash_name("name")}">{escape_text(names)}</div>' if names else ""
    cards = "".join(
        f'<a class="{_hash_name("card")}" href="{other.url}"><div class="{_hash_name("title")}">{escape_text(other.headline)}</div></a>\n'
        for other in related
    )
    inner = f"""<div class="{_hash_name("column")}"><h1 class="{_hash_name("head")}">{escape_text(article.headline)}</h1>
<div class="{_hash_name("meta")}">{byline}<div class="{_hash_name("small")}">{_format_moment(article.when)}</div></div>
<h2 class="{_hash_name("lead")}">{escape_text(article.lead or "")}</h2>
{text}<div class="{_hash_name("tools")}"><a href="/chhapein/{article.number}">छापें</a></div></div>
<div class="{_hash_name("side")}"><div class="{_hash_name("label")}">यह भी पढ़ें</div>
{cards}</div>"""
    record: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.headline,
        "description": article.lead,
        "datePublished": article.when.isoformat(),
        "dateModified": article.when.isoformat(),
        "inLanguage": "hi",
        "mainEntityOfPage": article.url,
        "publisher": {"@type": "NewsMediaOrganization", "name": TITLE},
        "articleBody": article.body,
    }
    if article.authors:
        record["author"] = [{"@type": "Person", "name": name} for name in article.authors]
    script = json.dumps(record, ensure_ascii=False).replace("<", "\\u003c")
    head = f"""<link rel="canonical" href="{article.url}"><link rel="amphtml" href="{article.url.replace("/khabar/", "/amp/khabar/")}">
<meta property="og:title" content="{escape_text(article.headline)}"><meta property="og:type" content="article"><meta property="og:site_name" content="{TITLE}">
<script type="application/ld+json">{script}</script>
"""
    return _make_frame(article.headline, inner, head)
