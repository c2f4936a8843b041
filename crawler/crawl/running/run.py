"""One run of one site into one archive: opens, connects and closes the parts of a crawl.

The session fetches, the frontier hands out addresses, the writer keeps visits in small batches, the monitor compares
them with earlier runs, the stop signal ends the run. Each batch is one transaction, after the WARC file it points into
has been flushed; so a killed run loses only what was in flight or in its last batch.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime

from crawler.archive import Archive
from crawler.archive.database import translate_errors
from crawler.archive.runs.deviations import Deviation
from crawler.crawl.erasure.erasing import describe_remainder, erase_listed
from crawler.crawl.fetching.page_reader import PageReader
from crawler.crawl.fetching.session import FetchSession
from crawler.crawl.fetching.spider import FetchResult
from crawler.crawl.fetching.throttle import Throttle
from crawler.crawl.frontier.frontier import Frontier
from crawler.crawl.frontier.refetch import LostPages, queue_lost
from crawler.crawl.frontier.sitemap_links import limit_links, list_named_sitemaps
from crawler.crawl.lease.crawl_lock import CrawlLock
from crawler.crawl.monitoring.layout import LayoutMonitor
from crawler.crawl.monitoring.messages import describe_deviations, describe_jumps, select_reportable
from crawler.crawl.monitoring.monitor import Monitor
from crawler.crawl.monitoring.saved_cases import attach_cases
from crawler.crawl.network.mirror import Mirror
from crawler.crawl.options import CrawlOptions
from crawler.crawl.running.provenance import list_versions, make_settings, make_warc_info, respect_pause
from crawler.crawl.running.report import CrawlReport, PageCounter, Progress
from crawler.crawl.running.writer import CrawlWriter
from crawler.crawl.stop import StopSignal, name_outcome
from crawler.crawl.timer import ClockWatch, read_clock
from crawler.discovery.ranges import plan_range
from crawler.discovery.traps import TrapFilter
from crawler.errors import CrawlerError, NotNow
from crawler.extraction.page import ArticlePage
from crawler.items import Fate, Link, Queued, Visit
from crawler.normalisation.wording import format_count
from crawler.outcome.retry_after import PAUSE_STATUSES
from crawler.rereading.records import ArchiveRecords
from crawler.rereading.rereader import Rereader
from crawler.site import Site
from crawler.sites.adopted import has_adopted
from crawler.system.interruption import EXIT_CODE
from crawler.warc import WarcWriter, mend_files

log = logging.getLogger(__name__)


class Run:
    """An open run. Make one with :meth:`open`; :meth:`finish` closes it, whatever happened.

    Attributes:
        site: the publication.
        options: the options of the crawl.
        archive: open for writing, under the site's lock and the archive's lease.
        stop: ends the run.
        session: mirror, throttle, WARC writer and clock, for the components that fetch.
        frontier: hands out addresses.
        writer: writes visits.
        reader: reads pages in another process, where that is quicker.
        monitor: compares the run with what is normal for the site.
        progress: called with the progress of the run at each tick.
        report: the report of the run, once it is finished.
        lost: what was lost when a run that fetches it again began.

    """

    def __init__(
        self,
        site: Site,
        options: CrawlOptions,
        archive: Archive,
        lock: CrawlLock,
        run_id: int,
        clock: Callable[[], datetime],
        throttle: Throttle,
        named: Collection[str] = (),
        pages: Sequence[type[ArticlePage]] = (ArticlePage,),
    ) -> None:
        self.site = site
        self.options = options
        self.archive = archive
        self.run_id = run_id
        self.stop = StopSignal()
        self.progress: Callable[[Progress], None] | None = None
        self.report: CrawlReport | None = None
        self.lost: LostPages | None = None
        self._lock = lock
        self._clock = clock
        self._clock_watch = ClockWatch(clock)
        self._counter = PageCounter(site.name, run_id)
        self._reread = 0
        self._traps = TrapFilter()
        self.reader = PageReader(site, pages, options.reads_beside)
        self._uses_sitemaps = site.sitemaps == "robots" and options.uses_entry_points
        walk = plan_range(site, options.by_day, options.ids, options.languages)
        self.monitor = Monitor(site, named, walk, LayoutMonitor(site, archive.read_site_history(site, run_id), run_id))
        warc = WarcWriter(
            archive.warc_folder,
            site.name,
            started_at=clock(),
            info=make_warc_info(site, options, is_adopted=has_adopted(archive.adopted_sites, site)),
            roll_at=options.roll_warc_at,
        )
        self.writer = CrawlWriter(
            archive,
            warc,
            run_id,
            clock,
            self.stop,
            on_kept=self._note_kept,
            suspect_fields=lambda: None if options.accept_layout else self.monitor.layout.suspect_fields,
            read_former=Rereader(
                ArchiveRecords(archive.db.conn), archive.warc_folder, {site.name: (site, pages)}, archive.forgotten
            ).find_change,
        )
        self.session = FetchSession(
            throttle=throttle,
            warc=warc,
            stop=self.stop,
            clock=clock,
            mirror=Mirror(options.mirror, site.origin) if options.mirror is not None else None,
            # What is fetched again because it was lost is kept in full, whatever its former records look like.
            find_earlier=(lambda url_key, url, digest: None) if options.refetch else archive.find_earlier_capture,
            keep_loose=self.writer.keep_loose,
            pace=lock,
            note_sitemaps=self._note_sitemaps,
            obeys_reservations=(
                site.obey_reservations if options.obey_reservations is None else options.obey_reservations
            ),
        )
        self.frontier = Frontier(
            site,
            options,
            archive,
            run_id,
            clock,
            self.stop,
            walk=walk,
            unwritten=self.writer.list_unwritten,
            flush=self.flush,
        )

    @classmethod
    def open(
        cls,
        site: Site,
        options: CrawlOptions,
        starts: tuple[Link, ...],
        clock: Callable[[], datetime] = read_clock,
        pages: Sequence[type[ArticlePage]] = (ArticlePage,),
    ) -> Run:
        """Lock the site, open the archive, begin a run in it, and put the starting points into the queue.

        ``pages`` are the site's page classes, by which archived pages are read again.

        A run that was killed is resumed: its damaged WARC files are cut back to the last whole record, and what it
        has visited is not fetched again. Raises ArchiveBusy, ArchiveUnusable, NotNow (quiet hours, daily cap), and
        SiteRefused while a pause lasts that the site asked for.
        """
        lock = CrawlLock(options.archive, site.name)
        try:
            archive = Archive(options.archive, "create")
        except BaseException:
            lock.release()
            raise
        try:
            now = clock()
            respect_pause(archive, site, options, now)
            throttle = Throttle(site, options, lambda since: archive.count_answers(site, since), clock)
            if (
                reason := throttle.find_stop_reason()
            ) is not None:  # no run is begun: a killed one is still taken up later
                raise NotNow(reason.note)
            run_id = archive.begin_run(
                site,
                versions=list_versions(),
                settings=make_settings(_without_forgotten(options, starts, archive), site),
                kind=options.kind,
                now=now,
            )
            first_run_id = archive.find_first_run(run_id)
            if first_run_id != run_id:
                mend_files(archive.warc_folder, site.name, archive.find_start(first_run_id))
            _erase_listed(archive, site, now)
            named = [link.address.url_key for link in starts if link.via == "start"]
            run = cls(site, options, archive, lock, run_id, clock, throttle, named, pages)
            archive.enqueue(starts, run_id, now)
            if options.refetch:
                run.lost = queue_lost(archive, site, named, now)
            for link in starts:
                if link.address.url_key in archive.forgotten:
                    log.warning("%s was forgotten (seealso forget): it is not fetched", link.address.url)
        except BaseException:
            archive.close()
            lock.release()
            raise
        return run

    # Called by the scheduler

    def next(self) -> Queued | None:
        """Return the next address to fetch, or None when there is none now."""
        if self.frontier.is_closed or self.reader.is_full or self.session.is_held():
            return None
        return self.frontier.next()

    def has_work(self) -> bool:
        """Return True if the queue holds an address for this run; visits still in the batch are written first."""
        if self.frontier.is_closed or self.session.must_end():
            return False
        return self.frontier.has_work()

    def tick(self) -> None:
        """Write a batch that is due, and report progress: called every ``TICK`` seconds of the report."""
        self._clock_watch.check()
        if self.writer.is_due:
            self.flush()
        if self.progress is None:
            return
        count_queue = None if self.stop.is_set else self.frontier.count_pending
        try:
            self.progress(self._counter.make_progress(self.monitor.articles, count_queue))
        except CrawlerError as problem:
            self.stop.set(problem, "archive")

    # Called by the pipelines

    def wants(self, fetched: FetchResult) -> bool:
        """Return True if a result is to be kept; False when nothing came because the run stops or the throttle held."""
        return not fetched.postponed and (bool(fetched.captures) or not self.stop.is_set)

    def keep(self, visit: Visit) -> None:
        """Put a visit into the batch; stop the run where the monitor says so; write the batch when it is due."""
        self.frontier.mark_visited(visit)
        visit = self._traps.filter_links(limit_links(visit, self.options))
        self.writer.add(visit)
        self._counter.pages += 1
        problem = self.monitor.note_visit(visit)
        if problem is not None:
            self.stop.set(problem)
        if visit.status in PAUSE_STATUSES or self.writer.is_due or visit.address.kind == "sitemap":
            self.flush()

    def forget(self, fetched: FetchResult) -> None:
        """Release an address that was not visited: it stays in the queue for the next run."""
        self.frontier.put_back(fetched.queued)
        self.writer.keep_without_visit(fetched.captures)

    def flush(self) -> None:
        """Write the visits that are not written yet."""
        if self.writer.list_unwritten():
            self._lock.check_lease()
            self.frontier.mark_written()
            self.writer.flush()

    def _note_sitemaps(self, robots_url: str, sitemaps: Sequence[str], moment: datetime) -> None:
        """Write the sitemaps that a robots.txt names, and queue them where they are entry points of this run."""
        self.writer.note_sitemaps(robots_url, sitemaps, moment)
        if not self._uses_sitemaps:
            return
        try:
            self.archive.enqueue_sitemaps(list_named_sitemaps(robots_url, sitemaps, self.site), self.run_id, moment)
        except CrawlerError as problem:
            self.stop.set(problem, "archive")
        self.frontier.note_queued()

    def _note_kept(self, visit: Visit, fate: Fate) -> None:
        self._counter.counts[fate] += 1
        if fate is Fate.UNREADABLE and visit.article is not None:
            self.monitor.note_truncated(visit)
        log.info(
            "%s %s",
            fate,
            visit.address.url,
            extra={"run": self.run_id, "fate": fate.value, "url": visit.address.url, "status": visit.status},
        )

    # Called at the end

    def finish(self, reason: str = "finished") -> CrawlReport:
        """Write what is left, close everything and return the report. A second call returns the same report."""
        if self.report is None:
            self._clock_watch.check()
            self.reader.close()
            self.flush()
            self._check_in_place()
            self.writer.close_warc()
            outcome = self._decide_outcome(reason)
            self.report = self._close(outcome)
        return self.report

    def _check_in_place(self) -> None:
        try:
            self.archive.check_in_place()
        except CrawlerError as problem:
            self.stop.set(problem, "archive")

    def _decide_outcome(self, reason: str) -> str:
        """Return the word for how the run ended: of what stopped it, else of the monitor's verdict, else Scrapy's.

        A run that was interrupted may still be an alarm; that all was refused so far is none.
        """
        if self.stop.trouble is None:
            is_broken_off = self.stop.is_interrupted
            verdict = self.monitor.find_layout_alarm() if is_broken_off else self.monitor.find_verdict()
            if verdict is not None:
                self.stop.trouble, self.stop.outcome = verdict, name_outcome(verdict)
        return self.stop.outcome or {"shutdown": "interrupted"}.get(reason, reason)

    def _close(self, outcome: str) -> CrawlReport:
        """Write the end of the run, close the archive and make the report."""
        queue = 0
        messages: list[str] = []
        deviations = self.monitor.list_deviations()
        self.frontier.put_back_all()
        try:
            queue = self.frontier.count_pending()
            self.writer.write_loose()
            dead_end = self.monitor.find_dead_end()
            if dead_end is not None:
                self.archive.note_problem(self.run_id, dead_end)
                self.monitor.problems += 1
            if outcome == "alarm":
                deviations, messages = attach_cases(self.archive, self.site, self.run_id, deviations)
            self._reread = self.archive.count_reread(self.run_id)
            self.archive.finish_run(self.run_id, outcome, self._clock(), self.monitor.layout.cells, deviations)
            _erase_listed(self.archive, self.site, self._clock())
        except CrawlerError as problem:
            self.stop.trouble = self.stop.trouble or problem
        finally:
            self.archive.close()
            self._lock.release()
        alarms = select_reportable(deviations) if outcome == "alarm" else []
        return self._counter.make_report(
            outcome,
            self._find_exit_code(),
            self._list_messages(alarms, messages),
            queue=queue,
            problems=self.monitor.problems,
            alarms=alarms,
        )

    def _find_exit_code(self) -> int:
        if self.stop.trouble is not None:
            return self.stop.trouble.exit_code
        if self.stop.is_interrupted:
            return EXIT_CODE
        return 2 if any(self.monitor.iter_findings()) else 0

    def _list_messages(self, alarms: Collection[Deviation], saved: Collection[str]) -> list[str]:
        """Return the lines of the report. Where something stopped the run, its line replaces the monitor's findings."""
        if alarms:  # more pages have come since they stopped the run
            gravest = [*describe_deviations(alarms, self.site.title), *saved]
        elif self.stop.trouble is not None:
            gravest = [str(self.stop.trouble)]
        else:
            gravest = list(self.monitor.iter_findings())
        endings = [] if self.stop.reason is None else [self.stop.reason.note]
        endings += [] if self.lost is None else [self.lost.note]
        endings += [_describe_reread(self._reread)] if self._reread else []
        jumps = describe_jumps(self._clock_watch.farthest_back, self._clock_watch.farthest_ahead)
        none = ["no page was asked for, as --max-articles is 0"] if self.options.max_articles == 0 else []
        return [*gravest, *endings, *none, *jumps, *self.monitor.iter_notes(), *self.frontier.backfill.iter_notes()]


def _erase_listed(archive: Archive, site: Site, now: datetime) -> None:
    """Erase what earlier commands, or this run, left of forgotten articles; log what is still left."""
    with translate_errors(archive.path):
        erased = erase_listed(archive, now, own_sites=(site.name,))
    if erased.records:
        log.info("%s of forgotten articles erased", format_count(erased.records, "WARC record"))
    if erased.remainder:
        log.warning("%s: see seealso doctor", describe_remainder(erased.remainder, archive.path))


def _describe_reread(articles: int) -> str:
    return (
        f"{format_count(articles, 'article')} read differently by today's rules: the archived reading was replaced "
        "before it was compared, so that no edit was made of it (see seealso reread)"
    )


def _without_forgotten(options: CrawlOptions, starts: Collection[Link], archive: Archive) -> CrawlOptions:
    """Return the options to record: without the addresses of forgotten articles, which hold words of them."""
    if not any(link.address.url_key in archive.forgotten for link in starts):
        return options
    links = [link for link in starts if link.address.url_key not in archive.forgotten]
    return replace(options, urls=tuple(link.printed_url or link.address.url for link in links))
