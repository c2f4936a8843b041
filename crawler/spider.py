"""NewsSpider, the base class of every site's spider."""

from crawler.crawl.components import NewsSpider

__all__ = ["NewsSpider"]
