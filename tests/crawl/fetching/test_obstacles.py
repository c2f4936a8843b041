"""Crawls that meet what stands in front of pages: nothing of it counts as "no article", and a refusal is told as one."""

import pytest
from support.loopback_site import ORIGIN, fetch_keys, fetch_rows, fetch_states, make_article_page

from crawler.crawl.starting.launch import run_crawl
from crawler.items import Fate

CHALLENGE = (202, b"", {"x-amzn-waf-action": "challenge"})
CONSENT = b"<html><head><title>Before you continue</title></head><body><p>We use cookies.</p></body></html>"
MISSING = b"<html><head><title>Page not found</title></head><body><h1>Page not found</h1></body></html>"


def forward(target, seconds=0):
    tag = f'<meta http-equiv="refresh" content="{seconds}; url={target}">'
    return f"<html><head><title>Moved</title>{tag}</head><body><p>This page has moved.</p></body></html>".encode()


def fetch_failures(options):
    return dict(fetch_rows(options, "SELECT site_key, last_failure FROM addresses WHERE last_failure IS NOT NULL"))


@pytest.fixture
def stories(paper):
    """Put twenty stories behind story 1."""
    paper.story(1, leads_to=tuple(range(2, 22)))
    for number in range(2, 22):
        paper.story(number)
    return paper


def test_a_refresh_is_followed_as_a_redirect_is(paper, asked_for):
    paper.pages["/news-en/Story-1.html"] = forward("/news-en/Story-2.html")
    paper.pages["/news-en/Story-2.html"] = (200, b"<html></html>", {"Refresh": f"0; url={ORIGIN}/news-en/Story-3.html"})
    paper.story(3)
    options = asked_for()
    assert run_crawl(options).counts == {Fate.NEW: 1}
    assert paper.log == ["/robots.txt", *(f"/news-en/Story-{number}.html" for number in (1, 2, 3))]
    assert fetch_keys(options) == [3]
    assert fetch_rows(options, "SELECT count(*) FROM captures") == [(4,)]


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1:1/", "https://example.org/", "javascript:alert(1)", "/news-en/Story-2.html"]
)
def test_a_refresh_passes_the_same_guards(paper, asked_for, target):
    paper.pages["/news-en/Story-1.html"] = forward(target)
    paper.pages["/news-en/Story-2.html"] = forward("/news-en/Story-1.html")
    options = asked_for()
    assert run_crawl(options).counts == {Fate.FAILED: 1}
    assert set(paper.log) <= {"/robots.txt", "/news-en/Story-1.html", "/news-en/Story-2.html"}
    assert fetch_failures(options) == {"1": "redirects"}


def test_a_refresh_to_what_robots_txt_forbids_is_not_followed(paper, asked_for):
    paper.pages["/robots.txt"] = b"User-agent: *\nDisallow: /news-en/Story-2\n"
    paper.pages["/news-en/Story-1.html"] = forward("/news-en/Story-2.html")
    assert run_crawl(asked_for()).counts == {Fate.REFUSED: 1}
    assert paper.log == ["/robots.txt", "/news-en/Story-1.html"]


def test_a_site_behind_a_firewall_has_refused_us_and_raises_no_layout_alarm(paper, asked_for):
    for number in range(1, 40):
        paper.pages[f"/news-en/Story-{number}.html"] = CHALLENGE
    options = asked_for(*(f"{ORIGIN}/news-en/Story-{number}.html" for number in range(1, 40)), concurrency=1)
    report = run_crawl(options)
    assert (report.exit_code, report.outcome) == (4, "refused")
    assert set(report.counts) == {Fate.REFUSED}
    assert 10 <= report.pages <= 12  # so many in a row, and the run ends after what is in flight
    assert set(fetch_failures(options).values()) == {"challenge"}
    assert "hole" not in fetch_states(options).values()


def test_pages_that_are_gone_with_status_200_raise_no_layout_alarm(paper, asked_for):
    for number in range(1, 31):
        paper.pages[f"/news-en/Story-{number}.html"] = MISSING
    report = run_crawl(asked_for(*(f"{ORIGIN}/news-en/Story-{number}.html" for number in range(1, 31))))
    assert report.counts == {Fate.GONE: 30}
    assert report.exit_code == 0


def test_walls_for_consent_among_stories_raise_no_layout_alarm(stories, asked_for):
    for number in range(2, 10):
        stories.pages[f"/news-en/Story-{number}.html"] = CONSENT
    options = asked_for(concurrency=1)
    report = run_crawl(options)
    assert report.counts == {Fate.NEW: 13, Fate.REFUSED: 8}
    assert report.exit_code == 2
    assert set(fetch_failures(options).values()) == {"consent"}


@pytest.mark.parametrize("answer", [(403, b"no"), (429, b"slow"), (429, b"slow", {"Retry-After": "1"}), CHALLENGE])
def test_one_refusal_is_a_problem_whatever_its_kind(paper, asked_for, answer):
    for number in range(1, 9):
        paper.story(number, leads_to=(number + 1, 9))
    paper.pages["/news-en/Story-9.html"] = answer
    report = run_crawl(asked_for())
    assert report.counts == {Fate.NEW: 8, Fate.REFUSED: 1}
    assert (report.exit_code, report.outcome) == (2, "finished")
    assert report.messages[0].startswith(f"1 page was refused by the server, the first {ORIGIN}/news-en/Story-9.html (")


def test_what_robots_txt_forbids_is_no_problem(stories, asked_for):
    stories.pages["/robots.txt"] = b"User-agent: *\nDisallow: /news-en/Story-9\n"
    report = run_crawl(asked_for())
    assert report.counts == {Fate.NEW: 20, Fate.REFUSED: 1}
    assert (report.exit_code, report.messages) == (0, ())


@pytest.mark.parametrize(("refused", "exit_code", "status"), [(9, 2, 403), (10, 4, 429)])
def test_ten_refusals_that_are_a_fifth_of_the_answers_are_a_refusal_of_the_run(
    paper, asked_for, refused, status, exit_code
):
    total = refused * 5
    urls = [f"{ORIGIN}/news-en/Story-{number}.html" for number in range(1, total + 1)]
    for number in range(1, total + 1):
        answer = make_article_page(number) if number % 5 else (status, b"no")
        paper.pages[f"/news-en/Story-{number}.html"] = answer
    report = run_crawl(asked_for(*urls, concurrency=1))
    assert report.counts == {Fate.NEW: total - refused, Fate.REFUSED: refused}
    assert report.exit_code == exit_code


def test_ten_refusals_among_many_pages_are_problems_only(paper, asked_for):
    for number in range(1, 56):
        paper.pages[f"/news-en/Story-{number}.html"] = make_article_page(number) if number % 5 else (403, b"no")
    paper.story(5)
    paper.story(10)
    paper.story(15)
    urls = [f"{ORIGIN}/news-en/Story-{number}.html" for number in range(1, 56)]
    report = run_crawl(asked_for(*urls))
    assert report.counts == {Fate.NEW: 47, Fate.REFUSED: 8}
    assert report.exit_code == 2
