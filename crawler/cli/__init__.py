"""The command line ``seealso``: it reads and asks; the work is done by the modules below it.

One module per group of commands, imported when its command is called: a search does not wait for Scrapy to load.
"""

from crawler.cli.app import main

__all__ = ["main"]
