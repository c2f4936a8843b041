"""Reads a captured page into an article: the one way to read a page, live, stored or saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from crawler.errors import BadAddress, NotAnArticle
from crawler.extraction.page import ArticlePage
from crawler.items import Address, Article, Capture
from crawler.normalisation.normalise import normalise
from crawler.normalisation.urls import read_address
from crawler.site import Site


def process(
    capture: Capture, site: Site, pages: Sequence[type[ArticlePage]] = (ArticlePage,), address: Address | None = None
) -> Article:
    """Read a captured page into an article.

    ``pages`` are the site's page classes; the one that is valid at the capture's date reads. ``address`` is the one
    that was requested, without it the capture's own. Raises :class:`NotAnArticle` and :class:`PageUnreadable`; one bad
    field is a :class:`~crawler.items.Problem` of the article. Has no state, no clock and no network.
    """
    address = address or _read_capture_address(capture, site)
    if address.kind in ("feed", "sitemap", "home", "listing"):
        raise NotAnArticle(f"the address is that of a {address.kind} page")
    page = choose_page(pages, capture.fetched_at.date())(capture, site, address)
    article = normalise(page.extract(), capture, site, address)
    problem = page.decoded.find_problem(article.url)
    return article if problem is None else replace(article, problems=(*article.problems, problem))


def choose_page(pages: Sequence[type[ArticlePage]], on: date) -> type[ArticlePage]:
    """Return the first page class that is valid on a day; the last one where none is."""
    if not pages:
        return ArticlePage
    for page in pages:
        if (page.valid_from is None or page.valid_from <= on) and (page.valid_until is None or on <= page.valid_until):
            return page
    return pages[-1]


def _read_capture_address(capture: Capture, site: Site) -> Address:
    try:
        return read_address(capture.url, site)
    except BadAddress as error:
        raise NotAnArticle(str(error)) from error
