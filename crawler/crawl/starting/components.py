"""The components of a crawl, as Scrapy's settings name them: pipelines, middlewares and handlers, in their order.

Scrapy imports them by their class paths. ``NewsSpider`` applies these settings to itself, and so stands here, above the
modules that they name.
"""

from __future__ import annotations

from scrapy.settings import BaseSettings

from crawler.crawl.fetching.spider import SiteSpider
from crawler.warc import content_encoding

PROJECT: dict[str, object] = {
    "BOT_NAME": "seealso",
    "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
    # Polite, and without a port to listen on
    "USER_AGENT": "seealso",
    "ROBOTSTXT_OBEY": True,
    "COOKIES_ENABLED": False,
    "DOWNLOAD_DELAY": 5.0,
    "CONCURRENT_REQUESTS": 1,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "DOWNLOAD_TIMEOUT": 60,
    "DOWNLOAD_VERIFY_CERTIFICATES": True,  # an archive should know whom it quotes
    "AUTOTHROTTLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
}
"""Settings of the project: they hold for every command of Scrapy."""

CRAWL: dict[str, object] = {
    # The queue, and what comes between an answer and the archive
    "SCHEDULER": "crawler.crawl.running.scheduler.ArchiveScheduler",
    "ITEM_PIPELINES": {
        "crawler.crawl.running.pipelines.ReadPage": 100,
        "crawler.crawl.running.pipelines.KeepVisit": 200,
    },
    # A page is one item; Scrapy would start a hundred tasks for each answer to handle more.
    "CONCURRENT_ITEMS": 1,
    # A request passes these downwards, an answer upwards
    "DOWNLOADER_MIDDLEWARES": {
        "crawler.crawl.fetching.middlewares.StayOnSite": 50,
        "crawler.crawl.fetching.robots_gate.ObeyRobots": 100,
        "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
        "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
        "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
        "crawler.crawl.fetching.middlewares.TryAgain": 550,
        "crawler.crawl.fetching.middlewares.FollowRedirects": 600,
    },
    "DOWNLOAD_HANDLERS": {
        "http": "crawler.crawl.fetching.download_handler.WarcDownloadHandler",
        "https": "crawler.crawl.fetching.download_handler.WarcDownloadHandler",
        "file": None,
        "ftp": None,
        "s3": None,
        "data": None,
    },
    # None of Scrapy's own beside them: ours are in their place, the page is read as it was sent, every answer has a
    # fate, captures travel with their request, and the report is ours. To switch one off by None would import it.
    "DOWNLOADER_MIDDLEWARES_BASE": {},
    "SPIDER_MIDDLEWARES_BASE": {},
    "EXTENSIONS_BASE": {"scrapy.extensions.closespider.CloseSpider": 0},
    # Headers of every request; the spider adds the user agent
    "DEFAULT_REQUEST_HEADERS": {
        "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "Accept-Encoding": content_encoding.ACCEPT_ENCODING,
    },
    # Limits
    "DOWNLOAD_MAXSIZE": content_encoding.MAX_CONTENT_SIZE,
    "DOWNLOAD_WARNSIZE": 0,
    "RETRY_TIMES": 2,
    "REDIRECT_MAX_TIMES": 5,
    "DOWNLOAD_DELAY_JITTER": 0.0,  # a shorter delay would break what robots.txt or the options promise
    "STATS_DUMP": False,
    "DOWNLOADER_STATS": False,
    "WARN_ON_GENERATOR_RETURN_VALUE": False,
    "LOG_LEVEL": "INFO",
}
"""Settings of the crawl of a news site."""


class NewsSpider(SiteSpider):
    """The base class of every site's spider: :class:`~crawler.crawl.fetching.spider.SiteSpider` with its components."""

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Apply the settings of a crawl, then those of the site's spider where it has any."""
        settings.setdict(CRAWL, priority="spider")
        super().update_settings(settings)
