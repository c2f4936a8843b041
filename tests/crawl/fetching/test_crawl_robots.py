"""robots.txt in real crawls: whatever its server does, and nothing before it, and nothing against it."""

import threading
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from support.loopback_site import HOME, ORIGIN, fetch_rows, fetch_states

from crawler.crawl.fetching import robots_gate
from crawler.crawl.fetching.spider import make_start_links
from crawler.crawl.network.robots import MAX_ROBOTS_SIZE
from crawler.crawl.running.run import Run
from crawler.crawl.starting import launch
from crawler.crawl.starting.launch import run_crawl
from crawler.crawl.starting.spider_loader import find_spider
from crawler.errors import SiteRefused
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


def test_rules_on_another_host_are_followed(paper, asked_for):
    paper.pages["/robots.txt"] = (301, b"", {"Location": "https://rules.example.org/papers/asianews.txt"})
    paper.pages["/papers/asianews.txt"] = FORBIDS_2
    paper.story(1, leads_to=(2,))
    options = asked_for()
    assert run_crawl(options).counts == {Fate.NEW: 1, Fate.REFUSED: 1}
    assert list(verdicts(options))[:2] == [f"{ORIGIN}/robots.txt", "https://rules.example.org/papers/asianews.txt"]


def test_rules_on_another_host_are_asked_of_the_web_archive_that_the_site_is_asked_of(paper, asked_for):
    there = "https://rules.example.org/robots.txt"
    paper.pages[f"/web/{ORIGIN}/robots.txt"] = (301, b"", {"Location": f"/web/{there}"})
    paper.pages[f"/web/{there}"] = b"User-agent: *\nDisallow: /\n"
    mirror = paper.mirror.replace("{path}", "/web/{url}")
    assert run_crawl(asked_for(mirror=mirror)).counts == {Fate.REFUSED: 1}


NOWHERE = [
    "/robots.txt",
    "/robots-0.txt",
    "https://example.com/robots.txt",
    "http://127.0.0.1:1/",
    "http://10.0.0.1/robots.txt",
    "http://2130706433/robots.txt",
    "http://localhost/robots.txt",
    "https://example.org:8443/robots.txt",
    "file:///etc/passwd",
    "http://[broken/robots.txt",
]


@pytest.mark.parametrize("location", NOWHERE)
def test_redirects_that_lead_nowhere_close_the_site(paper, asked_for, location):
    paper.pages["/robots.txt"] = (302, b"", {"Location": location})
    for step in range(8):
        paper.pages[f"/robots-{step}.txt"] = (302, b"", {"Location": f"/robots-{step + 1}.txt"})
    paper.story(1)
    options = asked_for()
    report = run_crawl(options)
    assert (report.exit_code, report.outcome, dict(report.counts)) == (4, "refused", {})
    assert report.messages[0].startswith(f"{ORIGIN}/robots.txt ")
    assert {path for path in paper.log if "robots" not in path} == set()
    assert fetch_states(options) == {"asianews/en/1": "queued"}


class Clock:
    """A clock that goes ahead by ``step`` with every page of the paper that is asked for."""

    def __init__(self, paper, step):
        self.paper, self.step = paper, step

    def __call__(self):
        return BEGIN + self.step * sum(path != "/robots.txt" for path in self.paper.log)


BEGIN = datetime(2026, 3, 1, tzinfo=UTC)


def crawl_chain(paper, asked_for, length, step, **more):
    for number in range(1, length + 1):
        paper.story(number, leads_to=(number + 1,) if number < length else ())
    options = asked_for(concurrency=1, **more)
    return options, run_crawl(options, clock=Clock(paper, step))


def test_it_is_read_again_after_a_day_and_a_change_is_obeyed(paper, asked_for):
    def change(handler):
        days = paper.log.count("/robots.txt")
        return b"User-agent: *\nDisallow: /news-en/Story-9\n" if days == 2 else b"User-agent: *\nDisallow: /x\n"

    paper.pages["/robots.txt"] = change
    _, report = crawl_chain(paper, asked_for, 30, timedelta(hours=3))
    assert paper.log[:10] == ["/robots.txt", *(f"/news-en/Story-{n}.html" for n in range(1, 9)), "/robots.txt"]
    assert report.counts == {Fate.NEW: 8, Fate.REFUSED: 1}


