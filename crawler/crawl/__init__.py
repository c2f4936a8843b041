"""The crawl: what Scrapy is given to fetch one site politely and to lose nothing."""
