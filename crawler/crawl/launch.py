"""Runs a crawl in this process, starting and stopping the reactor, and returns its report.

A process may run any number of crawls, one after the other, always in the same thread.
"""

from __future__ import annotations

import gc
import logging
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
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

log = logging.getLogger(__name__)

__all__ = ["CrawlOptions", "CrawlReport", "Progress", "run_crawl"]


def run_crawl(
    options: CrawlOptions,
    progress: Callable[[Progress], None] | None = None,
    *,
    clock: Callable[[], datetime] = read_clock,
) -> CrawlReport:
    """Crawl a site into an archive until nothing is left to do, and return the report of the run.

    ``progress`` is called five times a second; ``clock`` returns the time in UTC, and may be set meanwhile. Raises,
    before anything is fetched:
    UnknownSite, BadAddress (a given address is not the site's, or the mirror is no template), ContactMissing,
    ArchiveBusy, ArchiveUnusable, NotNow, and SiteRefused while a pause lasts that the site asked for (Retry-After).
    What stops the run later is in the report: its ``exit_code`` and ``messages``. Ctrl-C ends the run, as
    ``interrupted``, once the requests in flight have ended; a second one ends it at once.
    """
    spider = find_spider(options.site)
    if options.mirror is not None:
        Mirror(options.mirror, spider.site.origin)
    start_links = make_start_links(spider.site, options)
    options = add_contact(options, spider.site)
    with log_to_stderr(options.log_level, options.log_format):
        run = Run.open(spider.site, options, start_links, clock)
        run.progress = progress
        log.info("run %d begins", run.run_id, extra={"site": options.site, "run": run.run_id})
        try:
            with _collect_garbage_less():
                _run_reactor(spider, run, make_project_settings())
        except BaseException as problem:
            run.stop.set(CrawlerError(f"unexpected error: {type(problem).__name__}: {problem}"), "error")
            if not isinstance(problem, Exception):
                raise
            log.debug("where it happened", exc_info=True)
        finally:
            report = run.finish("shutdown")  # a run that has neither ended nor failed was stopped by a second Ctrl-C
            log.info("run %d ends: %s", report.run_id, report.outcome, extra=_make_log_facts(report))
    return report


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


def _run_reactor(spider: type[SiteSpider], run: Run, settings: Settings) -> None:
    if not is_reactor_installed():  # a second call would make Scrapy open a loop that nobody runs or closes
        install_reactor(settings["TWISTED_REACTOR"])
    from twisted.internet import reactor as installed

    reactor: Any = installed
    runner = CrawlerRunner(settings)
    failures: list[Any] = []

    def begin() -> None:
        deferred = runner.crawl(spider, options=run.options, run=run)
        deferred.addErrback(failures.append)
        # crash() leaves the loop without shutting the reactor down for good, so that it can run again
        deferred.addBoth(lambda _: reactor.callLater(0, reactor.crash))

    # Begun once the loop runs: code that asks for "the loop" before would get another one, and wait on it forever,
    # where this process has run a loop of its own meanwhile.
    reactor.callLater(0, begin)
    try:
        with _handle_signals(
            lambda: reactor.callFromThread(runner.stop), lambda: reactor.callFromThread(reactor.crash)
        ):
            reactor.run(installSignalHandlers=False)
    finally:
        if getattr(reactor, "threadpool", None) is not None:
            reactor._stopThreadPool()  # its threads would keep the process alive
    if failures:
        failures[0].raiseException()


@contextmanager
def _handle_signals(gently: Callable[[], object], now: Callable[[], object]) -> Iterator[None]:
    """Let the first Ctrl-C (or SIGTERM) end the run gently, the second at once. Only the main thread gets signals."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    signal_count = 0

    def handle(number: int, frame: object) -> None:
        nonlocal signal_count
        signal_count += 1
        (gently if signal_count == 1 else now)()

    former_handlers = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in former_handlers.items():
            signal.signal(number, handler)


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
