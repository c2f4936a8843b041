"""Runs a crawl in this process and returns its report; the reactor is started and stopped here.

May be called again and again in one process, always from the same thread.
"""

from __future__ import annotations

import gc
import logging
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from scrapy.crawler import CrawlerRunner
from scrapy.settings import Settings
from scrapy.utils.reactor import install_reactor, is_reactor_installed

from crawler.crawl.contact import with_contact
from crawler.crawl.logs import log_to_stderr
from crawler.crawl.network.mirror import Mirror
from crawler.crawl.options import CrawlOptions
from crawler.crawl.report import CrawlReport, Progress
from crawler.crawl.run import Run
from crawler.crawl.spider import SiteSpider, make_start_links
from crawler.crawl.spider_loader import find_spider, project_settings
from crawler.errors import CrawlerError

log = logging.getLogger(__name__)

__all__ = ["CrawlOptions", "CrawlReport", "Progress", "run_crawl"]


def run_crawl(
    options: CrawlOptions,
    progress: Callable[[Progress], None] | None = None,
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> CrawlReport:
    """Crawl a site into an archive until nothing is left to do, and return what it came to.

    ``progress`` is called five times a second; ``clock`` tells the time, in UTC. What is wrong before anything is
    fetched is raised: UnknownSite, BadAddress (a given address is not the site's, or the mirror is no template),
    ContactMissing, ArchiveBusy, ArchiveUnusable, and SiteRefused while a pause lasts that the site asked for
    (Retry-After). What stops the run later is in the report: its ``exit_code`` and ``messages``. Ctrl-C ends the run
    after what is in flight, as ``interrupted``; a second one does not wait.
    """
    spider = find_spider(options.site)
    if options.mirror is not None:
        Mirror(options.mirror, spider.site.origin)
    beginnings = make_start_links(spider.site, options)
    options = with_contact(options, spider.site)
    with log_to_stderr(options.log_level, options.log_format):
        run = Run.open(spider.site, options, beginnings, clock)
        run.progress = progress
        log.info("run %d begins", run.run_id, extra={"site": options.site, "run": run.run_id})
        try:
            with _collect_garbage_less():
                _run_reactor(spider, run, project_settings())
        except BaseException as problem:
            run.stop.set(CrawlerError(f"unexpected error: {type(problem).__name__}: {problem}"), "error")
            if not isinstance(problem, Exception):
                raise
            log.debug("where it happened", exc_info=True)
        finally:
            report = run.finish("shutdown")  # unless it has ended or failed, a second Ctrl-C has broken the loop off
            log.info("run %d ends: %s", report.run_id, report.outcome, extra=_facts(report))
    return report


def _facts(report: CrawlReport) -> dict[str, object]:
    """Return what a structured log says of a run that has ended."""
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
    if not is_reactor_installed():  # asked again, Scrapy makes a loop that nobody runs and nobody closes
        install_reactor(settings["TWISTED_REACTOR"])
    from twisted.internet import reactor as installed

    reactor: Any = installed
    runner = CrawlerRunner(settings)
    failures: list[Any] = []

    def begin() -> None:
        done = runner.crawl(spider, options=run.options, run=run)
        done.addErrback(failures.append)
        # crash() leaves the loop without shutting the reactor down for good, so that it can run again
        done.addBoth(lambda _: reactor.callLater(0, reactor.crash))

    # Once the loop runs, and not when it starts: what is asked for "the loop" before would be given another one where
    # this process has run one of its own meanwhile, and wait there forever.
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
    asked = 0

    def handle(number: int, frame: object) -> None:
        nonlocal asked
        asked += 1
        (gently if asked == 1 else now)()

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _collect_garbage_less() -> Iterator[None]:
    """Let the garbage collector leave alone what was there before, and look less often: 6 % of a crawl's time.

    Pages make many short-lived objects and few cycles; the modules of the frameworks stay to the end anyway.
    """
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(5_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
