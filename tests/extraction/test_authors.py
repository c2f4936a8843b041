"""Who wrote a page: the printed byline, structured names, and what both say together. Pages are invented."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.tables import check_rows

from crawler.items import Article
from seealso import read_page

TEXT = "".join(
    f"<p>{sentence}</p>"
    for sentence in (
        "The bells of the old market rang at noon and the ferry stayed at the pier until the fog had lifted from the river.",
        "Nobody remembers who hung the smaller bell, but three families say that their grandfathers carried it up the hill.",
        "The boats were late again, and the baker sold his bread to those who waited in the rain beside the landing stage.",
    )
)


def read(
    under_headline: str = "",
    *,
    author: Any = None,
    metas: dict[str, str] | None = None,
    below: str = "",
    things: Any = None,
) -> Article:
    thing: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": "Two bells for the river market",
        "datePublished": "2026-05-04T09:45:00Z",
    }
    if author is not None:
        thing["author"] = author
    graph = {"@context": "https://schema.org", "@graph": [thing, *things]} if things else thing
    tags = "".join(f'<meta name="{name}" content="{content}">' for name, content in (metas or {}).items())
    html = f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Two bells for the river market</title>{tags}
      <script type="application/ld+json">{json.dumps(graph)}</script></head>
      <body><main><article><h1>Two bells for the river market</h1>{under_headline}{TEXT}{below}</article></main></body></html>"""
    return read_page(html.encode(), "https://ferry.example/2026/05/two-bells-for-the-river-market")


def list_names(article: Article) -> list[str]:
    return [author.name for author in article.authors]


@pytest.mark.parametrize(
    ("printed", "author", "names"),
    [
        ("By Ann Lee", None, ["Ann Lee"]),
        ("By Ann Lee, Miri", {"@type": "Person", "name": "Ann Lee"}, ["Ann Lee"]),
        ("Ann Lee Lighthouse Keeper", {"@type": "Person", "name": "Ann Lee"}, ["Ann Lee"]),
        ("Ann Lee Bo Ray", [{"name": "Ann Lee"}, {"name": "Bo Ray"}], ["Ann Lee", "Bo Ray"]),
        ("By Ann Lee", [{"name": "Ann Lee"}, {"name": "Bo Ray"}], ["Ann Lee", "Bo Ray"]),
        ("By Bo Ray and Ann Lee", [{"name": "Ann Lee"}, {"name": "Bo Ray"}], ["Bo Ray", "Ann Lee"]),
        ("By Ann Lee and Bo Ray", {"name": "Ann Lee"}, ["Ann Lee", "Bo Ray"]),
        ("By Ann Lee", {"name": "Ferry Desk"}, ["Ann Lee"]),
        ("By Ann Marie Lee", {"name": "Ann Lee"}, ["Ann Marie Lee"]),
        ("Ann Lee 4 May 2026 [x] {y}", {"name": "Ann Lee"}, ["Ann Lee"]),
    ],
)
def test_byline_and_structured_names_confirm_each_other(printed: str, author: Any, names: list[str]) -> None:
    assert list_names(read(f"<div>{printed}</div>", author=author))[: len(names) + 1] == names


def test_the_printed_byline_stays_as_printed() -> None:
    article = read("<div>By Ann Lee, Lighthouse Keeper in Miri</div>", author={"name": "Ann Lee"})
    assert article.byline == "By Ann Lee, Lighthouse Keeper in Miri"


@pytest.mark.parametrize("line", ["Supreme Ferries", "Los Muelles", "Harbour Pictures"])
def test_a_bare_line_is_no_byline_where_structured_data_names_another(line: str) -> None:
    article = read(f"<div>{line}</div>", author={"name": "Ann Lee"})
    assert (article.byline, list_names(article)) == (None, ["Ann Lee"])


def test_inline_elements_that_adjoin_part_words() -> None:
    markup = (
        '<div><span>By</span><a href="/writers/ann">Ann Lee</a><span>Published</span><time>May 4, 2026</time></div>'
    )
    assert list_names(read(markup)) == ["Ann Lee"]


@pytest.mark.parametrize(
    ("author", "things", "names"),
    [
        ({"@id": "#ann"}, [{"@type": "Person", "@id": "#ann", "name": "Ann Lee"}], ["Ann Lee"]),
        ([{"@id": "#ann"}, {"@id": "#nobody"}], [{"@type": "Person", "@id": "#ann", "name": "Ann Lee"}], ["Ann Lee"]),
        ({"@type": "Person", "givenName": "Ann", "familyName": "Lee"}, None, ["Ann Lee"]),
        ({"@type": "Person", "name": ["Ann Lee", "Bo Ray"]}, None, ["Ann Lee", "Bo Ray"]),
        (["Ann Lee", "https://ferry.example/ann"], None, ["Ann Lee"]),
        ("ann.lee@ferry.example", None, []),
    ],
)
def test_authors_of_json_ld(author: Any, things: Any, names: list[str]) -> None:
    assert list_names(read(author=author, things=things)) == names


