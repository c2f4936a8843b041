"""Runs a crawl in this process, starting and stopping the reactor, and returns its report.

A process may run any number of crawls, one after the other, always in the same thread.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

import scrapy.core.downloader.contextfactory  # noqa: F401  # first: it looks at the stack and at all that is loaded
from scrapy.crawler import Crawler
from scrapy.settings import Settings

from crawler.crawl.fetching.contact import add_contact
from crawler.crawl.fetching.spider import SiteSpider, make_start_links
from crawler.crawl.logs import log_to_stderr
from crawler.crawl.network.mirror import Mirror
from crawler.crawl.options import CrawlOptions
from crawler.crawl.running.report import CrawlReport, Progress
from crawler.crawl.running.run import Run
from crawler.crawl.starting.reactor import end_reactor, run_reactor
from crawler.crawl.starting.spider_loader import find_spider, make_project_settings, make_spider
from crawler.crawl.timer import read_clock
from crawler.sites.checking import refuse_bad_patterns
from crawler.sites.known_site import KnownSite
from crawler.system.garbage import collect_garbage_less
from crawler.system.interruption import catch_signals

log = logging.getLogger(__name__)

LAST_SECONDS = 10.0
"""Seconds that a run has to end in when the last answer has come, or has been given up."""

__all__ = ["CrawlOptions", "CrawlReport", "Progress", "run_crawl"]


def run_crawl(
    options: CrawlOptions,
    progress: Callable[[Progress], None] | None = None,
    *,
    known_site: KnownSite | None = None,
    clock: Callable[[], datetime] = read_clock,
) -> CrawlReport:
    """Crawl a site into an archive until nothing is left to do, and return the report of the run.

    ``known_site`` is the site itself, where its name is not known yet. ``progress`` is called five times a second;
    ``clock`` returns the time in UTC, and may be set meanwhile. Raises, before anything is fetched: UnknownSite,
    BadSiteFile (a pattern of the site cannot be used), BadAddress (a given address is not the site's, or the mirror is
    no template), ContactMissing, ArchiveBusy, ArchiveUnusable, NotNow, and SiteRefused while a pause lasts that the
    site asked for (Retry-After).
    What stops the run later is in the report: its ``exit_code`` and ``messages``. SIGINT, SIGTERM and SIGHUP end the
    run, as ``interrupted``, once the answers in flight have come; a second one does not wait for these.
    """
    spider = make_spider(known_site) if known_site is not None else find_spider(options.site, options.archive)
    refuse_bad_patterns(spider.site)
    if options.mirror is not None:
        Mirror(options.mirror, spider.site.origin)
    start_links = make_start_links(spider.site, options)
    options = add_contact(options, spider.site)
    with log_to_stderr(options.log_level, options.log_format):
        run = Run.open(spider.site, options, start_links, clock, spider.pages)
        run.progress = progress
        ending = _Ending(run)
        with catch_signals(ending.handle_signal, patience=options.timeout + LAST_SECONDS):
            log.info("run %d begins", run.run_id, extra={"site": options.site, "run": run.run_id})
            try:
                with collect_garbage_less():
                    _run_reactor(spider, run, make_project_settings(), ending)
            except BaseException as problem:
                run.stop.set_unexpected(problem)
                if not isinstance(problem, Exception):
                    raise
                log.debug("where it happened", exc_info=True)
            finally:
                report = run.finish()
                log.info("run %d ends: %s", report.run_id, report.outcome, extra=make_log_facts(report))
    return report


class _Ending:
    """Ends a run when a signal comes: gently the first time, the second time without waiting for any answer.

    The signals may come before the reactor runs, between any two lines, and when it has stopped.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._signals = 0
        self._reactor: Any = None

    def handle_signal(self, number: int) -> None:
        self._signals += 1
        if self._reactor is not None:
            self._reactor.callFromThread(self._end)

    def begin(self, reactor: Any) -> bool:
        """Let the reactor handle the signals; return True if one has come before, and nothing is to begin."""
        self._reactor = reactor
        self._end()
        return self._signals > 0

    def _end(self) -> None:
        if self._signals:
            self._run.stop.interrupt()
        if self._signals > 1:
            self._run.session.transfers.cancel_all()


def make_log_facts(report: CrawlReport) -> dict[str, object]:
    """Return the fields of the log record about a run that has ended."""
    return {
        "site": report.site,
        "run": report.run_id,
        "outcome": report.outcome,
        "exit_code": report.exit_code,
        "pages": report.pages,
        "fates": {fate.value: count for fate, count in report.counts.items()},
        "queue": report.queue,
        "problems": report.problems,
        "seconds": round(report.seconds, 3),
    }


def _run_reactor(spider: type[SiteSpider], run: Run, settings: Settings, ending: _Ending) -> None:
    failures: list[Any] = []

    def begin(reactor: Any) -> None:
        if ending.begin(reactor):
            reactor.crash()
            return
        deferred = Crawler(spider, settings).crawl(options=run.options, run=run)
        deferred.addErrback(failures.append)
        deferred.addBoth(lambda _: end_reactor(reactor, cancel_tasks=run.stop.is_interrupted))

    run_reactor(settings["TWISTED_REACTOR"], begin)
    if failures:
        failures[0].raiseException()
