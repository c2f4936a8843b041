"""The frontier: hands out the next address of the queue, tracks those in flight, and applies the limits of the run."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection
from datetime import datetime

from crawler.archive import Archive
from crawler.archive.write.addresses.claim_filter import ClaimFilterFields
from crawler.crawl.frontier.backfill import Backfill
from crawler.crawl.options import CrawlOptions
from crawler.crawl.stop import StopSignal
from crawler.discovery.ranges import Range
from crawler.errors import CrawlerError
from crawler.items import Fate, Queued, Visit
from crawler.normalisation.addresses.document_addresses import names_sitemap
from crawler.site import Site

CLAIM = 32
"""Addresses claimed from the queue at once."""
ARTICLES_PER_SITEMAP = 25
"""Articles that are asked for before another sitemap is, as long as any wait."""
MAX_SITEMAPS = 1_000
"""The most sitemaps that one run asks for."""


class Frontier:
    """Hands out the addresses of the queue to one run.

    ``unwritten`` returns the identities of visits that were made and are not in the archive yet, ``flush`` writes them:
    their links may be the only addresses left.
    """

    def __init__(
        self,
        site: Site,
        options: CrawlOptions,
        archive: Archive,
        run_id: int,
        clock: Callable[[], datetime],
        stop: StopSignal,
        *,
        walk: Range | None = None,
        unwritten: Callable[[], Collection[str]],
        flush: Callable[[], None],
    ) -> None:
        self._site = site
        self._options = options
        self._archive = archive
        self._run_id = run_id
        self._clock = clock
        self._stop = stop
        self.backfill = Backfill(walk, site, clock(), again=options.refresh is True)
        self._unwritten = unwritten
        self._flush = flush
        self._limit = options.max_articles
        self._ready: deque[Queued] = deque()
        self._in_flight: dict[str, Queued] = {}
        self._articles_in_flight = 0
        self._articles_since_sitemap = ARTICLES_PER_SITEMAP
        self._sitemaps = 0
        self._reads_sitemaps = options.uses_entry_points or any(map(names_sitemap, options.urls))
        self._article_pages = 0
        self._dry = False
        self._new_unwritten = False
        self._revisits = options.count_revisits(archive.count_articles(site))

    @property
    def is_closed(self) -> bool:
        """True when nothing more is handed out: the run is to stop, or has all the article pages it may fetch."""
        return self._stop.is_set or (self._limit is not None and self._article_pages >= self._limit)

    def next(self) -> Queued | None:
        """Return the next address to fetch, or None when there is none now."""
        if not self.has_work():
            return None
        is_article = self._ready[0].address.kind == "article"
        if is_article and self._limit is not None and self._article_pages + self._articles_in_flight >= self._limit:
            return None  # an address in flight may turn out to be no article: then the limit admits another one
        queued = self._ready.popleft()
        self._in_flight[queued.address.url_key] = queued
        self._articles_in_flight += is_article
        self._articles_since_sitemap += is_article
        return queued

    def has_work(self) -> bool:
        """Return True if the queue holds anything for this run; visits that are not written yet are written first."""
        if self.is_closed:
            return False
        if not self._ready:
            self._fill()
        return bool(self._ready)

    def mark_visited(self, visit: Visit) -> None:
        """Count a visit: its address is no longer in flight."""
        queued = self._take_out(visit.address.url_key)
        if visit.article is not None or visit.fate in (Fate.UNCHANGED, Fate.UNREADABLE):
            self._article_pages += 1
        self._new_unwritten = self._new_unwritten or queued is None or not queued.due

    def note_queued(self) -> None:
        """Note that addresses came into the queue that no visit brought: robots.txt named sitemaps."""
        self._dry = False

    def mark_written(self) -> None:
        """Note that all visits so far are being written: their links are in the queue."""
        self._new_unwritten = self._dry = False

    def put_back(self, queued: Queued) -> None:
        """Release an address that was not visited: it stays in the queue for the next run."""
        if self._take_out(queued.address.url_key) is not None:
            self._archive.release([queued.address.url_key])
            self._dry = False

    def put_back_all(self) -> None:
        """Release every address that is in flight or claimed."""
        self._archive.release(queued.address.url_key for queued in (*self._ready, *self._in_flight.values()))
        self._ready.clear()

    def count_pending(self) -> int:
        """Count the addresses of the queue that this run would still fetch."""
        return self._archive.count_pending(self._site.name, **self._make_filter())

    def _take_out(self, url_key: str) -> Queued | None:
        queued = self._in_flight.pop(url_key, None)
        if queued is not None:
            self._articles_in_flight -= queued.address.kind == "article"
        return queued

    def _fill(self) -> None:
        try:
            if not self._dry:
                self._claim()
            if not self._ready and self._unwritten():
                self._flush()
                self._claim()
        except CrawlerError as problem:
            self._stop.set(problem, "archive")

    def _claim(self) -> None:
        if self._stop.is_set:
            return
        skip = {*self._in_flight, *self._unwritten()}
        while not self._ready:
            is_walking = self.backfill.is_active
            # Revisits wait until the walk has been queued and every new address fetched. Pages in flight, and those
            # whose links are not written yet, may still lead to new addresses.
            may_lead_on = self._new_unwritten or any(not queued.due for queued in self._in_flight.values())
            claimed = self._claim_some(skip, revisits=False)
            claimed += self._claim_sitemap(skip, is_due=not claimed)
            if not (claimed or is_walking or may_lead_on):
                claimed = self._claim_some(skip, revisits=True)
            if self._revisits is not None:
                self._revisits -= sum(queued.due for queued in claimed)
            self._ready.extend(claimed)
            if not is_walking:
                break
            if not self._ready:
                self.backfill.enqueue_next(self._archive, self._run_id, self._clock())
        self._dry = not self._ready

    def _claim_sitemap(self, skip: Collection[str], *, is_due: bool) -> list[Queued]:
        """Claim a sitemap, one at a time, so that the articles of each are asked for before the next one is.

        With ``is_due`` nothing else waits; else enough articles must have been asked for since the last one.
        """
        is_due = is_due or self._articles_since_sitemap >= ARTICLES_PER_SITEMAP
        is_in_flight = any(queued.address.kind == "sitemap" for queued in self._in_flight.values())
        if not self._reads_sitemaps or not is_due or is_in_flight or self._sitemaps >= MAX_SITEMAPS:
            return []
        sitemap = self._archive.claim_sitemap(self._site.name, skip=skip, **self._make_filter())
        if sitemap is None:
            return []
        self._articles_since_sitemap = 0
        self._sitemaps += 1
        return [sitemap]

    def _claim_some(self, skip: Collection[str], *, revisits: bool) -> list[Queued]:
        claim_filter = self._make_filter()
        if not revisits:
            claim_filter["refresh"] = False
        return self._archive.claim(self._site.name, CLAIM, skip=skip, **claim_filter)

    def _make_filter(self) -> ClaimFilterFields:
        """Return the filter for addresses that this run may fetch now."""
        return {
            "run_id": self._run_id,
            "now": self._clock(),
            "max_depth": self._options.depth,
            "since": self._options.since,
            "refresh": False if self._options.refetch else self._options.refresh,
            "named_only": self._options.refetch,
            "languages": self._options.languages,
            "revisits": self._revisits,
        }
