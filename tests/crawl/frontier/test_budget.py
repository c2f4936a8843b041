"""Known articles that are due are visited after everything new, and never more of them than the run's budget."""

from collections import Counter

import pytest
from support.archive_contents import copy_archive
from support.loopback_site import ORIGIN, FakeSite, fetch_rows

from crawler.archive import Archive
from crawler.crawl.options import LEAST_REVISITS, BadOption, CrawlOptions
from crawler.crawl.starting.launch import run_crawl
from crawler.items import Fate

OLD, NEW = range(1, 16), range(31, 36)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory):
    """An archive of fifteen articles, all due, the higher numbers longest."""
    paper = FakeSite()
    for number in OLD:
        paper.story(number)
    paper.story(1, leads_to=[*OLD[1:]])
    path, urls = tmp_path_factory.mktemp("crawled") / "archive.db", (f"{ORIGIN}/news-en/Story-1.html",)
    run_crawl(CrawlOptions(site="asianews", urls=urls, mirror=paper.mirror, archive=path))
    paper.close()
    with Archive(path, "create") as archive:
        archive.db.execute("UPDATE addresses SET next_visit_at = '2026-01-01T00:00:' || (90 - site_key) || 'Z'")
    return path


@pytest.fixture
def grown(crawled, paper, asked_for):
    """That archive, and the paper with five new articles, which number 1 names."""
    copy_archive(crawled, asked_for().archive)
    for number in (*OLD, *NEW):
        paper.story(number)
    paper.story(1, leads_to=[*OLD[1:], *NEW])
    return paper


def asked(paper):
    """The numbers asked for, in order; that of the start is left out."""
    found = [int(path.rpartition("-")[2].removesuffix(".html")) for path in paper.log if "Story" in path]
    return [number for number in found if number != 1]


@pytest.mark.parametrize("budget", [0, 7, 500, *(pytest.param(budget, marks=pytest.mark.slow) for budget in (1, 14))])
def test_the_budget_is_never_exceeded_and_what_is_new_goes_first(grown, asked_for, budget):
    """Two further budgets, the slow cases, take half a second."""
    report = run_crawl(asked_for(revisits=budget, concurrency=1))
    known = min(budget, 14)
    assert report.counts == Counter({Fate.NEW: 5, Fate.UNCHANGED: 1 + known})
    numbers = asked(grown)
    assert numbers[:5] == [*NEW]
    assert numbers[5:] == [*OLD][: -1 - known : -1]  # the longest overdue first
    assert len(grown.log) == 1 + 1 + 5 + known  # robots.txt and the start


def test_what_the_budget_left_over_comes_with_the_next_runs(grown, asked_for):
    for _ in range(3):
        run_crawl(asked_for(revisits=5, concurrency=1))
    visited = Counter(asked(grown))
    assert set(visited) == {*OLD[1:], *NEW}
    assert set(visited.values()) == {1}


def test_half_of_a_short_run_is_for_revisits(grown, asked_for):
    run_crawl(asked_for(max_articles=10, concurrency=1))
    assert asked(grown)[:5] == [*NEW]
    assert len(asked(grown)) == 9


def test_every_article_now_means_every_article(grown, asked_for):
    run_crawl(asked_for(refresh=True))
    assert set(asked(grown)) == {*OLD[1:], *NEW}
    grown.log.clear()
    run_crawl(asked_for(refresh=True, revisits=3))
    assert len(asked(grown)) == 3


def test_the_default_is_a_share_of_the_run_or_of_the_archive():
    def budget(known=0, **more):
        return CrawlOptions(site="asianews", **more).count_revisits(known)

    assert budget(100) == LEAST_REVISITS
    assert budget(60_000) == 6_000
    assert budget(60_000, max_articles=25) == 13
    assert budget(60_000, revisits=0) == 0
    assert budget(60_000, refresh=True) is None
    with pytest.raises(BadOption):
        budget(revisits=-1)


def test_the_budget_is_written_down_and_may_be_a_spider_argument(paper, asked_for):
    paper.story(1)
    options = asked_for(revisits=4)
    run_crawl(options)
    assert '"revisits": 4' in fetch_rows(options, "SELECT settings FROM runs")[0][0]
    assert CrawlOptions.read("asianews", {"revisits": "4"}).revisits == 4
