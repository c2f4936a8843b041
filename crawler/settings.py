"""Scrapy's settings, for whatever is started in this project: ``SCRAPY_SETTINGS_MODULE=crawler.settings``.

The values are in :mod:`crawler.crawl.components`, beside those of a crawl. The latter hold for news spiders only, so
that ``scrapy shell`` and ``scrapy fetch`` work here as in any project. What a person asks of a crawl (archive, mirror,
delay …) is in :mod:`crawler.crawl.options`; ``scrapy crawl asianews -s ARCHIVE=x.db -a max_articles=10`` sets the same
things. The pace is set by the spider.
"""

from crawler.crawl.components import PROJECT

SPIDER_LOADER_CLASS = "crawler.crawl.spider_loader.SiteSpiderLoader"
SPIDER_MODULES = ["spiders"]
NEWSPIDER_MODULE = "spiders"
globals().update(PROJECT)  # Scrapy reads the names of this module
