"""Ingest: other people's WARC files go in; pages of known sites in them are kept as if a crawl had fetched them then.

Answers are copied into the archive's own WARC folder and read by the same rules, in the order of their dates. Nothing
is fetched.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urljoin

from crawler import __version__
from crawler.archive import Archive
from crawler.archive.lock import SiteLock
from crawler.crawl.provenance import versions
from crawler.crawl.spider import NewsSpider
from crawler.crawl.spider_loader import load_spiders
from crawler.errors import BadAddress, BadValue, WarcDamaged
from crawler.items import Address, Capture, Fate, Queued, Visit
from crawler.normalisation.dates import instant
from crawler.normalisation.urls import read_address
from crawler.outcome.answer import GONE, REDIRECT_STATUSES, FetchResult, conclude
from crawler.site import Site
from crawler.warc import WarcWriter, decode_content, mend_files, payload_digest
from crawler.warc.content_encoding import content_encodings
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

_INDEX = (
    "CREATE TABLE entries (site TEXT, path TEXT, origin TEXT, start INTEGER, kind TEXT, url TEXT, date TEXT,"
    " digest TEXT, refers_to TEXT)"
)


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
    known = load_spiders()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="seealso-")))
        index = stack.enter_context(closing(sqlite3.connect("")))  # on disk when it grows, gone when it is closed
        index.execute(_INDEX)
        for file in files:
            try:
                for part in unpack_files(file, folder):
                    _index_files(index, part, file.name, known, report, clock())
            except (WarcDamaged, OSError) as problem:
                report.unusable.append(str(problem))
        index.execute("CREATE INDEX by_date ON entries (site, date, url)")
        index.execute("CREATE INDEX by_digest ON entries (digest)")
        total = index.execute("SELECT count(*) FROM entries").fetchone()[0]
        found = [row[0] for row in index.execute("SELECT DISTINCT site FROM entries ORDER BY 1").fetchall()]
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
    index: sqlite3.Connection,
    path: Path,
    origin: str,
    known: dict[str, type[NewsSpider]],
    report: IngestReport,
    now: datetime,
) -> None:
    def damaged() -> None:
        report.damaged += 1

    def site_of(url: str) -> str | None:
        for name, spider in known.items():
            if any(domain in url.lower() for domain in spider.site.domains):
                try:
                    return name if read_address(url, spider.site).kind in PAGE_KINDS else None
                except BadAddress:
                    continue
        return None

    for entry in iter_entries(path, lambda url: site_of(url) is not None, damaged):
        if entry.date > now + timedelta(days=1):  # a clock gone wrong, or a lie: it would be the newest for ever
            damaged()
            continue
        index.execute(
            "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                site_of(entry.url),
                str(path),
                origin,
                entry.offset,
                entry.kind,
                entry.url,
                entry.date.isoformat(),
                entry.payload_digest,
                entry.refers_to,
            ),
        )


@dataclass(slots=True)
class _SiteIngest:
    """The pages of one site, on their way into the archive."""

    spider: type[NewsSpider]
    archive: Archive
    index: sqlite3.Connection
    report: IngestReport
    clock: Callable[[], datetime]
    names: tuple[str, ...]
    run_id: int = 0
    _visits: list[Visit] = field(default_factory=list)
    _fresh: set[tuple[object, ...]] = field(default_factory=set)
    _waiting: dict[str, list[tuple[Address, tuple[Capture, ...]]]] = field(default_factory=dict)

    @property
    def site(self) -> Site:
        return self.spider.site

    def run(self) -> Iterator[None]:
        """Keep everything; yields once for each record."""
        now = self.clock()
        self._end_killed_runs(now)
        self.run_id = self.archive.begin_run(
            self.site, now=now, versions=versions(), settings={"ingest": [name[:200] for name in self.names[:100]]}
        )
        self.report.runs.append(self.run_id)
        info = {"software": f"seealso/{__version__}", "isPartOf": self.site.name, "description": "Ingested records"}
        warc = WarcWriter(self.archive.warc_folder, self.site.name, started_at=now, info=info)
        try:
            for row in self.index.execute(
                "SELECT path, origin, start, kind, url, date, digest, refers_to FROM entries WHERE site = ?"
                " ORDER BY date, url, path, start",
                (self.site.name,),
            ):
                path, origin, start, kind, url, date, digest, refers_to = row
                entry = RecordEntry(
                    path=Path(path),
                    offset=start,
                    kind=kind,
                    url=url,
                    date=datetime.fromisoformat(date),
                    payload_digest=digest,
                    refers_to=refers_to,
                )
                self._ingest_entry(entry, origin, warc)
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
        if status == PARTIAL_CONTENT or not (200 <= status < 300 or status in REDIRECT_STATUSES or status in GONE):
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
        error = "the transfer broke off" if message.truncated else None
        try:
            body = decode_content(message.body, content_encodings(capture.headers))
        except BadValue as problem:
            body, error = b"", error or str(problem)
        capture = replace(capture, body=body)
        for asked, before in self._waiting.pop(address.url_key, None) or [(address, ())]:
            fetched = FetchResult(
                queued=self._make_queued(asked),
                captures=(*before, capture),
                landed=address if asked.url_key != address.url_key else None,
                error=error,
            )
            self._visits.append(conclude(fetched, self.site, self.spider.pages))

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
        rows: list[tuple[str, int]] = (
            self.index.execute(
                "SELECT path, start FROM entries WHERE kind = 'response' AND digest = ? ORDER BY url <> ?, date "
                "LIMIT 1",
                (entry.payload_digest, entry.refers_to),
            ).fetchall()
            if entry.payload_digest
            else []
        )
        if not rows:
            url_key = read_address(entry.url, self.site).url_key
            rows = [
                (str(self.archive.warc_folder / file), offset)
                for file, offset in self.archive.db.execute(
                    "SELECT warc_file, warc_offset FROM captures WHERE url_key = ? AND digest = ? AND status = 200"
                    " AND fetched_at <= ? ORDER BY fetched_at, id LIMIT 1",
                    (url_key, entry.payload_digest, instant(entry.date)),
                ).fetchall()
            ]
        for path, offset in rows:
            return read_message(Path(path), offset)
        return None

    def _kept(self, key: tuple[str, str, int, str], again: bool) -> bool:
        """Say whether the archive holds this answer: of this address, or of another one of the same article."""
        url_key, fetched_at, status, digest = key
        found = self.archive.db.execute(
            "SELECT 1 FROM captures WHERE fetched_at = ?2 AND (status = ?3 AND digest = ?4 OR ?5 AND status = 304)"
            " AND url_key IN (SELECT ?1 UNION SELECT url_key FROM addresses WHERE article_id ="
            " (SELECT article_id FROM addresses WHERE url_key = ?1)) LIMIT 1",
            (url_key, fetched_at, status, digest, again),
        )
        return found.fetchone() is not None

    def _make_queued(self, address: Address) -> Queued:
        row = self.archive.db.execute(
            "SELECT depth, article_id FROM addresses WHERE url_key = ?", (address.url_key,)
        ).fetchone()
        return Queued(address=address, depth=row[0] if row else 0, known=row is not None and row[1] is not None)

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
        killed = self.archive.db.execute(
            "SELECT id, started_at FROM runs WHERE site = ? AND finished_at IS NULL"
            " AND json_extract(settings, '$.ingest') IS NOT NULL ORDER BY id",
            (self.site.name,),
        ).fetchall()
        for run_id, started_at in killed:
            mend_files(self.archive.warc_folder, self.site.name, datetime.fromisoformat(started_at))
            self.archive.finish_run(run_id, "killed", now)


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
