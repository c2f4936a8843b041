"""What a page is read as: a site with the page classes that it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crawler.site import Site

if TYPE_CHECKING:  # whoever only hands them on does not load what reads pages
    from crawler.extraction.page import ArticlePage


class Publication(NamedTuple):
    """A site and its page classes."""

    site: Site
    pages: tuple[type[ArticlePage], ...]
