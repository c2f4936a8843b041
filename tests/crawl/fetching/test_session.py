"""Fetching needs a session and no archive: it keeps to its pace, keeps what was sent, and points to what it has."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest
from support.program import run_code

from crawler.crawl.fetching.session import FetchSession
from crawler.crawl.fetching.throttle import Throttle
from crawler.crawl.options import CrawlOptions
from crawler.crawl.stop import StopSignal
from crawler.errors import ArchiveUnusable
from crawler.items import Capture
from crawler.sites.registry import find_site
from crawler.warc import WarcWriter, read_capture
from crawler.warc.records import AnswerRecord

SITE = find_site("asianews")

URL = "https://www.asianews.it/news-en/Story-1.html"
KEY = "asianews/en/1"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"


class Clock:
    now = datetime(2026, 1, 15, 11, 0, tzinfo=UTC)

    def __call__(self):
        return self.now


class Place(NamedTuple):
    warc_file: str
    warc_offset: int
    digest: str


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def make_session(tmp_path, clock):
    writers = []

    def make(find_earlier=lambda url_key, url, digest: None, **asked):
        stop = StopSignal()
        options = CrawlOptions(site="asianews", **asked)
        writers.append(WarcWriter(tmp_path, "asianews", started_at=clock()))
        throttle = Throttle(SITE, options, lambda since: 0, clock)
        return FetchSession(throttle=throttle, warc=writers[-1], stop=stop, clock=clock, find_earlier=find_earlier)

    yield make
    for writer in writers:
        writer.close()


def answer(clock, status, *headers):
    return Capture(url=URL, fetched_at=clock(), status=status, headers=headers)


def test_nothing_holds_a_session_that_nobody_bounds(make_session):
    session = make_session()
    assert not session.must_end()
    assert not session.is_held()
    assert session.admit() is None


def test_quiet_hours_end_the_crawl_without_trouble(make_session, clock):
    session = make_session(quiet_hours="13:00-14:00")
    assert not session.is_held()
    clock.now += timedelta(hours=1)  # 13:00 in Rome
    assert session.must_end()
    assert (session.stop.outcome, session.stop.trouble) == ("quiet hours", None)
    assert session.stop.reason.note == session.admit()


def test_a_short_pause_holds_and_a_long_one_stops(make_session, clock):
    session = make_session()
    session.note_response(answer(clock, 429, ("Retry-After", "60")))
    assert session.is_held()
    assert not session.stop.is_set
    clock.now += timedelta(minutes=1)
    assert not session.is_held()
    session.note_response(answer(clock, 503, ("Retry-After", "7200")))
    assert session.stop.outcome == "refused"
    assert "pause until 2026-01-15 13:01 UTC" in str(session.stop.trouble)


def test_what_was_sent_before_is_pointed_to(make_session, clock, tmp_path):
    session = make_session()
    kept = session.warc.write(AnswerRecord(url=URL, fetched_at=clock(), response_head=HEAD, body=b"A story."), b"")
    session.warc.flush()
    capture = read_capture(tmp_path, kept.file, kept.offset)
    asked = []

    def find(url_key, url, digest):
        asked.append((url_key, url, digest))
        return Place(kept.file, kept.offset, capture.digest)

    later = make_session(find)
    found = later.find_original_record(KEY, URL, 200, capture.digest)
    assert found is not None
    assert found.url == URL
    assert later.find_original_record(KEY, URL, 304, capture.digest) is not None
    assert later.find_original_record(KEY, URL, 404, capture.digest) is None
    assert asked == [(KEY, URL, capture.digest), (KEY, URL, None)]  # "not modified" may mean any payload


def test_an_archive_that_cannot_be_asked_costs_only_a_pointer(make_session):
    def refuse(url_key, url, digest):
        raise ArchiveUnusable("no")

    session = make_session(refuse)
    assert session.find_original_record(KEY, URL, 200, "sha1:x") is None
    assert not session.stop.is_set


def test_without_an_archive_nothing_is_pointed_to(make_session):
    assert make_session().find_original_record(KEY, URL, 200, "sha1:x") is None


def test_what_cannot_be_kept_ends_the_crawl(make_session, tmp_path):
    session = make_session()
    session.set_write_error(OSError(28, "No space left on device"))
    assert session.stop.outcome == "archive"
    assert str(tmp_path) in str(session.stop.trouble)


FETCH = """
import asyncio, sys
from pathlib import Path
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.utils.reactor import install_reactor
install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
from twisted.internet import reactor
from datetime import UTC, datetime
from crawler.crawl.fetching.download_handler import WarcDownloadHandler
from crawler.crawl.network.mirror import Mirror
from crawler.crawl.options import CrawlOptions
from crawler.crawl.fetching.session import FetchSession
from crawler.crawl.starting.spider_loader import find_spider, make_project_settings
from crawler.crawl.stop import StopSignal
from crawler.crawl.fetching.throttle import Throttle
from crawler.outcome.answer import read_answer
from crawler.normalisation.addresses.urls import read_address
from crawler.warc import WarcWriter

mirror, folder, url = sys.argv[1:]
spider_class = find_spider("asianews")
site = spider_class.site
options = CrawlOptions(site=site.name, mirror=mirror)
clock = lambda: datetime.now(UTC)
crawler = Crawler(spider_class, make_project_settings())
crawler.spider = crawler._create_spider(options=options)
crawler._apply_settings()
warc = WarcWriter(Path(folder), site.name, started_at=clock())
crawler.spider.session = FetchSession(
    throttle=Throttle(site, options, lambda since: 0, clock), warc=warc, stop=StopSignal(), clock=clock,
    mirror=Mirror(mirror, site.origin),
)

async def fetch():
    handler = WarcDownloadHandler(crawler)
    try:
        response = await handler.download_request(Request(url))
        outcome = read_answer(response.capture, read_address(url, site), site)
        print(outcome.article.headline)
    finally:
        await handler.close()
        warc.close()
        reactor.callLater(0, reactor.stop)

reactor.callWhenRunning(lambda: asyncio.ensure_future(fetch()))
reactor.run()
"""


def test_a_page_is_fetched_kept_and_read_without_an_archive(paper, tmp_path):
    paper.story(1)
    ended = run_code(FETCH, paper.mirror, str(tmp_path / "warc"), URL, cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.strip() == "Headline of story number 1", ended.stderr
    (file,) = (tmp_path / "warc").iterdir()
    assert file.name.startswith("asianews-")
    assert paper.log == ["/news-en/Story-1.html"]
    assert not list(tmp_path.glob("*.db"))
