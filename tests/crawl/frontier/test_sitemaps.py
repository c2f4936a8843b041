"""Crawls of a site whose robots.txt names sitemaps: what is asked for, in which order, and what waits."""

import gzip
from dataclasses import replace

import pytest
from support.loopback_site import ORIGIN, fetch_rows

from crawler.crawl.options import CrawlOptions
from crawler.crawl.starting.launch import run_crawl
from crawler.crawl.starting.spider_loader import find_spider

NAMESPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"'
)
SPIDER = find_spider("asianews")
OF_SITEMAPS = replace(SPIDER.site, sitemaps="robots", entry_points=())


def make_story_url(number):
    return f"{ORIGIN}/news-en/Story-{number}.html"


def make_index(*entries):
    """An index of (path, day of the last change or None)."""
    rows = "".join(
        f"<sitemap><loc>{ORIGIN}{path}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</sitemap>"
        for path, day in entries
    )
    return f"<sitemapindex {NAMESPACES}>{rows}</sitemapindex>".encode()


def make_sitemap(*entries):
    """A sitemap of (number of a story, day of its last change or None)."""
    rows = "".join(
        f"<url><loc>{make_story_url(number)}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</url>"
        for number, day in entries
    )
    return f"<urlset {NAMESPACES}>{rows}</urlset>".encode()


@pytest.fixture
def options(paper, tmp_path, monkeypatch):
    """Make options for a crawl of the paper from its sitemaps; it has three, one for each year."""
    monkeypatch.setattr(SPIDER, "site", OF_SITEMAPS)
    paper.pages["/"] = b"<html><body><h1>AsiaNews</h1><p>All the news of today.</p></body></html>"
    for number in range(1, 7):
        paper.story(number)
    paper.pages["/robots.txt"] = f"User-agent: *\nDisallow: /private/\nSitemap: {ORIGIN}/index.xml\n".encode()
    paper.pages["/index.xml"] = make_index(
        ("/sitemap-2021.xml.gz", "2021-12-30"), ("/sitemap-2023.xml", "2023-12-30"), ("/sitemap-2022.xml", "2022-12-30")
    )
    paper.pages["/sitemap-2021.xml.gz"] = gzip.compress(make_sitemap((1, "2021-01-01"), (2, "2021-02-02")))
    paper.pages["/sitemap-2022.xml"] = make_sitemap((3, "2022-01-01"), (4, "2022-02-02"))
    paper.pages["/sitemap-2023.xml"] = make_sitemap((5, "2023-01-01"), (6, "2023-02-02"))

    def make_options(**more):
        archive = more.pop("archive", tmp_path / "archive.db")
        return CrawlOptions(site="asianews", archive=archive, mirror=paper.mirror, concurrency=1, **more)

    return make_options


def list_numbers(paper):
    return [path.partition("Story-")[2].removesuffix(".html") for path in paper.log if "Story-" in path]


def test_sitemaps_of_robots_txt_lead_to_articles_the_newest_first(paper, options):
    report = run_crawl(options())
    assert report.exit_code == 0
    assert paper.log[:5] == ["/robots.txt", "/", "/index.xml", "/sitemap-2023.xml", "/news-en/Story-6.html"]
    assert list_numbers(paper) == ["6", "5", "4", "3", "2", "1"]
    rows = fetch_rows(options(), "SELECT site_key, via, found_on, not_after FROM addresses WHERE site_key = '1'")
    assert rows == [("1", "sitemap", f"{ORIGIN}/sitemap-2021.xml.gz", "2021-01-01")]
    sitemaps = "SELECT url, via, state, published_on, not_after FROM addresses WHERE kind = 'sitemap' ORDER BY url"
    assert fetch_rows(options(), sitemaps)[:2] == [
        (f"{ORIGIN}/index.xml", "entry", "done", None, None),
        (f"{ORIGIN}/sitemap-2021.xml.gz", "sitemap", "done", "2021-12-31", "2021-12-30"),
    ]


def test_since_leaves_out_sitemaps_and_articles_that_are_older(paper, options):
    run_crawl(options(since="2022-02"))
    assert list_numbers(paper) == ["6", "5", "4"]
    assert "/sitemap-2021.xml.gz" not in paper.log
    waiting = "SELECT count(*) FROM addresses WHERE state = 'queued' AND kind = 'article'"
    assert fetch_rows(options(), waiting) == [(0,)]
    run_crawl(options())  # without it they are taken up, though the sitemap of 2022 has not changed
    assert sorted(list_numbers(paper)) == ["1", "2", "3", "4", "5", "6"]


def test_what_has_not_changed_since_the_last_visit_is_not_read_again(paper, options):
    paper.pages["/sitemap-2023.xml"] = (200, make_sitemap((5, None), (6, None)), {"ETag": '"1"'})
    run_crawl(options(refresh=False))
    paper.log.clear()
    paper.story(7)
    paper.pages["/index.xml"] = make_index(
        ("/sitemap-2022.xml", "2022-12-30"), ("/sitemap-2023.xml", "2099-01-01"), ("/latest.xml", None)
    )
    paper.pages["/sitemap-2023.xml"] = lambda handler: (304, b"") if handler.headers["If-None-Match"] == '"1"' else b""
    paper.pages["/latest.xml"] = make_sitemap((7, None))
    report = run_crawl(options(refresh=False))
    assert (report.exit_code, report.counts.get("failed", 0)) == (0, 0)
    assert paper.log == ["/robots.txt", "/", "/index.xml", "/sitemap-2023.xml", "/latest.xml", "/news-en/Story-7.html"]


