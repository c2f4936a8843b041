"""One file, one publication. Scrapy's spider loader finds them here; nothing has to be registered."""
