"""Pages of a quick crawl are read in a process of its own, and the archive is the same."""

import os
import signal

import pytest

from crawler.archive import Archive
from crawler.crawl.fetching import page_reader
from crawler.crawl.fetching.page_reader import PageReader
from crawler.crawl.options import CrawlOptions
from crawler.crawl.starting.launch import run_crawl
from crawler.engines.companion import Companion
from crawler.practice import PracticeServer

pytestmark = pytest.mark.skipif(page_reader.count_cores() < 2, reason="needs two cores")


QUERIES = (
    "SELECT site_key, language, url, digest, headline, kicker, lead, byline, body, published_at, sources, word_count"
    " FROM articles ORDER BY 1, 2",
    'SELECT site_key, language, "values" FROM sketches JOIN articles ON id = article_id ORDER BY 1, 2',
    "SELECT site_key, language, target_key, position FROM see_also JOIN articles ON id = article_id ORDER BY 1, 2, 3",
    "SELECT url_key, url, state, depth, via, visits, last_status, etag FROM addresses ORDER BY 1",
)
"""What an archive holds whatever the order in which its pages came, which the pace of a crawl decides."""


@pytest.fixture
def companions(monkeypatch):
    """Every crawl counts as quick from its second page on, and waits until the other process has loaded."""
    monkeypatch.setattr(page_reader, "PAGES_BEFORE", 2)
    monkeypatch.setattr(page_reader, "QUICK", 0.0)
    started = []

    def wait(reader, companion):
        if companion not in started:
            started.append(companion)
        return has_loaded(reader, companion) if companion.loaded.exception(timeout=60) is None else False

    has_loaded = PageReader._has_loaded
    monkeypatch.setattr(PageReader, "_has_loaded", wait)
    return started


def crawl(path, server, **options):
    return run_crawl(CrawlOptions(site="asianews", archive=path, mirror=server.mirror, concurrency=1, **options))


def test_the_archive_is_the_same_whoever_reads(tmp_path, companions):
    """Takes 4 s: a process is started, which imports what reads."""
    with PracticeServer(articles=12) as server:
        crawl(tmp_path / "alone.db", server)
        assert not companions
        report = crawl(tmp_path / "beside.db", server, reads_beside=True)
    assert (report.exit_code, len(companions)) == (0, 1)
    with Archive(tmp_path / "alone.db") as alone, Archive(tmp_path / "beside.db") as beside:
        for query in QUERIES:
            rows = alone.db.execute(query).fetchall()
            assert rows
            assert beside.db.execute(query).fetchall() == rows


@pytest.mark.slow
def test_a_crawl_reads_on_when_the_other_process_dies(tmp_path, companions, monkeypatch):
    """Two seconds; ``test_local.py`` replaces a process that dies."""
    submit = Companion.submit
    calls = []

    def submit_and_kill(companion, *arguments):
        future = submit(companion, *arguments)
        calls.append(future)
        if len(calls) == 5:
            (pid,) = companion._executor._processes
            os.kill(pid, signal.SIGKILL)
        return future

    monkeypatch.setattr(Companion, "submit", submit_and_kill)
    with PracticeServer(articles=12) as server:
        report = crawl(tmp_path / "archive.db", server, reads_beside=True)
    assert (report.exit_code, len(companions)) == (0, 1)
    assert any(future.exception() for future in calls)  # how many is a matter of load
    with Archive(tmp_path / "archive.db") as archive:
        assert archive.db.execute("SELECT count(*) >= 12 FROM articles").fetchone() == (1,)
