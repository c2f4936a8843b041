"""One file, one publication: its values as ``SITE``. They are found here; nothing has to be registered.

A file needs no spider class: the crawl makes one from the values. It holds one where the way to the articles is
peculiar; that file then loads Scrapy.
"""
