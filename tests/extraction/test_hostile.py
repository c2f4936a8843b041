"""Pages made to hurt: huge, deep, damaged or malicious. Reading them is quick and ends in an article or in one of two errors."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.examples import count_examples

import crawler
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


WHOLE: dict[str, tuple[int, Callable[[int], str]]] = {
    "five megabytes of script": (260_000, lambda many: "<script>" + "var a = '<p>x</p>';" * many + "</script>"),
    "fifty thousand open divs": (50_000, lambda many: "<div>" * many + "x" + "</div>" * many),
    "a hundred thousand open fonts": (100_000, lambda many: "<font>" * many),
    "a hundred thousand list items": (100_000, lambda many: "<ul>" + "<li>" * many + "</ul>"),
    "a tag with a hundred thousand attributes": (
        100_000,
        lambda many: "<p " + " ".join(f"a{n}=1" for n in range(many)) + ">x</p>",
    ),
    "one long class": (1_000_000, lambda many: f'<p class="{"x" * many}">x</p>'),
    "one long style": (200_000, lambda many: f'<p style="{"display:" * many}">x</p>'),
    "open comments": (50_000, lambda many: "<!-- x -->" * many),
    "a hundred thousand breaks": (100_000, lambda many: "<br>" * many),
    "ends of paragraphs that nobody began": (50_000, lambda many: "</p>" * many),
    "quotations": (10_000, lambda many: "<q>a</q> <q>" * many + "</q>" * many),
    "bad entities": (20_000, lambda many: "<p>" + "&bogus;&#x110000;&#0;&" * many + "</p>"),
    "null bytes": (1000, lambda many: "<p>a\x00b</p>" * many),
    "brackets": (200_000, lambda many: "<p>" + "(" * many + "</p>"),
    "spaces": (500_000, lambda many: "<p>" + " \u00a0" * many + "x</p>"),
    "deep json": (200_000, lambda many: '<script type="application/ld+json">' + "[" * many + "</script>"),
    "wide json": (
        50_000,
        lambda many: '<script type="application/ld+json">[' + '{"@type":"NewsArticle"},' * many + "{}]</script>",
    ),
    "many scripts": (5000, lambda many: '<script type="application/ld+json">{"@type":"Thing"}</script>' * many),
}
"""Name → how often something is repeated, and what is made of it."""


def read_around(name: str, share: int) -> None:
    many, make = WHOLE[name]
    begun = time.process_time()
    article = read(BEGIN + make(many // share) + END)
    assert time.process_time() - begun < SECONDS
    assert article.headline == "The bell of the two banks"
    assert article.body.startswith("A body that says it again")
    assert article.body.endswith("The last paragraph, which must not be lost.")


@pytest.mark.parametrize("name", WHOLE)
def test_an_article_around_a_hostile_part_is_read_to_its_end(name: str) -> None:
    """A fifth of the size; that is still more than limits of depth, of scripts and of their values let pass."""
    read_around(name, 5)


@pytest.mark.slow
@pytest.mark.parametrize("name", WHOLE)
def test_an_article_around_a_hostile_part_of_its_whole_size_is_read_to_its_end(name: str) -> None:
    """Three seconds for all of them."""
    read_around(name, 1)


PROSE = "<p>" + "Some prose that is long enough to be a paragraph of the body of an article. " * 2 + "</p>"
PARTS: dict[str, tuple[int, Callable[[int], str]]] = {
    "links": (100_000, lambda many: join(many, '<a href="/news-en/T-{}.html">Title {}</a> ')),
    "linked paragraphs": (100_000, lambda many: join(many, '<p><a href="/news-en/T-{}.html">Title {}</a></p>')),
    "a see also block without end": (
        30_000,
        lambda many: (
            "<h4>See also</h4>" + join(many, '<p><a href="/news-en/T-{}.html">Title {}</a> 17/10/2022 09:30</p>')
        ),
    ),
    "headings": (100_000, lambda many: "<h1>x</h1>" * many),
    "see also labels": (100_000, lambda many: "<h4>See also</h4>" * many),
    "share labels": (100_000, lambda many: "<p>Send to a friend</p>" * many),
    "bylines": (20_000, lambda many: "<p>by Fady Noun</p>" * many),
    "canonical links": (100_000, lambda many: f'<link rel="canonical" href="{ADDRESS}">' * many),
    "upper case": (50_000, lambda many: "<p>ABC DEF</p>" * many),
    "soft lines": (50_000, lambda many: "<p>" + "Some words without an end<br>" * many + "</p>"),
    "alternating boxes": (5_000, lambda many: ("<p>See also</p>" + PROSE) * many),
    "share labels between prose": (5_000, lambda many: ("<div><p>Send to a friend</p></div>" + PROSE) * many),
    "nested half tags": (50_000, lambda many: "<a <b <c <d " * many),
    "half tags in too deep a page": (100_000, lambda many: "<div>" * 3_000 + "<div <b " * many),
    "headings that never close": (20_000, lambda many: "<h1>" * many),
    "comments that never close": (20_000, lambda many: "<!--" * many),
    "two deep branches under see also": (
        3_000,
        lambda many: nest(900, "<p>See also</p>") + nest(900, '<p><a href="/news-en/T-60001.html">T</a></p>' * many),
    ),
    "a deep body": (50_000, lambda many: nest(1500, "<p>Some words.</p>" * many)),
    "deep headings": (10_000, lambda many: nest(1500, "<h4>Some words.</h4>" * many)),
    "a long word": (3_000_000, lambda many: "<p>" + "x" * many + "</p>"),
    "deep links": (50_000, lambda many: "<a href=/news-en/x-1.html>" * many),
}
"""Name → how often something is repeated, and what is made of it; it stands between beginning and end of an article."""
PAGES: dict[str, tuple[int, Callable[[int], str]]] = {
    name: (many, lambda many, make=make: BEGIN + make(many) + END)  # type: ignore[misc]
    for name, (many, make) in PARTS.items()
} | {
    "dates": (100_000, lambda many: "<p>03/11/2022, 09.45</p>" * many + BEGIN + END),
    "a long title": (250_000, lambda many: BEGIN.replace("The bell", "The bell" * many) + END),
    "spaces beside a bar": (200_000, lambda many: BEGIN.replace("Noun", f"Noun | A{' ' * many}B") + END),
}


def join(many: int, pattern: str) -> str:
    return "".join(pattern.format(number, number) for number in range(many))


def nest(depth: int, inner: str) -> str:
    return "<div>" * depth + inner + "</div>" * depth


def read_in_time(page: str, seconds: float) -> None:
    begun = time.process_time()
    with contextlib.suppress(NotAnArticle, PageUnreadable):
        read(page)
    assert time.process_time() - begun < seconds


@pytest.mark.parametrize("name", PAGES)
def test_a_hostile_page_ends_quickly_in_an_article_or_a_named_error(name: str) -> None:
    """A sixtieth of the size is more than a sixtieth of the work, as nothing is read beyond a limit."""
    many, make = PAGES[name]
    read_in_time(make(many // 60), SECONDS / 10)


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_a_hostile_page_of_its_whole_size_ends_quickly_too(name: str) -> None:
    """Half a minute for all of them."""
    many, make = PAGES[name]
    read_in_time(make(many), SECONDS)


@settings(max_examples=count_examples(150), suppress_health_check=[HealthCheck.too_slow])
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


@settings(max_examples=count_examples(100), suppress_health_check=[HealthCheck.too_slow])
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


def test_a_reference_whose_number_has_thousands_of_digits_is_one_sign_wherever_it_stands() -> None:
    endless = f"&#{'7' * 5000};"
    stated = (
        f'<script type="application/ld+json">{{"@type":"NewsArticle","headline":"The bell of the two banks",'
        f'"author":"Fady {endless} Noun","articleBody":"{endless}","publisher":{{"name":"{endless}"}}}}</script>'
        f'<meta name="description" content="{endless}"><link rel="alternate" title="{endless}" href="/{endless}">'
    )
    article = read(BEGIN.replace("</head>", f"{stated}</head>") + f"<p>A quay {endless} and a bell.</p>" + END)
    assert article.headline == "The bell of the two banks"
    assert "The last paragraph, which must not be lost." in (article.body or "")


def test_html_s_own_way_to_resolve_references_which_fails_on_them_is_asked_in_one_place() -> None:
    sources = Path(crawler.__file__).parent.rglob("*.py")
    asking = [
        path.name for path in sources if re.search(r"from html import .*unescape|html\.unescape", path.read_text())
    ]
    assert asking == ["entities.py"]
