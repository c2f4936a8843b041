"""Seeblick: a paper in German and French, each language on a host of its own, with feeds and listings in pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from crawler.practice.site import PracticeResponse
from crawler.practice.world import seeblick_pages as pages
from crawler.practice.world.articles import PaperArticle, spread_moments
from crawler.practice.world.feeds import FeedEntry, make_atom
from crawler.practice.world.paper import (
    Paper,
    PaperAddress,
    cut_page,
    list_ring,
    make_missing,
    make_page,
    make_redirect,
    make_text,
)
from crawler.practice.world.writing import Report, make_slug, write_reports

STORIES = 32
DAYS = 200
PAGE_LENGTH = 8
FEED_LENGTH = 10
RING = 3
JOBS_HOST = "jobs.seeblick.example"
ROBOTS = {
    "de": "User-agent: *\nCrawl-delay: 0\nDisallow: /suche\n",
    "fr": "User-agent: *\nDisallow: /recherche\n",
    "jobs": "User-agent: *\nDisallow: /\n",
}
_LANGUAGE_OF_HOST = {host: language for language, host in pages.HOSTS.items()}


class Seeblick(Paper):
    """A paper whose host tells the language; translations share the number in their addresses."""

    name = "seeblick"
    title = "Seeblick"
    languages = ("de", "fr")
    country = "ch"
    zone: ClassVar[ZoneInfo] = ZoneInfo("Europe/Zurich")
    hosts = (*pages.HOSTS.values(), "www.seeblick.example", "seeblick.example")
    strange_hosts = (JOBS_HOST,)
    style_path = "/static/seeblick.css"
    forbidden = ("/suche", "/recherche")

    def list_articles(self) -> Sequence[PaperArticle]:
        reports = {language: write_reports(language, self.name, STORIES) for language in self.languages}
        moments = spread_moments(self.name, STORIES, DAYS, self.zone)
        articles = []
        for index, moment in enumerate(moments):
            number = 20_401 + 9 * (STORIES - index)
            printed = ("de",) if index % 8 == 5 else ("fr",) if index % 8 == 7 else self.languages
            for language in printed:
                article = _make_article(number, language, reports[language][index], moment)
                articles.append(article if len(printed) > 1 else replace(article, story=None))
        return articles

    def list_lookalikes(self) -> Sequence[str]:
        return [pages.make_origin(language) + path for language in self.languages for path in pages.STATIC[language]]

    def find(self, address: PaperAddress) -> PracticeResponse:
        path = address.path
        if address.host == JOBS_HOST:
            return make_text(ROBOTS["jobs"]) if path == "/robots.txt" else make_page(pages.make_job_page())
        language = _LANGUAGE_OF_HOST.get(address.host)
        if language is None:
            return make_page(pages.make_portal()) if path == "/" else make_redirect(pages.make_origin("de") + path)
        page = int(address.query.get("page", "1")) if re.fullmatch(r"\d{1,4}", address.query.get("page", "1")) else 1
        if path == "/robots.txt":
            return make_text(ROBOTS[language])
        if path == "/feed.atom":
            return self._make_feed(language, page)
        if path == "/" or path.startswith(f"/{pages.WORDS[language].section}/"):
            return self._make_listing(language, path, page)
        if path in pages.STATIC[language]:
            return make_page(pages.make_static_page(language, path, self._list(language)))
        if match := re.fullmatch(rf"/{pages.WORDS[language].article}/(\d{{5}})(?:-[a-z0-9-]*)?", path):
            return self._find_article(language, int(match[1]), path)
        return self._make_missing(language)

    def _list(self, language: str) -> list[PaperArticle]:
        return [article for article in self.articles if article.language == language]

    def _make_missing(self, language: str) -> PracticeResponse:
        return make_missing(
            lambda title, inner: pages.make_frame(language, title, inner), pages.WORDS[language].missing
        )

    def _find_article(self, language: str, number: int, path: str) -> PracticeResponse:
        members = {article.language: article for article in self.articles if article.number == number}
        article = members.get(language)
        if article is None:
            return self._make_missing(language)
        if article.url != pages.make_origin(language) + path:
            return make_redirect(article.url)
        related = list_ring(self._list(language), article, RING)
        return make_page(pages.make_article_page(article, members, related))

    def _make_listing(self, language: str, path: str, page: int) -> PracticeResponse:
        section = path.rpartition("/")[2]
        articles = [article for article in self._list(language) if path == "/" or make_slug(article.section) == section]
        shown, count = cut_page(articles, page, PAGE_LENGTH)
        if not shown:
            return self._make_missing(language)
        following = f"{pages.make_origin(language)}{path}?page={page + 1}" if page < count and path != "/" else None
        return make_page(pages.make_listing(language, shown, following))

    def _make_feed(self, language: str, page: int) -> PracticeResponse:
        shown, count = cut_page(self._list(language), page, FEED_LENGTH)
        if not shown:
            return self._make_missing(language)
        url = f"{pages.make_origin(language)}/feed.atom"
        entries = [
            FeedEntry(
                url=article.url,
                guid=f"tag:seeblick.example,2026:{language}/{article.number}",
                title=article.headline,
                when=article.when,
                summary=article.lead or "",
            )
            for article in shown
        ]
        following = f"{url}?page={page + 1}" if page < count else None
        return make_text(
            make_atom(pages.WORDS[language].title, url, following, entries), "application/atom+xml; charset=utf-8"
        )


def _make_article(number: int, language: str, report: Report, moment: datetime) -> PaperArticle:
    words = pages.WORDS[language]
    origin = pages.make_origin(language)
    return PaperArticle(
        paper=Seeblick.name,
        language=language,
        number=number,
        key=str(number),
        url=f"{origin}/{words.article}/{number}-{make_slug(report.headline, 7)}",
        spellings=(f"{origin}/{words.article}/{number}",),
        headline=report.headline,
        lead=report.lead,
        authors=report.authors,
        when=moment,
        paragraphs=report.paragraphs,
        section=words.sections[number // 9 % len(words.sections)],
        place=report.place,
        story=str(number),
    )
