"""A run hands out what the archive's queue holds, and keeps visits in batches that nothing can spoil."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crawler.archive import Archive
from crawler.crawl.fetching.spider import FetchResult, make_start_links
from crawler.crawl.options import CrawlOptions
from crawler.crawl.running.run import Run
from crawler.crawl.running.writer import VISITS_PER_BATCH
from crawler.errors import ArchiveUnusable
from crawler.items import Article, Fate, Link, Moment, Visit
from crawler.normalisation.addresses.urls import read_address
from crawler.sites.registry import find_site

SITE = find_site("asianews")


class Clock:
    now = datetime(2026, 11, 24, 20, 30, tzinfo=UTC)

    def __call__(self):
        self.now += timedelta(milliseconds=1)
        return self.now


@pytest.fixture
def opened(tmp_path):
    runs = []

    def open_run(*numbers, **more):
        urls = tuple(f"https://www.asianews.it/news-en/A-{number}.html" for number in numbers)
        options = CrawlOptions(site="asianews", archive=tmp_path / "archive.db", urls=urls, **more)
        run = Run.open(SITE, options, make_start_links(SITE, options), Clock())
        runs.append(run)
        return run

    yield open_run
    for run in runs:
        run.finish("test over")


def visit(queued, *leads_to, headline="A headline", body="A body that says something."):
    number = queued.address.site_key
    article = Article(
        site="asianews",
        language="en",
        site_key=number,
        story=number,
        url=queued.address.url,
        headline=headline,
        body=f"{body} {number}",
        word_count=6,
        digest=f"digest-{number}",
        published=Moment(value="2022-03-11", on="2022-03-11", precision="day"),
    )
    links = tuple(
        Link(
            address=read_address(f"https://www.asianews.it/news-en/A-{target}.html", SITE),
            via="see_also",
            depth=queued.depth + 1,
        )
        for target in leads_to
    )
    return Visit(address=queued.address, fate=None, article=article, links=links, depth=queued.depth, status=200)


def test_links_of_a_batch_that_is_not_written_yet_are_handed_out_when_nothing_else_is_left(opened):
    run = opened(1)
    first = run.next()
    assert run.next() is None
    run.keep(visit(first, 2, 3))
    assert [run.next().address.site_key, run.next().address.site_key] == ["2", "3"]
    assert not run.has_work()


def test_an_address_is_in_flight_once(opened):
    run = opened(1, 2)
    one, two = run.next(), run.next()
    assert run.next() is None
    run.keep(visit(one, 1, 2))
    assert not run.has_work()
    run.keep(visit(two))
    assert run.finish().counts == {Fate.NEW: 2}


def test_a_batch_is_written_when_it_is_full(opened, tmp_path):
    run = opened(*range(1, VISITS_PER_BATCH + 3))
    for _ in range(VISITS_PER_BATCH - 1):
        run.keep(visit(run.next()))
    with Archive(tmp_path / "archive.db") as archive:
        assert archive.db.execute("SELECT count(*) FROM articles").fetchone() == (0,)
        run.keep(visit(run.next()))
        assert archive.db.execute("SELECT count(*) FROM articles").fetchone() == (VISITS_PER_BATCH,)


def test_a_page_the_archive_cannot_hold_costs_only_itself(opened, tmp_path):
    run = opened(1, 2, 3)
    one, two, three = run.next(), run.next(), run.next()
    run.keep(visit(one))
    spoilt = visit(two)
    run.keep(replace(spoilt, article=replace(spoilt.article, digest=b"no text")))
    run.keep(visit(three))
    report = run.finish()
    assert report.counts == {Fate.NEW: 2, Fate.UNREADABLE: 1}
    assert report.pages == 3
    with Archive(tmp_path / "archive.db") as archive:
        ((reason,),) = archive.db.execute("SELECT reason FROM problems").fetchall()
        assert "could not be kept" in reason
        assert archive.db.execute("SELECT fetched FROM runs").fetchone() == (3,)


def test_what_is_let_go_of_stays_in_the_queue(opened):
    run = opened(1)
    queued = run.next()
    run.stop.set(ArchiveUnusable("for a reason"), "stopped")
    fetched = FetchResult(queued=queued, error="the crawl has been stopped")
    assert not run.wants(fetched)
    run.forget(fetched)
    report = run.finish()
    assert (report.queue, report.outcome, report.exit_code) == (1, "stopped", 1)
    assert report.messages == ("for a reason",)


def test_a_run_that_ends_twice_reports_once(opened):
    run = opened(1)
    assert run.finish() is run.finish("again")


def test_a_run_writes_down_what_it_was_asked_and_with_what(opened, tmp_path):
    opened(1, max_depth=3, contact="https://example.org/").finish()
    with Archive(tmp_path / "archive.db") as archive:
        settings, versions = archive.db.execute("SELECT settings, versions FROM runs").fetchone()
    assert '"max_depth": 3' in settings
    assert '"contact": "https://example.org/"' in settings
    assert "scrapy" in versions


def test_progress_counts_pages_articles_and_the_queue(opened):
    run = opened(1, 2, 3)
    told = []
    run.progress = told.append
    run.keep(visit(run.next()))
    run.tick()
    assert (told[0].pages, told[0].articles) == (1, 1)
    assert told[0].seconds > 0
