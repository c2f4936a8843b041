"""The sites that are known: values and page classes, found without loading Scrapy."""
