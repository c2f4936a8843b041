"""What a person asks of a crawl is checked before anything is opened."""

from pathlib import Path

import pytest

from crawler.crawl.fetching.spider import make_pace_settings, make_start_links
from crawler.crawl.network.mirror import Mirror
from crawler.crawl.options import BadOption, CrawlOptions
from crawler.crawl.starting.spider_loader import load_spiders
from crawler.discovery.ranges import BadRange
from crawler.errors import BadAddress, UnknownSite
from crawler.sites.registry import find_site, load_sites


def test_scrapys_words_become_options():
    options = CrawlOptions.read(
        "asianews",
        {"ARCHIVE": "x.db", "max_articles": "12", "urls": "a b", "refresh": "no", "DELAY": "0.5", "since": "2022-03"},
    )
    assert options == CrawlOptions(
        site="asianews",
        archive=Path("x.db"),
        max_articles=12,
        urls=("a", "b"),
        refresh=False,
        delay=0.5,
        since="2022-03-01",
    )


def test_scrapys_words_may_ask_for_a_walk():
    options = CrawlOptions.read("asianews", {"by_day": "2003-12", "ids": "55000..55400", "languages": "en, IT"})
    assert (options.by_day, options.ids, options.languages) == ("2003-12", "55000..55400", ("en", "it"))
    assert options.depth == 0
    assert CrawlOptions.read("asianews", {"ids": "1..2", "max_depth": "3"}).depth == 3
    assert CrawlOptions(site="asianews").depth is None


@pytest.mark.parametrize("values", [{"by_day": "soon"}, {"ids": "9..1"}, {"ids": "1..2", "languages": "fr"}])
def test_a_walk_that_means_nothing_is_said(values):
    with pytest.raises(BadRange):
        make_start_links(find_site("asianews"), CrawlOptions.read("asianews", values))


@pytest.mark.parametrize(
    "values",
    [
        {"max_articles": "many"},
        {"max_articles": "-1"},
        {"delay": "-3"},
        {"delay": "nan"},
        {"since": "2022-13"},
        {"since": "yesterday"},
        {"refresh": "perhaps"},
        {"timeout": "0"},
        {"concurrency": "0"},
        {"contact": "a\nb"},
    ],
)
def test_a_value_that_means_nothing_is_said(values):
    with pytest.raises(BadOption):
        CrawlOptions.read("asianews", values)


def test_the_user_agent_tells_who_we_are():
    assert CrawlOptions(site="x", contact="https://example.org/bot").user_agent.endswith(" (+https://example.org/bot)")
    assert CrawlOptions(site="x").user_agent.startswith("seealso/")


def test_the_live_site_is_asked_one_page_at_a_time():
    site = find_site("asianews")
    assert make_pace_settings(site, CrawlOptions(site="asianews"), None)["DOWNLOAD_DELAY"] == site.crawl_delay == 5.0
    assert make_pace_settings(site, CrawlOptions(site="asianews"), None)["CONCURRENT_REQUESTS"] == 1
    far = Mirror("https://web.example/web/2022id_/{url}", site.origin)
    assert make_pace_settings(site, CrawlOptions(site="asianews"), far)["DOWNLOAD_DELAY"] == 5.0


def test_a_mirror_on_this_machine_is_asked_without_delay_unless_told():
    site = find_site("asianews")
    here = Mirror("http://127.0.0.1:9{path}", site.origin)
    assert make_pace_settings(site, CrawlOptions(site="asianews"), here)["DOWNLOAD_DELAY"] == 0
    assert make_pace_settings(site, CrawlOptions(site="asianews"), here)["CONCURRENT_REQUESTS"] == 8
    told = make_pace_settings(site, CrawlOptions(site="asianews", delay=1.5), here)
    assert (told["DOWNLOAD_DELAY"], told["CONCURRENT_REQUESTS"]) == (1.5, 1)


def test_sites_are_found_by_looking():
    assert "asianews" in load_spiders()
    assert "AsiaNews" in [site.title for site in load_sites()]


def test_an_unknown_site_is_told_which_there_are():
    with pytest.raises(UnknownSite, match=r"Did you mean asianews\?.*asianews"):
        find_site("asiannews")


def test_a_crawl_begins_at_the_given_addresses_or_at_the_entry_points():
    site = find_site("asianews")
    named = make_start_links(site, CrawlOptions(site="asianews", urls=("http://asianews.it/news-en/Any-55331.html",)))
    assert [(link.address.url_key, link.via) for link in named] == [("asianews/en/55331", "start")]
    assert named[0].printed_url == "http://asianews.it/news-en/Any-55331.html"
    entries = make_start_links(site, CrawlOptions(site="asianews"))
    assert [link.address.url for link in entries][:2] == [
        "https://www.asianews.it/en.xml",
        "https://www.asianews.it/it.xml",
    ]
    assert {link.via for link in entries} == {"entry"}


def test_an_address_of_another_site_is_refused():
    with pytest.raises(BadAddress):
        make_start_links(
            find_site("asianews"), CrawlOptions(site="asianews", urls=("https://example.com/news-en/A-1.html",))
        )
