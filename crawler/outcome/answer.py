"""Reads an answer by itself: as an article, as the links of a listing or feed, or as the failure to be either.

It needs no network and no archive, so :func:`read_answer` may run in another process. What the archive knows of the
address is added by :func:`crawler.outcome.settle.settle`.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from typing import Final

from crawler.discovery.feeds import read_feed
from crawler.discovery.head_feeds import find_head_feeds
from crawler.discovery.links import PageLinks
from crawler.discovery.sitemap_entries import find_document_kind, unpack
from crawler.discovery.sitemaps import read_sitemap
from crawler.errors import (
    BadAddress,
    BroughtByScript,
    FurtherPageInstead,
    HomePageInstead,
    NotAnArticle,
    OtherArticle,
    PageUnreadable,
)
from crawler.extraction.evidence.paywall import find_wall_phrase
from crawler.extraction.page import ArticlePage
from crawler.items import Address, Article, Capture, Failure, Fate, Link, Problem
from crawler.normalisation.addresses.urls import read_address
from crawler.normalisation.words.text import clean
from crawler.outcome.obstacles import find_obstacle, find_refresh
from crawler.outcome.retry_after import find_pause_end
from crawler.outcome.validators import read_etag, read_last_modified
from crawler.process import read_first_page
from crawler.site import Site

log = logging.getLogger(__name__)

GONE_STATUSES = frozenset({404, 410})
REFUSED_STATUSES = frozenset({401, 402, 403, 429, 451})
REDIRECT_STATUSES = frozenset({301, 302, 303, 307, 308})
OBSTACLE_FATES: Final = {
    Failure.CHALLENGE: Fate.REFUSED,
    Failure.CONSENT: Fate.REFUSED,
    Failure.LOGIN: Fate.REFUSED,
    Failure.SOFT_404: Fate.GONE,
    Failure.STATUS: Fate.FAILED,
}
"""What stands in front of a page → the fate of its address."""


_RANGE: Final = re.compile(r"bytes 0-(\d{1,18})/(\d{1,18})")


def is_part(status: int, content_range: str | None) -> bool:
    """Return True for an answer that holds a part of the page: status 206, unless its range is the whole.

    >>> is_part(206, "bytes 0-499/1234"), is_part(206, "bytes 0-1233/1234"), is_part(206, None), is_part(200, None)
    (True, False, True, False)
    """
    if status != HTTPStatus.PARTIAL_CONTENT:
        return False
    stated = _RANGE.fullmatch((content_range or "").strip())
    return stated is None or int(stated[1]) + 1 != int(stated[2])


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """The reading of one answer, independent of what the archive knows of its address."""

    fate: Fate | None
    """None for an article, whose fate the archive decides; ``unchanged`` for an answer that says so."""
    failure: Failure | None = None
    error: str | None = None
    """Why there is no article, for people."""
    status: int | None = None
    article: Article | None = None
    """As its first page tells it: its further pages are joined when the outcome is settled."""
    first_url: str | None = None
    """Of a further page of an article, the address of the first one."""
    links: tuple[Link, ...] = ()
    """Of a listing, feed or sitemap; those of an article are in the article, but for the feeds in its head."""
    problems: tuple[Problem, ...] = ()
    """Values of the article that could not be understood, or what a listing or feed lost."""
    pause_until: datetime | None = None
    """The end of the pause that the site asks for."""
    wall: str | None = None
    """The phrase by which the page of an article says that it withholds its text, where one was looked for."""
    etag: str | None = None
    last_modified: str | None = None


def read_answer(
    answer: Capture | None,
    address: Address,
    site: Site,
    pages: Sequence[type[ArticlePage]] = (ArticlePage,),
    *,
    failure: Failure | None = None,
    error: str | None = None,
    former_words: int | None = None,
) -> Outcome:
    """Return the outcome of an answer. Never raises: an error of ours makes the page unreadable, as ``Failure.ERROR``.

    ``address`` is where the answer came from, after redirects. ``failure`` and ``error`` say why the answer is not to
    be read (robots.txt, no answer, cut off), as a kind and in words; either is enough. ``former_words`` is the number
    of words of the archived body: the phrase of a wall is looked for on shorter pages only. It is zero where nothing is
    archived, and None where that is not known; with None the phrase is looked for.
    """
    try:
        return _read(answer, address, site, pages, failure, error, former_words)
    except Exception as problem:
        log.warning("%s could not be read: %s: %s", address.url, type(problem).__name__, problem)
        log.debug("where it happened", exc_info=True)
        message = f"reading failed with {type(problem).__name__}: {str(problem)[:300]}"
        return _make_outcome(answer, Fate.UNREADABLE, Failure.ERROR, message, unread=bool(failure or error))


def _read(
    answer: Capture | None,
    address: Address,
    site: Site,
    pages: Sequence[type[ArticlePage]],
    failure: Failure | None,
    error: str | None,
    former_words: int | None,
) -> Outcome:
    if failure is Failure.ROBOTS:
        return _make_outcome(None, Fate.REFUSED, failure, error or "robots.txt forbids this address")
    if failure is Failure.RESERVED:
        return _make_outcome(answer, Fate.REFUSED, failure, error or "the publisher reserves the page", unread=True)
    if failure is not None or error is not None or answer is None:
        # The status of an answer that was cut off is kept; with half a body it is a failure even at 200.
        return _make_outcome(
            answer, Fate.FAILED, failure or Failure.NO_ANSWER, error or "nothing came back", unread=True
        )
    if answer.status == 304:
        return _make_outcome(answer, Fate.UNCHANGED)
    obstacle = find_obstacle(answer, is_page=address.kind not in ("feed", "sitemap"))
    if obstacle is not None:
        return _make_outcome(answer, OBSTACLE_FATES[obstacle.failure], obstacle.failure, obstacle.words)
    if answer.status in GONE_STATUSES:
        return _make_outcome(answer, Fate.GONE, Failure.STATUS, f"status {answer.status}")
    if answer.status in REFUSED_STATUSES:
        return _make_outcome(answer, Fate.REFUSED, Failure.STATUS, _describe_status(answer))
    if not 200 <= answer.status < 300:
        return _make_outcome(answer, Fate.FAILED, Failure.STATUS, _describe_status(answer))
    if is_part(answer.status, answer.header("Content-Range")):
        words = "the server sent a part of the page, which nobody asked for (status 206)"
        return _make_outcome(answer, Fate.FAILED, Failure.CUT_OFF, words, unread=True)
    target = find_refresh(answer)
    if target is not None:
        return _read_forwarding(answer, address, site, target)
    if address.kind == "article":
        return _read_article(answer, address, site, pages, former_words)
    return _read_listing(answer, address, site)


def _read_forwarding(answer: Capture, address: Address, site: Site, target: str) -> Outcome:
    """Return the outcome of a page that only sends on, where nobody has followed it: the link is put into the queue."""
    words = f"the page only sends on to {target[:300]}"
    try:
        link = Link(address=read_address(target, site), via="see_also", found_on=address.url)
    except BadAddress:
        return _make_outcome(answer, Fate.FAILED, Failure.REDIRECTS, words)
    return _make_outcome(answer, Fate.FAILED, Failure.REDIRECTS, words, page_links=PageLinks(links=(link,)))


def _read_article(
    answer: Capture, address: Address, site: Site, pages: Sequence[type[ArticlePage]], former_words: int | None
) -> Outcome:
    try:
        article = read_first_page(answer, site, pages, address)
    except FurtherPageInstead as reason:
        outcome = _make_outcome(answer, Fate.NOT_AN_ARTICLE, Failure.FURTHER_PAGE, str(reason))
        return replace(outcome, first_url=reason.first_url)
    except NotAnArticle as reason:
        return _make_outcome(answer, Fate.NOT_AN_ARTICLE, _classify(reason), str(reason))
    except PageUnreadable as reason:
        failure = Failure.SCRIPT if isinstance(reason, BroughtByScript) else Failure.UNREADABLE
        return _make_outcome(answer, Fate.UNREADABLE, failure, str(reason) or "no known layout fits")
    shorter = former_words is None or article.word_count < former_words
    wall = find_wall_phrase(answer, address.language) if shorter else None
    feeds = PageLinks(links=find_head_feeds(answer, site, address))
    return _make_outcome(answer, None, article=article, wall=wall, page_links=feeds)


def _classify(reason: NotAnArticle) -> Failure:
    if isinstance(reason, HomePageInstead):
        return Failure.HOME_PAGE
    return Failure.OTHER_ARTICLE if isinstance(reason, OtherArticle) else Failure.NO_ARTICLE


def _read_listing(answer: Capture, address: Address, site: Site) -> Outcome:
    """Return the links of an answer, read as what it is: feeds turn out to be sitemaps, and sitemaps to be feeds."""
    from crawler.discovery.listings import looks_like_html, read_listing  # Beautiful Soup is for listings alone

    kind = find_document_kind(answer.body)
    if kind is not None and (kind != "text" or address.kind == "sitemap"):
        if kind != "feed":
            return _make_outcome(answer, Fate.NOT_AN_ARTICLE, page_links=read_sitemap(answer, site))
        answer = unpack(answer)
    if kind == "feed" or address.kind in ("feed", "sitemap"):
        try:
            return _make_outcome(answer, Fate.NOT_AN_ARTICLE, page_links=read_feed(answer, site))
        except PageUnreadable as reason:
            # A site may answer an unknown feed with its home page, whose links are as good.
            if not looks_like_html(answer):
                words = f"{answer.url} is no sitemap" if address.kind == "sitemap" else str(reason)
                return _make_outcome(answer, Fate.UNREADABLE, Failure.UNREADABLE, words)
    page_links = read_listing(answer, site)
    page_links = replace(page_links, links=(*page_links.links, *find_head_feeds(answer, site, address)))
    return _make_outcome(answer, Fate.NOT_AN_ARTICLE, page_links=page_links)


def _make_outcome(
    answer: Capture | None,
    fate: Fate | None,
    failure: Failure | None = None,
    error: str = "",
    *,
    article: Article | None = None,
    page_links: PageLinks | None = None,
    wall: str | None = None,
    unread: bool = False,
) -> Outcome:
    whole = answer is not None and 200 <= answer.status < 300 and not unread
    return Outcome(
        fate=fate,
        failure=failure,
        error=clean(error)[:500] or None,  # it may quote what a server sent, and ends on terminals
        status=answer.status if answer else None,
        article=article,
        links=page_links.links if page_links else (),
        problems=article.problems if article else page_links.problems if page_links else (),
        pause_until=find_pause_end(answer) if answer else None,
        wall=wall,
        etag=read_etag(answer) if answer and whole else None,
        last_modified=read_last_modified(answer) if answer and whole else None,
    )


def _describe_status(answer: Capture) -> str:
    wait = answer.header("Retry-After")
    return f"status {answer.status}" + (f", Retry-After {wait[:50]}" if wait else "")
