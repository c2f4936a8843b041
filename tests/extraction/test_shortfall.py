"""Texts that are cut, or paid for, are said to be; whole ones are not. Pages that wait for a script are told apart."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from support.story_pages import STORIES, Story, make_story_page

from crawler.errors import BroughtByScript, NotAnArticle
from crawler.extraction.body.shortfall import read_free
from crawler.items import Address, Capture, Failure, Fate
from crawler.outcome.answer import read_answer
from crawler.sites.registry import find_site
from seealso import Article, read_page

SENTENCE = (
    "The ferry came back at noon with two passengers and a goat that nobody had paid for, said the harbour clerk."
)


def read(story: Story, stated: dict[str, object], *, shown: int = 99) -> Article:
    """Read the page of a story that shows its first paragraphs and states something in JSON-LD."""
    thing = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": story.headline, **stated}
    html = make_story_page(story, litter=False).decode()
    for paragraph in story.paragraphs[shown:]:
        html = html.replace(f"<p>{paragraph}</p>", "")
    script = f'<script type="application/ld+json">{json.dumps(thing)}</script></head>'
    return read_page(html.replace("</head>", script, 1).encode(), story.url)


def kinds(article: Article) -> list[str | None]:
    return [problem.kind for problem in article.problems if problem.field == "body"]


@pytest.fixture
def story() -> Story:
    return STORIES["en"]


def test_a_text_that_is_shorter_than_the_one_that_is_stated_is_cut(story: Story) -> None:
    whole = "\n".join((*story.paragraphs, *[SENTENCE] * 20))
    article = read(story, {"articleBody": whole})
    assert kinds(article) == ["cut"]
    reason = next(problem.reason for problem in article.problems if problem.field == "body")
    assert "structured data states" in reason


def test_a_text_that_is_as_long_as_the_one_that_is_stated_is_whole(story: Story) -> None:
    assert kinds(read(story, {"articleBody": "\n".join(story.paragraphs)})) == []


def test_a_stated_description_is_no_witness(story: Story) -> None:
    assert kinds(read(story, {"articleBody": SENTENCE}, shown=2)) == []


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        ("900", ["cut"]),
        (1200, ["cut"]),
        ("1,200 words", ["cut"]),
        ("60", []),
        ("many", []),
        ("99999999", []),
        ("-900", []),
    ],
)
def test_a_text_of_half_the_stated_words_is_cut(story: Story, count: object, expected: list[str]) -> None:
    assert kinds(read(story, {"wordCount": count})) == expected


def test_a_number_that_counts_letters_is_no_witness(story: Story) -> None:
    assert kinds(read(story, {"wordCount": sum(map(len, story.paragraphs))})) == []


@pytest.mark.parametrize("mark", [False, "False", "false", "http://schema.org/False", "no"])
def test_a_text_that_is_not_free_and_not_whole_is_paid_for(story: Story, mark: object) -> None:
    article = read(story, {"articleBody": SENTENCE * 60, "isAccessibleForFree": mark})
    assert kinds(article) == ["paid"]


def test_a_text_that_is_not_free_but_shown_whole_is_no_problem(story: Story) -> None:
    html = make_story_page(story, litter=False).decode()
    more = "".join(f"<p>{text} {SENTENCE}</p>" for text in story.paragraphs)
    last = f"<p>{story.paragraphs[-1]}</p>"
    thing = '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": false}</script></head>'
    page = html.replace(last, last + more).replace("</head>", thing)
    assert kinds(read_page(page.encode(), story.url)) == []


def test_the_first_paragraphs_behind_a_wall_are_paid_for(story: Story) -> None:
    assert kinds(read(story, {"isAccessibleForFree": "False"}, shown=2)) == ["paid"]
    html = make_story_page(story, litter=False).decode()
    for paragraph in story.paragraphs[2:]:
        html = html.replace(f"<p>{paragraph}</p>", "")
    first = f"<p>{story.paragraphs[1]}</p>"
    wall = f"{first}<div class='wall'><p>Subscribe now to continue reading</p></div>"
    assert kinds(read_page(html.replace(first, wall).encode(), story.url)) == ["paid"]


def test_a_page_that_never_closes_its_tags_is_not_cut(story: Story) -> None:
    html = make_story_page(story, litter=False).decode()
    for tag in ("</p>", "</article>", "</main>"):
        html = html.replace(tag, "")
    assert kinds(read_page(html.encode(), story.url)) == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, None), ("maybe", None), ("True", True), ("https://schema.org/False", False), ("no", False), ("1", True)],
)
def test_what_is_stated_of_freedom_is_read_in_every_form(value: str | None, expected: bool | None) -> None:
    assert read_free(value) is expected


SHELLS = {
    "react": '<div id="root"></div><script src="/main.js"></script>',
    "next, with a comment": '<div id="__next"><!-- app --></div>',
    "angular": "<app-root></app-root>",
    "a notice": "<noscript><p>Please enable JavaScript to read this page.</p></noscript><div class=page></div>",
    "a notice in Chinese": "<noscript>请启用JavaScript</noscript>",
}


@pytest.mark.parametrize("name", SHELLS)
def test_a_page_that_waits_for_a_script_is_told_apart(name: str) -> None:
    html = f"<html><head><title>The Pier Gazette</title></head><body>{SHELLS[name]}</body></html>".encode()
    with pytest.raises(BroughtByScript):
        read_page(html, "https://pier.example/2024/05/night-ferries-sail-again")
    site = find_site("asianews")
    url = "https://www.asianews.it/news-en/A-slug-70001.html"
    answer = Capture(url=url, fetched_at=datetime(2026, 11, 1, tzinfo=UTC), status=200, body=html)
    address = Address(url=url, url_key="asianews/en/70001", kind="article", language="en", site_key="70001")
    outcome = read_answer(answer, address, site)
    assert (outcome.fate, outcome.failure) == (Fate.UNREADABLE, Failure.SCRIPT)


def test_an_empty_page_without_a_script_is_no_article() -> None:
    with pytest.raises(NotAnArticle):
        read_page(b"<html><body><p>Nothing here.</p></body></html>", "https://pier.example/2024/05/night-ferries")
