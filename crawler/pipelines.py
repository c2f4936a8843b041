"""The pipelines, in their order: what was fetched is read, what was read is kept."""

from __future__ import annotations

from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from crawler.items import Visit
from crawler.spider import NewsSpider
from crawler.visits import Fetched, conclude


class _Pipeline:
    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    @property
    def spider(self) -> NewsSpider:
        assert isinstance(self.crawler.spider, NewsSpider)
        return self.crawler.spider


class ReadPage(_Pipeline):
    """Makes a visit of what was fetched: the page is read, its links are found, its fate is said."""

    def process_item(self, item: Any) -> Visit:
        """Return the visit; drop what did not come because the crawl is being stopped."""
        assert isinstance(item, Fetched)
        spider = self.spider
        if not spider.run.wants(item):
            spider.run.forget(item)
            raise DropItem("the crawl is being stopped", log_level="DEBUG")
        return conclude(item, spider.site, spider.pages)


class KeepVisit(_Pipeline):
    """Gives the visit to the run, which writes visits in batches."""

    def process_item(self, item: Any) -> Visit:
        """Keep the visit."""
        assert isinstance(item, Visit)
        self.spider.run.keep(item)
        return item
