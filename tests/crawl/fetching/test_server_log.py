"""What the practice site's own log says of a crawl: what was asked for, in which order and how fast."""

import sqlite3
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import formatdate
from pathlib import Path

import pytest
from support.loopback_site import fetch_rows, read_captures
from support.program import start_program
from support.waiting import assert_paced, wait_until

from crawler.crawl.options import CrawlOptions
from crawler.crawl.starting.launch import run_crawl
from crawler.errors import SiteRefused
from crawler.items import Fate
from crawler.practice import PracticeServer
from crawler.practice.site import PracticeResponse

ROOT = Path(__file__).resolve().parents[3]

CRAWL = """
import sys
from pathlib import Path
from crawler.crawl.starting.launch import run_crawl
from crawler.crawl.options import CrawlOptions
run_crawl(CrawlOptions(site="asianews", archive=Path(sys.argv[2]), mirror=sys.argv[1], concurrency=1))
"""


class Ruled:
    """The practice site with rules of its own, and a page that asks for a pause when it is met first."""

    def __init__(self, site, rules=b"", pause=None):
        self.site, self.rules, self.pause = site, rules, pause
        self.has_asked = False

    @property
    def phase(self):
        return self.site.phase

    def respond(self, request):
        if request.target == "/robots.txt" and self.rules:
            return PracticeResponse(status=200, body=self.rules, content_type="text/plain")
        if self.pause and not self.has_asked and request.target.startswith("/news-en/"):
            self.has_asked = True
            return PracticeResponse(status=429, headers=(("Retry-After", self.pause()),))
        return self.site.respond(request)


def times(server):
    return [seen.time for seen in server.requests]


def paths(server):
    return [seen.path for seen in server.requests]


@pytest.mark.slow
def test_nothing_before_robots_txt_and_nothing_against_it(tmp_path):
    """A second; the crawl that many tests share is looked at for the same (tests/acceptance/test_practice_site.py)."""
    with PracticeServer() as server:
        report = run_crawl(CrawlOptions(site="asianews", archive=tmp_path / "a.db", mirror=server.mirror))
        asked = paths(server)
    assert report.counts[Fate.NEW] > 20
    assert asked[0] == "/robots.txt"
    assert asked.count("/robots.txt") == 1
    assert not [path for path in asked if path.startswith("/private/")]


def test_what_robots_txt_forbids_us_is_not_asked_for_though_many_links_lead_there(tmp_path):
    options = CrawlOptions(site="asianews", archive=tmp_path / "a.db")
    with PracticeServer(articles=30) as server:
        server.site = Ruled(server.site, b"User-agent: *\nDisallow:\n\nUser-agent: seealso\nDisallow: /notizie-it/\n")
        report = run_crawl(CrawlOptions(site="asianews", archive=options.archive, mirror=server.mirror))
        asked = paths(server)
    assert asked[0] == "/robots.txt"
    assert not [path for path in asked if path.startswith("/notizie-it/")]
    assert report.counts[Fate.REFUSED] == 6  # every fifth article has an Italian edition
    assert report.counts[Fate.NEW] == 30
    assert fetch_rows(options, "SELECT DISTINCT robots FROM captures WHERE url NOT LIKE '%robots.txt'") == [
        ("allowed",)
    ]


@pytest.mark.parametrize(
    ("delay", "rules", "least"),
    [pytest.param(0.15, b"", 0.15, marks=pytest.mark.slow), (0.0, b"User-agent: *\nCrawl-delay: 0.2\n", 0.2)],
)
def test_never_faster_than_the_delay(fetches, tmp_path, delay, rules, least):
    """Five seconds for the delay that a crawl is told, the slow case; the next tests have one, too."""
    with PracticeServer(articles=12) as server:
        server.site = Ruled(server.site, rules)
        report = run_crawl(CrawlOptions(site="asianews", archive=tmp_path / "a.db", mirror=server.mirror, delay=delay))
        moments = times(server)
    assert report.counts[Fate.NEW] == 14
    assert_paced(moments, least, since=fetches[0])


def test_a_longer_delay_of_ours_counts_more_than_a_shorter_one_of_the_site(fetches, tmp_path):
    with PracticeServer(articles=5) as server:
        server.site = Ruled(server.site, b"User-agent: *\nCrawl-delay: 0.01\n")
        run_crawl(
            CrawlOptions(site="asianews", archive=tmp_path / "a.db", mirror=server.mirror, delay=0.15, max_articles=5)
        )
        moments = times(server)
    assert len(moments) > 5
    assert_paced(moments, 0.15, since=fetches[0])


def asked_for_a_pause(options):
    """When the request was sent that was answered by asking for a pause; it is kept in the archive by then."""
    return next(capture.fetched_at for capture in read_captures(options) if capture.status == 429)


def keeps_the_pause(archive):
    if not archive.exists():
        return False
    try:
        with closing(sqlite3.connect(archive)) as db:
            return db.execute("SELECT count(*) FROM problems WHERE reason LIKE '%pause until%'").fetchone() != (0,)
    except sqlite3.OperationalError:  # its tables are not made yet
        return False


@pytest.mark.parametrize("form", ["seconds", pytest.param("date", marks=pytest.mark.slow)])
def test_a_pause_that_the_site_asks_for_outlives_a_kill(tmp_path, form):
    """Asked for by a date, the slow case, it takes a second more."""
    seconds = 3600
    options = CrawlOptions(site="asianews", archive=tmp_path / "a.db", concurrency=1)
    with PracticeServer(articles=12) as server:
        server.site = Ruled(
            server.site,
            pause=lambda: str(seconds) if form == "seconds" else formatdate(time.time() + seconds, usegmt=True),
        )
        options = replace(options, mirror=server.mirror)
        process = start_program(server.mirror, str(options.archive), cwd=ROOT, code=CRAWL)
        wait_until(lambda: keeps_the_pause(options.archive) or process.poll() is not None)
        process.kill()
        process.wait()
        asked_at, asked = asked_for_a_pause(options), len(server.requests)
        least = seconds if form == "seconds" else seconds - 1  # a date has whole seconds only
        for later in (0, least - 1):
            with pytest.raises(SiteRefused, match="asked for a pause until"):
                run_crawl(options, clock=lambda later=later: asked_at + timedelta(seconds=later))
        assert len(server.requests) == asked
        resumed_at, begun = asked_at + timedelta(seconds=seconds + 60), datetime.now(UTC)
        report = run_crawl(options, clock=lambda: resumed_at + (datetime.now(UTC) - begun))
        assert report.exit_code == 0
        assert len(server.requests) > asked + 12


@pytest.mark.parametrize("form", ["seconds", pytest.param("date", marks=pytest.mark.slow)])
def test_a_pause_within_a_run_is_kept_to_the_second(tmp_path, form):
    """Asked for by a date, the slow case, it takes three seconds more."""
    with PracticeServer(articles=12) as server:
        server.site = Ruled(
            server.site, pause=lambda: "2" if form == "seconds" else formatdate(time.time() + 3, usegmt=True)
        )
        options = CrawlOptions(site="asianews", archive=tmp_path / "a.db", mirror=server.mirror, concurrency=1)
        report = run_crawl(options)
        (asked,) = [number for number, seen in enumerate(server.requests) if seen.status == 429]
        after = times(server)[asked + 1 :]
    assert report.counts[Fate.NEW] >= 13
    assert min(after) >= asked_for_a_pause(options).timestamp() + 2
