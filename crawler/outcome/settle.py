"""Settles an outcome: combines the reading of an answer and what the archive knows of its address into a visit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from crawler.discovery.article_links import list_article_links
from crawler.extraction.links.slugs import rate_slug
from crawler.items import Address, Article, Capture, Failure, Fate, PreparedTexts, Problem, Queued, Visit
from crawler.normalisation.joining import join_parts
from crawler.normalisation.words.text import clean
from crawler.outcome.answer import Outcome
from crawler.outcome.parts import PartsOfArticle
from crawler.outcome.prepared_texts import prepare_texts
from crawler.outcome.reservations import find_reservations
from crawler.outcome.retry_after import describe_pause, find_pause_end

_NAMED: Final = 0.5
"""The share of an address's words that a headline has where it is the headline of that address."""


def settle(
    outcome: Outcome,
    queued: Queued,
    captures: Sequence[Capture] = (),
    landed: Address | None = None,
    parts: PartsOfArticle | None = None,
    prepared: PreparedTexts | None = None,
) -> Visit:
    """Return the visit to an address of the queue. The fate of an article is None: the archive decides it.

    ``captures`` are all answers on the way, and ``outcome`` was read from the last one; the visit has them without
    their bodies, which are in a WARC file. ``landed`` is where redirects led, when that is another address. ``parts``
    are the further pages of the article; without them all that it names are lacking. ``prepared`` are the texts of the
    article that the outcome has, where they are there already.
    """
    if outcome.article is not None and (parts is not None or outcome.article.further_pages):
        joined = parts.join() if parts is not None else join_parts(outcome.article, ())
        outcome = replace(outcome, article=joined, problems=joined.problems)
    if parts is not None:
        pauses = (outcome.pause_until, *(find_pause_end(part.capture) for part in parts.captured))
        outcome = replace(outcome, pause_until=max((pause for pause in pauses if pause is not None), default=None))
    outcome = _settle_identity(_settle_unchanged(outcome, queued), landed or queued.address)
    outcome = _settle_number(outcome, queued.address, landed)
    captures = _note_reservations(captures)
    article = outcome.article
    unchanged = outcome.fate is Fate.UNCHANGED
    if article is None or queued.known:
        prepared = None
    elif prepared is None or prepared.digest != article.digest:
        prepared = prepare_texts(article)
    return Visit(
        address=queued.address,
        fate=outcome.fate,
        failure=outcome.failure,
        depth=queued.depth,
        captures=tuple(map(_drop_body, captures)),
        article=article,
        prepared=prepared,
        parts=tuple(replace(part, capture=_drop_body(part.capture)) for part in parts.captured) if parts else (),
        links=(*(list_article_links(article, queued.depth) if article is not None else ()), *outcome.links),
        problems=(*outcome.problems, *_find_page_problems(outcome, queued, captures)),
        status=outcome.status,
        error=outcome.error,
        pause_until=outcome.pause_until,
        etag=queued.etag if unchanged else outcome.etag,
        last_modified=queued.last_modified if unchanged else outcome.last_modified,
        landed=landed,
        wall=outcome.wall if article is not None and is_shorter(article, queued) else None,
    )


def note_lost_article(outcome: Outcome, queued: Queued) -> Outcome:
    """Return the outcome of an address that is known to be an article's; as unreadable where no article came any more.

    An empty page, an error with status 200 or a file in place of an archived article tell of a fault of the server or
    of our reading, which a person should see. A home page, another article or a "not found" say what they say.
    """
    if not queued.known or outcome.fate is not Fate.NOT_AN_ARTICLE or outcome.failure is not Failure.NO_ARTICLE:
        return outcome
    error = f"no article came, and the one archived before is kept: {outcome.error}"
    return replace(outcome, fate=Fate.UNREADABLE, error=error[:500])


def _drop_body(capture: Capture) -> Capture:
    return replace(capture, body=b"") if capture.body else capture


def _note_reservations(captures: Sequence[Capture]) -> Sequence[Capture]:
    """Return the captures, the last one with what it reserves, unless that has been looked for."""
    if not captures or captures[-1].reservations is not None:
        return captures
    return (*captures[:-1], replace(captures[-1], reservations=find_reservations(captures[-1])))


def is_shorter(article: Article, queued: Queued) -> bool:
    """Return True if a page may hold less than the archived article: only then does a wall matter."""
    return queued.known and (queued.words is None or article.word_count < queued.words)


def _settle_unchanged(outcome: Outcome, queued: Queued) -> Outcome:
    """Return the outcome; as failed when a 304 came for a page that is not archived. Sitemaps are asked for so, too."""
    if outcome.fate is not Fate.UNCHANGED or queued.known:
        return outcome
    if queued.address.kind == "sitemap" and (queued.etag or queued.last_modified):
        return replace(outcome, fate=Fate.NOT_AN_ARTICLE)
    return replace(outcome, fate=Fate.FAILED, failure=Failure.STATUS, error="304 for a page we do not have")


def _settle_identity(outcome: Outcome, address: Address) -> Outcome:
    """Return the outcome; without its article when a numbered address answered with another article."""
    article = outcome.article
    if article is None or address.story is None or address.site_key is None:
        return outcome
    if article.site_key == address.site_key and address.language in (None, "", article.language):
        return outcome
    error = f"the page is article {article.language} {article.site_key}, not {address.language} {address.site_key}"
    return replace(
        outcome,
        fate=Fate.NOT_AN_ARTICLE,
        failure=Failure.OTHER_ARTICLE,
        error=clean(error)[:500],
        article=None,
        problems=(),
        wall=None,
    )


def _settle_number(outcome: Outcome, requested: Address, landed: Address | None) -> Outcome:
    """Return the outcome; its article with the number of the address that led to one without, where that names it.

    A site that moves its articles to addresses without numbers sends the old ones on. One of which the words are not
    the headline's may be sent to a page that stands for all that are gone.
    """
    article = outcome.article
    if article is None or article.story is not None or landed is None or landed.story is not None:
        return outcome
    if requested.story is None or requested.site_key is None or requested.language not in (None, article.language):
        return outcome
    if rate_slug(requested.url, article.headline) < _NAMED:
        return outcome
    return replace(outcome, article=replace(article, site_key=requested.site_key, story=requested.story))


def _find_page_problems(outcome: Outcome, queued: Queued, captures: Sequence[Capture]) -> list[Problem]:
    """Return the problems of the page as a whole: that it failed, and that the site asks for a pause."""
    url = queued.address.url
    problems: list[Problem] = []
    if outcome.fate in (Fate.FAILED, Fate.UNREADABLE):
        problems.append(Problem(url=url, field="page", value=None, reason=outcome.error or "failed"))
    if outcome.pause_until is not None:
        wait = captures[-1].header("Retry-After") if captures else None
        problems.append(Problem(url=url, field="page", value=wait, reason=describe_pause(outcome.pause_until)))
    return problems
