"""Writes a report as a page to read, to mail or to print: plain text, Markdown or HTML that needs nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import Final, Literal

from crawler.archive.search.units import UNIT_NOUNS
from crawler.research.alerts.runs import NewArticle, SearchNews, SearchReport
from crawler.research.exports.sanitize import replace_non_xml

PageFormat = Literal["text", "markdown", "html"]

_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+")
_MARKUP: Final = re.compile(r"([\\`*_\[\]<>#!|~&])")
_WEB: Final = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_STYLE: Final = (
    ":root{color-scheme:light dark}"
    "body{font:1rem/1.5 serif;max-width:42rem;margin:2rem auto;padding:0 1rem}h1{font-size:1.5rem}"
    "h2{font-size:1.2rem;border-bottom:1px solid}li{margin:0 0 .8rem;break-inside:avoid}p{margin:0}"
    "h2{break-after:avoid}.about{font-size:.85rem}"
    "@media print{body{margin:0;max-width:none}a{color:inherit}a::after{content:' ' attr(href);font-size:.75rem}}"
)


def write_page(report: SearchReport, format: PageFormat) -> Iterator[str]:
    """Yield the page, line by line. What pages of newspapers printed is text in it, never markup."""
    lines = {"text": _write_text, "markdown": _write_markdown, "html": _write_html}[format](report)
    return (f"{line}\n" for line in lines)


def _write_text(report: SearchReport) -> Iterator[str]:
    yield _make_title(report)
    for search in report.searches:
        yield from ("", _clean(search.name), f"  {_describe(search)}")
        for article in search.articles:
            yield f"  * {_clean(article.headline)}"
            yield f"    {_join_facts(article)}"
            yield f"    {_clean(article.url)}"


def _write_markdown(report: SearchReport) -> Iterator[str]:
    yield f"# {_escape_markdown(_make_title(report))}"
    for search in report.searches:
        yield from ("", f"## {_escape_markdown(search.name)}", "", _escape_markdown(_describe(search)), "")
        for article in search.articles:
            headline = _escape_markdown(article.headline)
            url = _clean(article.url)
            # An address in angle brackets ends at the next one; others are no links.
            yield f"- [{headline}](<{url}>)" if _WEB.fullmatch(url) else f"- {headline}"
            yield f"  {_escape_markdown(_join_facts(article))}"


def _write_html(report: SearchReport) -> Iterator[str]:
    title = _escape_html(_make_title(report))
    yield "<!DOCTYPE html>"
    yield '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    yield f"<title>{title}</title><style>{_STYLE}</style></head><body>"
    yield f"<h1>{title}</h1>"
    for search in report.searches:
        yield f'<h2 dir="auto">{_escape_html(search.name)}</h2>'
        yield f'<p class="about" dir="auto">{_escape_html(_describe(search))}</p>'
        yield "<ul>"
        for article in search.articles:
            headline = f'<bdi lang="{_escape_html(article.language)}">{_escape_html(article.headline)}</bdi>'
            if _WEB.fullmatch(article.url):
                headline = f'<a href="{_escape_html(article.url)}" rel="noreferrer">{headline}</a>'
            yield f'<li>{headline}<p class="about" dir="auto">{_escape_html(_join_facts(article))}</p></li>'
        yield "</ul>"
    yield "</body></html>"


def _make_title(report: SearchReport) -> str:
    return f"What is new in saved searches, {report.ran_at[:10]}"


def _describe(search: SearchNews) -> str:
    if search.problem is not None:
        return f"could not be run: {search.problem}"
    question = " ".join([search.query, *(f"--{name} {value}" for name, value in search.filters.items())]).strip()
    one, many = UNIT_NOUNS[search.unit]
    count = f"{search.new:,} new {one if search.new == 1 else many}"
    rest = f", of which the first {len(search.articles):,}" if len(search.articles) < search.new else ""
    return f"{count} since {search.since[:16].replace('T', ' ')} UTC{rest}: {question or 'all articles'}"


def _join_facts(article: NewArticle) -> str:
    facts = (article.published_on, article.site, article.language, ", ".join(article.authors))
    return " · ".join(_clean(fact) for fact in facts if fact)


def _clean(text: str) -> str:
    """Return text as one line without control characters, those that turn the direction of others included."""
    return " ".join(_CONTROLS.sub(" ", text).split())


def _escape_markdown(text: str) -> str:
    return _MARKUP.sub(r"\\\1", _clean(text))


def _escape_html(text: str) -> str:
    return escape(replace_non_xml(_clean(text)))
