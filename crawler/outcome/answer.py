"""Concluding a visit: what came back for an address becomes a :class:`~crawler.items.Visit` with exactly one fate.

Pure: no network, no archive. The live crawl's pipeline calls :func:`conclude`; whatever a page holds, it returns.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from crawler.discovery.article_links import article_links
from crawler.discovery.feeds import read_feed
from crawler.discovery.listings import looks_like_html, read_listing
from crawler.errors import NotAnArticle, PageUnreadable
from crawler.extraction.page import ArticlePage
from crawler.extraction.paywall import find_wall_phrase
from crawler.items import Address, Article, Capture, Fate, Link, Problem, Queued, Visit
from crawler.normalisation.dates import instant
from crawler.normalisation.text import clean
from crawler.process import process
from crawler.site import Site

log = logging.getLogger(__name__)

REDIRECT_STATUSES = frozenset({301, 302, 303, 307, 308})
GONE = frozenset({404, 410})
REFUSED = frozenset({401, 403, 429, 451})
BUSY = frozenset({429, 503})
"""Statuses that ask for a pause."""
PAUSE = "the site asks for a pause until "
"""How the reason of such a problem begins; an instant in UTC follows."""
LONGEST_PAUSE = timedelta(days=7)


@dataclass(frozen=True, kw_only=True, slots=True)
class FetchResult:
    """What the network brought for an address of the queue: answers, or an error."""

    queued: Queued
    captures: tuple[Capture, ...] = ()
    """Every answer in order, redirects and retries included; the last one has its body."""
    landed: Address | None = None
    """Where redirects led, when that is another address."""
    error: str | None = None
    """Why there is nothing to read: no answer, an answer cut off, too large, redirects without end, another site."""
    refused: bool = False
    """robots.txt forbids the address."""
    postponed: bool = False
    """Not asked for now, for the run's manners: it stays in the queue."""


def conclude(fetched: FetchResult, site: Site, pages: Sequence[type[ArticlePage]] = (ArticlePage,)) -> Visit:
    """Say what became of a fetched page, and where it leads.

    Never raises: an error of ours on one page makes that page unreadable and is recorded as a problem.
    """
    try:
        return _conclude(fetched, site, pages)
    except Exception as problem:
        log.warning("%s could not be read: %s: %s", fetched.queued.address.url, type(problem).__name__, problem)
        log.debug("where it happened", exc_info=True)
        return _visit(
            fetched,
            Fate.UNREADABLE,
            error=f"reading failed with {type(problem).__name__}: {str(problem)[:300]}",
            answer=fetched.captures[-1] if fetched.captures else None,
        )


def _conclude(fetched: FetchResult, site: Site, pages: Sequence[type[ArticlePage]]) -> Visit:
    if fetched.refused:
        return _visit(fetched, Fate.REFUSED, error=fetched.error or "robots.txt forbids this address")
    answer = fetched.captures[-1] if fetched.captures else None
    if fetched.error is not None or answer is None:
        # An answer that was cut off still counts: 200 with half a body is a failure all the same.
        return _visit(fetched, Fate.FAILED, error=fetched.error or "nothing came back", answer=answer)
    if answer.status == 304:
        if fetched.queued.known:
            return _visit(fetched, Fate.UNCHANGED, answer=answer)
        return _visit(fetched, Fate.FAILED, error="304 for a page we do not have", answer=answer)
    if answer.status in GONE:
        return _visit(fetched, Fate.GONE, error=f"status {answer.status}", answer=answer)
    if answer.status in REFUSED:
        return _visit(fetched, Fate.REFUSED, error=_status_words(answer), answer=answer)
    if not 200 <= answer.status < 300:
        return _visit(fetched, Fate.FAILED, error=_status_words(answer), answer=answer)
    if (fetched.landed or fetched.queued.address).kind == "article":
        return _read_article(fetched, answer, site, pages)
    return _read_way_in(fetched, answer, site)