def test_within_a_day_it_is_read_once(paper, asked_for):
    crawl_chain(paper, asked_for, 12, timedelta(hours=1, minutes=59))
    assert paper.log.count("/robots.txt") == 1


def test_a_crawl_delay_that_is_taken_back_no_longer_counts(paper, asked_for, fetches):
    def change(handler):
        return b"User-agent: *\nCrawl-delay: 0.3\n" if paper.log.count("/robots.txt") == 1 else b""

    paper.pages["/robots.txt"] = change
    crawl_chain(paper, asked_for, 12, timedelta(hours=12))
    gaps = [later - sooner for sooner, later in pairwise(fetches)]
    assert sum(gap > 0.2 for gap in gaps) <= 4


def test_what_cannot_be_read_again_closes_the_site_until_it_can(paper, asked_for, monkeypatch):
    monkeypatch.setattr(robots_gate, "REREAD_PAUSES", (0.2, 0.2, 0.2))
    answers = iter([b"", (500, b""), (500, b""), (500, b""), (302, b"", {"Location": "/robots.txt"}), b""])
    paper.pages["/robots.txt"] = lambda handler: next(answers, b"")
    _, report = crawl_chain(paper, asked_for, 3, timedelta(hours=12))
    assert report.counts == {Fate.NEW: 3}
    assert paper.log == [
        *("/robots.txt", "/news-en/Story-1.html", "/news-en/Story-2.html"),
        *(["/robots.txt"] * 5),
        "/news-en/Story-3.html",
    ]


def test_what_never_can_be_read_again_ends_the_run(paper, asked_for, monkeypatch):
    monkeypatch.setattr(robots_gate, "REREAD_PAUSES", (0.1, 0.1))
    paper.pages["/robots.txt"] = lambda handler: b"" if paper.log.count("/robots.txt") == 1 else (500, b"")
    options, report = crawl_chain(paper, asked_for, 3, timedelta(hours=12))
    assert (report.exit_code, report.outcome) == (4, "refused")
    assert report.counts == {Fate.NEW: 2}
    assert fetch_states(options)["asianews/en/3"] == "queued"


def test_a_stop_while_it_cannot_be_read_again_ends_the_run_at_once(paper, asked_for):
    paper.pages["/robots.txt"] = lambda handler: b"" if paper.log.count("/robots.txt") == 1 else (500, b"")
    for number in (1, 2, 3):
        paper.story(number, leads_to=(number + 1,) if number < 3 else ())
    options = asked_for(concurrency=1)
    spider = find_spider("asianews")
    run = Run.open(spider.site, options, make_start_links(spider.site, options), Clock(paper, timedelta(hours=12)))

    def stop(progress):
        if paper.log.count("/robots.txt") >= 4:
            run.stop.set(SiteRefused("enough"))

    run.progress = stop
    before = time.monotonic()
    launch._run_reactor(spider, run, launch.make_project_settings(), launch._Ending(run))
    assert run.finish().counts == {Fate.NEW: 2}
    assert time.monotonic() - before < 20  # the first pause alone is half a minute


def test_sitemaps_are_kept_with_the_times_that_they_were_named(paper, asked_for):
    paper.pages["/robots.txt"] = b"Sitemap: https://www.asianews.it/a.xml\nSitemap: https://cdn.example.org/b.xml\n"
    paper.story(1)
    options = asked_for()
    run_crawl(options, clock=lambda: BEGIN)
    paper.pages["/robots.txt"] = b"Sitemap: https://www.asianews.it/a.xml\n"
    run_crawl(asked_for(refresh=True), clock=lambda: BEGIN + timedelta(days=1))
    assert fetch_rows(
        options, "SELECT site, url, robots_url, first_seen_at, last_seen_at, run_id FROM sitemaps ORDER BY id"
    ) == [
        (
            *("asianews", "https://www.asianews.it/a.xml", f"{ORIGIN}/robots.txt"),
            *("2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z", 2),
        ),
        (
            *("asianews", "https://cdn.example.org/b.xml", f"{ORIGIN}/robots.txt"),
            *("2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z", 1),
        ),
    ]


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
