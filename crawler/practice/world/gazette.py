"""The Mill Gazette: a paper in tables of another century, without metadata; its longer stories go over several pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar
from zoneinfo import ZoneInfo

from crawler.practice.dialects import escape_text
from crawler.practice.site import PracticeResponse
from crawler.practice.world.agency import DatedReport, merge_agency_texts
from crawler.practice.world.articles import PaperArticle, spread_moments
from crawler.practice.world.paper import Paper, PaperAddress, cut_page, make_missing, make_page, make_redirect
from crawler.practice.world.writing import write_paragraphs, write_reports

ORIGIN = "https://www.mill-gazette.example"
REPORTS = 37
DAYS = 1100
LIST_LENGTH = 9
PARAGRAPHS_PER_PAGE = 7
LONG = 3
"""Every third story is long."""
CHARSET = "windows-1252"
STATIC = {101: "About the Gazette", 102: "Subscribe to the Gazette", 103: "Index of stories about the village pump"}
"""Pages that are no stories, by the numbers that they have like stories."""


class Gazette(Paper):
    """A paper whose addresses are a number and a page: ``/story/3834``, ``/story/3834/2``. It has no robots.txt."""

    name = "gazette"
    title = "The Mill Gazette"
    languages = ("en",)
    country = "ca"
    zone: ClassVar[ZoneInfo] = ZoneInfo("America/Halifax")
    hosts = ("www.mill-gazette.example", "mill-gazette.example")
    style_path = "/gazette.css"

    def list_articles(self) -> Sequence[PaperArticle]:
        moments = spread_moments(self.name, REPORTS, DAYS, self.zone)
        rows = merge_agency_texts(self.name, self.zone, write_reports("en", self.name, REPORTS), moments)
        return [_make_article(3402 + 6 * (len(rows) - index), row) for index, row in enumerate(rows)]

    def list_lookalikes(self) -> Sequence[str]:
        return [f"{ORIGIN}/story/{number}" for number in STATIC]

    def find(self, address: PaperAddress) -> PracticeResponse:
        path = address.path
        if address.host != self.hosts[0]:
            return make_redirect(ORIGIN + path)
        if path == "/index.php" and (number := address.query.get("story")):
            return make_redirect(f"{ORIGIN}/story/{number}") if number.isascii() and number.isdigit() else _miss()
        if path in ("/", "/index.php"):
            return _make_response("News of the mill", _make_list(self.articles[:6]))
        if match := re.fullmatch(r"/archive(?:/(\d{1,4}))?", path):
            return self._make_archive(int(match[1] or 1))
        if match := re.fullmatch(r"/(story|print)/(\d{1,6})(?:/(\d))?", path):
            return self._find_story(int(match[2]), int(match[3] or 1), whole=match[1] == "print")
        return _miss()

    def _make_archive(self, page: int) -> PracticeResponse:
        shown, count = cut_page(self.articles, page, LIST_LENGTH)
        if not shown:
            return _miss()
        following = f'<p><a rel="next" href="/archive/{page + 1}">Older stories</a></p>' if page < count else ""
        return _make_response("Archive", f"<h2>Archive, page {page} of {count}</h2>{_make_list(shown)}{following}")

    def _find_story(self, number: int, page: int, *, whole: bool) -> PracticeResponse:
        if number in STATIC and page == 1:
            return self._make_static_page(number)
        for article in self.articles:
            if article.number == number:
                shares = [article.paragraphs] if whole else split_pages(article)
                if page > len(shares):
                    return _miss()
                return _make_response(article.headline, _make_story(article, shares, page, whole=whole))
        return _miss()

    def _make_static_page(self, number: int) -> PracticeResponse:
        if number == 103:
            members = [article for article in self.articles if "village pump" in article.body]
            return _make_response(STATIC[number], f"<h2>{STATIC[number]}</h2>{_make_list(members)}")
        words = "Four sheets, every other week." if number == 101 else "Send nine dollars and a stamp."
        return _make_response(STATIC[number], f"<h2>{STATIC[number]}</h2><p>{words}</p>")


def split_pages(article: PaperArticle) -> list[tuple[str, ...]]:
    """Return the paragraphs of each page of a story."""
    return [
        article.paragraphs[first : first + PARAGRAPHS_PER_PAGE]
        for first in range(0, len(article.paragraphs), PARAGRAPHS_PER_PAGE)
    ]


def _make_article(number: int, row: DatedReport) -> PaperArticle:
    report = row.report
    if row.agency_story is None and number // 6 % LONG == 0:
        further = write_paragraphs("en", f"gazette/{number}", 5 + 3 * (number % 4))
        report = replace(report, paragraphs=(*report.paragraphs, *further))
    url = f"{ORIGIN}/story/{number}"
    article = PaperArticle(
        paper=Gazette.name,
        language="en",
        number=number,
        key=str(number),
        url=url,
        headline=report.headline,
        lead=None,
        authors=report.authors,
        when=row.when,
        has_time=False,
        paragraphs=report.paragraphs,
        section="",
        place=report.place,
        agency_story=row.agency_story,
    )
    further_pages = tuple(f"{url}/{page}" for page in range(2, len(split_pages(article)) + 1))
    return replace(
        article, spellings=(f"{ORIGIN}/index.php?story={number}", f"{ORIGIN}/print/{number}", *further_pages)
    )


def _miss() -> PracticeResponse:
    return make_missing(_make_frame)


def _make_response(title: str, inner: str) -> PracticeResponse:
    # The header names no charset: the page itself does, as such pages do.
    return make_page(_make_frame(title, inner), "text/html", CHARSET)


def _make_frame(title: str, inner: str) -> str:
    links = " | ".join(f'<a href="/story/{number}">{label}</a>' for number, label in STATIC.items())
    return f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset={CHARSET}">
<title>The Mill Gazette: {escape_text(title)}</title><link rel="stylesheet" href="/gazette.css"></head>
<body bgcolor="#f4efe2"><center><table width="720" border="0" cellpadding="6"><tr><td colspan="2" bgcolor="#5b3a1e" align="center"><font size="6" color="#f4efe2"><a href="/">The Mill Gazette</a></font></td></tr>
<tr><td width="130" valign="top" class="menu"><font size="2"><a href="/">News</a><br><a href="/archive">Archive</a><br><br>Printed in a shed,<br>invented for practice.</font></td>
<td valign="top">
{inner}
</td></tr><tr><td colspan="2" align="center" class="foot"><font size="1">{links}</font></td></tr></table></center></body></html>
"""


