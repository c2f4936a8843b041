"""Several sites crawled at a time in one process: each as if it were alone."""

import os
import signal

import pytest
from support.archive_contents import canonical
from support.loopback_site import fetch_rows
from support.many_papers import ManyPapers
from support.waiting import Gate

from crawler.archive import Archive
from crawler.archive.lock import SiteLock
from crawler.crawl.options import CrawlOptions
from crawler.crawl.starting.launch import run_crawl
from crawler.crawl.starting.together import MOST_TOGETHER, run_crawls
from crawler.sites.registry import find_known_site
from crawler.sites.sources import set_given_folders

NAMES = ["alpha", "beta", "gamma"]


@pytest.fixture
def papers(tmp_path):
    with ManyPapers(NAMES) as papers:
        set_given_folders((papers.write_sites(tmp_path / "sites"),))
        yield papers
        set_given_folders(())


@pytest.fixture
def list_crawls(papers, tmp_path):
    def make(**more):
        options = {"archive": tmp_path / "together.db", "mirror": papers.mirror, **more}
        return [(find_known_site(name), CrawlOptions(site=name, **options)) for name in NAMES]

    return make


def test_sites_are_crawled_at_once_and_one_that_fails_stops_no_other(papers, list_crawls, tmp_path):
    """No site is answered before all that run together have asked: so they do run at once."""
    gate = Gate(after=0)
    papers.gates = dict.fromkeys(NAMES, gate)

    def note(progress):
        if {request.site for request in papers.log} == {"alpha", "beta"}:
            gate.open()

    lock = SiteLock(tmp_path / "together.db", "gamma")
    results = run_crawls(list_crawls(), 2, progress=note)
    lock.release()
    assert [(result.site, result.exit_code) for result in results] == [("alpha", 0), ("beta", 0), ("gamma", 3)]
    assert "another crawl of gamma" in str(results[2].error)

    plain = tmp_path / "plain.db"
    for name in NAMES[:2]:
        assert run_crawl(CrawlOptions(site=name, archive=plain, mirror=papers.mirror)).exit_code == 0
    assert canonical(tmp_path / "together.db") == canonical(plain)
    with Archive(tmp_path / "together.db") as archive:
        assert archive.verify() == []


def test_a_signal_ends_all_and_begins_no_more(papers, list_crawls):
    gate = Gate(after=3)
    papers.gates = dict.fromkeys(NAMES, gate)
    signals = []

    def note(progress):
        if {request.site for request in papers.log} == {"alpha", "beta"} and not signals:
            signals.append(signal.SIGTERM)
            os.kill(os.getpid(), signal.SIGTERM)
            gate.open()

    crawls = list_crawls()
    results = run_crawls(crawls, 2, progress=note)
    assert [(result.site, result.exit_code) for result in results] == [("alpha", 130), ("beta", 130)]
    assert fetch_rows(crawls[0][1], "SELECT site, outcome FROM runs ORDER BY site") == [
        ("alpha", "interrupted"),
        ("beta", "interrupted"),
    ]
    assert [result.exit_code for result in run_crawls(list_crawls(), MOST_TOGETHER)] == [0, 0, 0]


def test_without_sites_there_is_nothing_to_do():
    assert run_crawls([], 2) == []
