"""The crawl: the scheduler, middlewares, handlers and pipelines by which Scrapy fetches one site into an archive."""
