"""The pipelines, in their order: the first reads what was fetched, the second keeps it."""

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
    """A part of the crawl that has the open run at hand."""

    @property
    def run(self) -> Run:
        assert isinstance(self.spider.run, Run)
        return self.spider.run


class ReadPage(RunComponent):
    """Makes a visit of what was fetched: the page is read, its links are found, its fate is said."""

    def process_item(self, item: Any) -> Visit:
        """Return the visit; drop what did not come because the crawl is being stopped or its throttle forbids it."""
        assert isinstance(item, FetchResult)
        if not self.run.wants(item):
            self.run.forget(item)
            raise DropItem("the address stays in the queue", log_level="DEBUG")
        return conclude_visit(item, self.spider.site, self.spider.pages)


class KeepVisit(RunComponent):
    """Gives the visit to the run, which writes visits in batches."""

    def process_item(self, item: Any) -> Visit:
        """Keep the visit."""
        assert isinstance(item, Visit)
        self.run.keep(item)
        return item


def conclude_visit(fetched: FetchResult, site: Site, pages: Sequence[type[ArticlePage]] = (ArticlePage,)) -> Visit:
    """Read the last answer of an address, and return what became of the visit. Never raises."""
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