def _make_list(articles: Sequence[PaperArticle]) -> str:
    rows = "".join(
        f'<tr><td nowrap valign="top"><font size="2">{article.day:%b} {article.day.day}, {article.day.year}</font></td><td><a href="/story/{article.number}">{escape_text(article.headline)}</a></td></tr>\n'
        for article in articles
    )
    return f"<table>\n{rows}</table>"


def _make_story(article: PaperArticle, shares: Sequence[tuple[str, ...]], page: int, *, whole: bool) -> str:
    paragraphs = "".join(f"<p>{escape_text(paragraph)}</p>\n" for paragraph in shares[page - 1])
    byline = f"by {escape_text(' and '.join(article.authors))}<br>\n" if article.authors else ""
    day = f"{article.day:%A, %B} {article.day.day}, {article.day.year}"
    inner = f'<h2>{escape_text(article.headline)}</h2>\n<font size="2">{byline}{day}</font>\n{paragraphs}'
    if not whole:
        numbers = " ".join(
            f"<b>{number}</b>"
            if number == page
            else f'<a href="/story/{article.number}{_make_ending(number)}">{number}</a>'
            for number in range(1, len(shares) + 1)
        )
        following = (
            f' <a rel="next" href="/story/{article.number}/{page + 1}">Next page</a>' if page < len(shares) else ""
        )
        inner += f'<p class="pages">Page {numbers}{following}</p>\n' if len(shares) > 1 else ""
        inner += f'<p class="tools"><a href="/print/{article.number}">Printer version</a> <a href="/index.php?story={article.number}">Link to this story</a></p>'
    return inner


def _make_ending(page: int) -> str:
    return f"/{page}" if page > 1 else ""