@pytest.mark.parametrize("name", ["River Bishops Desk", "Federation of River Bishops"])
def test_an_organisation_is_one_whole(name: str) -> None:
    (author,) = read(author={"@type": "Organization", "name": name}).authors
    assert (author.name, author.sort_name, author.kind) == (name, name, "agency")


@pytest.mark.parametrize(
    "metas",
    [
        {"author": "Ann Lee"},
        {"twitter:label1": "Written by", "twitter:data1": "Ann Lee"},
        {
            "twitter:label1": "Est. reading time",
            "twitter:data1": "3 minutes",
            "twitter:label2": "Verfasst von",
            "twitter:data2": "Ann Lee",
        },
        {"citation_author": "Ann Lee"},
        {"parsely-author": "Ann Lee"},
        {"sailthru.author": "Ann Lee"},
        {"dcsext.author": "Ann Lee"},
        {"author": "Ann", "parsely-author": "Ann Lee"},
        {"author": "https://ferry.example/ann", "sailthru.author": "Ann Lee"},
        {"post-author": "Ann Lee"},
        {"x.article.author_name": "Ann Lee"},
        {"web_author": "Bo Ray", "theme-author": "Cy Dow", "ad:author": "Ann Lee"},
        {"content-author": "ann-lee", "cse_author": "Ann Lee"},
        {"smartbanner:author": "Ferry Post Ltd", "og: article: author": "Ann Lee"},
    ],
)
def test_authors_of_meta_tags(metas: dict[str, str]) -> None:
    assert list_names(read(metas=metas)) == ["Ann Lee"]


@pytest.mark.parametrize("name", ["author", "citation_authors", "dc.creator"])
def test_names_as_catalogues_write_them_are_turned_and_parted(name: str) -> None:
    assert list_names(read(metas={name: "Lee, Ann; Ray, Bo"})) == ["Ann Lee", "Bo Ray"]


@check_rows(
    ("content", "names"),
    [
        ("McKay, John W., Jr.", ["John W. McKay Jr."]),
        ("Cobb, III, F. W.", ["F. W. Cobb III"]),
        ("Lee, Ann", ["Ann Lee"]),
        ("['Ann Lee', 'Bo Ray']", ["Ann Lee", "Bo Ray"]),
        ("[&quot;Ann Lee&quot;,&quot;Bo Ray&quot;]", ["Ann Lee", "Bo Ray"]),
        ("{&quot;@type&quot;:&quot;Person&quot;,&quot;name&quot;:&quot;Ann Lee&quot;}", ["Ann Lee"]),
        ("Ann Lee&#10;  Bo Ray", ["Ann Lee", "Bo Ray"]),
        ("Ann&#10;  Lee", ["Ann Lee"]),
        ("Ann Lee,&#10;  and Bo Ray", ["Ann Lee", "Bo Ray"]),
        ("Ann Lee, Bo Ray", ["Ann Lee", "Bo Ray"]),
        ("van der Lee, Ann", ["Ann van der Lee"]),
        ("Ann%20Lee", ["Ann Lee"]),
        ("Ann+Lee", ["Ann Lee"]),
    ],
)
def test_names_are_read_in_the_forms_of_programs(content: str, names: list[str]) -> None:
    assert list_names(read(metas={"citation_author": content})) == names


def test_a_labelled_pair_that_says_something_else_names_nobody() -> None:
    assert read(metas={"twitter:label1": "Est. reading time", "twitter:data1": "Ann Lee"}).authors == ()


@pytest.mark.parametrize(
    "below",
    [
        "<p>Written by Ann Lee</p>",
        "<footer><h3>Ann Lee</h3><p>Ann Lee is a reporter who has covered the river and its ferries for ten years.</p></footer>",
    ],
)
def test_the_name_may_stand_under_the_text(below: str) -> None:
    assert list_names(read(below=below)) == ["Ann Lee"]


def test_cards_of_other_stories_name_nobody() -> None:
    cards = "".join(
        f'<div><h3><a href="/2026/05/{slug}">{title}</a></h3><p>By {name}</p></div>'
        for slug, title, name in (
            ("fog-on-the-pier", "Fog on the pier", "Bo Ray"),
            ("bread-in-the-rain", "Bread in the rain", "Cy Dow"),
        )
    )
    assert read(below=f"<section><h2>More stories</h2>{cards}</section>").authors == ()


