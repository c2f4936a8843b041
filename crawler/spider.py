"""NewsSpider, the base class of every site's spider."""

from crawler.crawl.news_spider import NewsSpider

__all__ = ["NewsSpider"]
