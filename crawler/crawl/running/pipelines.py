"""The item pipelines in their order: ``ReadPage`` makes a visit from a fetch result, ``KeepVisit`` keeps it."""

from __future__ import annotations

from collections.abc import Coroutine
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

from scrapy.exceptions import DropItem

from crawler.crawl.fetching.open_visit import OpenVisit
from crawler.crawl.fetching.spider import CrawlComponent, FetchResult
from crawler.crawl.running.run import Run
from crawler.items import Visit
from crawler.shards.readings import Reading


class RunComponent(CrawlComponent):
    """A component with access to the open run."""

    @property
    def run(self) -> Run:
        assert isinstance(self.spider.run, Run)
        return self.spider.run


class ReadPage(RunComponent):
    """Makes a visit from a fetch result: reads the page, finds its links, decides its fate."""

    def process_item(self, item: Any) -> Visit | Coroutine[Any, Any, Visit]:
        """Return the visit, or what it is awaited by while another process reads the page or pages before it.

        Raises DropItem when nothing came because the crawl stops or its throttle forbids it, and while further pages
        of the article are fetched.
        """
        assert isinstance(item, FetchResult)
        future = None if isinstance(item.open_visit, OpenVisit) else self.run.reader.submit(item)
        if future is None and self.run.reader.is_idle:
            return self._make_visit(item)
        return self._await_visit(item, future)

    async def _await_visit(self, item: FetchResult, future: Future[bytes] | None) -> Visit:
        async with self.run.reader.turn:
            return self._make_visit(item, await self.run.reader.receive(future))

    def _make_visit(self, item: FetchResult, reading: Reading | None = None) -> Visit:
        visit = item.open_visit
        if not self.run.wants(item):
            self.run.forget(visit.drop(item) if isinstance(visit, OpenVisit) else item)
            raise DropItem("the address stays in the queue", log_level="DEBUG")
        if isinstance(visit, OpenVisit):
            visit.add(item)
        else:
            visit = OpenVisit(item, self.spider.site, self.spider.pages, reading)
        url = visit.find_next_url()
        if url is None:
            return visit.conclude()
        if self.run.stop.is_set:
            self.run.forget(visit.drop(replace(item, captures=())))
            raise DropItem("the address stays in the queue", log_level="DEBUG")
        self.crawler.engine.crawl(self.spider.make_further_request(url, item.queued, visit))
        raise DropItem("another page of the article is fetched", log_level="DEBUG")


class KeepVisit(RunComponent):
    """Gives the visit to the run, which writes visits in batches."""

    def process_item(self, item: Any) -> Visit:
        """Give the visit to the run, and return it."""
        assert isinstance(item, Visit)
        self.run.keep(item)
        return item
