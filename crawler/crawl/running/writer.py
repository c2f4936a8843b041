"""The writer of a crawl: gathers visits into batches, and writes each batch in one transaction, after its WARC file.

When the process is killed, the visits of the unwritten batch are lost and fetched again; written ones are not.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime

from crawler.archive import Archive
from crawler.archive.articles.readings import ReadFormer
from crawler.crawl.running.provenance import remember_pause
from crawler.crawl.stop import StopSignal
from crawler.errors import ArchiveMoved, ArchiveUnusable, CrawlerError
from crawler.items import Capture, Failure, Fate, Problem, Visit
from crawler.warc import WarcWriter

VISITS_PER_BATCH = 100
"""The most visits of one transaction."""
BATCH_SECONDS = 0.5
"""Seconds after which a batch is written even if it is small."""
PAGE_ERRORS = (sqlite3.IntegrityError, sqlite3.DataError, sqlite3.InterfaceError)
"""Errors of SQLite about the values to be written, not about the file."""


class CrawlWriter:
    """Writes the visits of one run. An error of the archive or the disk ends the run.

    ``on_kept`` is called for each visit that was written, with its fate. ``suspect_fields`` returns the fields that
    archived articles may not lose now, and ``read_former`` reads archived pages again, both as for
    :meth:`Archive.keep`.
    """

    def __init__(
        self,
        archive: Archive,
        warc: WarcWriter,
        run_id: int,
        clock: Callable[[], datetime],
        stop: StopSignal,
        *,
        on_kept: Callable[[Visit, Fate], None] = lambda visit, fate: None,
        suspect_fields: Callable[[], Set[str] | None] = lambda: None,
        read_former: ReadFormer | None = None,
    ) -> None:
        self._archive = archive
        self._warc = warc
        self._run_id = run_id
        self._stop = stop
        self._on_kept = on_kept
        self._batch = Batch(archive, warc, run_id, clock, suspect_fields, read_former)
        self._loose: list[Capture] = []

    @property
    def is_due(self) -> bool:
        """True when the batch is full, or has waited long enough."""
        return self._batch.is_due

    def list_unwritten(self) -> frozenset[str]:
        """Return the identities of the addresses whose visits are not written yet."""
        return frozenset(visit.address.url_key for visit in self._batch.visits)

    def add(self, visit: Visit) -> None:
        """Put a visit into the batch; loose captures are indexed with it."""
        if self._loose and visit.captures:
            visit = replace(visit, loose=tuple(self._loose))
            self._loose = []
        self._batch.add(visit)

    def keep_loose(self, capture: Capture) -> None:
        """Index a capture that belongs to no address of the queue (robots.txt) with the next visit; note its pause."""
        self._loose.append(capture)
        remember_pause(self._archive, self._run_id, capture)

    def note_sitemaps(self, robots_url: str, sitemaps: Sequence[str], moment: datetime) -> None:
        """Write the sitemaps that a robots.txt names; an error sets the stop signal."""
        try:
            self._archive.note_sitemaps(robots_url, sitemaps, self._run_id, moment)
        except CrawlerError as problem:
            self._stop.set(problem, "archive")

    def keep_without_visit(self, captures: Iterable[Capture]) -> None:
        """Index the captures of an address that stays in the queue with the next visit."""
        self._loose.extend(captures)

    def flush(self) -> None:
        """Flush the WARC file, then write the visits of the batch in one transaction; an error sets the stop signal."""
        try:
            for visit, fate in self._batch.write():
                self._on_kept(visit, fate)
        except CrawlerError as problem:
            self._stop.set(problem, "archive")
        except OSError as problem:
            self._stop.set_write_error(self._warc.folder, problem)

    def close_warc(self) -> None:
        """Close the WARC file; an error sets the stop signal."""
        try:
            self._warc.close()
        except CrawlerError as problem:
            self._stop.set(problem, "archive")
        except OSError as problem:
            self._stop.set_write_error(self._warc.folder, problem)

    def write_loose(self) -> None:
        """Index the loose captures that no visit followed. Raises what :meth:`Archive.keep_captures` raises."""
        self._archive.keep_captures(self._loose, self._run_id)


@dataclass(slots=True)
class Batch:
    """The visits of one run that are not written yet."""

    archive: Archive
    warc: WarcWriter
    run_id: int
    clock: Callable[[], datetime]
    suspect_fields: Callable[[], Set[str] | None] = lambda: None
    """Returns the fields that archived articles may not lose now, as for :meth:`Archive.keep`."""
    read_former: ReadFormer | None = None
    visits: list[Visit] = field(default_factory=list)
    _since: float = 0.0

    def add(self, visit: Visit) -> None:
        """Add a visit."""
        if not self.visits:
            self._since = time.monotonic()
        self.visits.append(visit)

    @property
    def is_due(self) -> bool:
        """True when the batch is full, or has waited long enough."""
        waited = bool(self.visits) and time.monotonic() - self._since >= BATCH_SECONDS
        return waited or len(self.visits) >= VISITS_PER_BATCH

    def write(self) -> Iterator[tuple[Visit, Fate]]:
        """Empty the batch: write its visits, and yield each with its fate once it is written.

        Raises OSError when the WARC file cannot be written, and the errors of :meth:`Archive.keep` that no single page
        causes; visits that were not yielded then are not written.
        """
        visits, self.visits = self.visits, []
        if visits:
            try:
                self.warc.flush()
            except ArchiveMoved:
                self.archive.check_in_place()  # both may have gone together: then this is the error
                raise
            yield from self._keep(visits)

    def _keep(self, visits: list[Visit]) -> Iterator[tuple[Visit, Fate]]:
        try:
            fates = self.archive.keep(
                visits, self.run_id, self.clock(), suspect_fields=self.suspect_fields(), read_former=self.read_former
            )
        except Exception as problem:
            if isinstance(problem, CrawlerError) and not isinstance(problem.__cause__, PAGE_ERRORS):
                raise
            # A page that the archive cannot hold must neither cost the other pages of the batch nor stop the run.
            if len(visits) > 1:
                for visit in visits:
                    yield from self._keep([visit])
                return
            if visits[0].fate is Fate.UNREADABLE and visits[0].article is None:
                raise ArchiveUnusable(f"the archive could not keep {visits[0].address.url}: {problem}") from problem
            yield from self._keep([_mark_unreadable(visits[0], problem)])
            return
        yield from zip(visits, fates, strict=True)


def _mark_unreadable(visit: Visit, problem: Exception) -> Visit:
    reason = f"could not be kept: {type(problem).__name__}: {str(problem)[:300]}"
    return replace(
        visit,
        fate=Fate.UNREADABLE,
        article=None,
        links=(),
        problems=(Problem(url=visit.address.url, field="page", value=None, reason=reason),),
        failure=Failure.ERROR,
        error=reason,
        landed=None,
    )
