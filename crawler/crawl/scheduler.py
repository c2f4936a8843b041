"""The scheduler: Scrapy's engine asks, the archive's queue answers.

Redirects and second tries are held in memory, in front of the queue: until their visit is kept, the address they began
with is still queued in the archive, so that a kill loses nothing.
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

from crawler.crawl.report import TICK
from crawler.crawl.run import Run
from crawler.crawl.spider import SiteSpider
from crawler.errors import CrawlerError

log = logging.getLogger(__name__)


class ArchiveScheduler(BaseScheduler):
    """Hands out what :class:`~crawler.crawl.run.Run` claims from the archive. Opens the run unless the spider brings
    one.
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
        crawler.signals.connect(scheduler._spider_opened, signals.spider_opened)
        return scheduler

    def open(self, spider: Spider) -> None:
        """Open the run: lock, archive, starting points. What prevents it is one line in the log."""
        assert isinstance(spider, SiteSpider)
        self.spider = spider
        run = spider.run
        if run is None:
            try:
                if spider.prevented is not None:
                    raise spider.prevented
                run = Run.open(spider.site, spider.options, spider.starts())
            except CrawlerError as problem:
                log.error("%s", problem)
                spider.prevented = problem
                return
            spider.run = run
            self._opened_here = True
        assert isinstance(run, Run)
        self.run = run
        spider.session = run.session
        run.stop.on_stop = self._stop
        self._tick()

    def _spider_opened(self) -> None:
        """Close a spider that may not begin: only now, because Scrapy cannot close one that is half open."""
        if self.spider.prevented is not None:
            raise CloseSpider(type(self.spider.prevented).__name__)

    def close(self, reason: str) -> None:
        """Finish the run, and say in the log what ``seealso crawl`` says on the terminal."""
        if self._ticker is not None:
            self._ticker.cancel()
        if not hasattr(self, "run"):
            return
        report = self.run.finish(reason)
        if self._opened_here:  # who brought a run has its report
            for message in report.messages:
                log.warning("%s", message)
            log.info("run %d %s: %s", report.run_id, report.outcome, {str(k): v for k, v in report.counts.items()})

    def enqueue_request(self, request: Request) -> bool:
        """Take a redirect or a second try; everything else comes from the archive."""
        if self.run.stop.trouble is not None:
            return False
        self._onward.append(request)
        return True

    def next_request(self) -> Request | None:
        """Return a redirect or second try if there is one, else the next address of the queue."""
        if self._onward:
            return self._onward.popleft()
        queued = self.run.next()
        return self.spider.request(queued) if queued is not None else None

    def has_pending_requests(self) -> bool:
        """Return True if anything is left to fetch. The engine asks when nothing is in flight, and ends on "no"."""
        return bool(self._onward) or self.run.has_work()

    def _tick(self) -> None:
        self.run.tick()
        resting = self.run.session.throttle.is_paused
        slot = self.crawler.engine._slot
        if self._resting and not resting and slot is not None:
            slot.nextcall.schedule()  # else the engine asks again within five seconds
        self._resting = resting
        self._ticker = asyncio.get_running_loop().call_later(TICK, self._tick)

    def _stop(self, reason: str) -> None:
        """Close the spider from within a callback: the engine waits for what is in flight, so this must not."""
        task = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason=reason))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
