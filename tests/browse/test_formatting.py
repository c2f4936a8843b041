"""How values are said on a page."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.browse.drawing import formatting
from crawler.browse.serving.metadata import merge_under
from crawler.comparison.diff import diff_paragraphs


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("2022-03-11T08:45:00Z", "11 March 2022, 08:45 UTC"),
        ("2012-08-14", "14 August 2012"),
        ("2012-08", "August 2012"),
        ("2012", "2012"),
        ("2012-13-01", "2012-13-01"),
        ("soon", "soon"),
        ("", "no date"),
        (None, "no date"),
    ],
)
def test_a_day_is_said_as_exactly_as_it_is_known(value: str | None, said: str) -> None:
    assert formatting.day(value) == said


def test_counts_and_languages_are_said_in_words() -> None:
    assert formatting.count(1, "article") == "1 article"
    assert formatting.count(1234, "article") == "1,234 articles"
    assert formatting.count(2, "entry", "entries") == "2 entries"
    assert formatting.language("zh") == "Chinese"
    assert formatting.language("tlh") == "tlh"
    assert (formatting.direction("ar"), formatting.direction("fa-IR"), formatting.direction("zh")) == (
        "rtl",
        "rtl",
        "ltr",
    )


@pytest.mark.parametrize(
    ("url", "web"),
    [
        ("https://example.org/a", True),
        ("HTTP://example.org", True),
        ("javascript:alert(1)", False),
        (None, False),
        (" https://example.org", False),
        ("data:text/html,x", False),
        ("//example.org", False),
        ("", False),
    ],
)
def test_only_the_web_is_linked(url: str | None, web: bool) -> None:
    assert formatting.is_web(url) is web


def plain(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", markup))


@given(st.text(max_size=40), st.lists(st.integers(0, 40), max_size=6))
def test_marking_changes_no_letter_and_lets_none_be_markup(text: str, places: list[int]) -> None:
    ends = sorted({min(place, len(text)) for place in places})
    spans = list(zip(ends[::2], ends[1::2], strict=False))
    made = formatting.mark_spans(text, spans)
    assert html.unescape(made.replace("<mark>", "").replace("</mark>", "")) == html.unescape(html.escape(text))
    assert set(re.findall(r"<[^>]*>", made)) <= {"<mark>", "</mark>"}


@given(st.text("ab <&\n", max_size=30), st.text("ab <&\n", max_size=30))
def test_a_difference_lets_nothing_be_markup(old: str, new: str) -> None:
    for passage in diff_paragraphs(old, new):
        for paragraph in formatting.mark_changes(passage.parts):
            tags = set(re.findall(r"<[^>]*>", paragraph))
            assert tags <= {"<ins>", "</ins>", "<del>", "</del>", '<span class="hidden">', "</span>"}
            assert "\n\n" not in plain(paragraph)


def test_what_the_operator_says_goes_before_what_we_say() -> None:
    assert merge_under({"a": {"b": 1, "c": 2}, "e": {}}, {"a": {"c": 3}, "d": 4, "e": 5}) == {
        "a": {"b": 1, "c": 3},
        "d": 4,
        "e": 5,
    }
