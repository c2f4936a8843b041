"""Writes the pages of one site into the archive, from shards, in the order of their dates.

What a page says by itself stands in the shard. What the archive decides is decided here: which pages it holds already
or has forgotten, what redirects lead to, which page a revisit record stands for, and the depth of each address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from crawler import __version__
from crawler.archive import Archive
from crawler.archive.articles.addresses import find_address
from crawler.archive.articles.captures import find_end, holds_answer, holds_page
from crawler.archive.runs.summary import list_killed_ingests
from crawler.archive.write.ingest_index import IndexedRecord, IngestIndex
from crawler.crawl.running.provenance import SITE_DIGEST, WARC_SITE, list_versions
from crawler.errors import CrawlerError
from crawler.items import Address, Capture, Fate, Queued, RunKind, Visit
from crawler.normalisation.addresses.urls import read_address
from crawler.normalisation.dates.moments import instant
from crawler.operations.ingest.answer_sources import AnswerOpener, AnswerSource
from crawler.operations.ingest.originals import OriginalFinder, open_record
from crawler.operations.ingest.parts import PartFinder
from crawler.operations.ingest.report import IngestReport
from crawler.outcome.answer import REDIRECT_STATUSES, Outcome
from crawler.outcome.settle import settle
from crawler.rereading.records import ArchiveRecords
from crawler.rereading.rereader import Rereader
from crawler.shards.answers import find_wall
from crawler.shards.entries import PassedOver, ShardEntry
from crawler.shards.page_shard import PageShelf
from crawler.shards.publications import Publication
from crawler.shards.readings import Reading
from crawler.site import Site
from crawler.sites.adopted import format_values
from crawler.sites.known_site import KnownSite
from crawler.sites.values_digest import compute_values_digest
from crawler.system.interruption import hold_signals
from crawler.warc import WarcWriter, mend_files
from crawler.warc.locating import AnswerLocator
from crawler.warc.mending import cut_file, list_run_files
from crawler.warc.records import EMPTY_DIGEST, AnswerRecord, RecordEncoder

PAGES_PER_BATCH: Final = 100
"""Pages of one transaction."""
MOST_WAITING: Final = 10_000
"""The most addresses that redirects lead to and that have not come yet; the oldest are dropped."""
LONGEST_CHAIN: Final = 10


class AnswersMissing(CrawlerError):
    """The archive does not hold answers any more that it held when the reading began."""


@dataclass(slots=True, kw_only=True)
class SiteWriter:
    """The ingest of one site: a run that keeps its pages."""

    known_site: KnownSite
    archive: Archive
    index: IngestIndex
    shelf: PageShelf
    files: Sequence[Path]
    """The files by the numbers that the index has for them."""
    names: Sequence[str]
    """The names of the files, for the record."""
    report: IngestReport
    clock: Callable[[], datetime]
    stored: AnswerLocator | None = None
    """Tells where answers are in the archive's own folder; without it they are copied there."""
    kind: RunKind = "ingest"
    run_id: int = 0
    _warc: WarcWriter | None = None
    _opener: AnswerOpener = field(init=False)
    _parts: PartFinder = field(init=False)
    _visits: list[Visit] = field(default_factory=list)
    _batch_keys: set[tuple[object, ...]] = field(default_factory=set)
    _batch_depths: dict[str, int] = field(default_factory=dict)
    """Address → its depth by the links of the batch, which the archive does not know yet."""
    _batch_articles: set[str] = field(default_factory=set)
    """Addresses of the articles of the batch."""
    _waiting: dict[str, list[tuple[Address, tuple[Capture, ...]]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        originals = OriginalFinder(self.index, self.archive)
        publication = Publication(self.site, self.known_site.pages)
        self._opener = AnswerOpener(self.shelf, originals, publication, self.files)
        self._parts = PartFinder(self.index, self._opener, self._copy_part)

    @property
    def site(self) -> Site:
        return self.known_site.site

    def write(self) -> Iterator[None]:
        """Keep the pages of all records; yield once for each record."""
        now = self.clock()
        self._end_killed_runs(now)
        names = [name[:200] for name in self.names[:100]]
        settings = {"ingest": names, SITE_DIGEST: compute_values_digest(self.site)}
        self.run_id = self.archive.begin_run(
            self.site, now=now, versions=list_versions(), settings=settings, kind=self.kind
        )
        self.report.runs.append(self.run_id)
        with ExitStack() as stack:
            if self.stored is None:
                self._warc = WarcWriter(
                    self.archive.warc_folder, self.site.name, started_at=now, info=self._make_warc_info()
                )
                stack.callback(self._warc.close)
            # Between record and row the archive would not know what the WARC file holds.
            signals = stack.enter_context(hold_signals())
            for record in self.index.iter_site(self.site.name):
                self._keep_record(record)
                if len(self._visits) >= PAGES_PER_BATCH:
                    self._flush()
                yield
                if signals.have_come:
                    break
            self._flush()
            outcome = "interrupted" if signals.have_come else "ingested"
            self.archive.finish_run(self.run_id, outcome, self.clock())

    def _make_warc_info(self) -> dict[str, str]:
        info = {"software": f"seealso/{__version__}", "isPartOf": self.site.name, "description": "Ingested records"}
        if self.known_site.source == "archive":
            info[WARC_SITE] = format_values(self.site)
        return info

    def _keep_record(self, indexed: IndexedRecord) -> None:
        record = open_record(indexed)
        entry = record.entry
        address = read_address(indexed.url, self.site)
        if address.url_key in self.archive.forgotten:
            self._pass_over(PassedOver.FORGOTTEN, entry)
            return
        if self._parts.is_part(indexed):
            self._note_part(entry, address.url)
            return
        answer = self._opener.open(record, address)
        if isinstance(answer, PassedOver):
            self._pass_over(answer, entry)
            return
        key = (address.url_key, instant(datetime.fromisoformat(entry.date)), answer.status, answer.digest)
        if key in self._batch_keys or self._is_kept(key, entry.kind == "revisit"):
            self.report.already += 1
            return
        if entry.is_archived:
            path = self.archive.path
            raise AnswersMissing(f"{path} has changed since the files were read: run the same command again")
        if entry.kind == "conversion" and (
            self.index.holds_page(address.url_key) or holds_page(self.archive.db, address.url_key)
        ):
            self._pass_over(PassedOver.TEXT_BESIDE_PAGE, entry)
            return
        read_answer = answer.read()
        if read_answer.reading is None:
            self._pass_over(read_answer.passed_over or PassedOver.DAMAGED, entry)
            return
        if answer.status in REDIRECT_STATUSES:
            self.report.redirects += 1
            self._keep_redirect(address, answer, read_answer.reading)
            return
        self.report.texts += entry.kind == "conversion"
        self._batch_keys.add(key)
        assert read_answer.reading.outcome is not None
        self._settle_visit(address, read_answer.reading, read_answer.reading.outcome, answer, entry)

    def _note_part(self, entry: ShardEntry, first_url: str) -> None:
        """Leave a further page to the first page of its article, be that older or younger; count it without one."""
        if not self._parts.has_page(first_url):
            self._pass_over(PassedOver.FURTHER_PAGE, entry)

    def _pass_over(self, reason: PassedOver, entry: ShardEntry) -> None:
        self.report.pass_over(reason, url=entry.url, file=entry.origin, offset=entry.offset)

    def _keep_redirect(self, address: Address, answer: AnswerSource, reading: Reading) -> None:
        if reading.target is None:
            return
        capture = self._place_capture(answer, reading)
        chains: list[tuple[Address, tuple[Capture, ...]]] = [(address, (capture,))]
        chains += [
            (origin_address, (*before, capture))
            for origin_address, before in self._waiting.pop(address.url_key, [])
            if len(before) < LONGEST_CHAIN
        ]
        self._waiting.setdefault(reading.target.url_key, []).extend(chains)
        while len(self._waiting) > MOST_WAITING:
            del self._waiting[next(iter(self._waiting))]

    def _settle_visit(
        self, address: Address, reading: Reading, outcome: Outcome, answer: AnswerSource, entry: ShardEntry
    ) -> None:
        chains = [
            (self._make_queued(origin_address), before)
            for origin_address, before in self._waiting.pop(address.url_key, None) or [(address, ())]
        ]
        if outcome.first_url is not None:
            self._note_part(entry, outcome.first_url)
            return
        capture = self._place_capture(answer, reading)
        if outcome.fate is Fate.FAILED:
            self._pass_over(PassedOver.INCOMPLETE, entry)
        parts = self._parts.read_parts(outcome.article, address, entry.date)
        if outcome.article is not None and any(queued.known for queued, _ in chains):
            # only of an article that is archived it matters whether the page withholds something
            outcome = replace(outcome, wall=find_wall(answer.read_message(), capture, address.language))
        for queued, before in chains:
            landed = address if queued.address.url_key != address.url_key else None
            visit = settle(outcome, queued, (*before, capture), landed, parts, reading.prepared)
            self._visits.append(visit)
            self._note_visit(visit)

    def _note_visit(self, visit: Visit) -> None:
        """Note what the archive will know of addresses when the batch is written."""
        for link in visit.links:
            key = link.address.url_key
            self._batch_depths[key] = min(link.depth, self._batch_depths.get(key, link.depth))
        if visit.article is not None:
            self._batch_articles.update(
                address.url_key for address in (visit.address, visit.landed) if address is not None
            )

    def _place_capture(self, answer: AnswerSource, reading: Reading) -> Capture:
        """Return the capture with its place in the archive's own files, where its record is written if need be."""
        return self._place(reading.capture, answer.encode)

    def _copy_part(self, capture: Capture, record: AnswerRecord) -> Capture:
        return self._place(capture, lambda: RecordEncoder().encode_answer(record))

    def _place(self, capture: Capture, encode: Callable[[], bytes]) -> Capture:
        if self._warc is not None:
            location = self._warc.append(encode())
        else:
            assert self.stored is not None
            digest = capture.digest or EMPTY_DIGEST
            location = self.stored.locate(url=capture.url, fetched_at=capture.fetched_at, digest=digest)
        return replace(capture, warc_file=location.file, warc_offset=location.offset, warc_length=location.length)

    def _is_kept(self, key: tuple[str, str, int, str], or_unchanged: bool) -> bool:
        """Return True if the archive holds this answer, of this address or of another one of the same article."""
        url_key, fetched_at, status, digest = key
        return holds_answer(self.archive.db, url_key, fetched_at, status, digest, or_unchanged=or_unchanged)

    def _make_queued(self, address: Address) -> Queued:
        row = find_address(self.archive.db, address.url_key)
        depths = [self._batch_depths.get(address.url_key), row.depth if row is not None else None]
        is_known = address.url_key in self._batch_articles or (row is not None and row.article_id is not None)
        return Queued(
            address=address, depth=min((depth for depth in depths if depth is not None), default=0), known=is_known
        )

    def _flush(self) -> None:
        visits, self._visits = self._visits, []
        self._batch_keys.clear()
        self._batch_depths.clear()
        self._batch_articles.clear()
        if not visits:
            return
        if self._warc is not None:
            self._warc.flush()
        archive = self.archive
        publications = {self.site.name: (self.site, self.known_site.pages)}
        rereader = Rereader(ArchiveRecords(archive.db.conn), archive.warc_folder, publications, archive.forgotten)
        fates = archive.keep(visits, self.run_id, self.clock(), any_order=True, read_former=rereader.find_change)
        for fate in fates:
            self.report.pages += 1
            self.report.counts[fate] = self.report.counts.get(fate, 0) + 1

    def _end_killed_runs(self, now: datetime) -> None:
        """Close runs of ingests that were killed, and cut off the records that they had copied and not entered yet."""
        folder = self.archive.warc_folder
        for run in list_killed_ingests(self.archive.db, self.site.name):
            started_at = datetime.fromisoformat(run.started_at)
            mend_files(folder, self.site.name, started_at)
            for path in list_run_files(folder, self.site.name, started_at):
                cut_file(path, find_end(self.archive.db, path.name))
            self.archive.finish_run(run.id, "killed", now)
