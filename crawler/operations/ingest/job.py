"""Ingest: other people's WARC files go in; pages of known sites in them are kept as if a crawl had fetched them then.

Answers are copied into the archive's own WARC folder and read by the same rules, in the order of their dates. Nothing
is fetched.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urljoin

from crawler import __version__
from crawler.archive import Archive
from crawler.archive.articles.addresses import find_address
from crawler.archive.articles.captures import find_original, holds_answer
from crawler.archive.lock import SiteLock
from crawler.archive.runs.summary import list_killed_ingests
from crawler.archive.write.ingest_index import IndexedRecord, IngestIndex
from crawler.crawl.provenance import versions
from crawler.errors import BadAddress, WarcDamaged
from crawler.items import Address, Capture, Fate, Queued, Visit
from crawler.normalisation.dates import instant
from crawler.normalisation.urls import read_address
from crawler.outcome.answer import GONE_STATUSES, REDIRECT_STATUSES, read_answer
from crawler.outcome.payload import decode_payload
from crawler.outcome.settle import settle
from crawler.site import Site
from crawler.sites.registry import KnownSite, load_known_sites
from crawler.warc import WarcWriter, mend_files, payload_digest
from crawler.warc.foreign import HttpMessage, RecordEntry, iter_entries, read_message, unpack_files

PAGES_PER_BATCH: Final = 100
"""Pages of one transaction."""
MOST_WAITING: Final = 10_000
"""Redirects whose target has not come yet; the oldest are let go."""
LONGEST_CHAIN: Final = 10
PARTIAL_CONTENT: Final = 206
"""The rest of a page, asked for after the first part broke off."""
PAGE_KINDS: Final = frozenset({"article", "listing", "feed", "home"})
"""Pictures and style sheets of the site are not ours to keep."""


@dataclass(slots=True, kw_only=True)
class IngestReport:
    """What the files held and what became of it."""

    files: int = 0
    pages: int = 0
    """Answers kept; the counts of their fates add up to it."""
    counts: dict[Fate, int] = field(default_factory=dict)
    already: int = 0
    """Answers that the archive holds already."""
    redirects: int = 0
    """Redirects: kept with the page they led to."""
    other: int = 0
    """Answers with a status that says nothing of the page (500, 403, 304 …)."""
    without_page: int = 0
    """Revisit records whose page is in no file given and not in the archive."""
    forgotten: int = 0
    """Answers of addresses that are forgotten: not kept."""
    damaged: int = 0
    unusable: list[str] = field(default_factory=list)
    """Files that are no WARC, and why."""
    runs: list[int] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """2 when something could not be read."""
        return 2 if self.damaged or self.unusable else 0


def ingest(
    path: Path,
    files: Sequence[Path],
    *,
    progress: Callable[[int, int], None] | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> IngestReport:
    """Take the pages of all known sites from WARC and WACZ files, in any order, given as often as you like.

    Raises ArchiveBusy while a crawl of one of the sites runs, ArchiveUnusable.
    """
    report = IngestReport(files=len(files))
    known = load_known_sites()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="seealso-")))
        index = stack.enter_context(IngestIndex())
        for file in files:
            try:
                for part in unpack_files(file, folder):
                    _index_files(index, part, file.name, known, report, clock())
            except (WarcDamaged, OSError) as problem:
                report.unusable.append(str(problem))
        index.sort()
        total, found = len(index), index.list_sites()
        locks = [SiteLock(path, name) for name in found]
        for lock in locks:
            stack.callback(lock.release)
        if not found:
            return report
        archive = stack.enter_context(Archive(path, "create"))
        done = 0
        for name in found:
            one = _SiteIngest(known[name], archive, index, report, clock, tuple(file.name for file in files))
            for _ in one.run():
                done += 1
                if progress is not None:
                    progress(done, total)
    return report


def _index_files(
    index: IngestIndex, path: Path, origin: str, known: Mapping[str, KnownSite], report: IngestReport, now: datetime
) -> None:
    sites = {name: entry.site for name, entry in known.items()}

    def damaged() -> None:
        report.damaged += 1

    def site_of(url: str) -> str | None:
        for name, site in sites.items():
            if any(domain in url.lower() for domain in site.domains):
                try:
                    return name if read_address(url, site).kind in PAGE_KINDS else None
                except BadAddress:
                    continue
        return None

    for entry in iter_entries(path, lambda url: site_of(url) is not None, damaged):
        name = site_of(entry.url)
        if name is None:
            continue
        if entry.date > now + timedelta(days=1):  # a clock gone wrong, or a lie: it would be the newest for ever
            damaged()
            continue
        index.add(
            IndexedRecord(
                site=name,
                path=str(path),
                origin=origin,
                start=entry.offset,
                kind=entry.kind,
                url=entry.url,
                date=entry.date.isoformat(),
                digest=entry.payload_digest,
                refers_to=entry.refers_to,
            )
        )


@dataclass(slots=True)
class _SiteIngest:
    """The pages of one site, on their way into the archive."""

    known: KnownSite
    archive: Archive
    index: IngestIndex
    report: IngestReport
    clock: Callable[[], datetime]
    names: tuple[str, ...]
    run_id: int = 0
    _visits: list[Visit] = field(default_factory=list)
    _fresh: set[tuple[object, ...]] = field(default_factory=set)
    _waiting: dict[str, list[tuple[Address, tuple[Capture, ...]]]] = field(default_factory=dict)

    @property
    def site(self) -> Site:
        return self.known.site

    def run(self) -> Iterator[None]:
        """Keep everything; yields once for each record."""
        now = self.clock()
        self._end_killed_runs(now)
        settings = {"ingest": [name[:200] for name in self.names[:100]]}
        self.run_id = self.archive.begin_run(self.site, now=now, versions=versions(), settings=settings, kind="ingest")
        self.report.runs.append(self.run_id)
        info = {"software": f"seealso/{__version__}", "isPartOf": self.site.name, "description": "Ingested records"}
        warc = WarcWriter(self.archive.warc_folder, self.site.name, started_at=now, info=info)
        try:
            for record in self.index.iter_site(self.site.name):
                entry = RecordEntry(
                    path=Path(record.path),
                    offset=record.start,
                    kind=record.kind,
                    url=record.url,
                    date=datetime.fromisoformat(record.date),
                    payload_digest=record.digest,
                    refers_to=record.refers_to,
                )
                self._ingest_entry(entry, record.origin, warc)
                if len(self._visits) >= PAGES_PER_BATCH:
                    self._flush(warc)
                yield
            self._flush(warc)
        finally:
            warc.close()
        self.archive.finish_run(self.run_id, "ingested", self.clock())

    def _ingest_entry(self, entry: RecordEntry, origin: str, warc: WarcWriter) -> None:
        try:
            message = (
                read_message(entry.path, entry.offset) if entry.kind == "response" else self._find_revisited(entry)
            )
            status = _status(message.head) if message is not None else 0
        except WarcDamaged:
            self.report.damaged += 1
            return
        if message is None:
            self.report.without_page += 1
            return
        address = read_address(entry.url, self.site)
        if address.url_key in self.archive.forgotten:
            self.report.forgotten += 1
            return
        telling = 200 <= status < 300 or status in REDIRECT_STATUSES | GONE_STATUSES
        if status == PARTIAL_CONTENT or not telling:
            self.report.other += 1
            return
        key = (address.url_key, instant(entry.date), status, payload_digest(message.body))
        if key in self._fresh or self._kept(key, entry.kind == "revisit"):
            self.report.already += 1
            return
        if status in REDIRECT_STATUSES:
            self.report.redirects += 1
            self._redirect(address, _capture(message, address, entry, status), message, origin, warc)
            return
        self._fresh.add(key)
        capture = self._copy_capture(_capture(message, address, entry, status), message, origin, warc)
        self._conclude_visit(address, capture, message)

    def _redirect(
        self, address: Address, capture: Capture, message: HttpMessage, origin: str, warc: WarcWriter
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
            (asked, (*before, capture))
            for asked, before in self._waiting.pop(address.url_key, [])
            if len(before) < LONGEST_CHAIN
        ]
        self._waiting.setdefault(target.url_key, []).extend(chains)
        while len(self._waiting) > MOST_WAITING:
            del self._waiting[next(iter(self._waiting))]

    def _conclude_visit(self, address: Address, capture: Capture, message: HttpMessage) -> None:
        payload = decode_payload(message.body, capture.headers, cut_off=bool(message.truncated))
        capture = replace(capture, body=payload.body)
        chains = [
            (self._make_queued(asked), before)
            for asked, before in self._waiting.pop(address.url_key, None) or [(address, ())]
        ]
        outcome = read_answer(
            capture,
            address,
            self.site,
            self.known.pages,
            failure=payload.failure,
            error=payload.error,
            former_words=None if any(queued.known for queued, _ in chains) else 0,
        )
        for queued, before in chains:
            landed = address if queued.address.url_key != address.url_key else None
            self._visits.append(settle(outcome, queued, (*before, capture), landed))

    def _copy_capture(self, capture: Capture, message: HttpMessage, origin: str, warc: WarcWriter) -> Capture:
        place = warc.write(
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
            digest=payload_digest(message.body),
            warc_file=place.file,
            warc_offset=place.offset,
            warc_length=place.length,
        )

    def _find_revisited(self, entry: RecordEntry) -> HttpMessage | None:
        """Return the page that a revisit record says was sent again: from the files given, else from the archive."""
        response = self.index.find_response(entry.payload_digest, entry.refers_to) if entry.payload_digest else None
        if response is not None:
            return read_message(Path(response.path), response.start)
        url_key = read_address(entry.url, self.site).url_key
        original = find_original(self.archive.db, url_key, entry.payload_digest, instant(entry.date))
        if original is None:
            return None
        return read_message(self.archive.warc_folder / original.warc_file, original.warc_offset)

    def _kept(self, key: tuple[str, str, int, str], again: bool) -> bool:
        """Say whether the archive holds this answer: of this address, or of another one of the same article."""
        url_key, fetched_at, status, digest = key
        return holds_answer(self.archive.db, url_key, fetched_at, status, digest, or_unchanged=again)

    def _make_queued(self, address: Address) -> Queued:
        known = find_address(self.archive.db, address.url_key)
        if known is None:
            return Queued(address=address, depth=0, known=False)
        return Queued(address=address, depth=known.depth, known=known.article_id is not None)

    def _flush(self, warc: WarcWriter) -> None:
        visits, self._visits = self._visits, []
        self._fresh.clear()
        if not visits:
            return
        warc.flush()
        for fate in self.archive.keep(visits, self.run_id, self.clock(), any_order=True):
            self.report.pages += 1
            self.report.counts[fate] = self.report.counts.get(fate, 0) + 1

    def _end_killed_runs(self, now: datetime) -> None:
        """Close runs of ingests that were killed, and cut off what they left half written."""
        for run in list_killed_ingests(self.archive.db, self.site.name):
            mend_files(self.archive.warc_folder, self.site.name, datetime.fromisoformat(run.started_at))
            self.archive.finish_run(run.id, "killed", now)


def _capture(message: HttpMessage, address: Address, entry: RecordEntry, status: int) -> Capture:
    fields = (line.partition(":") for line in message.head.decode("latin-1").split("\r\n")[1:])
    return Capture(
        url=address.url,
        fetched_at=entry.date,
        status=status,
        headers=tuple((name.strip(), value.strip()) for name, colon, value in fields if colon),
    )


def _status(head: bytes) -> int:
    try:
        return int(head.split(None, 2)[1])
    except (IndexError, ValueError):
        raise WarcDamaged("the answer has no status") from None