def test_byline_and_date_on_one_line_are_both_read() -> None:
    html = f"""<!doctype html><html lang="en"><head><title>Two bells for the river market</title><meta property="og:type" content="article"></head>
      <body><h1>Two bells for the river market</h1><div>By Ann Lee - January 5, 2024</div>{TEXT}</body></html>"""
    article = read_page(html.encode(), "https://ferry.example/two-bells-for-the-river-market")
    assert list_names(article) == ["Ann Lee"]
    assert article.published is not None
    assert article.published.on == "2024-01-05"


def test_a_name_after_a_subtitle_stands_before_the_date() -> None:
    under = "<h3>The town keeps both of them, and neither will be sold.</h3><a href='/ann'>Ann Lee</a><div>May 4, 2026</div>"
    assert list_names(read(under)) == ["Ann Lee"]


def test_a_sentence_about_the_writer_under_the_text_names_them() -> None:
    below = "<footer><p>Written by <strong>Ann Lee</strong> who lives and works by the river. You should write to her.</p></footer>"
    assert list_names(read(below=below)) == ["Ann Lee"]


def test_letters_with_a_name_under_each_have_no_writer() -> None:
    letters = "<p><b>Arthur Penn</b><br>Mill Lane</p><h2>Plant something</h2>" + TEXT + "<p><b>Ann Lee</b></p>"
    assert read(below=letters).authors == ()


def test_the_paper_behind_the_comma_of_a_stated_name_is_no_writer() -> None:
    assert list_names(read(author="Ann Lee, Ferry")) == ["Ann Lee"]


def test_a_line_of_a_name_and_a_date_is_byline_and_date() -> None:
    for line in (
        "Ann Lee, 04/05/2026",
        "Ann Lee in Miri",
        "<b>ANN LEE - STAFF REPORTER</b>",
        "<i>Ann Lee</i><i>5 days ago</i>",
    ):
        assert list_names(read(f"<div>{line}</div>")) == ["Ann Lee"], line


@check_rows(
    ("author", "kind"),
    [
        ({"@type": "Person", "name": "Harbour Post"}, "agency"),
        ("harbourpost", "agency"),
        ({"@type": "Person", "name": "Ann Lee"}, "person"),
    ],
)
def test_the_publisher_is_an_agency_whatever_it_calls_the_author(author: Any, kind: str) -> None:
    name = author if isinstance(author, str) else author["name"]
    publisher = {"@type": "Organization", "name": "Harbour Post" if kind == "agency" else name}
    node = {
        "@type": "NewsArticle",
        "headline": "Two bells for the river market",
        "author": author,
        "publisher": publisher,
    }
    page = f"""<html lang="en"><head><title>Two bells for the river market</title>
      <script type="application/ld+json">{json.dumps(node)}</script></head>
      <body><article><h1>Two bells for the river market</h1>{TEXT}</article></body></html>"""
    (writer,) = read_page(page.encode(), "https://ferry.example/2026/05/two-bells-for-the-river-market").authors
    assert (writer.name, writer.kind) == (name, kind)


@check_rows(
    ("printed", "names"),
    [
        ("<div>BY ANN LEE | STAFF WRITER</div>", ["Ann Lee"]),
        ("<div>By Ann Lee<br>Associated Press</div>", ["Ann Lee", "Associated Press"]),
        ("<div>Ann Lee - Harbour Post</div><div>May 12, 2026</div>", ["Ann Lee"]),
        ('<div>May 12, 2026 by Ann Lee in <a href="/category/port">Port</a></div>', ["Ann Lee"]),
        (
            '<div class="meta">May 12, 2026 <a href="/author/ann">Ann Lee</a> <a href="/c/news">News</a> 0</div>',
            ["Ann Lee"],
        ),
    ],
)
def test_what_stands_beside_a_writer_is_none(printed: str, names: list[str]) -> None:
    assert list_names(read(printed)) == names


def test_a_name_in_one_word_is_taken_from_where_it_is_whole() -> None:
    metas = {"author": "annlee", "twitter:label1": "Written by", "twitter:data1": "Ann Lee"}
    assert list_names(read(metas=metas)) == ["Ann Lee"]


def test_a_link_that_asks_something_of_readers_is_no_kicker() -> None:
    page = f"<html lang='en'><title>Two bells</title><body><article><a href='/subscribe'>SUBSCRIBE</a><h1>Two bells</h1>{TEXT}"
    assert read_page(page.encode(), "https://ferry.example/2026/05/two-bells").kicker is None
