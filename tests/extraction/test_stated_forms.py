"""Dates, writers and headlines that pages state in the forms that programs leave behind, and those that are none."""

from __future__ import annotations

import json
from typing import Any, Final

from support.tables import check_rows

from crawler.items import Article
from seealso import read_page

URL: Final = "https://gull.example/two-bells-for-the-market"
HEADLINE: Final = "Two bells for the market"
BODY: Final = (
    "<p>The ferry stayed at the pier until noon, because the fog had come down the river before the harbour master.</p>"
    "<p>Nobody remembers who hung the smaller bell, but three families say that their fathers carried it up the hill.</p>"
    "<p>The baker sold his bread to those who waited, and when the horn blew at last nothing was left in the shop.</p>"
)
NODE: Final = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": HEADLINE}


def read(
    below: str = "", *, head: str = "", end: str = "", title: str = HEADLINE, heading: str = f"<h1>{HEADLINE}</h1>"
) -> Article:
    page = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta property="og:type" content="article">{head}</head><body><header><a href="/">Gull Courier</a></header>'
        f"<main><article>{heading}{below}{BODY}{end}</article></main></body></html>"
    )
    return read_page(page.encode(), URL)


def write_script(*nodes: dict[str, Any]) -> str:
    return "".join(f'<script type="application/ld+json">{json.dumps(node)}</script>' for node in nodes)


def read_node(**properties: Any) -> Article:
    return read(head=write_script({**NODE, **properties}))


def list_names(article: Article) -> list[str]:
    return [author.name for author in article.authors]


@check_rows(
    ("stated", "value"),
    [
        (1714989600, "2024-05-06T10:00:00Z"),
        ("1714989600000", "2024-05-06T10:00:00Z"),
        (["2024-05-06T10:00:00Z"], "2024-05-06T10:00:00Z"),
        ("2024-05-06T10:00:00+00:00Z", "2024-05-06T10:00:00Z"),
        ("2024-05-06T12:00:00 Europe/Berlin", "2024-05-06T10:00:00Z"),
        ("2024-05-06T12:00:00+02:00[Europe/Berlin]", "2024-05-06T10:00:00Z"),
        ("Mon May  6 12:00:00 CEST 2024", "2024-05-06T10:00:00Z"),
        ("1970-01-01T00:00:00Z", None),
        ("0001-01-01T00:00:00", None),
        ("-0001-11-30T00:00:00+00:00", None),
        ("Invalid date", None),
        (True, None),
    ],
)
def test_a_date_of_a_node_is_read_in_any_form_and_a_placeholder_is_none(stated: Any, value: str | None) -> None:
    article = read_node(datePublished=stated)
    assert (article.published and article.published.value) == value
    assert not article.problems


def test_a_date_that_is_printed_stands_where_only_a_placeholder_is_stated() -> None:
    article = read("<p>6 May 2024</p>", head='<meta name="pubdate" content="1970-01-01T00:00:00Z">')
    assert article.published is not None
    assert article.published.value == "2024-05-06"


@check_rows(
    ("below", "end", "published", "modified"),
    [
        (
            '<time class="published" datetime="2024-05-06T10:00:00Z">6 May</time>'
            '<time class="updated" datetime="2024-05-08T10:00:00Z">8 May</time>',
            "",
            "2024-05-06",
            "2024-05-08",
        ),
        ('<span class="post-date" title="2024-05-06T10:00:00Z">3 hours ago</span>', "", "2024-05-06", None),
        ('<time datetime="1714989600">May 6</time>', "", "2024-05-06", None),
        (
            "",
            '<div id="comments"><div class="comment"><time datetime="2024-06-01T10:00:00Z">1 June</time>'
            "<p>Nice one.</p></div></div>",
            None,
            None,
        ),
        (
            "<div><span>By <a>Ann Lee</a><span>, Bell expert</span></span> <span><span>Last updated</span> <span>on</span> "
            '<span class="date">8 May 2024</span></span></div><p>Published 6 May 2024</p>',
            "",
            "2024-05-06",
            "2024-05-08",
        ),
        ("<p>Issue 12, May 2024 | 6 May 2024</p>", "", "2024-05-06", None),
        (
            "<p>6 May 2024</p>",
            '<div class="related-posts"><article><h3><a href="/a-mill">A mill is sold</a></h3>'
            '<time datetime="2020-01-01T10:00:00Z">1 Jan 2020</time></article></div>',
            "2024-05-06",
            None,
        ),
        (
            "",
            "<p>This entry was posted on Monday, May 6th, 2024 at 10:00 am and is filed under Bells.</p>",
            "2024-05-06",
            None,
        ),
        ("", "<p>This article first appeared on 6 May 2024.</p>", "2024-05-06", None),
        ("<p>Event date: 12 June 2024</p><p>Posted: 6 May 2024</p>", "", "2024-05-06", None),
        ("<p>Received 16 April 2024; accepted 2 May 2024; published 6 May 2024</p>", "", "2024-05-06", None),
    ],
)
def test_elements_and_lines_tell_publication_from_other_days(
    below: str, end: str, published: str | None, modified: str | None
) -> None:
    article = read(below, end=end)
    days = (article.published and article.published.on, article.modified and article.modified.on)
    assert days == (published, modified)


