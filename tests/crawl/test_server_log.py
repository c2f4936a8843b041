"""What the practice site's own log says of a crawl: what was asked for, in which order and how fast."""

import subprocess
import sys
import time
from email.utils import formatdate
from itertools import pairwise
from pathlib import Path

import pytest
from support.loopback_site import fetch_rows

from crawler.crawl.launch import run_crawl
from crawler.crawl.options import CrawlOptions
from crawler.items import Fate
from crawler.practice import PracticeServer
from crawler.practice.site import PracticeResponse

ROOT = Path(__file__).resolve().parents[2]
CLOCKS = 0.02
"""Seconds by which the times in a server's log may differ from those at which requests were sent."""

CRAWL = """
import sys
from pathlib import Path
from crawler.crawl.launch import run_crawl
from crawler.errors import CrawlerError
from crawler.crawl.options import CrawlOptions
try:
    report = run_crawl(CrawlOptions(site="asianews", archive=Path(sys.argv[2]), mirror=sys.argv[1], concurrency=1))
    print(report.outcome)
    sys.exit(report.exit_code)
except CrawlerError as problem:
    print(problem)
    sys.exit(problem.exit_code)
"""


class Ruled:
    """The practice site with rules of its own, and a page that asks for a pause when it is met first."""

    def __init__(self, site, rules=b"", pause=None):
        self.site, self.rules, self.pause = site, rules, pause
        self.asked_at = None

    @property
    def phase(self):
        return self.site.phase

    def respond(self, request):
        if request.target == "/robots.txt" and self.rules:
            return PracticeResponse(status=200, body=self.rules, content_type="text/plain")
        if self.pause and self.asked_at is None and request.target.startswith("/news-en/"):
            self.asked_at = time.time()
            return PracticeResponse(status=429, headers=(("Retry-After", self.pause()),))
        return self.site.respond(request)


def times(server):
    return [seen.time for seen in server.requests]


def paths(server):
    return [seen.path for seen in server.requests]


def test_nothing_before_robots_txt_and_nothing_against_it(tmp_path):
    with PracticeServer() as server:
        report = run_crawl(CrawlOptions(site="asianews", archive=tmp_path / "a.db", mirror=server.mirror))
        asked = paths(server)
    assert report.counts[Fate.NEW] > 20
    assert asked[0] == "/robots.txt"
    assert asked.count("/robots.txt") == 1
    assert not [path for path in asked if path.startswith("/private/")]


def test_what_robots_txt_forbids_us_is_not_asked_for_though_hundreds_of_links_lead_there(tmp_path):
    options = CrawlOptions(site="asianews", archive=tmp_path / "a.db")
    with PracticeServer(articles=60) as server:
        server.site = Ruled(server.site, b"User-agent: *\nDisallow:\n\nUser-agent: seealso\nDisallow: /notizie-it/\n")
        report = run_crawl(CrawlOptions(site="asianews", archive=options.archive, mirror=server.mirror))
        asked = paths(server)
    assert asked[0] == "/robots.txt"
    assert not [path for path in asked if path.startswith("/notizie-it/")]
    assert report.counts[Fate.REFUSED] == 11  # of twelve Italian editions; nothing that may be read leads to the last
    assert report.counts[Fate.NEW] == 60
    assert fetch_rows(options, "SELECT DISTINCT robots FROM captures WHERE url NOT LIKE '%robots.txt'") == [
        ("allowed",)
    ]


@pytest.mark.parametrize(
    ("delay", "rules", "least"), [(0.15, b"", 0.15), (0.0, b"User-agent: *\nCrawl-delay: 0.2\n", 0.2)]
)
def test_never_faster_than_the_delay(tmp_path, delay, rules, least):
    with PracticeServer(articles=12) as server:
        server.site = Ruled(server.site, rules)
        report = run_crawl(CrawlOptions(site="asianews", archive=tmp_path / "a.db", mirror=server.mirror, delay=delay))
        moments = times(server)
    assert report.counts[Fate.NEW] == 14
    gaps = [later - sooner for sooner, later in pairwise(moments)]
    assert min(gaps) >= least - CLOCKS, sorted(gaps)[:5]


def test_a_longer_delay_of_ours_counts_more_than_a_shorter_one_of_the_site(tmp_path):
    with PracticeServer(articles=5) as server:
        server.site = Ruled(server.site, b"User-agent: *\nCrawl-delay: 0.01\n")
        run_crawl(
            CrawlOptions(site="asianews", archive=tmp_path / "a.db", mirror=server.mirror, delay=0.15, max_articles=5)
        )
        moments = times(server)
    assert min(later - sooner for sooner, later in pairwise(moments)) >= 0.15 - CLOCKS


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_a_pause_that_the_site_asks_for_outlives_a_kill(tmp_path, form):
    seconds = 5
    with PracticeServer(articles=12) as server:
        server.site = Ruled(
            server.site,
            pause=lambda: str(seconds) if form == "seconds" else formatdate(time.time() + seconds, usegmt=True),
        )
        command = [sys.executable, "-c", CRAWL, server.mirror, str(tmp_path / "a.db")]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
        while server.site.asked_at is None and process.poll() is None:
            time.sleep(0.01)
        time.sleep(0.4)  # the answer is read and kept
        process.kill()
        process.wait()
        asked_at = server.site.asked_at
        refused = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
        assert refused.returncode == 4, refused.stderr
        assert "asked for a pause until" in refused.stdout
        after = [moment for moment in times(server) if moment > asked_at + CLOCKS]
        time.sleep(max(0.0, asked_at + seconds + 1 - time.time()))
        resumed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
        assert resumed.returncode == 0, resumed.stdout + resumed.stderr
        assert after == []
        least = seconds if form == "seconds" else seconds - 1  # a date has whole seconds only
        assert min(moment for moment in times(server) if moment > asked_at + CLOCKS) >= asked_at + least


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_a_pause_within_a_run_is_kept_to_the_second(tmp_path, form):
    with PracticeServer(articles=12) as server:
        server.site = Ruled(
            server.site, pause=lambda: "2" if form == "seconds" else formatdate(time.time() + 3, usegmt=True)
        )
        report = run_crawl(
            CrawlOptions(site="asianews", archive=tmp_path / "a.db", mirror=server.mirror, concurrency=1)
        )
        after = [moment for moment in times(server) if moment > server.site.asked_at + CLOCKS]
    assert report.counts[Fate.NEW] >= 13
    assert min(after) >= server.site.asked_at + 2
