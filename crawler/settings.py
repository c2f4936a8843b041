"""Scrapy's settings, for whatever is started in this project: ``SCRAPY_SETTINGS_MODULE=crawler.settings``.

Those of a crawl are in :mod:`crawler.crawl.components`, and hold for news spiders only, so that ``scrapy shell`` and
``scrapy fetch`` work here as in any project. What a person asks of a crawl (archive, mirror, delay …) is in
:mod:`crawler.crawl.options`; ``scrapy crawl asianews -s ARCHIVE=x.db -a max_articles=10`` sets the same things. The
pace is set by the spider.
"""

BOT_NAME = "seealso"
SPIDER_LOADER_CLASS = "crawler.crawl.spider_loader.SiteSpiderLoader"
SPIDER_MODULES = ["spiders"]
NEWSPIDER_MODULE = "spiders"
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"

# Polite, and nobody listens
USER_AGENT = "seealso"
ROBOTSTXT_OBEY = True
COOKIES_ENABLED = False
DOWNLOAD_DELAY = 5.0
CONCURRENT_REQUESTS = 1
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_TIMEOUT = 60
DOWNLOAD_VERIFY_CERTIFICATES = True  # an archive should know whom it quotes
AUTOTHROTTLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
TELNETCONSOLE_ENABLED = False
