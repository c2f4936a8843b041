"""Scrapy's settings. The pipelines and middlewares are the table of contents of the crawl.

What a person asks of a crawl (archive, mirror, delay …) is in ``options``; ``scrapy crawl asianews -s ARCHIVE=x.db``
and ``-a max_articles=10`` set the same things. The pace is set by the spider.
"""

TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
BOT_NAME = "seealso"
SPIDER_MODULES = ["spiders"]
NEWSPIDER_MODULE = "spiders"

# From the queue to the archive
SCHEDULER = "crawler.scheduler.ArchiveScheduler"
ITEM_PIPELINES: dict[str, int] = {
    "crawler.pipelines.ReadPage": 100,
    "crawler.pipelines.KeepVisit": 200,
}

CONCURRENT_ITEMS = 1  # a page is one item; Scrapy would start a hundred tasks for each answer to handle more

# What a request passes on its way down, and an answer on its way up
DOWNLOADER_MIDDLEWARES: dict[str, int | None] = {
    "crawler.middlewares.StayOnSite": 50,
    "crawler.middlewares.ObeyRobots": 100,
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
    "crawler.middlewares.TryAgain": 550,
    "crawler.middlewares.FollowRedirects": 600,
    # Ours take their place (see middlewares), or the page is to be read as it is.
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": None,
    "scrapy.downloadermiddlewares.stats.DownloaderStats": None,
    "scrapy.downloadermiddlewares.httpcache.HttpCacheMiddleware": None,
}
DOWNLOAD_HANDLERS: dict[str, str | None] = {
    "http": "crawler.download.KeepingDownloadHandler",
    "https": "crawler.download.KeepingDownloadHandler",
    "file": None,
    "ftp": None,
    "s3": None,
    "data": None,
}
SPIDER_MIDDLEWARES: dict[str, int | None] = {
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": None,
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,  # every answer has a fate, errors too
    "scrapy.spidermiddlewares.referer.RefererMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,  # captures are to travel with their request
}

# Who we are, and what we ask for
USER_AGENT = "seealso"  # the spider puts version and contact here
DEFAULT_REQUEST_HEADERS: dict[str, str] = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Encoding": "gzip, deflate",
}
COOKIES_ENABLED = False
REFERER_ENABLED = False
DOWNLOAD_VERIFY_CERTIFICATES = True  # an archive should know whom it quotes

# Pace and limits; the spider sets delay and concurrency
DOWNLOAD_DELAY = 5.0
DOWNLOAD_DELAY_JITTER = 0.2
CONCURRENT_REQUESTS = 1
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_TIMEOUT = 60
DOWNLOAD_MAXSIZE = 20_000_000
DOWNLOAD_WARNSIZE = 0
RETRY_TIMES = 2
REDIRECT_MAX_TIMES = 5
AUTOTHROTTLE_ENABLED = False

# Listeners and reports of Scrapy that nobody asked for
REMOTE_CONTROL_ENABLED = False
TELNETCONSOLE_ENABLED = False
EXTENSIONS: dict[str, int | None] = {
    "scrapy.extensions.corestats.CoreStats": None,
    "scrapy.extensions.logcount.LogCount": None,
    "scrapy.extensions.telnet.TelnetConsole": None,
    "scrapy.extensions.memusage.MemoryUsage": None,
    "scrapy.extensions.memdebug.MemoryDebugger": None,
    "scrapy.extensions.feedexport.FeedExporter": None,
    "scrapy.extensions.logstats.LogStats": None,
    "scrapy.extensions.spiderstate.SpiderState": None,
    "scrapy.extensions.throttle.AutoThrottle": None,
    "scrapy.extensions.remote_control.RemoteControl": None,
}
STATS_DUMP = False
DOWNLOADER_STATS = False
WARN_ON_GENERATOR_RETURN_VALUE = False
LOG_LEVEL = "INFO"
