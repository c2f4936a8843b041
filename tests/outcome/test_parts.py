"""Further pages are read as they come; what is none is not joined, and told where it may be one all the same."""

from datetime import UTC, datetime

from support.loopback_site import make_article_page
from support.paged_story import URL, list_body, list_paragraphs, make_page
from support.tables import check_rows

from crawler.items import Capture
from crawler.normalisation.addresses.urls import read_address
from crawler.outcome.parts import PartsOfArticle
from crawler.process import process, read_first_page
from crawler.sites.registry import find_site

SITE = find_site("asianews")
ADDRESS = read_address(URL, SITE)
OTHER = make_article_page(9, headline="Nine lighthouses are sold to a shipping company")
SAME = "".join(f"<p>{text}</p>" for text in list_paragraphs(1))
PICTURE = "<p>A ferry in the fog.</p>"
PDF = (("Content-Type", "application/pdf"),)


def make_capture(page, body, status=200, headers=()):
    return Capture(
        url=f"{URL}?page={page}" if page > 1 else URL,
        fetched_at=datetime(2026, 3, 1, tzinfo=UTC),
        status=status,
        headers=headers,
        body=body,
    )


FIRST = make_capture(1, make_page(1))


@check_rows(
    ("name", "second", "is_told", "asks_on"),
    [
        ("the first page once more", make_capture(2, make_page(1, (1, 2, 3, 4))), False, False),
        ("comments", make_capture(2, make_page(2, body=f"{SAME}<p>I liked this.</p>")), False, False),
        ("a gallery", make_capture(2, make_page(2, body=f"{SAME}{PICTURE}")), False, False),
        ("another article", make_capture(2, OTHER), True, False),
        ("no article", make_capture(2, b"<html><body><p>Nothing here.</p></body></html>"), True, False),
        ("no page", make_capture(2, b"%PDF-1.4", headers=PDF), True, True),
        ("nothing", make_capture(2, b"gone", status=404), True, True),
        ("half a page", make_capture(2, make_page(2)[:900]), True, True),
        ("no answer", None, True, True),
    ],
)
def test_what_is_no_further_page_is_not_joined(name, second, is_told, asks_on):
    parts = PartsOfArticle(read_first_page(FIRST, SITE, (), ADDRESS), ADDRESS, SITE, ())
    assert parts.find_next() == (2, f"{URL}?page=2")
    parts.add(parts.find_next(), second, "no name" if second is None else None)
    third = make_capture(3, make_page(3))
    assert (parts.find_next() is not None) is asks_on, name
    if asks_on:
        parts.add(parts.find_next(), third)
    article = parts.join()
    assert article.body == list_body((1, 3) if asks_on else (1,))
    assert (not article.complete, [problem.kind for problem in article.problems]) == (is_told, ["cut"] * is_told)
    captures = [(part.number, part.capture) for part in parts.captured]
    again = process(FIRST, SITE, (), ADDRESS, captures)
    assert (again.digest, again.complete) == (article.digest, article.complete)  # as a rereading of what was kept


def test_an_error_of_ours_costs_one_page_alone(monkeypatch):
    def fail(*_):
        raise ZeroDivisionError

    monkeypatch.setattr("crawler.outcome.parts.read_part", fail)
    parts = PartsOfArticle(read_first_page(FIRST, SITE, (), ADDRESS), ADDRESS, SITE, ())
    while (page := parts.find_next()) is not None:
        parts.add(page, make_capture(page.number, make_page(page.number)))
    (problem,) = parts.join().problems
    assert "ZeroDivisionError" in problem.reason
    assert len(parts.captured) == 2
