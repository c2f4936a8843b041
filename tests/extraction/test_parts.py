"""The parts that reading stands on: lines of a page, JSON-LD in every careless form, the head, labels."""

from __future__ import annotations

import json

import pytest
from support.tables import check_rows

from crawler.extraction.layout.blocks import find_common_block
from crawler.extraction.layout.labels import (
    compile_labels,
    ends_sentence,
    find_date,
    is_share,
    match_free_date,
    measure_prose,
    reads_as_kicker,
)
from crawler.extraction.layout.line_parts import split_pieces
from crawler.extraction.layout.lines import TextLine, make_inside_test, read_lines
from crawler.extraction.parsing.jsonld import read_things
from crawler.extraction.parsing.markup import Hint
from crawler.extraction.parsing.metatags import read_head
from crawler.extraction.parsing.tree import read_tree
from crawler.sites.registry import find_site

ASIANEWS = find_site("asianews")

WORDS = compile_labels(ASIANEWS)


def lines(html: str) -> list[TextLine]:
    tree = read_tree(f"<html><body>{html}</body></html>")
    assert tree is not None
    return read_lines(tree)


# Lines.


@check_rows(
    ("html", "texts"),
    [
        ("<p>One</p><p>Two</p>", ["One", "Two"]),
        ("One<br>Two", ["One", "Two"]),
        ("<div>One<p>Two</p>Three</div>", ["One", "Two", "Three"]),
        ("<p>One <b>and</b>\n  two</p>", ["One and two"]),
        ("<p>One<span>two</span></p>", ["Onetwo"]),
        ("<p>&nbsp;</p><p>\u200b</p><p>One</p>", ["One"]),
        ("<h1>One<br>two</h1>", ["One two"]),
        ("<pre>One\nTwo</pre>", ["One", "Two"]),
        ("<p>新闻\n  中文 text</p>", ["新闻中文 text"]),
        ("<p>One<script>x</script> two<!-- x --></p>", ["One two"]),
        ("<x-a>One</x-a><x-b>Two</x-b>", ["One", "Two"]),
        ("<table><tr><td>One<td>Two<tr><td>Three</table>", ["One", "Two", "Three"]),
    ],
)
def test_lines_are_what_a_reader_sees(html: str, texts: list[str]) -> None:
    assert [line.text for line in lines(html)] == texts


def test_a_single_break_is_soft_and_two_are_hard() -> None:
    assert [line.soft for line in lines("<p>One<br>two<br><br>three<br>&nbsp;<br>four</p>five")] == [
        False,
        True,
        False,
        False,
        False,
    ]


def test_a_line_knows_its_links_and_how_much_of_it_they_are() -> None:
    (line,) = lines('<p>See <a href="/a">the <b>first</b></a> and <a href="/b">second</a></p>')
    assert line.links == (("/a", "the first"), ("/b", "second"))
    assert line.unlinked == "See and"
    assert 0.5 < line.link_share < 0.8


def test_a_hint_counts_only_when_all_of_the_line_stands_in_it() -> None:
    whole, part = lines("<p><b>All bold</b></p><p><b>Partly</b> bold</p>")
    assert whole.hints & Hint.EMPHASIS
    assert not part.hints & Hint.EMPHASIS


def test_a_line_is_cut_at_its_inline_elements() -> None:
    (line,) = lines("<p><span>03/11/2022</span><span>INDIA</span> more</p>")
    assert [part.text for part in split_pieces(line)] == ["03/11/2022", "INDIA", "more"]


def test_the_common_block_of_two_lines_holds_both() -> None:
    first, second, third = lines("<div><div><p>One</p><p>Two</p></div><p>Three</p></div>")
    inner, outer = find_common_block(first.block, second.block), find_common_block(first.block, third.block)
    assert inner.depth == outer.depth + 1
    assert [make_inside_test(outer)(line) for line in (first, second, third)] == [True, True, True]
    assert [make_inside_test(inner)(line) for line in (first, second, third)] == [True, True, False]


# JSON-LD.

ARTICLE = {
    "@type": "NewsArticle",
    "headline": "The bell &amp; the banks",
    "author": [{"name": "Fady Noun"}, "Anna Pozzi", {"@type": "Person", "name": ["Dario Salvi"]}],
}
WRITTEN = json.dumps(ARTICLE)


@check_rows(
    "script",
    [
        WRITTEN,
        f"[{WRITTEN}]",
        json.dumps({"@context": "x", "@graph": [{"@type": "WebSite"}, ARTICLE]}),
        json.dumps({"@type": "WebPage", "mainEntity": ARTICLE}),
        f"<!-- {WRITTEN} -->",
        f"//<![CDATA[\n{WRITTEN}\n//]]>",
        f"/* <![CDATA[ */ {WRITTEN} /* ]]> */",
        WRITTEN[:-1] + ",}",
        WRITTEN + ";",
        WRITTEN + WRITTEN,
        WRITTEN.replace("The bell", "The\nbell"),
        WRITTEN.replace('"NewsArticle"', '["Thing", "https://schema.org/NewsArticle"]'),
        WRITTEN.replace("NewsArticle", "schema:newsArticle").replace('"headline"', '"Headline"'),
    ],
)
def test_an_article_is_found_in_json_ld_however_it_is_wrapped(script: str) -> None:
    found = next(thing for thing in read_things([script]) if thing.is_article)
    headline = found.find_text("headline")
    assert headline is not None
    assert " ".join(headline.split()) == "The bell & the banks"
    assert found.author_names == ("Fady Noun", "Anna Pozzi", "Dario Salvi")


