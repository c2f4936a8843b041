"""The item pipelines in their order: ``ReadPage`` makes a visit from a fetch result, ``KeepVisit`` keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scrapy.exceptions import DropItem

from crawler.crawl.run import Run
from crawler.crawl.spider import CrawlComponent, FetchResult
from crawler.extraction.page import ArticlePage
from crawler.items import Visit
from crawler.outcome.answer import read_answer
from crawler.outcome.settle import settle
from crawler.site import Site


class RunComponent(CrawlComponent):
    """A component with access to the open run."""

    @property
    def run(self) -> Run:
        assert isinstance(self.spider.run, Run)
        return self.spider.run


class ReadPage(RunComponent):
    """Makes a visit from a fetch result: reads the page, finds its links, decides its fate."""

    def process_item(self, item: Any) -> Visit:
        """Return the visit. Raises DropItem when nothing came because the crawl stops or its throttle forbids it."""
        assert isinstance(item, FetchResult)
        if not self.run.wants(item):
            self.run.forget(item)
            raise DropItem("the address stays in the queue", log_level="DEBUG")
        return conclude_visit(item, self.spider.site, self.spider.pages)


class KeepVisit(RunComponent):
    """Gives the visit to the run, which writes visits in batches."""

    def process_item(self, item: Any) -> Visit:
        """Give the visit to the run, and return it."""
        assert isinstance(item, Visit)
        self.run.keep(item)
        return item


def conclude_visit(fetched: FetchResult, site: Site, pages: Sequence[type[ArticlePage]] = (ArticlePage,)) -> Visit:
    """Read the last answer of an address, and return the visit. Never raises."""
    queued = fetched.queued
    outcome = read_answer(
        fetched.captures[-1] if fetched.captures else None,
        fetched.landed or queued.address,
        site,
        pages,
        failure=fetched.failure,
        error=fetched.error,
        former_words=queued.words if queued.known else 0,
    )
    return settle(outcome, queued, fetched.captures, fetched.landed)