def test_a_crawl_of_given_articles_asks_for_no_sitemap(paper, options):
    run_crawl(options(max_articles=2))
    waiting = "SELECT url FROM addresses WHERE kind = 'sitemap' AND state = 'queued'"
    assert fetch_rows(options(), waiting) == [(f"{ORIGIN}/sitemap-2021.xml.gz",)]
    paper.log.clear()
    run_crawl(options(urls=(make_story_url(1),), refresh=False))
    assert paper.log[:2] == ["/robots.txt", "/news-en/Story-1.html"]
    assert not [path for path in paper.log if "xml" in path]


def test_a_sitemap_may_be_given(paper, options):
    paper.pages["/sitemap.xml"] = make_index(("/sitemap-2022.xml", None))
    run_crawl(options(urls=(f"{ORIGIN}/sitemap.xml",)))
    assert paper.log[:3] == ["/robots.txt", "/sitemap.xml", "/sitemap-2022.xml"]
    assert list_numbers(paper) == ["4", "3"]


def test_a_site_may_leave_its_sitemaps_alone(paper, options, monkeypatch):
    monkeypatch.setattr(SPIDER, "site", replace(OF_SITEMAPS, sitemaps="none"))
    run_crawl(options())
    assert "/index.xml" not in paper.log
    monkeypatch.setattr(SPIDER, "site", replace(OF_SITEMAPS, sitemaps="none", entry_points=("/sitemap.xml",)))
    paper.pages["/sitemap.xml"] = make_sitemap((2, None))
    run_crawl(options())
    assert list_numbers(paper) == ["2"]


def test_a_sitemap_on_another_host_is_read_when_robots_txt_names_it(paper, options):
    paper.pages["/robots.txt"] = (
        b"Sitemap: https://maps.example.net/asianews/map.xml\nSitemap: http://127.0.0.1/private.xml\nSitemap: nonsense\n"
    )
    paper.pages["/asianews/map.xml"] = make_sitemap((4, None))
    report = run_crawl(options())
    assert (report.exit_code, list_numbers(paper)) == (0, ["4"])
    assert "/private.xml" not in paper.log


def test_a_sitemap_with_more_than_the_queue_takes_is_read_again(paper, options, monkeypatch):
    monkeypatch.setattr("crawler.archive.write.addresses.sitemaps.MAX_QUEUED_AT_ONCE", 2)
    monkeypatch.setattr("crawler.archive.write.addresses.claims.MAX_WAITING", 1)
    paper.pages["/index.xml"] = make_sitemap(*((number, None) for number in range(1, 7)))
    run_crawl(options())
    assert list_numbers(paper) == ["1", "2", "3", "4", "5", "6"]
    assert paper.log.count("/index.xml") == 3
    assert fetch_rows(options(), "SELECT state FROM addresses WHERE kind = 'sitemap'") == [("done",)]


def test_pages_of_a_listing_are_followed_until_one_leads_to_nothing_new(paper, options, monkeypatch):
    monkeypatch.setattr(SPIDER, "site", replace(OF_SITEMAPS, sitemaps="none"))

    def make_listing(page, *numbers):
        stories = "".join(f'<p><a href="/news-en/Story-{number}.html">Story {number}</a></p>' for number in numbers)
        return f'<html><body>{stories}<a rel="next" href="/page/{page + 1}">Older</a></body></html>'.encode()

    paper.pages |= {"/": make_listing(1, 6, 5), "/page/2": make_listing(2, 5, 4), "/page/3": make_listing(3, 6, 5)}
    run_crawl(options(refresh=False))
    assert [path for path in paper.log if "page" in path] == ["/page/2", "/page/3"]
    assert sorted(list_numbers(paper)) == ["4", "5", "6"]
    paper.log.clear()
    run_crawl(options(refresh=False))
    assert paper.log == ["/robots.txt", "/"]


@pytest.mark.parametrize("urls", [(), (make_story_url(1),)], ids=["entry points", "an article"])
def test_feeds_of_heads_are_ways_in_of_a_crawl_from_entry_points(paper, options, urls):
    feed = f"<rss><channel><item><link>{make_story_url(6)}</link></item></channel></rss>"
    paper.pages["/feed"] = feed.encode()
    head = b'<link rel="alternate" type="application/rss+xml" href="/feed">'
    for path in ("/", "/news-en/Story-1.html"):
        paper.pages[path] = paper.pages[path].replace(b"<body>", head + b"<body>")
    paper.pages["/robots.txt"] = (404, b"none")
    run_crawl(options(urls=urls))
    assert list_numbers(paper) == (["1"] if urls else ["6"])
    run_crawl(options(urls=urls, discover=True, refresh=True))
    assert list_numbers(paper)[-1] == "6"
