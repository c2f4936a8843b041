"""A crawl of a site with several hosts: each by its own robots.txt, sister hosts not at all, languages as pages tell."""

from typing import NamedTuple

import pytest
from support.loopback_site import make_article_page, read_captures

from crawler.archive import Archive
from crawler.crawl.options import CrawlOptions
from crawler.crawl.starting import launch
from crawler.crawl.starting.components import NewsSpider
from crawler.crawl.starting.launch import run_crawl
from crawler.items import Fate
from crawler.site import AddressForm, Site

HARBOUR = Site(
    name="harbour",
    title="The Harbour",
    origin="https://www.harbour.example",
    languages=("en", "fr"),
    timezone="Europe/Paris",
    addresses=(
        AddressForm(kind="article", host=r"(?P<language>fr)\.harbour\.example", path=r"/(?P<key>\d+)"),
        AddressForm(kind="article", path=r"/story/(?P<key>\d+)(?:/[a-z-]+)?"),
        AddressForm(kind="feed", host=r"feeds\.elsewhere\.example", path="/harbour"),
    ),
    entry_points=("https://feeds.elsewhere.example/harbour",),
)
FEED = ("www.harbour.example/story/1", "www.harbour.example/story/2/deux", "fr.harbour.example/3")
FEED += ("fr.harbour.example/4", "jobs.harbour.example/5", "www.harbour.example/story/6")


class Row(NamedTuple):
    language: str
    site_key: str
    url: str


def make_page(number: int, language: str) -> bytes:
    return make_article_page(number).replace(b'lang="en"', f'lang="{language}"'.encode())


@pytest.fixture
def harbour(paper, tmp_path, monkeypatch):
    """Options for a crawl of the site, whose pages are on the loopback server below folders named as its hosts."""
    items = "".join(f"<item><title>A headline</title><link>https://{url}</link></item>" for url in FEED)
    redirect = (301, b"", {"Location": "https://jobs.harbour.example/6"})
    paper.pages = {
        "/www.harbour.example/robots.txt": (404, b""),
        "/fr.harbour.example/robots.txt": b"User-agent: *\nDisallow: /4\n",
        "/feeds.elsewhere.example/robots.txt": (404, b""),
        "/feeds.elsewhere.example/harbour": f"<rss><channel>{items}</channel></rss>".encode(),
        "/www.harbour.example/story/1": make_page(1, "en"),
        "/www.harbour.example/story/2/deux": make_page(2, "fr"),
        "/www.harbour.example/story/6": redirect,
        "/fr.harbour.example/3": make_page(3, "fr"),
    }
    spider = type("HarbourSpider", (NewsSpider,), {"name": "harbour", "site": HARBOUR})
    monkeypatch.setattr(launch, "find_spider", lambda name, archive: spider)
    mirror = paper.mirror.replace("{path}", "/{host}{path}")
    return CrawlOptions(site="harbour", urls=(), mirror=mirror, archive=tmp_path / "archive.db", refresh=True)


def test_each_host_by_its_rules_and_each_article_once(paper, harbour):
    report = run_crawl(harbour)
    assert report.counts == {Fate.NEW: 3, Fate.REFUSED: 1, Fate.FAILED: 1, Fate.NOT_AN_ARTICLE: 1}
    assert set(paper.log) == set(paper.pages)  # neither the sister host nor what a robots.txt forbids
    assert next(capture.url for capture in read_captures(harbour)) == "https://feeds.elsewhere.example/robots.txt"
    expected = {
        Row("en", "1", "https://www.harbour.example/story/1"),
        Row("fr", "2", "https://www.harbour.example/story/2/deux"),
        Row("fr", "3", "https://fr.harbour.example/3"),
    }
    with Archive(harbour.archive) as archive:
        assert {Row(row.language, row.site_key, row.url) for row in archive.articles()} == expected
        assert archive.find("https://www.harbour.example/story/02", [HARBOUR]).site_key == "2"
    assert run_crawl(harbour).counts == {Fate.UNCHANGED: 3, Fate.FAILED: 1, Fate.NOT_AN_ARTICLE: 1}
    assert max(paper.requested_paths[path] for path in paper.pages) == 2