def _read_article(fetched: FetchResult, answer: Capture, site: Site, pages: Sequence[type[ArticlePage]]) -> Visit:
    address = fetched.landed or fetched.queued.address
    try:
        article = process(answer, site, pages, address)
    except NotAnArticle as reason:
        return _visit(fetched, Fate.NOT_AN_ARTICLE, error=str(reason) or None, answer=answer)
    except PageUnreadable as reason:
        return _visit(fetched, Fate.UNREADABLE, error=str(reason) or "no known layout fits", answer=answer)
    if other := _other_identity(article, address):
        return _visit(fetched, Fate.NOT_AN_ARTICLE, error=other, answer=answer)
    return _visit(
        fetched,
        None,
        answer=answer,
        article=article,
        links=article_links(article, fetched.queued.depth),
        problems=article.problems,
        wall=find_wall_phrase(answer, address.language) if _less_than_before(article, fetched.queued) else None,
    )


def _less_than_before(article: Article, queued: Queued) -> bool:
    """Say whether a page may be less than what is archived: only then is it searched for the words of a wall."""
    return queued.known and (queued.words is None or article.word_count < queued.words)


def _read_way_in(fetched: FetchResult, answer: Capture, site: Site) -> Visit:
    address = fetched.landed or fetched.queued.address
    if address.kind == "feed":
        try:
            return _visit(fetched, Fate.NOT_AN_ARTICLE, answer=answer, links=read_feed(answer, site))
        except PageUnreadable as reason:
            # A site may answer an unknown feed with its home page, whose links are as good.
            if not looks_like_html(answer):
                return _visit(fetched, Fate.UNREADABLE, error=str(reason), answer=answer)
    return _visit(fetched, Fate.NOT_AN_ARTICLE, answer=answer, links=read_listing(answer, site))


def _other_identity(article: Article, address: Address) -> str | None:
    """Say so when a page of a numbered address is another article than was asked for."""
    if address.story is None or address.site_key is None:
        return None
    if article.site_key != address.site_key or (address.language and article.language != address.language):
        return f"the page is article {article.language} {article.site_key}, not {address.language} {address.site_key}"
    return None


def _visit(
    fetched: FetchResult,
    fate: Fate | None,
    *,
    answer: Capture | None = None,
    error: str | None = None,
    article: Article | None = None,
    links: tuple[Link, ...] = (),
    problems: tuple[Problem, ...] = (),
    wall: str | None = None,
) -> Visit:
    queued = fetched.queued
    why = clean(error or "")  # it may quote what a server sent, and ends on terminals
    if fate in (Fate.FAILED, Fate.UNREADABLE) and not problems:
        problems = (Problem(url=queued.address.url, field="page", value=None, reason=(why or "failed")[:500]),)
    if answer is not None and (until := pause_until(answer)):
        pause = Problem(
            url=queued.address.url, field="page", value=answer.header("Retry-After"), reason=f"{PAUSE}{instant(until)}"
        )
        problems = (*problems, pause)
    read = answer is not None and 200 <= answer.status < 300 and fetched.error is None
    etag = last_modified = None
    if fate is Fate.UNCHANGED:
        etag, last_modified = queued.etag, queued.last_modified
    if answer is not None and read:
        etag, last_modified = answer.header("ETag"), answer.header("Last-Modified")
    return Visit(
        address=queued.address,
        fate=fate,
        depth=queued.depth,
        captures=tuple(replace(capture, body=b"") if capture.body else capture for capture in fetched.captures),
        article=article,
        links=links,
        problems=problems,
        status=answer.status if answer else None,
        error=why[:500] if why else None,
        etag=etag,
        last_modified=last_modified,
        landed=fetched.landed,
        wall=wall,
    )


def pause_until(answer: Capture) -> datetime | None:
    """Return until when a 429 or 503 asks us to stay away, at most a week from its time; None when it does not say."""
    wait = (answer.header("Retry-After") or "").strip()
    if answer.status not in BUSY or not wait:
        return None
    try:
        until = answer.fetched_at + timedelta(seconds=int(wait)) if wait.isdecimal() else parsedate_to_datetime(wait)
        until = until if until.tzinfo else until.replace(tzinfo=UTC)
        until = min(until, answer.fetched_at + LONGEST_PAUSE)
        if until.microsecond:  # the instant is written with whole seconds; a pause is never shortened
            until = until.replace(microsecond=0) + timedelta(seconds=1)
    except (ValueError, OverflowError, TypeError):
        return None
    return until.astimezone(UTC) if until > answer.fetched_at else None


def _status_words(answer: Capture) -> str:
    wait = answer.header("Retry-After")
    return f"status {answer.status}" + (f", Retry-After {wait[:50]}" if wait else "")
