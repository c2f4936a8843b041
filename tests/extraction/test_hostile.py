"""Pages made to hurt: huge, deep, damaged or malicious. Reading them is quick and ends in an article or in one of two errors."""

from __future__ import annotations

import contextlib
import time
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.examples import count_examples

from crawler.errors import NotAnArticle, PageUnreadable
from crawler.items import Article, Capture
from crawler.process import process
from crawler.sites.registry import find_site

ASIANEWS = find_site("asianews")

ADDRESS = "https://www.asianews.it/news-en/A-slug-70001.html"
BEGIN = "<html><head><title>The bell of the two banks</title></head><body><div>03/11/2022, 09.45</div><h1>The bell of the two banks</h1><p>by Fady Noun</p><p>A lead that says what happened.</p><p>Beirut (AsiaNews) - A body that says it again at greater length.</p>"
END = "<p>The last paragraph, which must not be lost.</p><div>Send to a friend</div></body></html>"
SECONDS = 15.0
"""Far above what any of these needs (under two), far below what a quadratic step would take."""


def read(body: bytes | str, content_type: str = "text/html") -> Article:
    data = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    return process(
        Capture(
            url=ADDRESS,
            fetched_at=datetime(2026, 11, 1, tzinfo=UTC),
            status=200,
            headers=(("Content-Type", content_type),),
            body=data,
        ),
        ASIANEWS,
    )


WHOLE = {
    "five megabytes of script": "<script>" + "var a = '<p>x</p>';" * 260_000 + "</script>",
    "ten thousand open divs": "<div>" * 10_000 + "x" + "</div>" * 10_000,
    "a hundred thousand open fonts": "<font>" * 100_000,
    "a hundred thousand list items": "<ul>" + "<li>" * 100_000 + "</ul>",
    "a tag with three hundred thousand attributes": "<p " + " ".join(f"a{n}=1" for n in range(300_000)) + ">x</p>",
    "one long class": f'<p class="{"x" * 1_000_000}">x</p>',
    "one long style": f'<p style="{"display:" * 200_000}">x</p>',
    "open comments": "<!-- x -->" * 50_000,
    "a hundred thousand breaks": "<br>" * 100_000,
    "bad entities": "<p>" + "&bogus;&#x110000;&#0;&" * 20_000 + "</p>",
    "null bytes": "<p>a\x00b</p>" * 1000,
    "brackets": "<p>" + "(" * 200_000 + "</p>",
    "spaces": "<p>" + " \u00a0" * 500_000 + "x</p>",
    "deep json": '<script type="application/ld+json">' + "[" * 200_000 + "</script>",
    "wide json": '<script type="application/ld+json">[' + '{"@type":"NewsArticle"},' * 50_000 + "{}]</script>",
    "many scripts": '<script type="application/ld+json">{"@type":"Thing"}</script>' * 5000,
}


@pytest.mark.parametrize("name", WHOLE)
def test_an_article_around_a_hostile_part_is_read_to_its_end(name: str) -> None:
    begun = time.process_time()
    article = read(BEGIN + WHOLE[name] + END)
    assert time.process_time() - begun < SECONDS
    assert article.headline == "The bell of the two banks"
    assert article.body.startswith("A body that says it again")
    assert article.body.endswith("The last paragraph, which must not be lost.")


