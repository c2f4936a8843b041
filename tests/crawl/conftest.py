"""A small paper on loopback, and crawls of it."""

import time

import pytest
from scrapy.core.downloader import Downloader
from support.loopback_site import FakeSite

from crawler.crawl.options import CrawlOptions


@pytest.fixture
def paper():
    paper = FakeSite()
    yield paper
    paper.close()


@pytest.fixture
def asked_for(paper, tmp_path):
    """Make options for a crawl of the paper; without addresses it begins at story 1."""

    def options(*urls, **more):
        more.setdefault("mirror", paper.mirror)
        more.setdefault("archive", tmp_path / "archive.db")
        urls = urls or ("https://www.asianews.it/news-en/Story-1.html",)
        return CrawlOptions(site="asianews", urls=urls, **more)

    return options


@pytest.fixture
def fetches(monkeypatch):
    """The times at which requests came to Scrapy's downloader, which has then to keep the pauses between them."""
    moments, fetch = [], Downloader.fetch

    def note(self, *arguments):
        moments.append(time.time())
        return fetch(self, *arguments)

    monkeypatch.setattr(Downloader, "fetch", note)
    return moments
