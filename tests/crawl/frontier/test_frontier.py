"""The frontier hands out each address once, in the order of the queue, and not more than was asked for."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from crawler.archive import Archive
from crawler.crawl.frontier.frontier import CLAIM, Frontier
from crawler.crawl.options import CrawlOptions
from crawler.crawl.stop import StopSignal
from crawler.discovery.ranges import plan_range
from crawler.errors import SiteRefused
from crawler.items import Article, Capture, Fate, Link, Visit
from crawler.normalisation.addresses.urls import read_address
from crawler.sites.registry import find_site

SITE = find_site("asianews")

NOW = datetime(2026, 11, 24, 20, 30, tzinfo=UTC)


def link(number, depth=0):
    address = read_address(f"https://www.asianews.it/news-en/A-{number}.html", SITE)
    return Link(address=address, via="start" if depth == 0 else "see_also", depth=depth)


LISTING = Link(address=read_address("https://www.asianews.it/en.html", SITE), via="entry")


def article(queued):
    key = queued.address.site_key
    return Article(
        site="asianews",
        language="en",
        site_key=key,
        story=key,
        url=queued.address.url,
        headline="A headline",
        body=f"A body. {key}",
        word_count=3,
        digest=f"digest-{key}",
    )


def visit(queued, *leads_to, fate=None):
    return Visit(
        address=queued.address,
        fate=fate,
        article=article(queued) if fate is None else None,
        captures=(Capture(url=queued.address.url, fetched_at=NOW, status=200),),
        links=tuple(link(number, queued.depth + 1) for number in leads_to),
        depth=queued.depth,
        status=200,
    )


@dataclass
class Desk:
    """A frontier over a real archive, with visits that wait to be written."""

    archive: Archive
    run_id: int
    options: CrawlOptions
    stop: StopSignal = field(default_factory=StopSignal)
    waiting: list[Visit] = field(default_factory=list)
    flushed: int = 0

    def __post_init__(self):
        self.frontier = Frontier(
            SITE,
            self.options,
            self.archive,
            self.run_id,
            lambda: NOW,
            self.stop,
            walk=plan_range(SITE, None, self.options.ids, ("en",)),
            unwritten=lambda: {waiting.address.url_key for waiting in self.waiting},
            flush=self.flush,
        )

    def flush(self):
        self.flushed += 1
        self.frontier.mark_written()
        self.archive.keep(self.waiting, self.run_id, NOW)
        self.waiting.clear()

    def keep(self, done):
        self.frontier.mark_visited(done)
        self.waiting.append(done)

    def next_keys(self, many):
        taken = [self.frontier.next() for _ in range(many)]
        return [queued.address.site_key if queued else None for queued in taken]


@pytest.fixture
def desk(tmp_path):
    archives = []

    def make(*links, **asked):
        archive = Archive(tmp_path / "archive.db", "create")
        archives.append(archive)
        run_id = archive.begin_run(SITE, now=NOW)
        archive.enqueue(links, run_id, NOW)
        return Desk(archive, run_id, CrawlOptions(site="asianews", **asked))

    yield make
    for archive in archives:
        archive.close()


def test_each_address_is_handed_out_once(desk):
    ours = desk(*(link(number) for number in range(1, CLAIM + 4)))
    keys = ours.next_keys(CLAIM + 4)
    assert keys == [*(str(number) for number in range(1, CLAIM + 4)), None]
    assert not ours.frontier.has_work()


def test_links_that_are_not_written_yet_are_written_when_nothing_else_is_left(desk):
    ours = desk(link(1), link(2))
    first, second = ours.frontier.next(), ours.frontier.next()
    ours.keep(visit(first, 3))
    assert ours.frontier.has_work()
    assert ours.flushed == 1
    assert ours.next_keys(2) == ["3", None]
    ours.keep(visit(second))
    assert not ours.frontier.has_work()
    assert ours.flushed == 2


def test_no_more_article_pages_are_handed_out_than_were_asked_for(desk):
    ours = desk(*(link(number) for number in range(1, 5)), max_articles=2)
    one, two = ours.frontier.next(), ours.frontier.next()
    assert ours.frontier.next() is None  # both may turn out to be articles
    ours.keep(visit(one, fate=Fate.NOT_AN_ARTICLE))
    three = ours.frontier.next()
    assert three is not None
    assert ours.frontier.next() is None
    ours.keep(visit(two))
    ours.keep(visit(three, fate=Fate.UNREADABLE))  # an article, if not one that we can read
    assert ours.frontier.is_closed
    assert not ours.frontier.has_work()
    assert ours.frontier.next() is None


def test_listings_are_not_counted_as_articles(desk):
    ours = desk(LISTING, link(1), max_articles=1)
    assert [ours.frontier.next().address.kind for _ in range(2)] == ["article", "home"]
    assert ours.frontier.next() is None


def test_what_is_put_back_is_handed_out_again(desk):
    ours = desk(link(1))
    queued = ours.frontier.next()
    assert ours.frontier.next() is None
    assert ours.frontier.count_pending() == 0
    ours.frontier.put_back(queued)
    assert ours.frontier.count_pending() == 1
    assert ours.frontier.next().address == queued.address


def test_everything_may_be_put_back_for_the_next_run(desk):
    ours = desk(*(link(number) for number in range(1, 5)))
    ours.frontier.next()
    ours.frontier.put_back_all()
    later = Desk(ours.archive, ours.run_id, ours.options)
    assert later.next_keys(4) == ["1", "2", "3", "4"]


def test_nothing_is_handed_out_once_the_run_is_to_stop(desk):
    ours = desk(link(1), link(2))
    assert ours.frontier.next() is not None
    ours.stop.set(SiteRefused("no"))
    assert ours.frontier.next() is None
    assert not ours.frontier.has_work()
    ours.frontier.put_back_all()
    assert ours.frontier.count_pending() == 2


def test_a_walk_is_queued_as_it_is_asked_for(desk):
    ours = desk(ids="5..7")
    assert ours.next_keys(4) == ["5", "6", "7", None]
    assert list(ours.frontier.backfill.iter_notes()) == []


def test_an_archive_that_cannot_be_asked_ends_the_run(desk):
    ours = desk(link(1))
    ours.archive.db.execute("DROP TABLE addresses")
    assert ours.frontier.next() is None
    assert ours.stop.outcome == "archive"
