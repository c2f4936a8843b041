"""An article that goes on on further pages says so, with their addresses; other numbers on a page mean nothing."""

from datetime import UTC, datetime

import pytest
from support.loopback_site import ORIGIN, make_article_page
from support.tables import check_rows

from crawler.extraction.links.further_pages import find_first_page, find_further_pages
from crawler.extraction.parsing.tree import read_tree
from crawler.items import Capture, FurtherPage
from crawler.normalisation.joining import describe_lacking
from crawler.process import process
from crawler.sites.registry import find_site

SITE = "https://review.example"


def find(markup, path):
    return [page.url.removeprefix(SITE) for page in find_further_pages(make_tree(markup), SITE + path, SITE + path)]


def make_tree(markup):
    return read_tree(f"<html><head></head><body><p>Text</p>{markup}</body></html>")


@pytest.mark.parametrize(
    ("path", "markup", "expected"),
    [
        (
            "/article/3834/1",
            '<b>1</b> <a href="/article/3834/2">2</a><a href="3">3</a>',
            ["/article/3834/2", "/article/3834/3"],
        ),
        ("/world/bridge", '<link rel="next" href="/world/bridge/2/">', ["/world/bridge/2/"]),
        ("/world/bridge/", '<a href="/world/bridge/page/2">Page 2</a>', ["/world/bridge/page/2"]),
        (
            "/world/bridge?id=7",
            '<a href="?id=7&page=3"> 3 </a><a href="?id=7&amp;page=2"><span>2</span></a>',
            ["/world/bridge?id=7&page=2", "/world/bridge?id=7&page=3"],
        ),
        (
            "/n1/c123-456.html",
            '<a href="c123-456-2.html">[2]</a><a href="c123-456-2.html">2</a>',
            ["/n1/c123-456-2.html"],
        ),
        ("/n1/456.html", '<a rel="next" href="/n1/456_2.html">Weiter</a>', ["/n1/456_2.html"]),
        ("/world/bridge", '<a href="/world/bridge/2">The bridge, part two</a>', []),
        ("/world/bridge", '<link rel="next" href="/world/tunnel">', []),
        (
            "/world/bridge",
            '<a href="/world/bridge/comment-page-2">2</a><a href="/world/bridge?page=2#comments">2</a>',
            [],
        ),
        ("/world/bridge?id=7", '<a href="/world/bridge?id=8&page=2">2</a>', []),
        ("/world/bridge", '<a href="https://elsewhere.example/world/bridge/2">2</a><a href="https://[/2">2</a>', []),
        ("/world/bridge", '<a href="/world/bridge/2024">2024</a><a href="/world/bridge/1">1</a>', []),
        ("/", '<a href="/2">2</a>', []),
    ],
)
def test_further_pages(path, markup, expected):
    assert find(markup, path) == expected


@check_rows(
    ("path", "markup", "expected"),
    [
        ("/article/3834/2", '<a href="/article/3834">1</a> <b>2</b>', "/article/3834"),
        ("/article/3834/3", '<a href="/article/3834/1">Page 1</a>', "/article/3834/1"),
        ("/world/bridge?page=2", '<a href="/world/bridge">1</a>', "/world/bridge"),
        ("/world/bridge/2/", '<a rel="prev" href="/world/bridge/">Back</a>', "/world/bridge/"),
        ("/n1/456_2.html", '<link rel="canonical" href="/n1/456.html">', "/n1/456.html"),
        ("/world/bridge-2", '<link rel="canonical" href="/world/bridge">', "/world/bridge"),
        ("/world/bridge-2", '<a href="/world/bridge">1</a>', None),  # a story in instalments, each with its headline
        ("/world/bridge/3", '<a rel="prev" href="/world/bridge">Back</a>', None),
        ("/world/bridge/2", '<a href="/world/bridge">The bridge</a><a href="/world">1</a>', None),
        ("/world/2", '<a href="/world/1">Yesterday</a>', None),
        ("/world/bridge", '<a href="/world">1</a>', None),
        ("/world/bridge/2", '<a href="https://[/1">1</a>', None),
    ],
)
def test_a_further_page_tells_the_first(path, markup, expected):
    first_url = find_first_page(make_tree(markup), SITE + path, SITE + path)
    assert (first_url and first_url.removeprefix(SITE)) == expected


def test_few_of_many_pages_are_named():
    pages = [FurtherPage(number, f"{SITE}/a/{number}") for number in range(2, 10)]
    words = describe_lacking(pages, {2: "status 404"})
    assert f"{SITE}/a/2 (status 404), {SITE}/a/3, " in words
    assert words.endswith(f"{SITE}/a/6 and 3 more")


def test_the_article_of_a_first_page_has_a_problem_that_names_the_others():
    url = f"{ORIGIN}/en/asia/laos/a-bridge-opens"
    pages = b'<p><a rel="next" href="/en/asia/laos/a-bridge-opens?page=2">Next page</a></p></body>'
    body = make_article_page(5).replace(b"</body>", pages)
    capture = Capture(url=url, fetched_at=datetime(2024, 3, 1, tzinfo=UTC), status=200, body=body)
    article = process(capture, find_site("asianews"))
    (problem,) = [problem for problem in article.problems if problem.kind == "cut"]
    assert (problem.field, f"{url}?page=2" in problem.reason) == ("body", True)
    assert not article.complete
    whole = process(
        Capture(url=url, fetched_at=capture.fetched_at, status=200, body=make_article_page(5)), find_site("asianews")
    )
    assert whole.body == article.body
    assert not whole.problems
