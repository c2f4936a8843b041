"""Crawls several sites into one archive at the same time, in this process: each in a run of its own.

One reactor serves them all. Each run has its lock, its throttle, its WARC file and its connection to the archive; a
transaction is begun and ended in one call of this thread, so that no run ever waits for another's.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from scrapy.crawler import Crawler

from crawler.crawl.fetching.contact import add_contact
from crawler.crawl.fetching.spider import make_start_links
from crawler.crawl.logs import log_to_stderr
from crawler.crawl.network.mirror import Mirror
from crawler.crawl.options import CrawlOptions
from crawler.crawl.running.report import CrawlReport, Progress
from crawler.crawl.running.run import Run
from crawler.crawl.starting.launch import LAST_SECONDS, make_log_facts
from crawler.crawl.starting.reactor import end_reactor, run_reactor
from crawler.crawl.starting.spider_loader import make_project_settings, make_spider
from crawler.errors import CrawlerError
from crawler.sites.checking import refuse_bad_patterns
from crawler.sites.known_site import KnownSite
from crawler.system.garbage import collect_garbage_less
from crawler.system.interruption import catch_signals

log = logging.getLogger(__name__)

MOST_TOGETHER: Final = 20
"""The most sites that one process crawls at a time; docs/running.md has what was measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlResult:
    """How the crawl of one site ended: with a report, or with an error before it began."""

    site: str
    report: CrawlReport | None = None
    error: CrawlerError | None = None

    @property
    def exit_code(self) -> int:
        if self.report is not None:
            return self.report.exit_code
        return self.error.exit_code if self.error is not None else 0

    @property
    def messages(self) -> tuple[str, ...]:
        """Lines for people, the gravest first."""
        if self.report is not None:
            return self.report.messages
        return (str(self.error),) if self.error is not None else ()


def run_crawls(
    crawls: Sequence[tuple[KnownSite, CrawlOptions]],
    at_once: int,
    *,
    progress: Callable[[Progress], None] | None = None,
    on_end: Callable[[CrawlResult], None] = lambda result: None,
) -> list[CrawlResult]:
    """Crawl sites, ``at_once`` of them at a time, and return how each ended, in the order given.

    ``on_end`` is called when one has ended. What stops one stops no other. SIGINT, SIGTERM or SIGHUP ends all, as
    :func:`~crawler.crawl.starting.launch.run_crawl` does; those that have not begun are left out of the results.
    """
    if not crawls:
        return []
    options = crawls[0][1]
    gathering = _Gathering(crawls, at_once, progress, on_end)
    patience = max(options.timeout for _, options in crawls) + LAST_SECONDS
    with (
        log_to_stderr(options.log_level, options.log_format),
        catch_signals(gathering.handle_signal, patience=patience),
        collect_garbage_less(),
    ):
        gathering.run()
    return [gathering.results[site.name] for site, _ in crawls if site.name in gathering.results]


class _Gathering:
    """Begins crawls as places become free, and gathers their results."""

    def __init__(
        self,
        crawls: Sequence[tuple[KnownSite, CrawlOptions]],
        at_once: int,
        progress: Callable[[Progress], None] | None,
        on_end: Callable[[CrawlResult], None],
    ) -> None:
        self.results: dict[str, CrawlResult] = {}
        self._waiting = deque(crawls)
        self._at_once = at_once
        self._progress = progress
        self._on_end = on_end
        self._running: list[Run] = []
        self._progresses: dict[str, Progress] = {}
        self._settings = make_project_settings()
        self._signals = 0
        self._reactor: Any = None

    def run(self) -> None:
        """Run the reactor until all have ended. The runs are finished whatever happens."""
        try:
            run_reactor(self._settings["TWISTED_REACTOR"], self._begin)
        finally:
            for run in tuple(self._running):
                self._finish(run)

    def handle_signal(self, number: int) -> None:
        """Stop all runs; a second signal does not wait for what is in flight."""
        self._signals += 1
        if self._reactor is not None:
            self._reactor.callFromThread(self._stop_all)

    def _begin(self, reactor: Any) -> None:
        self._reactor = reactor
        self._fill()

    def _fill(self) -> None:
        """Begin crawls while there are places; end the reactor when nothing runs any more."""
        while self._waiting and len(self._running) < self._at_once and not self._signals:
            known_site, options = self._waiting.popleft()
            try:
                self._start(known_site, options)
            except CrawlerError as problem:
                self._note(CrawlResult(site=known_site.name, error=problem))
        if not self._running:
            end_reactor(self._reactor, cancel_tasks=self._signals > 0)

    def _start(self, known_site: KnownSite, options: CrawlOptions) -> None:
        spider = make_spider(known_site)
        refuse_bad_patterns(spider.site)
        if options.mirror is not None:
            Mirror(options.mirror, spider.site.origin)
        start_links = make_start_links(spider.site, options)
        options = add_contact(options, spider.site)
        run = Run.open(spider.site, options, start_links, pages=spider.pages)
        run.progress = None if self._progress is None else partial(self._report, run.site.name)
        self._running.append(run)
        log.info("run %d begins", run.run_id, extra={"site": options.site, "run": run.run_id})
        deferred = Crawler(spider, self._settings).crawl(options=options, run=run)
        deferred.addErrback(partial(self._note_failure, run))
        # in a call of its own: the engine of this run is still being closed
        deferred.addBoth(lambda _: self._reactor.callLater(0, self._end, run))

    def _note_failure(self, run: Run, failure: Any) -> None:
        problem = failure.value
        run.stop.set(CrawlerError(f"unexpected error: {type(problem).__name__}: {problem}"), "error")
        log.debug("where it happened", exc_info=problem)

    def _end(self, run: Run) -> None:
        self._finish(run)
        self._fill()

    def _finish(self, run: Run) -> None:
        self._running.remove(run)
        report = run.finish()
        log.info("run %d ends: %s", report.run_id, report.outcome, extra=make_log_facts(report))
        self._note(CrawlResult(site=report.site, report=report))

    def _note(self, result: CrawlResult) -> None:
        self.results[result.site] = result
        self._on_end(result)

    def _stop_all(self) -> None:
        for run in tuple(self._running):
            run.stop.interrupt()
            if self._signals > 1:
                run.session.transfers.cancel_all()

    def _report(self, site: str, progress: Progress) -> None:
        """Add the progress of one run to that of the others."""
        assert self._progress is not None
        self._progresses[site] = progress
        progresses = self._progresses.values()
        self._progress(
            Progress(
                pages=sum(one.pages for one in progresses),
                articles=sum(one.articles for one in progresses),
                queue=sum(one.queue for one in progresses),
                rate=sum(one.rate for one in progresses),
                seconds=max(one.seconds for one in progresses),
            )
        )
