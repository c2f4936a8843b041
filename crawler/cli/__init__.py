"""The command line ``seealso``: it parses options and prints results; the modules below it do the work.

Each command has a module, imported when the command is called: a search does not wait for Scrapy to load.
"""

from crawler.cli.app import main

__all__ = ["main"]