@check_rows(
    ("title", "day"),
    [
        (f"{HEADLINE} – Gull Courier – 6 May 2024", "2024-05-06"),
        (f"{HEADLINE} | GC | 06.05.2024", "2024-05-06"),
        (f"{HEADLINE} | 05/06/2024", None),
        (f"{HEADLINE} of 6 May 2024", None),
    ],
)
def test_a_title_tells_a_day_that_is_a_part_of_it_and_leaves_no_doubt(title: str, day: str | None) -> None:
    published = read(title=title).published
    assert (published and published.on) == day


@check_rows(
    ("begins", "day"),
    [
        ("PORT AMBLE, May 6, 2024 — The pier is closed", "2024-05-06"),
        ("PORT AMBLE, Sull, May 6, 2024 /Gull Newswire/ -- The pier is closed", "2024-05-06"),
        ("Port Amble, 6 May 2024 (GULLWIRE) - The pier is closed", "2024-05-06"),
        ("On 6 May 2024 – a Monday – the pier was closed", None),
        ("PORT AMBLE, May 6 (Wire) - The pier is closed", None),
    ],
)
def test_a_dateline_tells_the_day_where_nothing_else_does(begins: str, day: str | None) -> None:
    text = f"<p>{begins} to all boats, the harbour board said, because the pillars under it have cracks.</p>"
    published = read(text).published
    assert (published and published.on) == day


def test_of_two_articles_in_structured_data_that_of_the_title_is_the_page() -> None:
    other = {**NODE, "headline": "A mill that nobody wants", "datePublished": "2020-01-01"}
    article = read(
        head=write_script(other, {**NODE, "datePublished": "2024-05-06"}), title=f"{HEADLINE} | Gull Courier"
    )
    assert article.published is not None
    assert article.published.on == "2024-05-06"


@check_rows(
    ("author", "names"),
    [
        ("ann@gull.example (Ann Lee)", ["Ann Lee"]),
        ("Ann Lee &lt;ann@gull.example&gt;", ["Ann Lee"]),
        ({"@type": "Person", "name": '<a href="/ann">Ann Lee</a>'}, ["Ann Lee"]),
        ({"@type": "Person", "name": "Ann O&amp;#039;Lee"}, ["Ann O'Lee"]),
        ({"@type": "Person", "name": {"@type": "Person", "name": "Ann Lee"}}, ["Ann Lee"]),
        ({"@type": "Role", "author": {"@type": "Person", "name": "Ann Lee"}}, ["Ann Lee"]),
        ({"@list": [{"name": "Ann Lee"}, {"name": "Tom Vale"}]}, ["Ann Lee", "Tom Vale"]),
        ({"@type": "Person", "name": "Lee, Ann"}, ["Ann Lee"]),
        ("null", []),
        ({"@type": "Person", "name": "undefined"}, []),
        ({"@type": "Person", "name": "{{ page.author }}"}, []),
        ({"@type": "Person", "name": "admin"}, []),
        ("social.example/annlee", []),
        ({"@type": "Person", "name": "#author.fullName}"}, []),
        ({"@type": "Person", "name": "佚名"}, []),
        ({"@type": "Person", "name": "관리자"}, []),
        ({"@type": "Person", "name": "Anónimo"}, []),
        ({"@type": "Person", "name": "администратор"}, []),
        ({"@type": "Person", "name": "false"}, []),
        ([{"@type": "Person", "name": "Ann Lee"}, {"@type": "Person", "name": "ann lee"}], ["Ann Lee"]),
        ("Ann Lee, mailto:ann@gull.example", ["Ann Lee"]),
        ("JosÃ© NÃºÃ±ez", ["José Núñez"]),
    ],
)
def test_writers_of_a_node_are_read_in_any_form_and_nobody_is_none(author: Any, names: list[str]) -> None:
    assert list_names(read_node(author=author)) == names


