"""What publishers reserve is noted of each capture; it is obeyed where the site's file or the crawl says so."""

from dataclasses import replace

import pytest
from support.loopback_site import ORIGIN, fetch_rows, make_article_page, read_captures

from crawler.archive import Archive
from crawler.crawl.starting.launch import run_crawl
from crawler.crawl.starting.spider_loader import find_spider
from crawler.items import Fate
from crawler.warc import read_capture

RESERVED = (
    "SELECT c.url, r.kind, r.source, r.value FROM reservations r JOIN captures c ON c.id = r.capture_id ORDER BY 1, 2"
)


@pytest.fixture
def reserved(paper):
    """Five stories: one that says nothing, and one for each place where something is said."""
    paper.story(1, leads_to=(2, 3, 4, 5))
    paper.pages["/news-en/Story-2.html"] = (200, make_article_page(2), {"X-Robots-Tag": "seealso: noarchive"})
    noindex = b'<meta name="robots" content="noindex"></head>'
    paper.pages["/news-en/Story-3.html"] = make_article_page(3).replace(b"</head>", noindex)
    paper.pages["/news-en/Story-4.html"] = (
        200,
        make_article_page(4),
        {"tdm-reservation": "1", "tdm-policy": "/p.json"},
    )
    paper.story(5)
    paper.pages["/.well-known/tdmrep.json"] = b'[{"location": "/news-en/Story-5", "tdm-reservation": 1}]'
    return paper


def test_by_default_they_are_noted_and_the_pages_kept(reserved, asked_for):
    options = asked_for()
    assert run_crawl(options).counts == {Fate.NEW: 5}
    assert fetch_rows(options, RESERVED) == [
        (f"{ORIGIN}/news-en/Story-2.html", "noarchive", "header", "seealso: noarchive"),
        (f"{ORIGIN}/news-en/Story-3.html", "noindex", "meta", "noindex"),
        (f"{ORIGIN}/news-en/Story-4.html", "tdm", "header", "/p.json"),
    ]
    assert "/.well-known/tdmrep.json" not in reserved.log  # a mirror on this machine is asked where it is to be obeyed


def assert_obeyed(report, reserved, options):
    assert report.counts == {Fate.NEW: 1, Fate.REFUSED: 4}
    assert report.exit_code == 0
    assert reserved.log[:2] == ["/robots.txt", "/.well-known/tdmrep.json"]
    kinds = {(url[-6:], kind, source) for url, kind, source, _ in fetch_rows(options, RESERVED)}
    assert kinds == {
        ("2.html", "noarchive", "header"),
        ("3.html", "noindex", "meta"),
        ("4.html", "tdm", "header"),
        ("5.html", "tdm", "file"),
    }
    failures = fetch_rows(options, "SELECT DISTINCT last_failure FROM addresses WHERE state = 'refused'")
    assert failures == [("reserved",)]
    for path in options.archive.with_suffix(".warc").iterdir():
        assert path.is_file()
    texts = b"".join(capture.body for capture in read_captures(options))
    assert b"The 1th meeting" in texts
    assert not [number for number in range(2, 6) if b"The %dth meeting" % number in texts]
    with Archive(options.archive) as archive:
        assert not archive.verify(read_capture)


def test_a_crawl_that_is_told_to_obey_keeps_none_of_them(reserved, asked_for):
    options = asked_for(obey_reservations=True)
    assert_obeyed(run_crawl(options), reserved, options)


def test_a_site_file_may_say_so(reserved, asked_for, monkeypatch):
    spider = find_spider("asianews")
    monkeypatch.setattr(spider, "site", replace(spider.site, obey_reservations=True))
    options = asked_for()
    assert_obeyed(run_crawl(options), reserved, options)


def test_a_crawl_may_say_otherwise_than_the_site_file(reserved, asked_for, monkeypatch):
    spider = find_spider("asianews")
    monkeypatch.setattr(spider, "site", replace(spider.site, obey_reservations=True))
    assert run_crawl(asked_for(obey_reservations=False)).counts == {Fate.NEW: 5}


def test_a_reserved_page_leaves_what_is_archived_as_it_is(paper, asked_for):
    paper.story(1)
    options = asked_for()
    run_crawl(options)
    paper.pages["/news-en/Story-1.html"] = (200, make_article_page(1, headline="New"), {"X-Robots-Tag": "none"})
    report = run_crawl(asked_for(obey_reservations=True, refresh=True))
    assert report.counts == {Fate.REFUSED: 1}
    assert fetch_rows(options, "SELECT headline, status FROM articles") == [("Headline of story number 1", "live")]
