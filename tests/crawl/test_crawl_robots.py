"""robots.txt in real crawls: whatever its server does, and nothing before it, and nothing against it."""

import threading

import pytest
from support.loopback_site import HOME, ORIGIN, fetch_rows, fetch_states

from crawler.crawl.launch import run_crawl
from crawler.crawl.network.robots import MAX_ROBOTS_SIZE
from crawler.items import Fate

FORBIDS_2 = b"User-agent: *\nDisallow: /news-en/Story-2\n"


def verdicts(options):
    return dict(fetch_rows(options, "SELECT url, robots FROM captures"))


def hangs(handler):
    threading.Event().wait(5)
    handler.close_connection = True


def hangs_up(handler):
    handler.close_connection = True
    handler.connection.close()


def breaks_off(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", "5000")
    handler.end_headers()
    handler.wfile.write(b"User-agent: *\nAllow: /\n")
    handler.close_connection = True


def test_each_capture_says_what_robots_txt_said(paper, asked_for):
    paper.pages["/robots.txt"] = FORBIDS_2
    paper.story(1, leads_to=(2, 3))
    paper.pages["/news-en/Story-3.html"] = (301, b"", {"Location": "/news-en/Story-4.html"})
    paper.story(4)
    options = asked_for()
    run_crawl(options)
    stories = {f"{ORIGIN}/news-en/Story-{number}.html": "allowed" for number in (1, 3, 4)}
    assert verdicts(options) == {f"{ORIGIN}/robots.txt": None, **stories}
    paper.pages["/robots.txt"] = (404, b"")
    run_crawl(asked_for(refresh=True))
    assert fetch_rows(options, "SELECT robots FROM captures ORDER BY id DESC LIMIT 1") == [("no_rules",)]


def test_a_redirect_to_what_is_forbidden_is_not_followed(paper, asked_for):
    paper.pages["/robots.txt"] = FORBIDS_2
    paper.pages["/news-en/Story-1.html"] = (302, b"", {"Location": "/news-en/Story-2.html"})
    options = asked_for()
    report = run_crawl(options)
    assert report.counts == {Fate.REFUSED: 1}
    assert paper.log == ["/robots.txt", "/news-en/Story-1.html"]


@pytest.mark.parametrize("trouble", [hangs, hangs_up])
def test_when_it_does_not_answer_nothing_else_is_asked_for(paper, asked_for, trouble):
    paper.pages["/robots.txt"] = trouble
    paper.story(1)
    options = asked_for(timeout=1.0)
    report = run_crawl(options)
    assert (report.exit_code, report.outcome) == (5, "unreachable")
    assert set(paper.requested_paths) == {"/robots.txt"}
    assert fetch_states(options) == {"asianews/en/1": "queued"}


def test_when_it_breaks_off_nothing_else_is_asked_for(paper, asked_for):
    paper.pages["/robots.txt"] = breaks_off  # what is missing may forbid everything
    paper.story(1)
    report = run_crawl(asked_for())
    assert report.exit_code == 5
    assert set(paper.requested_paths) == {"/robots.txt"}


def test_of_a_long_one_the_first_500_kib_count(paper, asked_for):
    paper.pages["/robots.txt"] = FORBIDS_2 + b"# padding\n" * (MAX_ROBOTS_SIZE // 10) + b"Disallow: /\n"
    paper.story(1, leads_to=(2,))
    assert run_crawl(asked_for()).counts == {Fate.NEW: 1, Fate.REFUSED: 1}


def test_one_without_end_forbids_everything(paper, asked_for):
    def endless(handler):
        handler.send_response(200)
        handler.end_headers()
        handler.close_connection = True
        try:
            for _ in range(1000):
                handler.wfile.write(b"Disallow: /x\n" * 8000)
        except OSError:
            pass

    paper.pages["/robots.txt"] = endless
    paper.story(1)
    assert run_crawl(asked_for()).exit_code == 5
    assert set(paper.requested_paths) == {"/robots.txt"}


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "image/png", "application/json", ""])
def test_its_type_does_not_matter_but_what_it_says_does(paper, asked_for, kind):
    paper.pages["/robots.txt"] = (200, FORBIDS_2, {"Content-Type": kind})
    paper.story(1, leads_to=(2,))
    assert run_crawl(asked_for()).counts == {Fate.NEW: 1, Fate.REFUSED: 1}


@pytest.mark.parametrize(
    "body", [HOME, b"\x89PNG\r\n\x1a\n\0\0", b'{"error": "not found"}', b"\xff\xfe\0", b"\0" * 5000]
)
def test_a_page_in_its_place_has_no_rules(paper, asked_for, body):
    paper.pages["/robots.txt"] = body
    paper.story(1)
    assert run_crawl(asked_for()).counts == {Fate.NEW: 1}


@pytest.mark.parametrize("steps", [1, 5])
def test_up_to_five_redirects_lead_to_the_rules(paper, asked_for, steps):
    for step in range(steps):
        path = "/robots.txt" if step == 0 else f"/robots-{step}.txt"
        paper.pages[path] = (301, b"", {"Location": f"/robots-{step + 1}.txt"})
    paper.pages[f"/robots-{steps}.txt"] = FORBIDS_2
    paper.story(1, leads_to=(2,))
    assert run_crawl(asked_for()).counts == {Fate.NEW: 1, Fate.REFUSED: 1}


@pytest.mark.parametrize(
    "location", ["/robots.txt", "https://example.com/robots.txt", "http://127.0.0.1:1/", "/robots-0.txt"]
)
def test_redirects_that_lead_nowhere_are_as_good_as_no_file(paper, asked_for, location):
    paper.pages["/robots.txt"] = (302, b"", {"Location": location})
    for step in range(8):
        paper.pages[f"/robots-{step}.txt"] = (302, b"", {"Location": f"/robots-{step + 1}.txt"})
    paper.story(1)
    options = asked_for()
    assert run_crawl(options).counts == {Fate.NEW: 1}
    assert verdicts(options)[f"{ORIGIN}/news-en/Story-1.html"] == "no_rules"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 418])
def test_a_client_error_means_no_rules(paper, asked_for, status):
    paper.pages["/robots.txt"] = (status, b"User-agent: *\nDisallow: /\n")
    paper.story(1)
    assert run_crawl(asked_for()).counts == {Fate.NEW: 1}


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_server_error_means_no_to_everything(paper, asked_for, status):
    paper.pages["/robots.txt"] = (status, b"User-agent: *\nAllow: /\n")
    paper.story(1)
    report = run_crawl(asked_for())
    assert (report.exit_code, report.outcome) == (4, "refused")
    assert set(paper.requested_paths) == {"/robots.txt"}
