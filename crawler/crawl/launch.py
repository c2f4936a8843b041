"""Runs a crawl in this process, starting and stopping the reactor, and returns its report.

A process may run any number of crawls, one after the other, always in the same thread.
"""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from threading import Thread
from typing import Any

from scrapy.crawler import CrawlerRunner
from scrapy.settings import Settings
from scrapy.utils.reactor import install_reactor, is_reactor_installed

from crawler.crawl.contact import add_contact
from crawler.crawl.logs import log_to_stderr
from crawler.crawl.network.mirror import Mirror
from crawler.crawl.options import CrawlOptions
from crawler.crawl.report import CrawlReport, Progress
from crawler.crawl.run import Run
from crawler.crawl.spider import SiteSpider, make_start_links
from crawler.crawl.spider_loader import find_spider, make_project_settings
from crawler.crawl.timer import read_clock
from crawler.errors import CrawlerError
from crawler.sites.checking import refuse_bad_patterns
from crawler.system.interruption import catch_signals

log = logging.getLogger(__name__)

LAST_SECONDS = 10.0
"""Seconds that a run has to end in when the last answer has come, or has been given up."""

__all__ = ["CrawlOptions", "CrawlReport", "Progress", "run_crawl"]


def run_crawl(
    options: CrawlOptions,
    progress: Callable[[Progress], None] | None = None,
    *,
    clock: Callable[[], datetime] = read_clock,
) -> CrawlReport:
    """Crawl a site into an archive until nothing is left to do, and return the report of the run.

    ``progress`` is called five times a second; ``clock`` returns the time in UTC, and may be set meanwhile. Raises,
    before anything is fetched: UnknownSite, BadSiteFile (a pattern of the site cannot be used), BadAddress (a given
    address is not the site's, or the mirror is no template), ContactMissing, ArchiveBusy, ArchiveUnusable, NotNow, and
    SiteRefused while a pause lasts that the site asked for (Retry-After).
    What stops the run later is in the report: its ``exit_code`` and ``messages``. SIGINT or SIGTERM ends the run, as
    ``interrupted``, once the answers in flight have come; a second one does not wait for these.
    """
    spider = find_spider(options.site)
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
                with _collect_garbage_less():
                    _run_reactor(spider, run, make_project_settings(), ending)
            except BaseException as problem:
                run.stop.set(CrawlerError(f"unexpected error: {type(problem).__name__}: {problem}"), "error")
                if not isinstance(problem, Exception):
                    raise
                log.debug("where it happened", exc_info=True)
            finally:
                report = run.finish()
                log.info("run %d ends: %s", report.run_id, report.outcome, extra=_make_log_facts(report))
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


def _make_log_facts(report: CrawlReport) -> dict[str, object]:
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
    if not is_reactor_installed():  # a second call would make Scrapy open a loop that nobody runs or closes
        install_reactor(settings["TWISTED_REACTOR"])
    from twisted.internet import reactor as installed

    reactor: Any = installed
    runner = CrawlerRunner(settings)
    failures: list[Any] = []

    def begin() -> None:
        if ending.begin(reactor):
            reactor.crash()
            return
        deferred = runner.crawl(spider, options=run.options, run=run)
        deferred.addErrback(failures.append)
        deferred.addBoth(lambda _: end())

    def end() -> None:
        if run.stop.is_interrupted:  # an engine that is closed while it opens leaves its heartbeat behind
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()
        # crash() leaves the loop without shutting the reactor down for good, so that it can run again
        reactor.callLater(0, reactor.crash)

    # Begun once the loop runs: code that asks for "the loop" before would get another one, and wait on it forever,
    # where this process has run a loop of its own meanwhile.
    reactor.callLater(0, begin)
    # Threads that look up names: the end of the process does not wait for a name server.
    reactor.getThreadPool().threadFactory = partial(Thread, daemon=True)
    try:
        reactor.run(installSignalHandlers=False)
    finally:
        if not reactor.threadpool.working:
            reactor._stopThreadPool()
    if failures:
        failures[0].raiseException()


@contextmanager
def _collect_garbage_less() -> Iterator[None]:
    """Freeze the objects that exist already, and collect garbage less often; this saves 6 % of a crawl's time.

    Pages make many short-lived objects and few cycles; the modules of the frameworks live to the end of the process.
    """
    former_threshold = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(5_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*former_threshold)
        gc.unfreeze()
