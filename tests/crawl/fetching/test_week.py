"""A crawl that lasts a week, by the log of its server: robots.txt, delays, pauses and connections are kept."""

import re
from itertools import pairwise

import pytest
from support.loopback_site import make_article_page
from support.simulated_week import LoggingServer, RealClock, SimulatedClock
from support.waiting import assert_paced

from crawler.crawl.options import CrawlOptions
from crawler.crawl.starting.launch import run_crawl

DAY = 86_400.0
CHANGED_AT, SLOWED_AT = 2.5 * DAY, 5.5 * DAY
"""When the site forbids the numbers that end with 7, and when it asks for a longer delay."""
FORBIDDEN = re.compile(r"art=\d*7(?:&|$)")


class Paper:
    """A site where few numbers are articles, with rules that change, and that asks for a pause now and then."""

    def __init__(self, *, crawl_delay, pause_every):
        self.crawl_delay, self.pause_every = crawl_delay, pause_every
        self.count = 0

    def respond(self, path, seconds):
        if path == "/robots.txt":
            rules = "User-agent: *\nDisallow: /private/\n\nUser-agent: seealso/9\nDisallow: /secret\n"
            if seconds >= CHANGED_AT:
                rules += "Disallow: /*art=*7&\nDisallow: /*art=*7$\n"
            if seconds >= SLOWED_AT:
                rules += f"Crawl-delay: {self.crawl_delay}\n"
            return 200, rules.encode(), None
        self.count += 1
        if self.count % self.pause_every == 0:
            return (429 if self.count % (2 * self.pause_every) else 503), b"", 90
        number = int(re.search(r"art=(\d+)", path)[1])
        if number % 50 == 0:
            return 200, make_article_page(number), None
        return 404, b"", None


def crawl_week(tmp_path, monkeypatch, *, numbers, delay, crawl_delay, pause_every):
    clock = SimulatedClock()
    clock.install(monkeypatch)
    with LoggingServer(clock, Paper(crawl_delay=crawl_delay, pause_every=pause_every).respond) as server:
        options = CrawlOptions(
            site="asianews",
            archive=tmp_path / "a.db",
            mirror=server.mirror,
            ids=f"1..{numbers}",
            languages=("en",),
            delay=delay,
            timeout=600.0,
        )
        report = run_crawl(options, clock.pass_while_idle(server), clock=clock)
    assert report.outcome == "finished", report.messages
    return server.log


def assert_kept(log, *, delay, crawl_delay):
    """Assert that a log of a week shows no violation of delay, robots.txt, Retry-After or the one connection."""
    robots = [request.seconds for request in log if request.path == "/robots.txt"]
    assert log[0].path == "/robots.txt"
    assert log[-1].seconds >= 7 * DAY
    assert len(robots) >= 7
    assert max(later - sooner for sooner, later in pairwise([*robots, log[-1].seconds])) <= DAY + 2 * crawl_delay
    assert {(request.active, request.connections) for request in log} == {(1, 1)}
    assert any(FORBIDDEN.search(request.path) for request in log)
    wait, forbids_sevens = delay, False
    for before, request in pairwise(log):
        if before.path == "/robots.txt":
            forbids_sevens = before.seconds >= CHANGED_AT
            wait = crawl_delay if before.seconds >= SLOWED_AT else delay
        gap = request.seconds - before.seconds
        assert gap >= wait - 0.001, (gap, before, request)
        assert gap >= (before.retry_after or 0), (gap, before, request)
        assert not (forbids_sevens and FORBIDDEN.search(request.path)), request
    asked = [request.path for request in log if request.path != "/robots.txt" and request.status == 404]
    assert len(asked) == len(set(asked))


def test_a_week_of_few_requests(tmp_path, monkeypatch):
    log = crawl_week(tmp_path, monkeypatch, numbers=190, delay=3500.0, crawl_delay=3600.0, pause_every=30)
    assert len(log) > 150
    assert_kept(log, delay=3500.0, crawl_delay=3600.0)


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_a_week_of_a_hundred_thousand_requests(tmp_path, monkeypatch):
    """Five minutes of CPU time; on two busy cores half an hour."""
    log = crawl_week(tmp_path, monkeypatch, numbers=124_000, delay=5.0, crawl_delay=7.0, pause_every=4000)
    assert len(log) >= 100_000
    assert_kept(log, delay=5.0, crawl_delay=7.0)


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_two_thousand_requests_in_real_time(tmp_path):
    """Seven and a half minutes."""
    with LoggingServer(RealClock(), Paper(crawl_delay=0, pause_every=10**9).respond) as server:
        options = CrawlOptions(
            site="asianews",
            archive=tmp_path / "a.db",
            mirror=server.mirror,
            ids="1..2000",
            languages=("en",),
            delay=0.2,
        )
        report = run_crawl(options)
    assert report.outcome == "finished"
    assert len(server.log) == 2001
    assert_paced((request.seconds for request in server.log), 0.2, 0.0)
    assert {(request.active, request.connections) for request in server.log} == {(1, 1)}
