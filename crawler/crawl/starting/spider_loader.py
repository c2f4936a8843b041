"""The spider loader: gives Scrapy a spider for every known site, the class of its file or one made from its values.

``SPIDER_LOADER_CLASS`` in the settings names :class:`SiteSpiderLoader`, so that ``scrapy list`` and ``scrapy crawl``
know the same sites as ``seealso``, in every folder.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from scrapy.settings import BaseSettings, Settings
from scrapy.spiderloader import SpiderLoader

from crawler.archive.runs.adopted_sites import read_adopted_sites
from crawler.crawl.starting.components import PROJECT, NewsSpider
from crawler.sites.known_site import KnownSite
from crawler.sites.registry import find_known_site, load_known_sites
from crawler.sites.shipped_folder import FOLDER, load_shipped_modules


class SiteSpiderLoader(SpiderLoader):
    """Scrapy's loader, with the sites of :mod:`crawler.sites.registry` in the place of the package ``spiders``.

    Other modules that ``SPIDER_MODULES`` names, and plain spiders in the folder ``spiders``, are loaded as Scrapy does.
    """

    def __init__(self, settings: BaseSettings) -> None:
        self._archive = Path(settings.get("ARCHIVE") or "archive.db")
        super().__init__(settings)

    def _load_all_spiders(self) -> None:
        for module in load_shipped_modules():
            self._load_spiders(module)
        self._spiders.update(load_spiders(self._archive))
        self.spider_modules = [name for name in self.spider_modules if name != FOLDER]
        super()._load_all_spiders()


@cache
def make_project_settings() -> Settings:
    """Return the settings of the project, as ``scrapy`` itself would read them in the project's folder.

    They are the same each time: nobody may change them, and each of Scrapy's crawlers makes a copy.
    """
    settings = Settings()
    settings.setdict(PROJECT, priority="project")
    settings.set("SPIDER_LOADER_CLASS", SiteSpiderLoader, priority="project")
    return settings


def load_spiders(archive: Path | None = None) -> dict[str, type[NewsSpider]]:
    """Return name → spider class of every known site, and of those that an archive adopted, in alphabetical order."""
    known_sites = load_known_sites(*(read_adopted_sites(archive) if archive is not None else ()))
    return {name: make_spider(known_site) for name, known_site in known_sites.items()}


def find_spider(name: str, archive: Path | None = None) -> type[NewsSpider]:
    """Return the spider of that name, for a site that is known or that an archive adopted.

    Raises UnknownSite, whose message lists the known names.
    """
    return make_spider(find_known_site(name, *(read_adopted_sites(archive) if archive is not None else ())))


@cache
def make_spider(known_site: KnownSite) -> type[NewsSpider]:
    """Return the spider class of a site's file, or a class made from its values."""
    if known_site.spider is not None and issubclass(known_site.spider, NewsSpider):
        return known_site.spider
    name_parts = known_site.name.replace("-", "_").split("_")
    attributes = {
        "__doc__": f"Crawls {known_site.site.title}, from given articles or from its feeds, home pages and listings.",
        "__module__": known_site.module or __name__,
        "name": known_site.name,
        "site": known_site.site,
        "pages": known_site.pages or NewsSpider.pages,
    }
    return type(f"{''.join(word.capitalize() for word in name_parts)}Spider", (NewsSpider,), attributes)
