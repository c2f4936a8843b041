"""Ingests WARC files of other software: keeps the pages of known sites as if a crawl had fetched them at their date.

Answers are copied into the archive's own WARC folder and read by the rules of a crawl, in the order of their dates.
Nothing is fetched.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import urljoin

from crawler import __version__
from crawler.archive import Archive
from crawler.archive.articles.addresses import find_address
from crawler.archive.articles.captures import holds_answer, holds_page
from crawler.archive.database import translate_errors
from crawler.archive.lock import SiteLock
from crawler.archive.runs.adopted_sites import read_adopted_sites, write_adopted_site
from crawler.archive.runs.summary import list_killed_ingests
from crawler.archive.write.ingest_index import IndexedRecord, IngestIndex
from crawler.crawl.erasing import erase_listed
from crawler.crawl.provenance import SITE_DIGEST, WARC_SITE, list_versions
from crawler.errors import BadAddress, WarcDamaged
from crawler.items import Address, Capture, Failure, Fate, Queued, RunKind, Visit
from crawler.normalisation.dates import instant
from crawler.normalisation.urls import read_address
from crawler.operations.ingest.adopting import find_new_sites
from crawler.operations.ingest.originals import OriginalFinder
from crawler.operations.ingest.parts import PartFinder, make_capture, read_status
from crawler.operations.ingest.report import IngestReport, PassedOver
from crawler.operations.ingest.scan import FileScanner
from crawler.outcome.answer import GONE_STATUSES, REDIRECT_STATUSES, read_answer
from crawler.outcome.payload import Payload, decode_payload
from crawler.outcome.settle import settle
from crawler.rereading.rereader import Rereader
from crawler.site import Site
from crawler.sites.adopted import AdoptedSite, format_values, has_adopted, make_adopted
from crawler.sites.known_site import KnownSite
from crawler.sites.registry import load_catalogue, load_known_sites
from crawler.sites.values_digest import compute_values_digest
from crawler.system.interruption import hold_signals
from crawler.warc import WarcWriter, compute_payload_digest, mend_files
from crawler.warc.foreign import HttpMessage, NoAnswer, RecordTooLarge, read_message
from crawler.warc.locating import AnswerLocator

AnswerStore = WarcWriter | AnswerLocator
"""Takes an answer, and returns where it is."""
PAGES_PER_BATCH: Final = 100
"""Pages of one transaction."""
MOST_WAITING: Final = 10_000
"""The most addresses that redirects lead to and that have not come yet; the oldest are dropped."""
LONGEST_CHAIN: Final = 10
UNDECODED: Final = {Failure.BAD_ENCODING: PassedOver.ENCODING, Failure.TOO_LARGE: PassedOver.TOO_LARGE}
"""The failures to read a body, of which a copy would be of no use."""
PARTIAL_CONTENT: Final = 206
"""The status of the rest of a page, requested after the first part broke off."""


def ingest(
    path: Path,
    files: Sequence[Path],
    *,
    progress: Callable[[int, int], None] | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    stored: AnswerLocator | None = None,
    kind: RunKind = "ingest",
    adopt: bool = False,
    adopted_sites: Sequence[AdoptedSite] = (),
) -> IngestReport:
    """Keep the pages of all known sites in WARC, ARC and WACZ files, which may be given in any order and repeatedly.

    ``progress(done, all)`` is called after each record. Answers are copied into the archive's WARC folder, unless
    ``stored`` tells where they are in it already. ``kind`` is that of the runs. Raises ArchiveBusy while a crawl of one
    of the sites runs, and ArchiveUnusable. A signal ends it after the record in hand (KeyboardInterrupt); what was read
    until then is kept.

    With ``adopt`` the archive adopts sites for the hosts that no known site has, from all their pages in the files.
    ``adopted_sites`` are some that it is to adopt as they are.
    """
    report = IngestReport(files=len(files))
    sources = (*read_adopted_sites(path), *adopted_sites)
    if adopt:
        catalogue = load_catalogue(*sources)
        sites = [known_site.site for known_site in catalogue.known_sites.values()]
        new_sites = find_new_sites(files, sites, catalogue.taken_names)
        sources = (*sources, *(make_adopted(site, made_at=instant(clock()), place=str(path)) for site in new_sites))
    known_sites = load_known_sites(*sources)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="seealso-")))
        index = stack.enter_context(IngestIndex())
        scanner = FileScanner(index, known_sites, report, clock())
        for file in files:
            scanner.scan(file, folder)
        index.sort()
        total, site_names = len(index), index.list_sites()
        locks = [SiteLock(path, name) for name in site_names]
        for lock in locks:
            stack.callback(lock.release)
        if not site_names:
            return report
        archive = stack.enter_context(Archive(path, "create"))
        for name in site_names:
            known_site = known_sites[name]
            if known_site.source == "archive" and not has_adopted(archive.adopted_sites, known_site.site):
                with translate_errors(archive.path):
                    write_adopted_site(archive.db, known_site.site, (), clock())
                report.adopted.append(name)
        done = 0
        for name in site_names:
            site_ingest = _SiteIngest(
                known_sites[name],
                archive,
                index,
                report,
                clock,
                tuple(file.name for file in files),
                stored=stored,
                kind=kind,
            )
            for _ in site_ingest.run():
                done += 1
                if progress is not None:
                    progress(done, total)
            erase_listed(archive, clock(), own_sites=site_names)
    return report


@dataclass(slots=True)
class _SiteIngest:
    """The ingest of one site: a run that keeps its pages."""

    known_site: KnownSite
    archive: Archive
    index: IngestIndex
    report: IngestReport
    clock: Callable[[], datetime]
    names: tuple[str, ...]
    stored: AnswerLocator | None = None
    kind: RunKind = "ingest"
    run_id: int = 0
    _visits: list[Visit] = field(default_factory=list)
    _batch_keys: set[tuple[object, ...]] = field(default_factory=set)
    _waiting: dict[str, list[tuple[Address, tuple[Capture, ...]]]] = field(default_factory=dict)

    _originals: OriginalFinder = field(init=False)
    _parts: PartFinder = field(init=False)

    @property
    def site(self) -> Site:
        return self.known_site.site

    def run(self) -> Iterator[None]:
        """Keep the pages of all records; yield once for each record."""
        now = self.clock()
        self._end_killed_runs(now)
        names = [name[:200] for name in self.names[:100]]
        settings = {"ingest": names, SITE_DIGEST: compute_values_digest(self.site)}
        self.run_id = self.archive.begin_run(
            self.site, now=now, versions=list_versions(), settings=settings, kind=self.kind
        )
        self.report.runs.append(self.run_id)
        info = {"software": f"seealso/{__version__}", "isPartOf": self.site.name, "description": "Ingested records"}
        if self.known_site.source == "archive":
            info[WARC_SITE] = format_values(self.site)
        warc = self.stored or WarcWriter(self.archive.warc_folder, self.site.name, started_at=now, info=info)
        self._originals = OriginalFinder(self.index, self.archive)
        self._parts = PartFinder(
            self.site,
            tuple(self.known_site.pages),
            self.index,
            self._originals,
            lambda capture, message, record: self._copy_capture(capture, message, record.origin, warc),
        )
        with ExitStack() as stack:
            stack.callback(warc.close)
            # Between record and row the archive would not know what the WARC file holds.
            signals = stack.enter_context(hold_signals())
            for record in self.index.iter_site(self.site.name):
                self._ingest_record(record, warc)
                if len(self._visits) >= PAGES_PER_BATCH:
                    self._flush(warc)
                yield
                if signals.have_come:
                    break
            self._flush(warc)
            outcome = "interrupted" if signals.have_come else "ingested"
            self.archive.finish_run(self.run_id, outcome, self.clock())

    def _ingest_record(self, record: IndexedRecord, warc: AnswerStore) -> None:
        address = read_address(record.url, self.site)
        if address.url_key in self.archive.forgotten:
            self._pass_over(PassedOver.FORGOTTEN, record)
            return
        if self._parts.is_part(record):
            self._note_part(record, address.url)
            return
        try:
            if record.kind == "revisit":
                message = self._originals.find_message(record)
            else:
                message = read_message(Path(record.path), record.start)
            status = read_status(message.head) if message is not None else 0
        except WarcDamaged as problem:
            self._pass_over(_find_reason(problem), record)
            return
        if message is None:
            self._pass_over(PassedOver.NO_ORIGINAL, record)
            return
        is_telling = 200 <= status < 300 or status in REDIRECT_STATUSES | GONE_STATUSES
        if status == PARTIAL_CONTENT or not is_telling:
            self._pass_over(PassedOver.PART if status == PARTIAL_CONTENT else PassedOver.STATUS, record)
            return
        capture = make_capture(message, address.url, record)
        key = (address.url_key, instant(capture.fetched_at), status, compute_payload_digest(message.body))
        if key in self._batch_keys or self._is_kept(key, record.kind == "revisit"):
            self.report.already += 1
            return
        if status in REDIRECT_STATUSES:
            self.report.redirects += 1
            self._ingest_redirect(address, capture, message, record.origin, warc)
            return
        if record.kind == "conversion" and (
            self.index.holds_page(address.url_key) or holds_page(self.archive.db, address.url_key)
        ):
            self._pass_over(PassedOver.TEXT_BESIDE_PAGE, record)
            return
        payload = decode_payload(message.body, capture.headers, cut_off=bool(message.truncated))
        if payload.failure in UNDECODED:
            self._pass_over(UNDECODED[payload.failure], record)
            return
        self.report.texts += record.kind == "conversion"
        self._batch_keys.add(key)
        self._conclude_visit(address, capture, message, payload, record, warc)

    def _note_part(self, record: IndexedRecord, first_url: str) -> None:
        """Leave a further page to the first page of its article, be that older or younger; count it without one."""
        if not self._parts.has_page(first_url):
            self._pass_over(PassedOver.FURTHER_PAGE, record)

    def _pass_over(self, reason: PassedOver, record: IndexedRecord) -> None:
        offset = None if record.is_unpacked else record.start
        self.report.pass_over(reason, url=record.url, file=record.origin, offset=offset)

    def _ingest_redirect(
        self, address: Address, capture: Capture, message: HttpMessage, origin: str, warc: AnswerStore
    ) -> None:
        try:
            target = read_address(urljoin(capture.url, capture.header("Location") or ""), self.site)
        except (BadAddress, ValueError):
            return
        if target.url_key == address.url_key:  # from http to https, or to another spelling
            return
        capture = self._copy_capture(capture, message, origin, warc)
        chains: list[tuple[Address, tuple[Capture, ...]]] = [(address, (capture,))]
        chains += [
            (origin_address, (*before, capture))
            for origin_address, before in self._waiting.pop(address.url_key, [])
            if len(before) < LONGEST_CHAIN
        ]
        self._waiting.setdefault(target.url_key, []).extend(chains)
        while len(self._waiting) > MOST_WAITING:
            del self._waiting[next(iter(self._waiting))]

    def _conclude_visit(
        self,
        address: Address,
        capture: Capture,
        message: HttpMessage,
        payload: Payload,
        record: IndexedRecord,
        warc: AnswerStore,
    ) -> None:
        capture = replace(capture, body=payload.body)
        chains = [
            (self._make_queued(origin_address), before)
            for origin_address, before in self._waiting.pop(address.url_key, None) or [(address, ())]
        ]
        outcome = read_answer(
            capture,
            address,
            self.site,
            self.known_site.pages,
            failure=payload.failure,
            error=payload.error,
            former_words=None if any(queued.known for queued, _ in chains) else 0,
        )
        if outcome.first_url is not None:
            self._note_part(record, outcome.first_url)
            return
        capture = replace(self._copy_capture(capture, message, record.origin, warc), body=payload.body)
        if outcome.fate is Fate.FAILED:
            self._pass_over(PassedOver.INCOMPLETE, record)
        parts = self._parts.read_parts(outcome.article, address, record.date)
        for queued, before in chains:
            landed = address if queued.address.url_key != address.url_key else None
            self._visits.append(settle(outcome, queued, (*before, capture), landed, parts))

    def _copy_capture(self, capture: Capture, message: HttpMessage, origin: str, warc: AnswerStore) -> Capture:
        location = warc.write(
            url=capture.url,
            fetched_at=capture.fetched_at,
            request_head=None,
            response_head=message.head,
            body=message.body,
            ingested_from=origin.encode("ascii", "replace").decode()[:200],
            truncated=message.truncated,
        )
        return replace(
            capture,
            digest=compute_payload_digest(message.body),
            warc_file=location.file,
            warc_offset=location.offset,
            warc_length=location.length,
        )

    def _is_kept(self, key: tuple[str, str, int, str], or_unchanged: bool) -> bool:
        """Return True if the archive holds this answer, of this address or of another one of the same article."""
        url_key, fetched_at, status, digest = key
        return holds_answer(self.archive.db, url_key, fetched_at, status, digest, or_unchanged=or_unchanged)

    def _make_queued(self, address: Address) -> Queued:
        row = find_address(self.archive.db, address.url_key)
        if row is None:
            return Queued(address=address, depth=0, known=False)
        return Queued(address=address, depth=row.depth, known=row.article_id is not None)

    def _flush(self, warc: AnswerStore) -> None:
        visits, self._visits = self._visits, []
        self._batch_keys.clear()
        if not visits:
            return
        warc.flush()
        archive = self.archive
        publications = {self.site.name: (self.site, self.known_site.pages)}
        rereader = Rereader(archive.db.conn, archive.warc_folder, publications, archive.forgotten)
        fates = archive.keep(visits, self.run_id, self.clock(), any_order=True, read_former=rereader.find_change)
        for fate in fates:
            self.report.pages += 1
            self.report.counts[fate] = self.report.counts.get(fate, 0) + 1

    def _end_killed_runs(self, now: datetime) -> None:
        """Close runs of ingests that were killed, and cut off the records that they left half written."""
        for run in list_killed_ingests(self.archive.db, self.site.name):
            mend_files(self.archive.warc_folder, self.site.name, datetime.fromisoformat(run.started_at))
            self.archive.finish_run(run.id, "killed", now)


def _find_reason(problem: WarcDamaged) -> PassedOver:
    if isinstance(problem, RecordTooLarge):
        return PassedOver.TOO_LARGE
    return PassedOver.NO_ANSWER if isinstance(problem, NoAnswer) else PassedOver.DAMAGED
