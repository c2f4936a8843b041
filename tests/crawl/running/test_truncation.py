"""A crawl meets a paywall where it has been before: the archived text stays, and a person is told."""

from datetime import UTC, datetime, timedelta

import pytest
from support.loopback_site import fetch_rows, make_article_page

from crawler.crawl.starting.launch import run_crawl
from crawler.items import Fate

LONG = "".join(
    f"<p>{number}. The committee of the harbour met again and did not come to a vote on the {number} boats.</p>"
    for number in range(1, 21)
)
SHORT = "".join(LONG.split("</p>")[0] + "</p>")
PATH = "/news-en/Story-1.html"
UNSIGNED = make_article_page(1).replace(b"<p>by Ann Example</p>", b"")


@pytest.fixture
def visited(paper, asked_for):
    """Serve a page and visit it, each time a day later; return the report."""
    days = iter(range(1, 30))

    def visit(page):
        paper.pages[PATH] = page
        now = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=next(days))
        return run_crawl(asked_for(refresh=True), clock=lambda: now)

    return visit


def test_a_wall_never_replaces_the_text_and_a_cut_that_is_seen_twice_does(visited, asked_for):
    options = asked_for()
    visited(make_article_page(1, body=LONG))
    report = visited(
        make_article_page(1, body=SHORT).replace(b"<h3>See", b"<p>Subscribe to continue reading</p><h3>See")
    )
    assert report.counts == {Fate.UNREADABLE: 1}
    assert report.exit_code == 2
    ((body, revisions),) = fetch_rows(options, "SELECT body, revisions FROM articles")
    assert (body.count("boats"), revisions) == (20, 1)
    ((reason,),) = fetch_rows(options, "SELECT reason FROM problems")
    assert "subscribe to continue" in reason
    assert visited(make_article_page(1, body=SHORT)).counts == {
        Fate.UNREADABLE: 1
    }  # it may be a layout that is not understood
    assert visited(make_article_page(1, body=SHORT)).counts == {Fate.REVISED: 1}
    ((body, revisions),) = fetch_rows(options, "SELECT body, revisions FROM articles")
    assert (body.count("boats"), revisions) == (1, 2)


def test_a_byline_that_is_taken_away_stays_until_it_is_missed_twice(visited, asked_for):
    options = asked_for()
    visited(make_article_page(1))
    report = visited(UNSIGNED)
    assert (report.counts, report.exit_code) == ({Fate.UNREADABLE: 1}, 2)
    assert fetch_rows(options, "SELECT byline, revisions FROM articles") == [("by Ann Example", 1)]
    assert fetch_rows(options, "SELECT value, substr(reason, 1, 27) FROM problems") == [
        ("byline", "No longer found on the page")
    ]
    assert visited(UNSIGNED).counts == {Fate.REVISED: 1}
    assert fetch_rows(options, "SELECT byline, revisions FROM articles") == [(None, 2)]


def test_what_was_missed_long_ago_and_seen_since_has_to_be_missed_twice_again(visited, asked_for):
    options = asked_for()
    visited(make_article_page(1))
    fates = [visited(page).counts for page in (UNSIGNED, make_article_page(1), UNSIGNED)]
    assert fates == [{Fate.UNREADABLE: 1}, {Fate.UNCHANGED: 1}, {Fate.UNREADABLE: 1}]
    assert fetch_rows(options, "SELECT byline, revisions FROM articles") == [("by Ann Example", 1)]


def test_an_operator_who_accepts_the_layout_has_every_loss_believed_at_once(visited, paper, asked_for):
    options = asked_for()
    visited(make_article_page(1))
    paper.pages[PATH] = UNSIGNED
    assert run_crawl(asked_for(refresh=True, accept_layout=True)).counts == {Fate.REVISED: 1}
    assert fetch_rows(options, "SELECT byline, revisions FROM articles") == [(None, 2)]
