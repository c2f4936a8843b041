"""The known sites: finds their values and page classes without loading Scrapy."""