@pytest.mark.parametrize(
    "script",
    [
        "",
        "null",
        "3",
        '"text"',
        "{",
        "[" * 5000,
        '{"@type": {"@type": []}}',
        '{"author": {"name": {"name": {}}}}',
        "\x00",
    ],
)
def test_json_ld_that_says_nothing_is_passed_over(script: str) -> None:
    assert not any(thing.is_article for thing in read_things([script]))


def test_articles_of_a_list_are_not_what_the_page_is_about() -> None:
    script = json.dumps({"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": ARTICLE}, ARTICLE]})
    assert [thing.listed for thing in read_things([script]) if thing.is_article] == [True, True]


# The head.


def test_the_head_is_read_wherever_its_elements_stand() -> None:
    tree = read_tree(
        '<html lang="it"><head><title> One \n title </title></head><body><meta property="OG:Title" content="Two"><link rel="CANONICAL" href=" /x ">'
        '<link rel="alternate" hreflang="zh" href="/y"><svg><title>Icon</title></svg><base href="/z/"></body></html>'
    )
    assert tree is not None
    head = read_head(tree)
    found = head.find_meta("og:title")
    assert (head.title, head.language, head.canonical, head.base, head.alternates) == (
        "One title",
        "it",
        "/x",
        "/z/",
        [("zh", "/y")],
    )
    assert found is not None
    assert (found.value, found.source) == ("Two", "meta:og:title")


# Labels.


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("03/11/2022, 09.45", ("03/11/2022, 09.45", "")),
        ("» 08/25/2005", ("08/25/2005", "")),
        ("» 11/13/2014, 00.00", ("11/13/2014, 00.00", "")),
        ("04/05/2011 NEPAL", ("04/05/2011", "NEPAL")),
        ("Published: 03/11/2022, 09.45", ("03/11/2022, 09.45", "")),
        ("by Fady Noun - 03/11/2022, 09.45", ("03/11/2022, 09.45", "by Fady Noun")),
        ("03/11/20222", None),
        ("The order 03/11/2022 was signed", None),
        ("03/11/2022 - 09:45", None),
        ("103/11/2022", None),
    ],
)
def test_a_date_is_found_at_the_edge_of_a_line(text: str, found: tuple[str, str] | None) -> None:
    assert find_date(text, WORDS, "header") == found


@pytest.mark.parametrize(
    "text",
    [
        "11 March 2022",
        "Friday, March 11, 2022",
        "11 de marzo de 2022",
        "2022年3月11日",
        "2022-03-11",
        "11 March 2022, 09.45",
        "Published on: 11.3.2022",
    ],
)
def test_a_date_in_other_words_is_known_as_one(text: str) -> None:
    assert match_free_date(text)


@pytest.mark.parametrize("text", ["Today", "In March 2022 the bell rang", "Room 11 of 2022 houses", "page 3", "2022"])
def test_what_only_holds_numbers_is_no_date(text: str) -> None:
    assert match_free_date(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "NEPAL",
        "VATICAN - CHINA",
        "CHINA – MACAU",
        "AZERBAIGIAN-ARMENIA",
        "POLAND - CHINA - WYD",
        "LEBANON - SYRIA - EU",
        "ASIA - EDITORIALE",
        "Russian World",
        "亚洲",
        "泰国-柬埔寨",
        "评论员文章",
    ],
)
def test_kickers_are_known(text: str) -> None:
    assert reads_as_kicker(text, WORDS)


@pytest.mark.parametrize(
    "text", ["Nepal", "THE END.", "A", "2022", "by FADY", "钟楼停摆九年之后，两国商人各出一半的钱", ""]
)
def test_other_short_lines_are_no_kickers(text: str) -> None:
    assert not reads_as_kicker(text, WORDS)


@pytest.mark.parametrize(
    ("html", "shares"),
    [
        ("<p>Send to a friend</p>", True),
        ("<p>SEND TO A FRIEND | Printable version</p>", True),
        ("<p><a href='https://www.facebook.com/sharer.php?u=x'>Facebook</a></p>", True),
        ("<p><a href='#'>f</a> <a href='#'>t</a></p>", True),
        ("<p class=social>Follow</p>", True),
        ("<p><a href='#'>ISRAEL</a></p>", False),
        ("<p>Send to a friend what you have read</p>", False),
        ("<p>He wrote to <a href='mailto:x@example.org'>the town hall</a> again and again.</p>", False),
    ],
)
def test_share_labels_are_known(html: str, shares: bool) -> None:
    (line,) = lines(html)
    assert is_share(line, WORDS) is shares


def test_sentences_end_with_their_marks() -> None:
    assert all(ends_sentence(text) for text in ("One.", "“Two!”", "Three?) [1]", "四。", "(five.)", "six…"))
    assert not any(ends_sentence(text) for text in ("One", "two,", "three and", "四"))


def test_an_ideograph_weighs_as_three_letters() -> None:
    assert (measure_prose("abc"), measure_prose("新闻"), measure_prose("新a")) == (3, 6, 4)
