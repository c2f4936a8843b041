"""One run of one site into one archive: what is open, what is in flight, what waits to be written.

The scheduler asks a run for addresses, the pipelines give it visits, the download handler its answers. Visits are
kept in small batches, each in one transaction, after the WARC file they point into has been flushed; so a killed run
loses nothing that it had not in flight.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime

from crawler.archive import Archive
from crawler.archive.lock import SiteLock
from crawler.archive.write.queue import ClaimFilterFields
from crawler.crawl.backfill import Backfill
from crawler.crawl.monitoring.layout import LayoutMonitor
from crawler.crawl.monitoring.messages import describe_deviations, select_reportable
from crawler.crawl.monitoring.monitor import Monitor
from crawler.crawl.monitoring.saved_cases import attach_cases
from crawler.crawl.network.mirror import Mirror
from crawler.crawl.options import CrawlOptions, CrawlReport, Progress
from crawler.crawl.provenance import find_start, make_settings, remember_pause, respect_pause, versions, warc_info
from crawler.crawl.report import PageCounter
from crawler.crawl.spider import FetchResult
from crawler.crawl.throttle import StopReason, Throttle
from crawler.crawl.writer import Batch
from crawler.discovery.ranges import plan_range
from crawler.discovery.traps import TrapFilter
from crawler.errors import ArchiveUnusable, CrawlerError, NotNow
from crawler.items import Capture, Fate, Link, Queued, Visit
from crawler.outcome.retry_after import PAUSE_STATUSES
from crawler.site import Site
from crawler.warc import OriginalRecord, WarcWriter, find_original, mend_files

log = logging.getLogger(__name__)

CLAIM = 32
"""Addresses taken from the queue at once."""
OUTCOMES = {4: "refused", 5: "unreachable", 6: "alarm"}
"""Words for how a run ended, by the exit code of what ended it."""


class Run:
    """An open run. Make one with :meth:`open`; :meth:`finish` closes it, whatever happened.

    Attributes:
        site: the publication.
        options: what was asked for.
        archive: open for writing, under the site's lock.
        warc: where answers are kept before anything else.

    """

    def __init__(
        self,
        site: Site,
        options: CrawlOptions,
        archive: Archive,
        lock: SiteLock,
        run_id: int,
        clock: Callable[[], datetime],
        manners: Throttle,
        named: Collection[str] = (),
    ) -> None:
        self.site = site
        self.options = options
        self.archive = archive
        self.run_id = run_id
        self.clock = clock
        self.mirror = Mirror(options.mirror, site.origin) if options.mirror is not None else None
        walk = plan_range(site, options.by_day, options.ids, options.languages)
        self.walking = Backfill(walk, site, clock(), again=options.refresh is True)
        self.monitor = Monitor(site, named, walk, LayoutMonitor(site, archive.read_site_history(site, run_id), run_id))
        self.manners = manners
        self.ending: StopReason | None = None
        self.traps = TrapFilter()
        self.trouble: CrawlerError | None = None
        self.outcome: str | None = None
        self.on_stop: Callable[[str], None] | None = None
        self.progress: Callable[[Progress], None] | None = None
        self.report: CrawlReport | None = None
        self.warc = WarcWriter(
            archive.warc_folder,
            site.name,
            started_at=clock(),
            info=warc_info(site, options),
            roll_at=options.roll_warc_at,
        )
        self._lock = lock
        self._ready: deque[Queued] = deque()
        self._in_flight: dict[str, Queued] = {}
        self._articles_in_flight = 0
        self._batch = Batch(archive, self.warc, run_id, clock, self._doubted)
        self._dry = False
        self._new_unwritten = False
        self._revisits = options.budget(archive.known(site))
        self._loose: list[Capture] = []
        self._article_pages = 0
        self._tally = PageCounter(site.name, run_id)

    @classmethod
    def open(
        cls,
        site: Site,
        options: CrawlOptions,
        starts: tuple[Link, ...],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> Run:
        """Lock, open and prepare everything, and put the starting points into the queue.

        A run that was killed before is taken up: its damaged WARC files are cut back to the last whole record, and
        what it has visited is not fetched again. Raises ArchiveBusy, ArchiveUnusable, NotNow, and SiteRefused while
        a pause lasts that the site asked for.
        """
        lock = SiteLock(options.archive, site.name)
        try:
            archive = Archive(options.archive, "create")
        except BaseException:
            lock.release()
            raise
        try:
            now = clock()
            respect_pause(archive, site, options, now)
            manners = Throttle(site, options, lambda since: archive.count_answers(site, since), clock)
            if (ending := manners.ending()) is not None:  # no run is begun: one that was killed is still taken up later
                raise NotNow(ending.note)
            run_id = archive.begin_run(site, versions=versions(), settings=make_settings(options), now=now)
            first = archive.resumed_from(run_id)
            if first != run_id:
                mend_files(archive.warc_folder, site.name, find_start(archive, first))
            named = [link.address.url_key for link in starts if link.via == "start"]
            run = cls(site, options, archive, lock, run_id, clock, manners, named)
            archive.enqueue(starts, run_id, now)
            for link in starts:
                if link.address.url_key in archive.forgotten:
                    log.warning("%s was forgotten (seealso forget): it is not fetched", link.address.url)
        except BaseException:
            archive.close()
            lock.release()
            raise
        return run

    # What the scheduler asks for

    def next(self) -> Queued | None:
        """Return the next address to fetch, or None when there is none now."""
        if self.stopping or self._full or self._held():
            return None
        if not self._ready:
            self._fill()
        if not self._ready:
            return None
        article = self._ready[0].address.kind == "article"
        if article and self._limit is not None and self._article_pages + self._articles_in_flight >= self._limit:
            return None  # what is in flight may turn out to be no article: then there is room again
        queued = self._ready.popleft()
        self._in_flight[queued.address.url_key] = queued
        self._articles_in_flight += article
        return queued

    def has_work(self) -> bool:
        """Say whether the queue holds anything for this run; visits still in the batch are written first."""
        if self.stopping or self._full or self._to_end():
            return False
        if not self._ready:
            self._fill()
        return bool(self._ready)

    def _held(self) -> bool:
        return self._to_end() or self.manners.is_paused

    def _to_end(self) -> bool:
        """End the run, after what is in flight, when its manners say so."""
        self.ending = self.manners.ending()
        if self.ending is not None:
            self.outcome = self.outcome or self.ending.outcome
        return self.ending is not None

    def _fill(self) -> None:
        try:
            if not self._dry:
                self._claim()
            if not self._ready and self._batch.visits:  # their links may be all that is left to do
                self.flush()
                self._claim()
        except CrawlerError as problem:
            self.stop(problem, "archive")

    def _claim(self) -> None:
        if self.stopping:
            return
        skip = self._in_flight.keys() | {visit.address.url_key for visit in self._batch.visits}
        while not self._ready:
            walking = self.walking.on
            # What is due again can wait until the walk has been asked for, and until everything new has been: pages in
            # flight, and those whose links are not written yet, may still lead to some.
            coming = self._new_unwritten or any(not queued.due for queued in self._in_flight.values())
            claimed = self._claimed(skip, revisits=False)
            if not (claimed or walking or coming):
                claimed = self._claimed(skip, revisits=True)
            if self._revisits is not None:
                self._revisits -= sum(queued.due for queued in claimed)
            self._ready.extend(claimed)
            if not walking:
                break
            if not self._ready:
                self.walking.feed(self.archive, self.run_id, self.clock())
        self._dry = not self._ready

    def _claimed(self, skip: Collection[str], *, revisits: bool) -> list[Queued]:
        wanted = self._wanted()
        if not revisits:
            wanted["refresh"] = False
        return self.archive.claim(self.site.name, CLAIM, skip=skip, **wanted)

    def _wanted(self) -> ClaimFilterFields:
        """Return which addresses of the queue this run is for, now."""
        return {
            "run_id": self.run_id,
            "now": self.clock(),
            "max_depth": self.options.depth,
            "since": self.options.since,
            "refresh": self.options.refresh,
            "languages": self.options.languages,
            "revisits": self._revisits,
        }

    @property
    def _limit(self) -> int | None:
        return self.options.max_articles

    @property
    def _full(self) -> bool:
        return self._limit is not None and self._article_pages >= self._limit

    # What the pipelines give

    def wants(self, fetched: FetchResult) -> bool:
        """Say whether a result is to be kept: not when nothing came because the run was being stopped."""
        return not fetched.postponed and (bool(fetched.captures) or not self.stopping)

    def keep(self, visit: Visit) -> None:
        """Put a visit into the batch, and write the batch when it is due."""
        queued = self._in_flight.pop(visit.address.url_key, None)
        if queued is not None and queued.address.kind == "article":
            self._articles_in_flight -= 1
        if visit.article is not None or visit.fate in (Fate.UNCHANGED, Fate.UNREADABLE):
            self._article_pages += 1
        if self._loose and visit.captures:
            visit = replace(visit, captures=(*self._loose, *visit.captures))
            self._loose = []
        visit = self.traps.filter_links(visit)
        self._batch.add(visit)
        self._new_unwritten = self._new_unwritten or queued is None or not queued.due
        self._tally.pages += 1
        problem = self.monitor.note(visit)
        if problem is not None:
            self.stop(problem, OUTCOMES.get(problem.exit_code, "alarm"))
        if visit.status in PAUSE_STATUSES or self._batch.due:
            self.flush()

    def forget(self, fetched: FetchResult) -> None:
        """Let go of an address without a visit: it stays in the queue for the next run."""
        queued = self._in_flight.pop(fetched.queued.address.url_key, None)
        if queued is not None:
            self._articles_in_flight -= queued.address.kind == "article"
            self.archive.release([queued.address.url_key])
            self._dry = False
        self._loose.extend(fetched.captures)

    def admit(self) -> str | None:
        """Count a request that is about to be made; return why it may not be made now, or None when it may."""
        return self.manners.admit()

    def answered(self, answer: Capture) -> None:
        """Note an answer the moment it comes: what asks for a pause gets it."""
        problem = self.manners.answered(answer)
        if problem is not None:
            self.stop(problem, "refused")

    def original(self, url_key: str, answer_url: str, status: int, digest: str | None) -> OriginalRecord | None:
        """Return the record that already holds what was answered, so that only a pointer need be kept; or None.

        For status 304 that is what was not modified. Only whole answers of status 200 are pointed to.
        """
        if status not in (200, 304):
            return None
        try:
            earlier = self.archive.find_earlier_capture(url_key, answer_url, digest if status == 200 else None)
        except CrawlerError:  # the archive's trouble ends the run soon enough; this answer is kept in full
            return None
        if earlier is None:
            return None
        return find_original(
            self.archive.warc_folder, earlier.warc_file, earlier.warc_offset, url=answer_url, digest=earlier.digest
        )

    def keep_with_next_visit(self, capture: Capture) -> None:
        """Have a capture that belongs to no address of the queue (robots.txt) indexed with the next visit."""
        self._loose.append(capture)
        remember_pause(self.archive, self.run_id, capture)

    def flush_if_due(self) -> None:
        """Write the batch when it has waited long enough."""
        if self._batch.due:
            self.flush()

    def flush(self) -> None:
        """Write the batch: the WARC file first, then everything of the visits in one transaction."""
        if not self._batch.visits:
            return
        self._new_unwritten = self._dry = False
        try:
            for visit, fate in self._batch.write():
                self._kept(visit, fate)
        except CrawlerError as problem:
            self.stop(problem, "archive")
        except OSError as problem:
            self.cannot_write(problem)

    def _kept(self, visit: Visit, fate: Fate) -> None:
        self._tally.counts[fate] += 1
        if fate is Fate.UNREADABLE and visit.article is not None:
            self.monitor.note_truncated(visit)
        log.info(
            "%s %s",
            fate,
            visit.address.url,
            extra={"run": self.run_id, "fate": fate.value, "url": visit.address.url, "status": visit.status},
        )

    def _doubted(self) -> frozenset[str] | None:
        return None if self.options.accept_layout else self.monitor.watch.suspect_fields

    # Ending

    @property
    def stopping(self) -> bool:
        """True once nothing more is to be fetched."""
        return self.outcome is not None

    def stop(self, problem: CrawlerError, outcome: str) -> None:
        """End the run early because of ``problem``; the first reason counts."""
        if self.trouble is None:
            self.trouble = problem
            self.outcome = self.outcome or outcome
            if self.on_stop is not None:
                self.on_stop(outcome)

    def cannot_write(self, problem: OSError) -> None:
        """End the run because a WARC file cannot be written."""
        self.stop(
            ArchiveUnusable(
                f"{self.archive.warc_folder} cannot be written ({problem.strerror or problem}): make room, then run "
                "the same command again"
            ),
            "archive",
        )

    def finish(self, reason: str = "finished") -> CrawlReport:
        """Write what is left, close everything and return what the run came to. Harmless when called twice."""
        if self.report is not None:
            return self.report
        self.flush()
        try:
            self.warc.close()
        except OSError as problem:
            self.cannot_write(problem)
        if self.trouble is None and (verdict := self.monitor.verdict()):
            self.trouble, self.outcome = verdict, OUTCOMES.get(verdict.exit_code, "alarm")
        outcome = self.outcome or {"shutdown": "interrupted"}.get(reason, reason)
        saved: list[str] = []
        queue, deviations = 0, self.monitor.deviations()
        self.archive.release(queued.address.url_key for queued in (*self._ready, *self._in_flight.values()))
        self._ready.clear()
        try:
            queue = self._pending()
            self.archive.keep_captures(self._loose, self.run_id)
            if outcome == "alarm":
                deviations, saved = attach_cases(self.archive, self.site, self.run_id, deviations)
            self.archive.finish_run(self.run_id, outcome, self.clock(), self.monitor.watch.cells, deviations)
        except CrawlerError as problem:
            self.trouble = self.trouble or problem
        finally:
            self.archive.close()
            self._lock.release()
        findings = tuple(self.monitor.findings())
        trouble = [] if self.trouble is None else [str(self.trouble)]
        ending = () if self.ending is None else (self.ending.note,)
        code = self.trouble.exit_code if self.trouble else 2 if findings else 0
        alarms = select_reportable(deviations) if outcome == "alarm" else []
        if alarms:  # by now more is known of them than when they stopped the run
            trouble = [*describe_deviations(alarms, self.site.title), *saved]
        # What stopped a run explains the rest.
        messages = (*(trouble or findings), *ending, *self.monitor.notes(), *self.walking.notes())
        self.report = self._tally.report(
            outcome, code, messages, queue=queue, problems=self.monitor.problems, alarms=alarms
        )
        return self.report

    # Progress

    def tick(self) -> None:
        """Write a batch that is due, and report progress: called every :data:`~crawler.crawl.report.TICK` seconds."""
        self.flush_if_due()
        if self.progress is None:
            return
        try:
            self.progress(self._tally.progress(self.monitor.articles, None if self.stopping else self._pending))
        except CrawlerError as problem:
            self.stop(problem, "archive")

    def _pending(self) -> int:
        return self.archive.pending(self.site.name, **self._wanted())
