"""How far and how fast a crawl goes: what it was asked for, and what robots.txt allows."""

import time
from functools import partial

import pytest
from support.loopback_site import fetch_keys, fetch_rows, fetch_states
from support.waiting import assert_paced

from crawler.crawl.running import run
from crawler.crawl.starting.launch import run_crawl
from crawler.discovery.traps import MAX_PER_FORM, TrapFilter
from crawler.items import Fate


@pytest.mark.parametrize("limit", [0, 1, 3, 7])
def test_never_more_articles_than_asked_for_even_in_flight(paper, asked_for, limit):
    for number in range(1, 30):
        paper.story(number, leads_to=tuple(range(number + 1, min(number + 9, 30))))
    paper.latency = 0.01
    options = asked_for(max_articles=limit)
    report = run_crawl(options)
    assert sum("Story" in path for path in paper.log) == limit
    assert len(fetch_keys(options)) == limit
    assert report.exit_code == 0
    assert report.queue > 0


def test_what_turns_out_to_be_no_article_leaves_room_for_one(paper, asked_for):
    paper.story(1, leads_to=(2, 3, 4))
    paper.story(4)
    report = run_crawl(asked_for(max_articles=2))
    assert report.counts[Fate.NEW] == 2


def test_a_limited_crawl_goes_on_where_it_ended(paper, asked_for):
    for number in range(1, 6):
        paper.story(number, leads_to=(number + 1,) if number < 5 else ())
    run_crawl(asked_for(max_articles=2))
    options = asked_for()
    run_crawl(options)
    assert fetch_keys(options) == [1, 2, 3, 4, 5]


def test_it_follows_no_more_steps_than_asked_for(paper, asked_for):
    for number in range(1, 6):
        paper.story(number, leads_to=(number + 1,))
    options = asked_for(max_depth=2)
    run_crawl(options)
    assert fetch_keys(options) == [1, 2, 3]


def test_it_follows_no_link_dated_before_the_day_asked_for(paper, asked_for):
    paper.story(1, leads_to=((2, "16/10/2022 09:30"), (3, "17/10/2022 09:30"), (4, "")))
    for number in (2, 3, 4):
        paper.story(number)
    options = asked_for(since="2022-10-17")
    run_crawl(options)
    assert fetch_keys(options) == [1, 3, 4]
    run_crawl(asked_for())
    assert fetch_keys(options) == [1, 2, 3, 4]


def test_what_robots_txt_forbids_is_counted_and_never_asked_for(paper, asked_for):
    paper.pages["/robots.txt"] = b"User-agent: *\nDisallow: /news-en/Story-2\n"
    paper.story(1, leads_to=(2, 3))
    paper.story(3)
    options = asked_for()
    report = run_crawl(options)
    assert report.counts == {Fate.NEW: 2, Fate.REFUSED: 1}
    assert report.exit_code == 0
    assert "/news-en/Story-2.html" not in paper.requested_paths
    assert paper.log[0] == "/robots.txt"
    assert fetch_states(options)["asianews/en/2"] == "refused"


@pytest.mark.parametrize("status", [500, 503])
def test_without_its_robots_txt_nothing_is_fetched(paper, asked_for, status):
    paper.pages["/robots.txt"] = (status, b"")
    paper.story(1)
    options = asked_for()
    report = run_crawl(options)
    assert report.exit_code == 4
    assert "robots.txt" in report.messages[0]
    assert set(paper.requested_paths) == {"/robots.txt"}
    assert fetch_states(options) == {"asianews/en/1": "queued"}


def test_a_robots_txt_that_moved_is_followed(paper, asked_for):
    paper.pages["/robots.txt"] = (301, b"", {"Location": "https://www.asianews.it/robots-new.txt"})
    paper.pages["/robots-new.txt"] = b"User-agent: *\nDisallow: /\n"
    report = run_crawl(asked_for())
    assert report.counts == {Fate.REFUSED: 1}
    assert (report.exit_code, report.outcome) == (4, "refused")
    assert "robots.txt" in report.messages[0]


def test_a_crawl_delay_is_kept_to(fetches, paper, asked_for):
    paper.pages["/robots.txt"] = b"User-agent: *\nCrawl-delay: 0.4\n"
    times = []
    for number in (1, 2, 3):
        paper.story(number, leads_to=(2, 3) if number == 1 else ())
        story = paper.pages[f"/news-en/Story-{number}.html"]
        paper.pages[f"/news-en/Story-{number}.html"] = lambda handler, story=story: times.append(time.time()) or story
    assert run_crawl(asked_for()).counts == {Fate.NEW: 3}
    assert_paced(times, 0.4, since=fetches[0])


@pytest.mark.parametrize("per_form", [30, pytest.param(MAX_PER_FORM, marks=pytest.mark.slow)])
def test_a_home_page_of_endless_listings_costs_a_bounded_number_of_requests(paper, asked_for, monkeypatch, per_form):
    """As many listings as are really followed, the slow case, take a second."""
    monkeypatch.setattr(run, "TrapFilter", partial(TrapFilter, per_form=per_form))
    links = "".join(f'<a href="/geo-en/Land-{n}.html">Land {n}</a> ' for n in range(4000))
    paper.pages["/en.html"] = f"<html><body><h1>Lands</h1><p>{links}</p></body></html>".encode()
    options = asked_for("https://www.asianews.it/en.html")
    report = run_crawl(options)
    assert report.exit_code == 2
    assert report.counts == {Fate.NOT_AN_ARTICLE: per_form + 1}
    assert report.problems == 2
    (trap, dead_end) = fetch_rows(options, "SELECT field, reason FROM problems ORDER BY id")
    assert trap == ("links", f"trap: more than {per_form} listings like /geo-en/*.html are not followed in one run")
    assert dead_end == ("links", report.messages[0]), "none of them names an article"
