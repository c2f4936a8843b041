"""Scrapy's settings, for whatever is started in this project: ``SCRAPY_SETTINGS_MODULE=crawler.settings``.

Those of a crawl are in :mod:`crawler.crawl.components`, and hold for news spiders only, so that ``scrapy shell`` and
``scrapy fetch`` work here as in any project. What a person asks of a crawl (archive, mirror, delay …) is in
:mod:`crawler.crawl.options`; ``scrapy crawl asianews -s ARCHIVE=x.db -a max_articles=10`` sets the same things. The
pace is set by the spider.
"""

from crawler.crawl.project_settings import (
    AUTOTHROTTLE_ENABLED,
    BOT_NAME,
    CONCURRENT_REQUESTS,
    CONCURRENT_REQUESTS_PER_DOMAIN,
    COOKIES_ENABLED,
    DOWNLOAD_DELAY,
    DOWNLOAD_TIMEOUT,
    DOWNLOAD_VERIFY_CERTIFICATES,
    REMOTE_CONTROL_ENABLED,
    ROBOTSTXT_OBEY,
    TELNETCONSOLE_ENABLED,
    TWISTED_REACTOR,
    USER_AGENT,
)

SPIDER_LOADER_CLASS = "crawler.crawl.spider_loader.SiteSpiderLoader"
SPIDER_MODULES = ["spiders"]
NEWSPIDER_MODULE = "spiders"

__all__ = [
    "AUTOTHROTTLE_ENABLED",
    "BOT_NAME",
    "CONCURRENT_REQUESTS",
    "CONCURRENT_REQUESTS_PER_DOMAIN",
    "COOKIES_ENABLED",
    "DOWNLOAD_DELAY",
    "DOWNLOAD_TIMEOUT",
    "DOWNLOAD_VERIFY_CERTIFICATES",
    "NEWSPIDER_MODULE",
    "REMOTE_CONTROL_ENABLED",
    "ROBOTSTXT_OBEY",
    "SPIDER_LOADER_CLASS",
    "SPIDER_MODULES",
    "TELNETCONSOLE_ENABLED",
    "TWISTED_REACTOR",
    "USER_AGENT",
]
