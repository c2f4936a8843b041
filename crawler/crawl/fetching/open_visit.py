"""A visit that needs more than one page: an article that is printed on several, or one of which a further page came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from crawler.crawl.fetching.spider import FetchResult
from crawler.extraction.page import ArticlePage
from crawler.items import Capture, Visit
from crawler.normalisation.addresses.part_addresses import make_page_key
from crawler.outcome.answer import Outcome, read_answer
from crawler.outcome.parts import PartsOfArticle
from crawler.outcome.settle import note_lost_article, settle
from crawler.shards.readings import Reading
from crawler.site import Site


@dataclass(slots=True)
class OpenVisit:
    """The visit to an address of the queue, from its first answer until no other page is wanted.

    ``fetched`` is the result of fetching the address itself. Nothing of it is archived before it is concluded, so a run
    that is killed meanwhile fetches the pages again.
    """

    fetched: FetchResult
    site: Site
    pages: Sequence[type[ArticlePage]] = (ArticlePage,)
    reading: Reading | None = None
    """What another process has read of the first answer; None where it is read here."""
    _outcome: Outcome = field(init=False)
    _parts: PartsOfArticle | None = None
    _is_forwarded: bool = False
    _strays: list[Capture] = field(default_factory=list)
    """Answers beside those that are read: on the way to further pages, and further pages that came first."""

    def __post_init__(self) -> None:
        self._read_first()

    def find_next_url(self) -> str | None:
        """Return the address of the next page that is wanted; None when there is none."""
        if self._outcome.first_url is not None:
            return None if self._is_forwarded else self._outcome.first_url
        if self._parts is None:
            return None
        while (page := self._parts.find_next()) is not None:
            stray = self._take_stray(page.url)
            if stray is None:
                return page.url
            self._parts.add(page, stray)
        return None

    def add(self, fetched: FetchResult) -> None:
        """Read the page that was wanted."""
        if self._parts is None:  # a further page came first, and now the first one has come
            self._strays.extend(self.fetched.captures)
            self.fetched, self.reading = fetched, None
            self._is_forwarded = True
            self._read_first()
            return
        page = self._parts.find_next()
        assert page is not None
        *before, answer = fetched.captures or (None,)
        self._strays.extend(capture for capture in before if capture is not None)
        failure = fetched.error or (fetched.failure.value if fetched.failure is not None else None)
        self._parts.add(page, answer, failure)

    def conclude(self) -> Visit:
        """Return the visit."""
        captures = self.list_captures()
        fetched = self.fetched
        prepared = self.reading.prepared if self.reading is not None else None
        outcome = note_lost_article(self._outcome, fetched.queued)
        return settle(outcome, fetched.queued, captures, fetched.landed, self._parts, prepared)

    def drop(self, fetched: FetchResult) -> FetchResult:
        """Return a result with all answers of the visit, of an address that stays in the queue."""
        parts = self._parts.captured if self._parts is not None else []
        captures = (*self.list_captures(), *(part.capture for part in parts), *fetched.captures)
        return replace(self.fetched, captures=captures)

    def list_captures(self) -> tuple[Capture, ...]:
        """Return the answers of the address itself, the one that was read last; further pages are not among them."""
        return (*self._strays, *self.fetched.captures)

    def _read_first(self) -> None:
        fetched, queued = self.fetched, self.fetched.queued
        address = fetched.landed or queued.address
        if self.reading is not None and self.reading.outcome is not None:
            self._outcome = self.reading.outcome
        else:
            self._outcome = read_answer(
                fetched.captures[-1] if fetched.captures else None,
                address,
                self.site,
                self.pages,
                failure=fetched.failure,
                error=fetched.error,
                former_words=queued.words if queued.known else 0,
            )
        article = self._outcome.article
        if article is not None and article.further_pages:
            self._parts = PartsOfArticle(article, address, self.site, self.pages)

    def _take_stray(self, url: str) -> Capture | None:
        """Return the answer of a page that came before it was wanted, which is then no stray any more."""
        key = make_page_key(url)
        for stray in self._strays:
            if stray.body and make_page_key(stray.url) == key:
                self._strays.remove(stray)
                return stray
        return None
