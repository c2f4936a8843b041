"""Papers of the practice world whose articles are reached by one way only, each crawled through a mirror."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.tables import check_rows

from crawler.archive import Archive
from crawler.crawl.options import CrawlOptions
from crawler.crawl.starting.components import NewsSpider
from crawler.crawl.starting.launch import run_crawl
from crawler.practice.world import WorldServer, load_papers
from crawler.practice.world.gazette import split_pages
from crawler.site import AddressForm, Site

LEDGER = Site(
    name="ledger",
    title="The Delta Ledger",
    origin="https://www.delta-ledger.example",
    languages=("en",),
    timezone="UTC",
    addresses=(AddressForm(kind="article", path=r"/[a-z-]+/[^/]*-(?P<key>\d{5,})\.html"),),
    lead_expected=False,
)
GAZETTE = Site(
    name="mill",
    title="The Mill Gazette",
    origin="https://www.mill-gazette.example",
    languages=("en",),
    timezone="UTC",
    addresses=(
        AddressForm(kind="article", path=r"/story/(?P<key>\d+)(?:/\d)?"),
        AddressForm(kind="listing", path=r"/archive(?:/\d+)?"),
    ),
    entry_points=("/archive",),
    lead_expected=False,
)


@pytest.fixture(scope="module")
def world():
    with WorldServer() as server:
        yield server


@pytest.fixture
def crawl(world, tmp_path, monkeypatch):
    """Crawl a paper from its entry points; return the paper, the keys archived, and an open archive."""
    archives = []

    def crawl(site, **options):
        spider = type("PaperSpider", (NewsSpider,), {"name": site.name, "site": site})
        monkeypatch.setattr("crawler.crawl.starting.launch.find_spider", lambda name, archive: spider)
        path = tmp_path / f"{site.name}.db"
        run_crawl(CrawlOptions(site=site.name, archive=path, mirror=world.mirror, log_level="CRITICAL", **options))
        archives.append(Archive(path))
        (paper,) = [paper for paper in load_papers() if paper.title == site.title]
        keys = {key for (key,) in archives[-1].db.execute("SELECT site_key FROM articles")}
        return paper, keys, archives[-1]

    yield crawl
    for archive in archives:
        archive.close()


def test_sitemaps_alone_lead_to_all_articles_of_a_paper_and_are_their_denominator(crawl) -> None:
    paper, keys, archive = crawl(LEDGER)
    assert keys >= {str(article.number) for article in paper.articles}
    coverage = archive.gaps(LEDGER).sitemaps
    assert coverage.total.named == len(paper.articles) + len(paper.lookalikes)
    assert coverage.total.archived == len(keys)
    assert coverage.total.named - coverage.total.archived == coverage.total.absent
    assert {month.month for month in coverage.months} >= {f"{article.day:%Y-%m}" for article in paper.articles}


def test_pages_of_an_archive_lead_to_all_articles_and_those_of_several_pages_are_whole(crawl, world) -> None:
    paper, keys, archive = crawl(GAZETTE)
    assert keys >= {str(article.number) for article in paper.articles}
    assert fetch_texts(archive).items() >= {str(article.number): article.body for article in paper.articles}.items()
    assert not archive.db.execute("SELECT count(*) FROM problems WHERE kind = 'cut'").fetchone()[0]
    assert not archive.db.execute("SELECT count(*) FROM articles WHERE NOT complete").fetchone()[0]
    paged = {article.url: len(split_pages(article)) - 1 for article in paper.articles if len(split_pages(article)) > 1}
    parts = archive.db.execute(
        "SELECT f.url, count(*) FROM article_parts p JOIN captures f ON f.id = p.first_capture_id GROUP BY 1"
    )
    assert dict(parts.fetchall()) == paged
    assert not archive.db.execute("SELECT count(*) FROM addresses WHERE url LIKE '%/story/%/%'").fetchone()[0]
    asked = [f"{request.host}{request.path}" for request in world.list_requests()]
    assert len(asked) == len(set(asked))


@check_rows("path", [r"/story/(?P<key>\d+(?:/\d)?)", r"/story/(?P<key>\d+)(?:/\d)?"])
def test_a_further_page_that_is_met_first_leads_to_its_article(path, crawl, world) -> None:
    """Be its address one of its own by the forms of the site, or a spelling of the article's."""
    forms = (AddressForm(kind="article", path=path, numeric=False),)
    site = replace(GAZETTE, name="mill_apart" if path.endswith(")") else "mill", addresses=forms)
    article = next(
        article for paper in load_papers() for article in paper.articles if f"{article.url}/3" in article.spellings
    )
    before, url = len(world.list_requests()), article.url
    _, _, archive = crawl(site, urls=(f"{url}/2",), max_articles=1)
    assert archive.db.execute("SELECT url, body, complete FROM articles").fetchall() == [(url, article.body, 1)]
    asked = [request.path for request in world.list_requests()[before:]]
    number = article.number
    assert asked == ["/robots.txt", f"/story/{number}/2", f"/story/{number}", f"/story/{number}/3"]
    found = archive.db.execute("SELECT article_id, state FROM addresses WHERE kind = 'article'").fetchall()
    assert set(found) == {(1, "done")}
    assert not archive.db.execute("SELECT count(*) FROM problems").fetchone()[0]


def fetch_texts(archive):
    return dict(archive.db.execute("SELECT site_key, body FROM articles").fetchall())
