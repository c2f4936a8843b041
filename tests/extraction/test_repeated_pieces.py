"""A piece that stands thousands of times in one place of a page, feed or sitemap costs time in proportion to its length.

Patterns that look from each beginning for an end that never comes take the square of it: what is harmless in a page of
ten kilobytes holds a crawl for minutes in one of half a megabyte.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from support.tables import check_rows

import seealso
from crawler.discovery.feeds import read_feed
from crawler.discovery.sitemaps import read_sitemap
from crawler.errors import BadAddress, NotAnArticle, PageUnreadable
from crawler.extraction.parsing.visual_hebrew import turn_visual_hebrew
from crawler.items import Capture
from crawler.process import process
from crawler.sites.registry import find_site

ASIANEWS = find_site("asianews")
ADDRESS = "https://www.asianews.it/news-en/The-bell-of-the-ferry-12.html"
STRANGE_ADDRESS = "https://news.example.org/2020/10/the-bell-of-the-ferry-rang-twice"
LENGTH = 60_000
SECONDS = 2.0
"""Ten times what the slowest needs; what grew with the square took five and more."""
BODY = "<p>It rained on the market of the river, and nobody had an umbrella, the baker said on Monday.</p>" * 6
PIECES = (
    *(" ", "\u2000", "\x85", "\n", "\u3000", "0", "a", "A ", "1st ", "1,", "0 ", "é", "Ａ", "e\u0301", "ב", "字", "ㄱ"),
    *("|", "-", "—", "--", ",", ".", "/", "//", "\\", "(", "[", "{", "@", "'", '"', "“", "«a", "’", "&", "=", ":", ";"),
    *("#", "%", "%2", "%E9", "_", "~", "$", "*", "+", "\u200d", "\u200f", "a.", "a-", "a;", "ab:", "(a", "[a]", "a…"),
    *(
        "by ",
        "and ",
        "del ",
        "von ",
        "at ",
        "Jan ",
        "Monday ",
        "12:00 ",
        "10/10/2020 ",
        "2020 ",
        "3 hours ago ",
        "記者",
    ),
    *("a@a.example ", "http:", "http://", "https%3A//", "http://a.example/", "&a", "?a=", "a=", "/a/", "../", "@a"),
    *("&#", "&#x", "&lt;", "&amp;", "<", "<!", "<!--", "<?", "<![CDATA[", "]]>", "</", "<x>", "<br>", "<br/", "<b"),
    *(
        "<p ",
        "</p>",
        "<a ",
        "<li>",
        "<td>",
        "<q>",
        "<ruby>",
        "<svg>",
        "<time ",
        "<meta ",
        "<link ",
        "<base ",
        "<option>",
    ),
    *("<script>", "<style>", "<template>", "<textarea>", "<noscript>", "<iframe ", "<title>", "<html ", "<body>"),
    *("<h1>", "<head>", "<input ", "</div", "<TTTT", "width:0;", "left:-9", "color:#fff;", "position:absolute;"),
)


def make_page(
    title: str = "", head: str = "", header: str = "<p>by Ann Lee</p>10/10/2020, 12.00", more: str = ""
) -> str:
    return (
        f"<html><head><title>The bell of the ferry {title}</title>{head}</head><body>"
        f"<h1>The bell of the ferry rang twice</h1>{header}{BODY}{more}{BODY}"
    )


def make_meta(name: str) -> Callable[[str], str]:
    return lambda text: make_page(head=f"<meta name='{name}' content='{text.replace(chr(39), '')}x'>")


PAGES: dict[str, Callable[[str], str]] = {
    "title": lambda text: make_page(title=text),
    "byline": lambda text: make_page(header=f"<p class=byline>by {text}x</p>"),
    "time": lambda text: make_page(header=f"<time datetime='{text.replace(chr(39), '')}'>{text}</time>"),
    "paragraph": lambda text: make_page(more=f"<p>{text}x</p>"),
    "source": lambda text: make_page(more=f"{text}>"),
    "lines": lambda text: make_page(more=f"<pre>{text}</pre>"),
    "list": lambda text: make_page(more=f"<ul><li>{text}</ul>"),
    "caption": lambda text: make_page(more=f"<figure><img src=a alt='a'><figcaption>{text}</figcaption></figure>"),
    "class": lambda text: make_page(more=f"<div class='{text.replace(chr(39), '')}x'>A text.</div>"),
    "style": lambda text: make_page(more=f"<div style='{text.replace(chr(39), '')}x'>A text.</div>"),
    "link": lambda text: make_page(more=f"<h4>See also</h4><a href='/{text.replace(chr(39), '')}x'>A text</a>"),
    "script": lambda text: make_page(head=f"<script>{text}</script>"),
    "data": lambda text: make_page(
        head='<script type="application/ld+json">{"@type":"NewsArticle","headline":"'
        f'{text}","author":"{text}","datePublished":"{text}","articleBody":"{text}"}}</script>'
    ),
    **{
        name: make_meta(name)
        for name in ("og:site_name", "author", "article:published_time", "og:title", "description", "robots")
    },
}
DOCUMENTS: dict[str, Callable[[str], str]] = {
    "feed": lambda text: f"<rss><channel>{text}x</channel></rss>",
    "an item": lambda text: (
        f"<rss><channel><item><title>{text}x</title><link>{ADDRESS}</link><pubDate>{text}</pubDate>"
        f"<description>{text}</description><author>{text}</author></item></channel></rss>"
    ),
    "sitemap": lambda text: f"<urlset>{text}x</urlset>",
    "an entry": lambda text: (
        f"<urlset><url><loc>https://www.asianews.it/{text}x</loc><lastmod>{text}</lastmod></url></urlset>"
    ),
}


def capture(text: str, kind: str) -> Capture:
    return Capture(
        url=ADDRESS,
        fetched_at=datetime(2026, 3, 1, tzinfo=UTC),
        status=200,
        headers=(("Content-Type", f"{kind}; charset=utf-8"),),
        body=text.encode("utf-8", "replace"),
    )


def find_slow(place: str, piece: str) -> list[str]:
    """Return which ways to read what has a piece in a place, thousands of times, take too long."""
    text = piece * (LENGTH // len(piece))
    ways: dict[str, Callable[[], object]] = {}
    if place in PAGES:
        answer = capture(PAGES[place](text), "text/html")
        ways["of a site"] = lambda: process(answer, ASIANEWS)
        ways["of no site"] = lambda: seealso.read_page(answer.body, STRANGE_ADDRESS)
    else:
        answer = capture(DOCUMENTS[place](text), "application/xml")
        ways["feed"] = lambda: read_feed(answer, ASIANEWS)
        ways["sitemap"] = lambda: read_sitemap(answer, ASIANEWS)
    slow = []
    for name, read in ways.items():
        begun = time.process_time()
        with contextlib.suppress(NotAnArticle, PageUnreadable, BadAddress):
            read()
        if (seconds := time.process_time() - begun) > SECONDS:
            slow.append(f"{place} {piece!r} {name}: {seconds:.1f} seconds")
    return slow


@check_rows(
    ("place", "piece"),
    [
        ("source", "<textarea>"),
        ("source", "<!--"),
        ("source", "<script>"),
        ("title", "<template>"),
        ("og:site_name", "<template>"),
        ("an entry", " "),
        ("an item", "&#x"),
    ],
)
def test_what_took_the_square_of_its_length_does_so_no_more(place: str, piece: str) -> None:
    assert find_slow(place, piece) == []


def test_hebrew_in_visual_order_that_no_tag_follows_costs_its_length() -> None:
    page = "<p>" + " םא" * 20 + "</p>" + "א" * LENGTH + ">"
    begun = time.process_time()
    assert "אם אם" in turn_visual_hebrew(page)
    assert time.process_time() - begun < SECONDS


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("place", [*PAGES, *DOCUMENTS])
def test_every_piece_in_every_place_costs_its_length(place: str) -> None:
    """Each place a few seconds, two minutes for all."""
    assert [slow for piece in PIECES for slow in find_slow(place, piece)] == []
