"""Reads a captured page into an article: the one way to read a page, live, stored or saved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date

from crawler.errors import BadAddress, NotAnArticle, PageUnreadable
from crawler.extraction.page import ArticlePage
from crawler.extraction.parsing.decoding import refuse_other_types
from crawler.items import Address, Article, Capture, Problem
from crawler.normalisation.addresses.urls import read_address
from crawler.normalisation.joining import ArticlePart, join_parts
from crawler.normalisation.normalise import normalise, normalise_see_also
from crawler.normalisation.words.text import clean
from crawler.site import Site


def process(
    capture: Capture,
    site: Site,
    pages: Sequence[type[ArticlePage]] = (ArticlePage,),
    address: Address | None = None,
    parts: Iterable[tuple[int, Capture]] = (),
) -> Article:
    """Read a captured page, and the further pages of its article, into an article.

    ``pages`` are the site's page classes; the one that is valid at the capture's date reads. ``address`` is the one
    that was requested, without it the capture's own. ``parts`` are captures of further pages with their numbers, in any
    order; what cannot be read as one is lacking. Raises :class:`NotAnArticle` and :class:`PageUnreadable`; one bad
    field is a :class:`~crawler.items.Problem` of the article. Has no state, no clock and no network.
    """
    address = address or _read_capture_address(capture, site)
    article = read_first_page(capture, site, pages, address)
    readings = []
    for number, part in parts:
        with suppress(NotAnArticle, PageUnreadable):
            readings.append(read_part(part, number, site, pages, address))
    return join_parts(article, readings) if readings or article.further_pages else article


def read_first_page(capture: Capture, site: Site, pages: Sequence[type[ArticlePage]], address: Address) -> Article:
    """Read one page into the article that it begins; :func:`~crawler.normalisation.joining.join_parts` makes it whole.

    Raises NotAnArticle and PageUnreadable.
    """
    if address.kind in ("feed", "sitemap", "home", "listing"):
        raise NotAnArticle(f"the address is that of a {address.kind} page")
    page = choose_page(pages, capture.fetched_at.date())(capture, site, address)
    article = normalise(page.extract(), capture, site, address)
    problems = [problem for problem in (page.decoded.find_problem(article.url),) if problem is not None]
    if capture.damage is not None:
        problems.append(Problem(url=article.url, field="page", value=None, reason=capture.damage))
    return replace(article, problems=(*article.problems, *problems)) if problems else article


def read_part(
    capture: Capture, number: int, site: Site, pages: Sequence[type[ArticlePage]], address: Address
) -> ArticlePart:
    """Read a further page of the article whose first page is at ``address``.

    Raises NotAnArticle and PageUnreadable for what is no page of text.
    """
    if not 200 <= capture.status < 300:
        raise PageUnreadable(f"status {capture.status}")
    refuse_other_types(capture)
    page = choose_page(pages, capture.fetched_at.date())(capture, site, address)
    if not page.complete:
        raise PageUnreadable("the page breaks off before its end")
    lead = (page.lead.value,) if page.lead is not None else ()
    return ArticlePart(
        number=number,
        headlines=page.stated_headlines,
        paragraphs=tuple(text for paragraph in (*lead, *page.paragraphs) if (text := clean(paragraph))),
        see_also=normalise_see_also(page.extract_see_also(), capture, site, address),
        further_pages=tuple(other for other in page.further_pages if other.number > number),
    )


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
