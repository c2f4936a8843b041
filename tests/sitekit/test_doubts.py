"""Doubts about a reading, each on a page that gives cause for it and on one that does not."""

from dataclasses import replace

import pytest
from support.story_links import PROSE, make_page

from crawler.extraction.page import ArticlePage
from crawler.normalisation.addresses.urls import read_address
from crawler.normalisation.normalise import normalise
from crawler.sitekit.doubts import find_doubts
from crawler.sitekit.infer import infer_site

URL = "https://www.quayherald.example/harbour/lamp-of-the-old-pier"


def read(capture, **values):
    site = replace(infer_site([capture]).site, **values)
    page = ArticlePage(capture, site, read_address(capture.url, site))
    return page, normalise(page.extract(), capture, site, page.address)


def list_kinds(capture):
    return {doubt.kind for doubt in find_doubts(*read(capture))}


def test_a_plain_page_leaves_no_doubt():
    assert list_kinds(make_page(URL, "Lamp of the old pier burns")) == set()


@pytest.mark.parametrize(
    ("kind", "change"),
    [("no_date", {"date": None, "printed_date": ""}), ("days_differ", {"date": "2024-05-02T08:30:00+00:00"})],
)
def test_a_doubt_about_one_field(kind, change):
    assert kind in list_kinds(make_page(URL, "Lamp of the old pier burns", **change))


@pytest.mark.parametrize("name", ["Quill 24", "Ada Quill Keeper Of The Light House"])
def test_a_name_that_is_none(name):
    page, article = read(make_page(URL, "Lamp of the old pier burns"))
    [author] = article.authors
    doubts = find_doubts(page, replace(article, authors=(replace(author, name=name),)))
    assert [(doubt.kind, doubt.value) for doubt in doubts] == [("author", name)]


def test_a_line_that_stands_twice_in_the_body():
    capture = make_page(URL, "Lamp of the old pier burns")
    twice = capture.body.replace(PROSE[2].encode(), PROSE[1].encode())
    assert "repeated_line" in list_kinds(replace(capture, body=twice))


def test_a_headline_that_nothing_else_states():
    capture = make_page(URL, "Lamp of the old pier burns")
    body = capture.body.replace(b"<h1>Lamp of the old pier burns", b"<h1>Keeper keeps the harbour lit this winter")
    kinds = list_kinds(replace(capture, body=body))
    assert "headline_differs" in kinds
