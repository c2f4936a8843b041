"""Offers NewsSpider, the base class of every site's spider, under a short name."""

from crawler.crawl.starting.components import NewsSpider

__all__ = ["NewsSpider"]
