"""The sites known: found by Scrapy's spider loader in the top-level package ``spiders``, never registered."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path

from scrapy.settings import Settings
from scrapy.spiderloader import get_spider_loader

from crawler.crawl.spider import NewsSpider
from crawler.errors import UnknownSite
from crawler.site import Site


def project_settings() -> Settings:
    """Return the settings of the project, as ``scrapy`` itself would read them in the project's folder."""
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    return settings


def load_spiders() -> dict[str, type[NewsSpider]]:
    """Return every news spider by its name, in alphabetical order."""
    root = str(Path(__file__).resolve().parent.parent)
    if root not in sys.path:  # a program that was started from another folder
        sys.path.append(root)
    loader = get_spider_loader(project_settings())
    found = {name: loader.load(name) for name in sorted(loader.list())}
    return {name: spider for name, spider in found.items() if issubclass(spider, NewsSpider)}


def find_spider(name: str) -> type[NewsSpider]:
    """Return the spider of that name; raises UnknownSite, which names the ones there are."""
    known = load_spiders()
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name.lower(), known, n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    raise UnknownSite(f"no site {name[:60]!r} is known.{hint} Known: {', '.join(known) or 'none'}")


def load_sites() -> tuple[Site, ...]:
    """Return the sites known, in the order of their names."""
    return tuple(spider.site for spider in load_spiders().values())


def load_titles() -> dict[str, str]:
    """Return what people call the sites known, by the names of the sites."""
    return {site.name: site.title for site in load_sites()}


def find_site(name: str) -> Site:
    """Return the site of that name; raises UnknownSite."""
    return find_spider(name).site
