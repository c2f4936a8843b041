"""The sites: each file declares one publication, its values as ``SITE``. Nothing has to be registered.

A file needs no spider class, because the crawl makes one from the values. It holds one where the way to the articles is
peculiar; that file then loads Scrapy.
"""
