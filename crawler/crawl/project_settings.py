"""Scrapy's settings that hold for whatever is started in this project, crawls and ``scrapy shell`` alike.

``crawler.settings`` hands them on to Scrapy; a crawl of ours reads them here, in every folder.
"""

BOT_NAME = "seealso"
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