def test_writers_under_one_key_several_times_are_all_read() -> None:
    script = write_script({**NODE, "author": {"@type": "Person", "name": "Ann Lee"}})
    assert script.count('"author"') == 1
    twice = script.replace('"author"', '"author": {"@type": "Person", "name": "Tom Vale"}, "author"')
    assert list_names(read(head=twice)) == ["Tom Vale", "Ann Lee"]


def test_hidden_microdata_names_the_writer_and_no_reader() -> None:
    def write(item: str, name: str) -> str:
        return f'<span itemprop="{item}" itemscope>\n<meta itemprop="url" content="/a"><meta itemprop="name" content="{name}"></span>'

    comment = f'<div itemprop="comment" itemscope>{write("author", "Cy Dow")}</div>'
    assert list_names(read(write("publisher", "Gull Courier") + write("author", "Ann Lee"))) == ["Ann Lee"]
    assert list_names(read(write("publisher", "Gull Courier") + comment)) == []


def test_a_reference_by_fragment_and_prefixes_of_the_vocabulary_are_understood() -> None:
    graph = [
        {"@type": "schema:NewsArticle", "schema:headline": HEADLINE, "schema:author": f"{URL}#w1"},
        {"@type": "Person", "@id": "#w1", "schema:name": "Ann Lee"},
    ]
    assert list_names(read(head=write_script({"@context": "https://schema.org", "@graph": graph}))) == ["Ann Lee"]


@check_rows(
    ("below", "names"),
    [
        (
            '<div><a rel="author" href="/a/1">Ann Lee</a><a rel="author" href="/a/2">Tom Vale</a></div>',
            ["Ann Lee", "Tom Vale"],
        ),
        ('<p class="byline">By <a href="/a/1">Ann Lee</a> <span>Rome</span></p>', ["Ann Lee"]),
        (
            '<ul class="authors"><li><a href="/a/1">Ann Lee</a><span>Political correspondent</span></li>'
            '<li><a href="/a/2">Tom Vale</a><span>Europe editor</span></li></ul>',
            ["Ann Lee", "Tom Vale"],
        ),
        (
            '<p class="byline">By <a href="/a/1">Ann Lee</a> <a href="/a/1">See all articles by Ann Lee</a></p>',
            ["Ann Lee"],
        ),
        ("<p>IAIN McRAE</p>", ["Iain McRae"]),
        ("<p>ANN LEE<br>STAFF WRITER<br>alee@gull.example</p>", ["Ann Lee"]),
        ('<div class="byline"><p>Ann Lee</p><p>Tom Vale</p></div>', ["Ann Lee", "Tom Vale"]),
        ('<p class="byline">By Ann Lee<sup>1</sup>, Tom Vale<sup>2</sup></p>', ["Ann Lee", "Tom Vale"]),
        ('<p class="byline">Guest column by Ann Lee</p>', ["Ann Lee"]),
        ("<p>سعاد المنصوري</p>", ["سعاد المنصوري"]),
        ("<p>Anna Nowak, oprac. ab</p>", ["Anna Nowak"]),
    ],
)
def test_elements_part_names_from_each_other_and_from_what_follows(below: str, names: list[str]) -> None:
    article = read(f"{below}<p>6 May 2024</p>")
    assert list_names(article) == names
    assert article.body.startswith("The ferry stayed")


@check_rows(
    ("head", "title", "heading"),
    [
        ("", f"{HEADLINE} - Gull Courier", ""),
        ("", f"Gull Courier: {HEADLINE}", ""),
        ('<meta property="og:title" content="Gull Courier">', HEADLINE, ""),
        ('<meta property="og:site_name" content="Two bells for the market">', HEADLINE, f"<h1>{HEADLINE}</h1>"),
        ("", f"{HEADLINE} | Gull Courier", f"<h1>Gull Courier</h1><h1>{HEADLINE}</h1>"),
        ("", f"▷ {HEADLINE} ✅", ""),
        ("", HEADLINE, f'<h1>{HEADLINE}<a class="anchor" href="#two-bells">#</a></h1>'),
        ("", "Gull Courier", f'<h1><img src="t.gif" alt="{HEADLINE}"></h1>'),
    ],
)
def test_the_name_of_the_site_is_no_headline_nor_a_part_of_one(head: str, title: str, heading: str) -> None:
    assert read("<p>6 May 2024</p>", head=head, title=title, heading=heading).headline == HEADLINE


@check_rows(
    "stated", [(HEADLINE,), ("Two &lt;i&gt;bells&lt;/i&gt; for the market",), ("Two bells for the&amp;nbsp;market",)]
)
def test_markup_in_a_stated_headline_is_no_other_headline(stated: str) -> None:
    assert read_node(headline=stated).headline_meta is None