PARTS = {
    "spaces between the words of a line of the header with a bar": BEGIN.replace(
        "Fady Noun", f"Fady Noun | Harbour{' ' * 200_000}Post"
    )
    + END,
    "a hundred thousand links": BEGIN
    + "".join(f'<a href="/news-en/T-{n}.html">Title {n}</a> ' for n in range(100_000))
    + END,
    "a hundred thousand linked paragraphs": BEGIN
    + "".join(f'<p><a href="/news-en/T-{n}.html">Title {n}</a></p>' for n in range(100_000))
    + END,
    "a see also block without end": BEGIN
    + "<h4>See also</h4>"
    + "".join(f'<p><a href="/news-en/T-{n}.html">Title {n}</a> 17/10/2022 09:30</p>' for n in range(30_000))
    + END,
    "a hundred thousand headings": BEGIN + "<h1>x</h1>" * 100_000 + END,
    "a hundred thousand see also labels": BEGIN + "<h4>See also</h4>" * 100_000 + END,
    "a hundred thousand share labels": BEGIN + "<p>Send to a friend</p>" * 100_000 + END,
    "a hundred thousand dates": "<p>03/11/2022, 09.45</p>" * 100_000 + BEGIN + END,
    "a hundred thousand bylines": BEGIN + "<p>by Fady Noun</p>" * 20_000 + END,
    "a hundred thousand canonical links": BEGIN + f'<link rel="canonical" href="{ADDRESS}">' * 100_000 + END,
    "a title of two megabytes": BEGIN.replace("The bell", "The bell" * 250_000) + END,
    "upper case": BEGIN + "<p>ABC DEF</p>" * 50_000 + END,
    "soft lines": BEGIN + "<p>" + "Some words without an end<br>" * 50_000 + "</p>" + END,
    "alternating boxes": BEGIN
    + (
        "<p>See also</p><p>"
        + "Some prose that is long enough to be a paragraph of the body of an article. " * 2
        + "</p>"
    )
    * 5000
    + END,
    "share labels between prose": BEGIN
    + (
        "<div><p>Send to a friend</p></div><p>"
        + "Some prose that is long enough to be a paragraph of the body of an article. " * 2
        + "</p>"
    )
    * 5000
    + END,
    "nested half tags": BEGIN + "<a <b <c <d " * 50_000 + END,
    "two deep branches under see also": BEGIN
    + "<div>" * 900
    + "<p>See also</p>"
    + "</div>" * 900
    + "<div>" * 900
    + '<p><a href="/news-en/T-60001.html">T</a></p>' * 3000
    + "</div>" * 900
    + END,
    "a deep body": BEGIN + "<div>" * 1500 + "<p>Some words.</p>" * 50_000 + "</div>" * 1500 + END,
    "deep headings": BEGIN + "<div>" * 1500 + "<h4>Some words.</h4>" * 10_000 + "</div>" * 1500 + END,
    "a long word": BEGIN + "<p>" + "x" * 3_000_000 + "</p>" + END,
    "deep links": BEGIN + "<a href=/news-en/x-1.html>" * 50_000 + END,
}


@pytest.mark.parametrize("name", PARTS)
def test_a_hostile_page_ends_quickly_in_an_article_or_a_named_error(name: str) -> None:
    begun = time.process_time()
    with contextlib.suppress(NotAnArticle, PageUnreadable):
        read(PARTS[name])
    assert time.process_time() - begun < SECONDS


@settings(max_examples=count_examples(300), suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=2000))
def test_any_bytes_are_an_article_or_one_of_two_errors(body: bytes) -> None:
    with contextlib.suppress(NotAnArticle, PageUnreadable):
        read(body)


TAGS = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<br>",
        "<div class=lead>",
        "</div>",
        "<h1>",
        "</h1>",
        "<td>",
        "<tr>",
        "<table>",
        "<aside>",
        "<a href=/news-en/X-1.html>",
        "</a>",
        "<a href='http://[x'>",
        "<time datetime='x'>",
        "<b>",
        "<pre>",
        "See also",
        "Send to a friend",
        "03/11/2022, 09.45",
        "17/10/2022 09:30",
        "by Fady Noun",
        "INDIA",
        "Beirut (AsiaNews) - ",
        "(AsiaNews)",
        "\n",
        "| 22/09/2023",
        "99/99/2022, 99.99",
        "<link rel=canonical href='//'>",
        "<base href='http://['>",
        "<meta property=og:title content=x>",
        '<script type=application/ld+json>{"@type":"NewsArticle","author":[[{}],null,3],"url":{"@id":[]},"datePublished":"x"}</script>',
        "“",
        "\u202e",
        "\ud800",
    ]
)


@settings(max_examples=count_examples(400), suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(TAGS, st.text(max_size=30)), max_size=60).map("".join), st.booleans())
def test_any_mixture_of_markup_is_an_article_or_one_of_two_errors(inner: str, framed: bool) -> None:
    with contextlib.suppress(NotAnArticle, PageUnreadable):
        article = read(BEGIN + inner + END if framed else inner)
        assert article.headline
        assert article.body
        assert not any(ord(character) < 32 and character != "\n" for character in article.body + article.headline)


@settings(max_examples=count_examples(200))
@given(st.integers(min_value=0, max_value=len(BEGIN + END)))
def test_a_page_cut_anywhere_is_an_article_or_one_of_two_errors(length: int) -> None:
    with contextlib.suppress(NotAnArticle, PageUnreadable):
        article = read((BEGIN + END)[:length])
        assert article.complete == ("</body" in (BEGIN + END)[:length])


def test_too_long_values_are_cut_and_recorded() -> None:
    article = read(BEGIN + "<p>" + "word " * 500_000 + "</p>" + END)
    assert len(article.body) <= 2_000_000
    assert [problem.field for problem in article.problems] == ["body"]


def test_control_characters_and_direction_marks_are_gone() -> None:
    article = read(BEGIN.replace("body that", "bo\x07dy\u200b\u202e \x1b[31mthat").encode())
    assert article.body == "A body [31mthat says it again at greater length."
