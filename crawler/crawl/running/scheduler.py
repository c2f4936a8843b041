"""The scheduler: gives Scrapy's engine the requests for the addresses in the archive's queue.

Redirects and retries are held in memory, in front of the queue. The address that they began with stays queued in the
archive until its visit is kept, so that a killed run loses nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from typing import Self

from scrapy import Request, Spider, signals
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider

from crawler.crawl.fetching.open_visit import OpenVisit
from crawler.crawl.fetching.spider import FetchResult, SiteSpider
from crawler.crawl.network.address_guard import RequestPostponed
from crawler.crawl.running.report import TICK
from crawler.crawl.running.run import Run
from crawler.errors import CrawlerError

log = logging.getLogger(__name__)


class ArchiveScheduler(BaseScheduler):
    """Makes requests for the addresses that a :class:`~crawler.crawl.running.run.Run` hands out.

    It opens a run if none is given.
    """

    run: Run
    spider: SiteSpider

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._opened_here = False
        self._resting = False
        self._onward: deque[Request] = deque()
        self._ticker: asyncio.TimerHandle | None = None
        self._closing: set[asyncio.Task[None]] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        scheduler = cls(crawler)
        crawler.signals.connect(scheduler._refuse_unopened, signals.spider_opened)
        return scheduler

    def open(self, spider: Spider) -> None:
        """Open the run, unless the spider has one. An error that prevents it is logged and kept in ``open_error``."""
        assert isinstance(spider, SiteSpider)
        self.spider = spider
        run = spider.run
        if run is None:
            try:
                if spider.open_error is not None:
                    raise spider.open_error
                run = Run.open(spider.site, spider.options, spider.list_starts(), pages=spider.pages)
            except CrawlerError as problem:
                log.error("%s", problem)
                spider.open_error = problem
                return
            spider.run = run
            self._opened_here = True
        assert isinstance(run, Run)
        self.run = run
        spider.session = run.session
        run.stop.on_stop = self._stop
        if not self.crawler.crawling:
            # Scrapy's own command got a signal before its engine ran: it would crawl on, and then wait forever.
            self.crawler.crawling = True
            run.stop.interrupt()
        self._tick()

    def _refuse_unopened(self) -> None:
        """Raise CloseSpider where the run could not be opened: Scrapy cannot close a spider before this signal."""
        if self.spider.open_error is not None:
            raise CloseSpider(type(self.spider.open_error).__name__)

    def close(self, reason: str) -> None:
        """Finish the run; log its messages where the scheduler opened it, as ``seealso crawl`` prints them."""
        if self._ticker is not None:
            self._ticker.cancel()
        if not hasattr(self, "run"):
            return
        for request in self._onward:
            self._give_back(request)
        report = self.run.finish(reason)
        if self._opened_here:  # otherwise the caller that opened the run has its report
            for message in report.messages:
                log.warning("%s", message)
            log.info("run %d %s: %s", report.run_id, report.outcome, {str(k): v for k, v in report.counts.items()})

    def _give_back(self, request: Request) -> None:
        """Keep what has come of a visit that another page was wanted for: its address stays in the queue."""
        visit = request.meta.get("open_visit")
        if isinstance(visit, OpenVisit):
            self.run.forget(visit.drop(FetchResult(queued=visit.fetched.queued, captures=())))

    def enqueue_request(self, request: Request) -> bool:
        """Hold a redirect, a retry or a further page of an article; return False once the run has been stopped.

        All other requests come from the archive.
        """
        if self.run.stop.trouble is not None or self.run.stop.is_interrupted:
            return False
        self._onward.append(request)
        return True

    def next_request(self) -> Request | None:
        """Return a redirect or retry if one is held, else the request for the next address; None when there is none."""
        if self._onward:
            return self._onward.popleft()
        try:
            queued = self.run.next()
            return self.spider.make_request(queued) if queued is not None else None
        except Exception as problem:  # Scrapy would log it, ask no more, and wait forever
            self._end_run(problem)
            return None

    def has_pending_requests(self) -> bool:
        """Return True if anything is left to fetch. The engine calls this when it is idle, and stops on False."""
        try:
            return bool(self._onward) or self.run.has_work()
        except Exception as problem:
            self._end_run(problem)
            return False

    def _end_run(self, problem: Exception) -> None:
        log.debug("where it happened", exc_info=True)
        self.run.stop.set_unexpected(problem)

    def _tick(self) -> None:
        try:
            self.run.tick()
        except Exception as problem:
            self._end_run(problem)
        is_paused = self.run.session.throttle.is_paused
        slot = self.crawler.engine._slot
        if slot is not None and slot.closing is not None:  # also where Scrapy's own command was stopped
            self._drop_waiting()
        if self._resting and not is_paused and slot is not None:
            slot.nextcall.schedule()  # else the engine waits up to five seconds
        self._resting = is_paused
        self._ticker = asyncio.get_running_loop().call_later(TICK, self._tick)

    def _drop_waiting(self) -> None:
        """Take back what is not in flight: it waits for its turn, for the end of a delay, a name or a connection."""
        for slot in self.crawler.engine.downloader.slots.values():
            while slot.queue:
                _, deferred = slot.queue.popleft()
                deferred.errback(RequestPostponed("the crawl has been stopped"))
        self.run.session.transfers.cancel_unsent()

    def _stop(self, reason: str) -> None:
        """Close the spider from within a callback, without waiting: the engine waits for the requests in flight."""
        self._drop_waiting()
        task = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason=reason))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
