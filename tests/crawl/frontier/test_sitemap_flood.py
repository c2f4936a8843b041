"""A sitemap index of years: the first article comes soon, the queue stays small, and so does the memory."""

import json
import re
from dataclasses import replace

import pytest
from support.loopback_site import ORIGIN, FakeSite, fetch_rows, make_article_page
from support.program import run_code

from crawler.archive.write.addresses.sitemaps import LONGEST_QUEUE
from crawler.crawl.frontier.frontier import ARTICLES_PER_SITEMAP
from crawler.crawl.options import CrawlOptions
from crawler.crawl.starting.launch import run_crawl
from crawler.crawl.starting.spider_loader import find_spider

PROGRAM = """
import json, sys
from dataclasses import replace
from pathlib import Path
from crawler.crawl.starting.launch import run_crawl
from crawler.crawl.options import CrawlOptions
from crawler.crawl.starting.spider_loader import find_spider

options = json.loads(sys.argv[1])
spider = find_spider("asianews")
spider.site = replace(spider.site, sitemaps="robots", entry_points=())
longest = 0

def look(progress):
    global longest
    longest = max(longest, progress.queue or 0)

report = run_crawl(CrawlOptions(site="asianews", archive=Path(options.pop("archive")), **options), progress=look)
status = Path("/proc/self/status").read_text()
peak = int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))
print(json.dumps({"peak": peak * 1024, "queue": longest, "exit": report.exit_code, "outcome": report.outcome}))
"""


class Flood(dict):
    """Pages made when they are asked for: an index of ``sitemaps`` files, each with ``size`` addresses of one month."""

    def __init__(self, sitemaps, size):
        super().__init__()
        self.sitemaps, self.size = sitemaps, size

    def get(self, path, default=None):
        if path == "/robots.txt":
            return f"User-agent: *\nDisallow:\nSitemap: {ORIGIN}/sitemap_index.xml\n".encode()
        if path == "/sitemap_index.xml":
            rows = (
                f"<sitemap><loc>{ORIGIN}/sitemap-{number}.xml</loc><lastmod>{self.find_month(number)}-20</lastmod></sitemap>"
                for number in range(self.sitemaps)
            )
            return f"<sitemapindex>{''.join(rows)}</sitemapindex>".encode()
        if match := re.fullmatch(r"/sitemap-(\d+)\.xml", path):
            number = int(match[1])
            month = self.find_month(number)
            rows = (
                f"<url><loc>{ORIGIN}/news-en/Story-{number * self.size + story + 1}.html</loc>"
                f"<lastmod>{month}-{story % 20 + 1:02}T10:00:00Z</lastmod></url>"
                for story in range(self.size)
            )
            return f"<urlset>{''.join(rows)}</urlset>".encode()
        if match := re.fullmatch(r"/news-en/Story-(\d+)\.html", path):
            return make_article_page(int(match[1]))
        return b"<html><body><h1>AsiaNews</h1><p>All the news of today.</p></body></html>"

    @staticmethod
    def find_month(number):
        """The month of a sitemap's articles: number 0 is January 1980."""
        return f"{1980 + number // 12}-{number % 12 + 1:02}"


def crawl(tmp_path, sitemaps, size, **options):
    """Crawl the flood in a process of its own; return its figures, what was asked for, and the options."""
    paper = FakeSite()
    paper.pages = Flood(sitemaps, size)
    options |= {"archive": str(tmp_path / "archive.db"), "mirror": paper.mirror}
    try:
        result = run_code(PROGRAM, json.dumps(options), cwd=tmp_path)
    finally:
        paper.close()
    archive = CrawlOptions(site="asianews", archive=tmp_path / "archive.db")
    return json.loads(result.stdout), paper.log, archive


def find_first_article(log):
    return next(index for index, path in enumerate(log) if path.startswith("/news-en/"))


def check_order(log, sitemaps, articles):
    """The first article comes soon, sitemaps come one after the other from the newest, with articles in between."""
    assert find_first_article(log) < 20
    numbers = [int(path.removeprefix("/sitemap-").removesuffix(".xml")) for path in log if path.startswith("/sitemap-")]
    assert numbers == list(range(sitemaps - 1, sitemaps - 1 - len(numbers), -1))
    assert len(numbers) <= 1 + articles // ARTICLES_PER_SITEMAP


def test_a_years_deep_index_does_not_flood_the_queue(tmp_path, monkeypatch):
    spider = find_spider("asianews")
    monkeypatch.setattr(spider, "site", replace(spider.site, sitemaps="robots", entry_points=()))
    monkeypatch.setattr("crawler.archive.write.addresses.claims.MAX_WAITING", 30)
    monkeypatch.setattr("crawler.archive.write.addresses.sitemaps.MAX_QUEUED_AT_ONCE", 40)
    paper = FakeSite()
    paper.pages = Flood(20, 60)
    options = CrawlOptions(site="asianews", archive=tmp_path / "archive.db", mirror=paper.mirror, max_articles=40)
    try:
        report = run_crawl(options)
    finally:
        paper.close()
    assert report.exit_code == 0
    check_order(paper.log, 20, 40)
    waiting = "SELECT count(*) FROM addresses WHERE state = 'queued' AND kind = 'article'"
    assert 0 < fetch_rows(options, waiting)[0][0] <= 30 + 40


@pytest.mark.slow
def test_a_million_addresses_do_not_flood_the_queue(tmp_path):
    """Takes two minutes."""
    figures, log, _ = crawl(tmp_path, 500, 2_000, max_articles=1_200)
    assert figures["exit"] == 0
    check_order(log, 500, 1_200)
    assert figures["queue"] <= LONGEST_QUEUE + 500
    assert figures["peak"] < 300_000_000


@pytest.mark.slow
def test_since_reads_a_million_addresses_and_follows_none_that_is_older(tmp_path):
    """Takes three minutes."""
    figures, log, options = crawl(tmp_path, 500, 2_000, since="2021-08-15")
    numbers = [int(path.removeprefix("/news-en/Story-").removesuffix(".html")) for path in log if "Story" in path]
    assert [path for path in log if path.startswith("/sitemap-")] == ["/sitemap-499.xml"]
    assert numbers
    assert all((number - 1) % 2_000 % 20 + 1 >= 15 for number in numbers)
    assert figures["peak"] < 300_000_000
    assert fetch_rows(options, "SELECT count(*) FROM sitemap_addresses") == [(2_000,)]
