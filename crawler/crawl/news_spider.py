"""NewsSpider: what a site's spider is a subclass of, with a name, a :class:`~crawler.site.Site` and pages."""

from __future__ import annotations

from scrapy.settings import BaseSettings

from crawler.crawl.components import CRAWL
from crawler.crawl.spider import SiteSpider


class NewsSpider(SiteSpider):
    """Crawls one publication. Subclasses set ``name`` and ``site``, and ``pages`` where its pages need it.

    Spider arguments are those of :class:`~crawler.crawl.options.CrawlOptions`: ``-a urls=…``, ``-a max_articles=10``.
    """

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Put the crawl's own settings into effect, then those of the site, if it has any."""
        settings.setdict(CRAWL, priority="spider")
        super().update_settings(settings)
