"""The text of a page that only its scripts would show."""

from __future__ import annotations

import html
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.tables import check_rows

from crawler.extraction.stated.embedded_state import LEAST_PROSE, find_embedded_article
from crawler.extraction.stated.embedded_text import find_embedded_text
from seealso import read_page

PARAGRAPHS = (
    "The ferry of Ansgar stayed at its pier on Sunday, because the bell that calls the crew had cracked in the frost.",
    "The council had promised a new one in the spring, and the founders say that the mould has been ready since May.",
    "Nobody had paid for the bronze, as a clerk found out when he looked for the letter in the archive of the harbour.",
    "Until the bell is cast, a boy of the lock keeper's walks along the quay and knocks at every door of the crew.",
    "He is paid in bread and in eels, and has asked the council for boots, which it will talk about on Thursday next.",
)
STORY = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
ROW = "1a:" + json.dumps({"article": {"title": "No bell", "html": STORY}})


@pytest.mark.parametrize(
    "script",
    [
        f'<script id="__NEXT_DATA__" type="application/json">{json.dumps({"props": {"body": STORY}})}</script>',
        f"<script>window.__STATE__ = {json.dumps({'story': STORY})};</script>",
        f"<script>self.__next_f.push([1,{json.dumps(ROW)}])</script>",
        f"<script>var text = {json.dumps(chr(10).join(PARAGRAPHS))};</script>",
    ],
    ids=["data", "state", "rows", "plain"],
)
def test_the_story_is_the_string_with_most_prose(script: str) -> None:
    assert find_embedded_text(f"<html><body><div id=root></div>{script}</body></html>") == PARAGRAPHS


def test_a_page_without_text_is_read_by_its_state() -> None:
    page = (
        "<html lang=en><head><title>The ferry has no bell</title><meta property='og:type' content='article'>"
        "<meta property='og:title' content='The ferry has no bell'></head><body><div id=root></div>"
        f'<script type="application/json">{json.dumps({"body": STORY})}</script></body></html>'
    )
    article = read_page(page.encode(), "https://harbour.example/2026/03/the-ferry-has-no-bell")
    assert article.body.split("\n\n") == [*PARAGRAPHS]


@check_rows(
    "element",
    [
        f"<story-page :body='{json.dumps(STORY).replace(chr(39), '&#39;')}'></story-page>",
        f"<island-of props='{json.dumps({'story': [0, {'body': [0, STORY]}]}).replace(chr(39), '&#39;')}'></island-of>",
        f'<div class=lazy data-rendered="{html.escape(STORY)}"></div>',
        f"<script type='text/template'><h1>The ferry has no bell</h1>{STORY}</script>",
    ],
)
def test_a_page_that_prints_nothing_is_read_by_its_attributes_and_templates(element: str) -> None:
    page = f"<html lang=en><head><title>The ferry has no bell</title></head><body><div id=root></div>{element}</body></html>"
    article = read_page(page.encode(), "https://harbour.example/2026/03/the-ferry-has-no-bell")
    assert article.body.split("\n\n") == [*PARAGRAPHS]


def test_a_page_that_prints_something_is_not_read_by_its_attributes() -> None:
    printed = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS[:2])
    page = (
        "<html lang=en><head><title>The ferry has no bell</title></head><body><article><h1>The ferry has no bell</h1>"
        f"<p>By Ann Lee</p><p>16 March 2026</p>{printed}</article><x-player titles='{json.dumps(STORY.replace(chr(39), ''))}'>"
        "</x-player></body></html>"
    )
    article = read_page(page.encode(), "https://harbour.example/2026/03/the-ferry-has-no-bell")
    assert article.body.split("\n\n") == [*PARAGRAPHS[:2]]


def test_short_strings_and_structured_data_are_no_story() -> None:
    assert find_embedded_text(f"<script>{json.dumps('word ' * (LEAST_PROSE // 10))}</script>") == ()
    assert find_embedded_text(f'<script type="application/ld+json">{json.dumps({"a": STORY})}</script>') == ()


@pytest.mark.parametrize("hostile", ['"', '"\\', '"a', '\\"', '["', "<script>", '"<p>', '{"a":"'])
def test_a_hostile_script_ends(hostile: str) -> None:
    text = hostile * (400_000 // len(hostile))
    assert find_embedded_text(f" a={text}", in_attributes=True) == ()
    assert find_embedded_text(f"<script>{text}</script>") == ()
    assert find_embedded_text(text) == ()


@given(st.text(alphabet='"\\<p>{}[]a. \n', max_size=3000))
def test_any_script_is_read(text: str) -> None:
    assert all(find_embedded_text(f"<script>{text}{'a' * LEAST_PROSE}</script>"))


def make_state_page(state: object) -> bytes:
    return (
        '<html lang="en"><head><title>Ferry | The Lark</title></head><body><div id="__next"></div>'
        f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(state)}</script></body></html>'
    ).encode()


@pytest.mark.parametrize(
    "body",
    [
        {"content_elements": [{"type": "text", "content": paragraph} for paragraph in PARAGRAPHS]},
        {
            "body": {
                "nodeType": "document",
                "content": [
                    {
                        "nodeType": "paragraph",
                        "content": [
                            {"nodeType": "text", "value": paragraph[:20]},
                            {"nodeType": "hyperlink", "content": [{"nodeType": "text", "value": paragraph[20:40]}]},
                            {"nodeType": "text", "value": paragraph[40:]},
                        ],
                    }
                    for paragraph in PARAGRAPHS
                ],
            }
        },
        {"content": {"rendered": STORY}},
        {"paragraphs": list(PARAGRAPHS)},
    ],
    ids=["blocks", "runs", "html", "strings"],
)
def test_the_article_of_a_state_has_its_headline_date_and_writers(body: dict[str, Any]) -> None:
    story = {
        "headlines": {"basic": "The ferry has no bell"},
        "display_date": "2026-03-02T08:00:00Z",
        "credits": {"by": [{"type": "author", "name": "Ana Brill"}]},
    }
    teasers = [{"headline": f"Story {number}", "url": f"/{number}", "body": STORY} for number in range(3)]
    page = make_state_page({"props": {"title": "The Lark", "related": teasers, "story": story | body}})
    article = read_page(page, "https://lark.example/story/no-bell")
    assert tuple(article.body.split("\n\n")) == PARAGRAPHS
    assert article.headline == "The ferry has no bell"
    assert [author.name for author in article.authors] == ["Ana Brill"]
    assert article.published is not None
    assert article.published.value == "2026-03-02T08:00:00Z"


def test_a_list_of_other_articles_is_no_article() -> None:
    teasers = [
        {"headline": f"Story {number}", "url": f"/{number}", "summary": PARAGRAPHS[number]} for number in range(5)
    ]
    assert (
        find_embedded_article(
            make_state_page({"headline": "News", "items": teasers}).decode(), "https://lark.example/news"
        )
        is None
    )


@pytest.mark.parametrize("hostile", ["[", '{"a":', '["', "=[", "= {", 'JSON.parse("'])
def test_a_hostile_state_ends(hostile: str) -> None:
    text = hostile * (400_000 // len(hostile))
    assert find_embedded_article(f"<script>{text}</script>", "https://lark.example/") is None
