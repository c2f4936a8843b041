"""The public door of seealso: what notebooks, plugins and other people's sites import.

>>> from seealso import Archive, Selection, read_page

``docs/python.md`` says what each name is for, and what about it stays. Each is imported when it is first asked for: to
read a page loads neither the archive nor Scrapy.
"""

from typing import TYPE_CHECKING

from crawler.system.late_imports import attach_names

if TYPE_CHECKING:
    from crawler.archive.search.selection import Selection
    from crawler.archive.store import Archive
    from crawler.crawl.starting.components import NewsSpider
    from crawler.errors import (
        ArchiveBusy,
        ArchiveUnusable,
        BadAddress,
        BadQuery,
        BadSiteFile,
        BadSnapshot,
        BadValue,
        CrawlerError,
        MissingExtra,
        NotAnArticle,
        PageUnreadable,
        UnknownSite,
        UnknownSnapshot,
        UnknownValue,
    )
    from crawler.extraction.page import ArticlePage
    from crawler.items import (
        Address,
        Article,
        Author,
        Capture,
        Dateline,
        Extraction,
        Found,
        FoundLink,
        Moment,
        Problem,
        SeeAlso,
    )
    from crawler.site import AddressForm, DateFormats, Expectation, Labels, Site
    from crawler.sites.registry import find_site, load_sites
    from crawler.sites.site_file import load_site_file
    from seealso.reading import read_date, read_page, split_byline

__all__ = [
    "Address",
    "AddressForm",
    "Archive",
    "ArchiveBusy",
    "ArchiveUnusable",
    "Article",
    "ArticlePage",
    "Author",
    "BadAddress",
    "BadQuery",
    "BadSiteFile",
    "BadSnapshot",
    "BadValue",
    "Capture",
    "CrawlerError",
    "DateFormats",
    "Dateline",
    "Expectation",
    "Extraction",
    "Found",
    "FoundLink",
    "Labels",
    "MissingExtra",
    "Moment",
    "NewsSpider",
    "NotAnArticle",
    "PageUnreadable",
    "Problem",
    "SeeAlso",
    "Selection",
    "Site",
    "UnknownSite",
    "UnknownSnapshot",
    "UnknownValue",
    "find_site",
    "load_site_file",
    "load_sites",
    "read_date",
    "read_page",
    "split_byline",
]

__getattr__, __dir__ = attach_names(
    __name__,
    {
        "__version__": "crawler",
        "Address": "crawler.items",
        "AddressForm": "crawler.site",
        "Archive": "crawler.archive.store",
        "ArchiveBusy": "crawler.errors",
        "ArchiveUnusable": "crawler.errors",
        "Article": "crawler.items",
        "ArticlePage": "crawler.extraction.page",
        "Author": "crawler.items",
        "BadAddress": "crawler.errors",
        "BadQuery": "crawler.errors",
        "BadSiteFile": "crawler.errors",
        "BadSnapshot": "crawler.errors",
        "BadValue": "crawler.errors",
        "Capture": "crawler.items",
        "CrawlerError": "crawler.errors",
        "DateFormats": "crawler.site",
        "Dateline": "crawler.items",
        "Expectation": "crawler.site",
        "Extraction": "crawler.items",
        "Found": "crawler.items",
        "FoundLink": "crawler.items",
        "Labels": "crawler.site",
        "MissingExtra": "crawler.errors",
        "Moment": "crawler.items",
        "NewsSpider": "crawler.crawl.starting.components",
        "NotAnArticle": "crawler.errors",
        "PageUnreadable": "crawler.errors",
        "Problem": "crawler.items",
        "SeeAlso": "crawler.items",
        "Selection": "crawler.archive.search.selection",
        "Site": "crawler.site",
        "UnknownSite": "crawler.errors",
        "UnknownSnapshot": "crawler.errors",
        "UnknownValue": "crawler.errors",
        "find_site": "crawler.sites.registry",
        "load_site_file": "crawler.sites.site_file",
        "load_sites": "crawler.sites.registry",
        "read_date": "seealso.reading",
        "read_page": "seealso.reading",
        "split_byline": "seealso.reading",
    },
)
