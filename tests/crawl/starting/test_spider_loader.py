"""Scrapy and seealso know the same sites, whatever a file of theirs holds."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from scrapy import Spider
from support.site_files import VALUES as VALUES_IN_TOML
from support.site_files import write_files

from crawler.crawl.starting.components import NewsSpider
from crawler.crawl.starting.spider_loader import SiteSpiderLoader, find_spider, load_spiders, make_project_settings
from crawler.errors import UnknownSite
from crawler.extraction.page import ArticlePage
from crawler.sites import registry, shipped_folder

VALUES = """
from seealso import Site

SITE = Site(
    name="{name}", title="The {name}", origin="https://www.{name}.example", domains=("{name}.example",), country="gb",
    languages=("en",), timezone="Europe/London", addresses=(),
)
"""
PAGES = """
from seealso import ArticlePage

class LargePage(ArticlePage):
    pass

PAGES = (LargePage,)
"""
SPIDER = """
from seealso import NewsSpider

class PeculiarSpider(NewsSpider):
    name = "tribune"
    site = SITE
"""
PLAIN = """
import scrapy

class PlainSpider(scrapy.Spider):
    name = "plain"
"""


def test_a_crawl_has_no_component_of_scrapy_that_it_does_not_name() -> None:
    """One that is switched off would be imported all the same, with the web server that the remote control needs."""
    settings = make_project_settings().copy()
    NewsSpider.update_settings(settings)
    kinds = ("DOWNLOADER_MIDDLEWARES", "SPIDER_MIDDLEWARES", "EXTENSIONS")
    components = {path for kind in kinds for name in (kind, f"{kind}_BASE") for path in settings.getdict(name)}
    assert {path.rpartition(".")[2] for path in components if path.startswith("scrapy.")} == {
        "CloseSpider",
        "DefaultHeadersMiddleware",
        "DownloadTimeoutMiddleware",
        "UserAgentMiddleware",
    }


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of sites in the place of ours."""
    package = tmp_path / f"papers_of_{tmp_path.name}"  # of another name in each test: sources are read once
    package.mkdir()
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(shipped_folder, "find_package_name", lambda: package.name)
    monkeypatch.delenv("SEEALSO_SITES", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    yield package
    for name in [name for name in sys.modules if name.partition(".")[0] in (package.name, "plain_of_a_test")]:
        del sys.modules[name]


def test_a_spider_is_made_from_values_alone(folder: Path) -> None:
    (folder / "gazette.py").write_text(VALUES.format(name="gazette"))
    spider = find_spider("gazette")
    assert issubclass(spider, NewsSpider)
    assert (spider.name, spider.__name__, spider.pages) == ("gazette", "GazetteSpider", (ArticlePage,))
    assert spider.site is registry.find_site("gazette")
    assert find_spider("gazette") is spider
    assert SiteSpiderLoader.from_settings(make_project_settings()).load("gazette") is spider


def test_page_classes_stand_beside_the_values(folder: Path) -> None:
    write_files(folder, {"herald.toml": VALUES_IN_TOML, "herald.py": PAGES})
    (folder / "times.py").write_text(VALUES.format(name="times") + PAGES)
    assert [page.__name__ for page in find_spider("herald").pages] == ["LargePage"]
    assert registry.find_known_site("herald").source == "shipped"
    [page] = registry.find_known_site("times").pages
    assert page.__name__ == "LargePage"
    assert find_spider("times").pages == (page,)


def test_a_file_with_a_spider_of_its_own_is_crawled_by_it(folder: Path) -> None:
    (folder / "tribune.py").write_text(VALUES.format(name="tribune") + SPIDER)
    (folder / "deeper").mkdir()
    (folder / "deeper" / "__init__.py").touch()
    (folder / "deeper" / "gazette.py").write_text(VALUES.format(name="gazette"))
    assert find_spider("tribune").__name__ == "PeculiarSpider"
    assert list(load_spiders()) == ["gazette", "tribune"]
    assert [site.title for site in registry.load_sites()] == ["The gazette", "The tribune"]


def test_a_plain_spider_is_scrapy_s_alone(folder: Path) -> None:
    (folder / "plain.py").write_text(PLAIN)
    loader = SiteSpiderLoader.from_settings(make_project_settings())
    assert loader.list() == ["plain"]
    assert issubclass(loader.load("plain"), Spider)
    with pytest.raises(UnknownSite):
        find_spider("plain")


def test_a_broken_file_stops_no_other_and_no_plain_spider(folder: Path) -> None:
    (folder / "broken.py").write_text("from seealso import nothing_of_that_name\n")
    (folder / "gazette.py").write_text(VALUES.format(name="gazette"))
    (folder / "plain.py").write_text(PLAIN)
    assert sorted(SiteSpiderLoader.from_settings(make_project_settings()).list()) == ["gazette", "plain"]
    with pytest.raises(UnknownSite, match=rf"'broken' cannot be used: {folder / 'broken.py'}: ImportError: .*line 1"):
        find_spider("broken")


def test_modules_that_the_settings_name_are_loaded_as_well(folder: Path) -> None:
    (folder.parent / "plain_of_a_test.py").write_text(PLAIN)
    settings = make_project_settings().copy()
    settings.set("SPIDER_MODULES", ["spiders", "plain_of_a_test"], "cmdline")
    assert SiteSpiderLoader.from_settings(settings).list() == ["plain"]


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://www.asianews.it/news-en/A-1.html", "asianews"),
        ("asianews.it/en.html", "asianews"),
        ("HTTP://ASIANEWS.IT./", "asianews"),
        ("https://notasianews.it/", None),
        ("https://asianews.it.example/", None),
        ("/en.html", None),
        ("", None),
    ],
)
def test_an_address_belongs_to_the_site_of_its_host(url: str, name: str | None) -> None:
    known = registry.find_site_of_address(url)
    assert (known and known.name) == name
