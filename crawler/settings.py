"""Scrapy's settings for every command in this project: ``SCRAPY_SETTINGS_MODULE=crawler.settings``.

The values are in :mod:`crawler.crawl.starting.components`, beside those of a crawl. The latter hold for news spiders
only, so that ``scrapy shell`` and ``scrapy fetch`` work here as in any project. The options of a crawl (archive,
mirror, delay) are in :mod:`crawler.crawl.options`; ``scrapy crawl asianews -s ARCHIVE=x.db -a max_articles=10`` sets
them. The spider sets the pace.
"""

from crawler.crawl.starting.components import PROJECT

SPIDER_LOADER_CLASS = "crawler.crawl.starting.spider_loader.SiteSpiderLoader"
SPIDER_MODULES = ["spiders"]
NEWSPIDER_MODULE = "spiders"
globals().update(PROJECT)  # Scrapy reads the names of this module
