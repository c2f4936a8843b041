"""Pages that answer to an article's address and are none: home pages for unknown numbers, listings, errors, other articles."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from support.tables import check_rows

from crawler.errors import NotAnArticle, PageUnreadable
from crawler.items import Article, Capture
from crawler.process import process
from crawler.sites.registry import find_site
from seealso import read_page

ASIANEWS = find_site("asianews")

ADDRESS = "https://www.asianews.it/index.php?l=en&art=99999"
TEASERS = [
    (
        n,
        f"Title of the teaser number {n}",
        f"The lead of teaser number {n} says in two sentences what happened. It is long enough to be a paragraph.",
        f"{10 + n}/09/2023",
        "LEBANON",
        by,
    )
    for n, by in enumerate(["by Fady Noun", "", "by Dario Salvi", "", "by Steve Suwannarat", ""], 1)
]


def read(html: str | bytes, *, url: str = ADDRESS, kind: str = "text/html", status: int = 200) -> Article:
    body = html if isinstance(html, bytes) else html.encode()
    return process(
        Capture(
            url=url,
            fetched_at=datetime(2026, 11, 1, tzinfo=UTC),
            status=status,
            headers=(("Content-Type", kind),),
            body=body,
        ),
        ASIANEWS,
    )


def page(inner: str, title: str = "AsiaNews", head: str = "") -> str:
    return f'<html lang="en"><head><title>{title}</title>{head}</head><body>{inner}</body></html>'


def link(n: int, title: str) -> str:
    return f'<a href="/news-en/T-{60000 + n}.html">{title}</a>'


HOMES = {
    "teasers in divs": page(
        '<h1>AsiaNews</h1><div class="data">24/11/2026</div><h2>In the foreground</h2>'
        + "".join(
            f'<div><h3>{link(n, h)}</h3><div class="author">{by} | {k}</div><p>{lead}</p><span>| {d}</span></div>'
            for n, h, lead, d, k, by in TEASERS
        )
    ),
    "teasers without links": page(
        "<h1>In the foreground</h1>"
        + "".join(
            f"<p>{h}</p><p>{by} | {k}</p><p>{lead}</p><p>| {d}</p><p>| {k}</p>" for n, h, lead, d, k, by in TEASERS
        )
    ),
    "a lead item under a date": page(
        f"<div>11/24/2026, 09.30</div><h1>{link(1, TEASERS[0][1])}</h1><p>by Fady Noun | LEBANON</p><p>{TEASERS[0][2]}</p>"
        + "".join(f"<div><h4>{link(n, h)}</h4><p>{lead}</p><p>| {d}</p></div>" for n, h, lead, d, k, by in TEASERS[1:])
    ),
    "tables": page(
        "<table><tr><td><b>Geographical areas</b><br><a href='/geo-en/India-20.html'>India</a></td><td>"
        + "".join(
            f"{by}<br>{link(n, '<b>' + h + '</b>')}<br>{lead}<br>| {d}<br>| {k}<br><br>"
            for n, h, lead, d, k, by in TEASERS
        )
        + "</td></tr></table>"
    ),
    "one teaser": page(
        f"<h2>Latest</h2><h3>{link(1, TEASERS[0][1])}</h3><p>by Fady Noun</p><p>{TEASERS[0][2]}</p><p>| 22/09/2023</p>"
    ),
    "bylines without rows": page(
        "<h1>Editor's choices</h1>"
        + "".join(f"<div><p>{by}</p><p>{link(n, h)}</p><p>{lead}</p></div>" for n, h, lead, d, k, by in TEASERS)
    ),
    "whole teasers are links": page(
        "<h1>News of Asia</h1><p>by the staff</p>"
        + "".join(
            f'<a href="/news-en/T-{60000 + n}.html"><h3>{h}</h3><p>{lead}</p><time>{d}</time></a>'
            for n, h, lead, d, k, by in TEASERS
        )
    ),
    "a title that is the first teaser": page(
        "".join(
            f"<div><h2>{link(n, h)}</h2><p>{by}</p><p>{lead}</p><p>{d}</p></div>" for n, h, lead, d, k, by in TEASERS
        ),
        title=TEASERS[0][1],
    ),
    "structured data of a site": page(
        "<h1>Asia today</h1>" + "".join(f"<p>{link(n, h)}</p><p>{lead}</p>" for n, h, lead, d, k, by in TEASERS),
        head='<meta property="og:type" content="website"><link rel="canonical" href="https://www.asianews.it/en.html">'
        '<script type="application/ld+json">{"@type":"ItemList","itemListElement":[{"@type":"ListItem","item":{"@type":"NewsArticle","headline":"Title of the teaser number 1"}},'
        '{"@type":"ListItem","item":{"@type":"NewsArticle","headline":"Title of the teaser number 2"}}]}</script>',
    ),
    "listing of layout b": page(
        "<h1>China</h1>"
        + "".join(
            f"<p>{d} - {k}</p><p><b>{link(n, h)}</b></p><p>{by}</p><p>{lead}</p>" for n, h, lead, d, k, by in TEASERS
        ),
        title="China - AsiaNews",
    ),
    "search results": page(
        "<h1>Search: bells</h1><form><input name=findkey value=bells></form><p>6 results</p>"
        + "".join(f"<li>{d} {link(n, h)}<br>{lead}</li>" for n, h, lead, d, k, by in TEASERS)
    ),
}


@pytest.mark.parametrize("name", HOMES)
def test_a_home_page_or_listing_is_no_article(name: str) -> None:
    with pytest.raises(NotAnArticle):
        read(HOMES[name])


TEXTS = {
    "nothing": "",
    "white space": " \n\t ",
    "a frame": "<html><head><title>AsiaNews</title></head><frameset><frame src=x></frameset></html>",
    "not found": page(
        "<h1>404 Not Found</h1><p>The requested URL was not found on this server. Please check the address and try again, or go to the home page.</p>",
        "404 Not Found",
    ),
    "database": page("<p>Warning: mysql_connect(): Too many connections in /home/site/index.php on line 12</p>"),
    "bot wall": page(
        "<h1>Checking your browser</h1><p>Please wait while we verify that you are not a robot. This takes up to five seconds and happens automatically.</p>",
        "Just a moment...",
    ),
    "log in": page(
        "<h1>Log in</h1><form><label>Name</label><input><label>Word</label><input><button>Go</button></form><p>Forgotten your word? Ask the editors for another one, by letter.</p>"
    ),
    "only a script": "<html><body><script>location='/en.html'</script></body></html>",
    "only images": page('<img src="a.jpg" alt="An article"><img src="b.jpg">'),
    "only a headline": page("<h1>A headline without any text under it</h1>", "A headline without any text under it"),
    "json": '{"headline": "No page", "body": "at all"}',
    "about the paper": page(
        "<h1>About us</h1><p>This paper was founded to tell of a continent to those who live on another one. It is read in four languages and printed in none of them.</p><p>Write to us.</p>",
        "About us",
    ),
}


@check_rows("name", TEXTS)
def test_a_page_without_an_article_is_no_article(name: str) -> None:
    with pytest.raises(NotAnArticle):
        read(TEXTS[name])


ARTICLE = page(
    "<div>03/11/2022, 09.45</div><h1>The bell of the two banks</h1><p>by Fady Noun</p><p>A lead that says what happened.</p>"
    "<p>Beirut (AsiaNews) - A body that says it again at greater length, as bodies do.</p><p>And a second paragraph.</p>",
    "The bell of the two banks",
)


@pytest.mark.parametrize(
    "head",
    [
        '<link rel="canonical" href="https://www.asianews.it/news-en/Other-88888.html">',
        '<meta property="og:url" content="/index.php?l=en&amp;art=88888">',
        '<script type="application/ld+json">{"@type":"NewsArticle","headline":"The bell of the two banks","url":"https://www.asianews.it/news-en/Other-88888.html"}</script>',
    ],
)
def test_a_page_that_says_it_is_another_one_is_not_taken_for_the_one_asked_for(head: str) -> None:
    with pytest.raises(NotAnArticle):
        read(ARTICLE.replace("</head>", head + "</head>"))


TO_HOME = (
    '<link rel="canonical" href="https://www.asianews.it/en.html"></head>',
    '<link rel="canonical" href="/"><meta property="og:url" content="https://www.asianews.it/"></head>',
    '<meta property="og:url" content="/geo-en/India-20.html"></head>',
)
UNSIGNED = ARTICLE.replace("<p>by Fady Noun</p>", "").replace("Beirut (AsiaNews) - ", "")
BEGINNING = page(
    "<div>11/24/2026, 09.30</div><h1>The bell of the two banks</h1><p>by Fady Noun</p><p>Beirut (AsiaNews) - A body that "
    "begins.</p>" + "".join(f"<h3>{link(n, h)}</h3><p>{lead}</p><p>| {d}</p>" for n, h, lead, d, k, by in TEASERS),
    "The bell of the two banks",
)
LEADS_ON = page(
    f"<div>11/24/2026, 09.30</div><h1>{link(1, 'The bell of the two banks')}</h1><p>by Fady Noun</p><p>Beirut (AsiaNews) - "
    "A body that begins as the first story of a home page does, and goes on elsewhere.</p>",
    "The bell of the two banks",
)


@check_rows("head", TO_HOME)
def test_an_article_whose_site_states_its_home_page_as_the_address_of_everything_is_kept(head: str) -> None:
    assert read(ARTICLE.replace("</head>", head)).headline == "The bell of the two banks"


@check_rows(
    "html, head", [(html, head) for html in (*HOMES.values(), UNSIGNED, BEGINNING, LEADS_ON) for head in TO_HOME]
)
def test_a_home_page_that_states_its_own_address_is_no_article(html: str, head: str) -> None:
    with pytest.raises(NotAnArticle):
        read(html.replace("</head>", head))


def test_the_print_link_tells_which_article_a_page_is() -> None:
    link = '<a href="/index.php?l=en&amp;idn=1&amp;art=88888&amp;mag=visualizzaperlastampa">Printable version</a>'
    with pytest.raises(NotAnArticle, match="another one"):
        read(ARTICLE.replace("</body>", link + "</body>"))


def test_without_a_stated_address_the_requested_one_counts() -> None:
    assert read(ARTICLE).site_key == "99999"


def test_a_page_in_another_language_than_asked_for_is_refused() -> None:
    head = '<link rel="canonical" href="https://www.asianews.it/notizie-it/Altro-99999.html"></head>'
    with pytest.raises(NotAnArticle, match="language"):
        read(ARTICLE.replace('lang="en"', 'lang="it"').replace("</head>", head))


@pytest.mark.parametrize("status", [404, 410, 500])
def test_an_error_answer_is_no_article_whatever_its_text(status: int) -> None:
    with pytest.raises(NotAnArticle):
        read(ARTICLE, status=status)


@pytest.mark.parametrize("kind", ["application/pdf", "image/jpeg", "application/rss+xml", "application/json"])
def test_other_types_are_no_articles(kind: str) -> None:
    with pytest.raises(NotAnArticle):
        read(ARTICLE, kind=kind)


@pytest.mark.parametrize(
    "body",
    [
        b"%PDF-1.7 \x00",
        b'<?xml version="1.0"?><rss version="2.0"><channel></channel></rss>',
        b"\x89PNG\r\n",
        b"<feed xmlns='x'></feed>",
    ],
)
def test_files_and_feeds_served_as_pages_are_no_articles(body: bytes) -> None:
    with pytest.raises(NotAnArticle):
        read(body)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.asianews.it/en.xml",
        "https://www.asianews.it/geo-en/India-20.html",
        "https://www.asianews.it/",
        "https://example.com/news-en/A-1.html",
    ],
)
def test_an_address_that_cannot_be_an_article_is_not_read_as_one(url: str) -> None:
    with pytest.raises(NotAnArticle):
        read(ARTICLE, url=url)


UNREADABLE = {
    "json-ld": page(
        "<h1>The bell of the two banks</h1>",
        head='<script type="application/ld+json">{"@type":"NewsArticle","headline":"The bell of the two banks"}</script>',
    ),
    "open graph": page(
        "<h1>The bell of the two banks</h1><p>by Fady Noun</p>", head='<meta property="og:type" content="article">'
    ),
    "date and headline": page(
        "<p>03/11/2022, 09.45</p><h1>The bell of the two banks</h1><p>Send to a friend</p><h4>See also</h4><p><a href='/news-en/T-60001.html'>Another</a></p>"
    ),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_an_article_without_a_body_is_unreadable(name: str) -> None:
    with pytest.raises(PageUnreadable):
        read(UNREADABLE[name])


def test_a_body_that_only_structured_data_holds_is_read() -> None:
    html = page(
        "<h1>The bell of the two banks</h1><div id=app></div>",
        head='<script type="application/ld+json">{"@type":"NewsArticle","headline":"The bell of the two banks","datePublished":"2022-03-11T09:45:00+01:00",'
        '"articleBody":"Beirut (AsiaNews) - First paragraph.\\n\\nSecond paragraph."}</script>',
    )
    article = read(html)
    assert (article.body, article.dateline_place) == ("First paragraph.\n\nSecond paragraph.", "Beirut")
    assert dict(article.sources)["body"] == "jsonld:articleBody"


@check_rows("headline", ["Informativa sulla privacy", "Terms & Conditions", "Datenschutzerklärung", "利用規約"])
def test_what_a_site_says_of_itself_is_no_article(headline: str) -> None:
    text = "What is said here holds for all who read these pages, and will be changed from time to time as laws are."
    page = f"<html><head><title>{headline}</title></head><body><main><h1>{headline}</h1>{f'<p>{text}</p>' * 6}</main>"
    with pytest.raises(NotAnArticle):
        read_page(page.encode(), "https://post.example/2026/05/12/about-these-pages")
