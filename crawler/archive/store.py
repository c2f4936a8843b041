"""Archive: the one class that opens an archive file, to write visits and to read articles, hits and the queue."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypedDict, Unpack

from crawler.archive.articles.captures import EarlierCapture, find_earlier_capture
from crawler.archive.articles.forgotten import read_tombstones
from crawler.archive.articles.surrogates import replace_surrogates
from crawler.archive.database import translate_errors, write_transaction
from crawler.archive.lock import resolve_archive
from crawler.archive.opening import Mode, open_archive
from crawler.archive.reader import ArchiveReader
from crawler.archive.runs import runs
from crawler.archive.runs.pauses import find_pause, write_pause
from crawler.archive.runs.sitemaps import write_sitemaps
from crawler.errors import ArchiveMoved
from crawler.items import Capture, Fate, Link, Problem, Queued, RunKind, Visit
from crawler.normalisation.addresses.urls import preferred_spelling
from crawler.site import Site
from crawler.system.file_identity import FileIdentity, describe_loss

if TYPE_CHECKING:
    from crawler.archive.articles.readings import FirstReading, ReadFormer, RereadChange
    from crawler.archive.runs.deviations import Deviation, SiteHistory
    from crawler.archive.runs.field_counts import FieldCounts, FieldCountsKey
    from crawler.archive.write.addresses.claim_filter import ClaimFilterFields
    from crawler.archive.write.addresses.queue import RangeStep
    from crawler.archive.write.articles.rereads import UndoResult
    from crawler.archive.write.tombstones import ForgetResult, Traces
    from crawler.archive.write.writer import ArchiveWriter


class _KeepOptions(TypedDict):
    any_order: bool
    suspect_fields: Set[str] | None
    read_former: ReadFormer | None


class Archive(ArchiveReader):
    """An open archive; use it as a context manager. :class:`~crawler.archive.reader.ArchiveReader` has the methods
    that read. ``path`` is that of the file itself: symbolic links are followed once, on opening.

    ``mode`` is ``read``, which changes nothing and works while a crawl writes; ``write``, which brings an older schema
    up to date; or ``create``, which also makes the file when it is not there.

    Raises:
        ArchiveMoved: after a write, the file is not at its path any more; what was written is in it.
        ArchiveUnusable: the file cannot be used; the message is one line that says why and what to do. Every method
            raises it too when the disk is full or the file is damaged; a batch is then rolled back as a whole.
        ArchiveBusy: another program kept the file locked for longer than ten seconds.

    """

    def __init__(self, path: str | Path, mode: Mode = "read") -> None:
        file = resolve_archive(Path(path))
        super().__init__(file, open_archive(file, mode))
        self._identity = FileIdentity.read(file) if mode != "read" else None
        with translate_errors(self.path):
            self._forgotten = read_tombstones(self.db.conn)
        self._run_sites: dict[int, str] = {}

    @cached_property
    def _writer(self) -> ArchiveWriter:
        """The writing half, loaded when it is first used, so that an archive that is only read does not load it."""
        from crawler.archive.write.writer import ArchiveWriter

        return ArchiveWriter(self.db, self._prefer_spelling, self._forgotten)

    def close(self) -> None:
        """Close the file; what was committed stays."""
        self.db.conn.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def check_in_place(self) -> None:
        """Raise ArchiveMoved where another file than the one that is being written is at the archive's path, or none.

        What was written so far is then moved from the log into the file, which is whole by itself.
        """
        if self._identity is None or self._identity.is_at(self.path):
            return
        with suppress(sqlite3.Error):
            self.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        current_path = self._identity.find_path()
        if current_path is not None:
            advice = f"what was kept is in {current_path}: put it and its WARC folder back side by side"
        elif self.warc_folder.is_dir():
            advice = f"the answers are in {self.warc_folder}, and seealso ingest makes a new archive of them"
        else:
            advice = "nothing of it is left"
        raise ArchiveMoved(f"{self.path} {describe_loss(self.path, current_path)} while it was written; {advice}")

    # Runs

    def begin_run(
        self,
        site: Site | str,
        *,
        now: datetime,
        versions: Mapping[str, Any] | None = None,
        settings: Mapping[str, Any] | None = None,
        kind: RunKind = "crawl",
    ) -> int:
        """Begin a run and return its id. A :class:`Site`, unlike its name, decides which spelling is cited."""
        name = self._register_site(site)
        with translate_errors(self.path):
            run_id = runs.begin_run(self.db, name, now, versions, settings, kind)
        self._run_sites[run_id] = name
        return run_id

    def find_first_run(self, run_id: int) -> int:
        """Return the first run of the unfinished chain that this run continues; the run itself when there is none."""
        with translate_errors(self.path):
            return runs.find_first_run_of_chain(self.db, run_id)

    def find_start(self, run_id: int) -> datetime:
        """Return when a run began."""
        with translate_errors(self.path):
            return runs.find_start(self.db, run_id)

    def count_runs_by_kind(self) -> Mapping[str, int]:
        """Count the runs that brought pages, by :data:`~crawler.items.RunKind`; 0 for a kind that has none."""
        with translate_errors(self.path):
            return runs.count_runs_by_kind(self.db)

    def finish_run(
        self,
        run_id: int,
        outcome: str,
        now: datetime,
        cells: Mapping[FieldCountsKey, FieldCounts] | None = None,
        deviations: Iterable[Deviation] = (),
    ) -> None:
        """Finish a run with its outcome, the fields that its pages had, and their deviations from earlier runs."""
        with self._open_transaction():
            runs.finish_run(self.db, run_id, outcome, now)
            if cells is not None:
                from crawler.archive.runs.deviations import write_deviations
                from crawler.archive.runs.field_counts import write_run_fields

                write_run_fields(self.db, run_id, cells)
                write_deviations(self.db, self._find_site(run_id), deviations)

    def read_site_history(self, site: Site | str, run_id: int) -> SiteHistory:
        """Return the history of a site in the runs before this one, from the last run on that accepted the layout."""
        from crawler.archive.runs.deviations import read_site_history

        with translate_errors(self.path):
            return read_site_history(self.db, self._register_site(site), run_id)

    def count_answers(self, site: Site | str, since: datetime) -> int:
        """Count the answers that all runs of a site have kept since an instant."""
        with translate_errors(self.path):
            return runs.count_answers(self.db, self._register_site(site), since)

    def note_problem(self, run_id: int, problem: Problem) -> None:
        """Write a problem that belongs to no visit."""
        with self._open_transaction():
            runs.note_problem(self.db, run_id, problem)

    def note_pause(self, run_id: int, problem: Problem, *, asked_at: datetime, until: datetime) -> None:
        """Write a pause that an answer outside of any visit asked for, with the problem that reports it."""
        with self._open_transaction():
            runs.note_problem(self.db, run_id, problem)
            write_pause(self.db.conn, run_id, problem.url, asked_at, until)

    def find_pause(self, site: Site | str, mirror: str | None, now: datetime) -> datetime | None:
        """Return the end of the pause that a site, or this mirror of it, asked for; None when no pause lasts."""
        with translate_errors(self.path):
            return find_pause(self.db.conn, self._register_site(site), mirror, now)

    def keep_captures(self, captures: Iterable[Capture], run_id: int) -> None:
        """Index captures that belong to no visit."""
        with self._open_transaction():
            self._writer.captures.index_captures(None, captures, run_id)

    def keep_found(self, captures: Iterable[tuple[str | None, Capture]], run_id: int) -> None:
        """Index captures found in WARC files, each with the identity of its address or None; an answer that a page was
        unchanged counts for when its article was last seen.
        """
        with self._open_transaction():
            self._writer.captures.index_found(captures, run_id)

    # Losses

    def note_losses(self, capture_ids: Iterable[int], now: datetime) -> int:
        """Note captures as lost (:func:`crawler.archive.write.addresses.losses.note_losses`); return how many."""
        from crawler.archive.write.addresses.losses import note_losses

        with self._open_transaction():
            return note_losses(self.db, capture_ids, now)

    def accept_losses(self, capture_ids: Iterable[int], why: str, now: datetime) -> int:
        """Accept captures as lost for good, so that :meth:`verify` no longer reports them; return how many more."""
        from crawler.archive.write.addresses.losses import accept_losses

        with self._open_transaction():
            return accept_losses(self.db, capture_ids, why, now)

    def requeue_lost(self, site: Site | str) -> int:
        """Queue the pages of a site that were noted as lost, to be fetched without conditions; return how many."""
        from crawler.archive.write.addresses.losses import requeue_lost

        with self._open_transaction():
            return requeue_lost(self.db, self._register_site(site))

    def drop_validators(self, url_keys: Iterable[str]) -> None:
        """Let addresses be fetched without conditions the next time."""
        from crawler.archive.write.addresses.losses import drop_validators

        with self._open_transaction():
            drop_validators(self.db, url_keys)

    def note_sitemaps(self, robots_url: str, sitemaps: Iterable[str], run_id: int, moment: datetime) -> None:
        """Write the sitemaps that a robots.txt named at a moment."""
        with self._open_transaction():
            write_sitemaps(self.db.conn, robots_url, sitemaps, run_id, moment)

    # The queue

    def enqueue(self, links: Iterable[Link], run_id: int, now: datetime) -> int:
        """Write links in one transaction; return how many addresses are queued now that were not before.

        Addresses that a person named and entry points are queued again when they were visited before, but not twice in
        one chain of resumed runs.
        """
        with self._open_transaction():
            return self._writer.queue.enqueue(self._find_site(run_id), links, run_id, now)

    def enqueue_sitemaps(self, links: Iterable[Link], run_id: int, now: datetime) -> int:
        """Queue sitemaps, but for those that cannot have changed since they were read; return how many are queued."""
        with self._open_transaction():
            return self._writer.enqueue_sitemaps(links, self._find_site(run_id), run_id, now)

    def enqueue_range(
        self, site: Site, steps: Sequence[RangeStep], run_id: int, now: datetime, *, again: bool = False
    ) -> int:
        """Queue the steps of a range that were never requested; return how many (:meth:`Queue.enqueue_range`)."""
        with self._open_transaction():
            return self._writer.queue.enqueue_range(site, steps, run_id, now, again=again)

    def claim(
        self, site: Site | str, limit: int, *, skip: Collection[str] = (), **fields: Unpack[ClaimFilterFields]
    ) -> list[Queued]:
        """Hand out up to ``limit`` addresses to fetch, each once in this process until its visit is kept.

        They come in this order: addresses that a person named, entry points, new articles by depth and then by when
        they were found, due revisits. ``fields`` are those of ``ClaimFilter`` (``archive.write.addresses``); ``skip``
        holds url_keys not to hand out.
        """
        with translate_errors(self.path):
            return self._writer.claims.claim(self._register_site(site), limit, fields, skip)

    def claim_sitemap(
        self, site: Site | str, *, skip: Collection[str] = (), **fields: Unpack[ClaimFilterFields]
    ) -> Queued | None:
        """Hand out the next sitemap, the newest first; None without one, and while many of their articles wait."""
        with translate_errors(self.path):
            return self._writer.claims.claim_sitemap(self._register_site(site), fields, skip)

    def count_articles(self, site: Site | str) -> int:
        """Count the articles of a site."""
        with translate_errors(self.path):
            (count,) = self.db.execute(
                "SELECT count(*) FROM articles WHERE site = ?", (self._register_site(site),)
            ).fetchone()
            return int(count)

    def release(self, url_keys: Iterable[str]) -> None:
        """Release claimed addresses that will not be visited; they may be claimed again."""
        self._writer.claims.release(url_keys)

    def count_pending(
        self, site: Site | str, *, skip: Collection[str] = (), **fields: Unpack[ClaimFilterFields]
    ) -> int:
        """Count the addresses that :meth:`claim` would hand out with the same filters."""
        with translate_errors(self.path):
            return self._writer.claims.count_pending(self._register_site(site), fields, skip)

    # Keeping

    def keep(
        self,
        visits: Sequence[Visit],
        run_id: int,
        now: datetime,
        *,
        any_order: bool = False,
        suspect_fields: Set[str] | None = None,
        read_former: ReadFormer | None = None,
    ) -> list[Fate]:
        """Write visits in one transaction and return the fate of each; either all are written or none.

        ``any_order`` is for visits that may be older than what is archived: they are inserted into the history.
        ``suspect_fields`` names the fields that the site's pages seem to lack of late (byline, lead, dateline, body): a
        known article that has lost one of these keeps its archived values, and so does one that has lost another field
        for the first time. Without it every loss is believed. ``read_former`` reads the archived page of an article
        again where its text differs: if today's rules read that page differently, its reading is replaced, and only
        what differs from this is an edit. Without it every difference is one.
        """
        if not visits:
            return []
        site = self._find_site(run_id)
        options: _KeepOptions = {"any_order": any_order, "suspect_fields": suspect_fields, "read_former": read_former}
        try:
            with self._open_transaction():
                fates = self._writer.keep(visits, site, run_id, now, **options)
        except UnicodeEncodeError:
            # Half of a surrogate pair, which no database can store. Rare: only then every text is searched for one.
            with self._open_transaction():
                replaced = [replace_surrogates(replace(visit, prepared=None)) for visit in visits]
                fates = self._writer.keep(replaced, site, run_id, now, **options)
        self.release(visit.address.url_key for visit in visits)
        return fates

    # Reading again

    def reread(self, changes: Iterable[RereadChange | FirstReading], now: datetime, summary: Mapping[str, Any]) -> int:
        """Write new readings of stored captures in one transaction; return the number of the rereading."""
        with self._open_transaction():
            return self._writer.reread(changes, now, summary)

    def count_reread(self, run_id: int) -> int:
        """Count the articles whose former pages a run has read again by better rules."""
        with translate_errors(self.path):
            return runs.count_reread(self.db, run_id)

    def undo_reread(self, now: datetime) -> UndoResult | None:
        """Undo the last rereading in one transaction; None when there is none that can be undone."""
        with self._open_transaction():
            return self._writer.undo_reread(now)

    def find_earlier_capture(self, url_key: str, url: str, digest: str | None) -> EarlierCapture | None:
        """Return the first capture of an address with this payload; without a digest, with its newest payload."""
        with translate_errors(self.path):
            return find_earlier_capture(self.db, url_key, url, digest)

    # Forgetting

    @property
    def forgotten(self) -> Set[str]:
        """Identities of the addresses whose article was erased on purpose, to be asked with ``in``."""
        return self._forgotten

    def forget(self, keys: tuple[str, ...], why: str, now: datetime, traces: Traces | None = None) -> ForgetResult:
        """Erase the articles that these identities lead to from every table, in one transaction, and insert tombstones.

        What is to be erased besides is listed in the table ``unerased``: the traces, and the space of the file that was
        freed before (:mod:`crawler.archive.forgetting.erasures`).
        """
        with translate_errors(self.path):
            self.db.conn.execute("PRAGMA secure_delete = ON")
        with self._open_transaction():
            result = self._writer.forget(keys, why, now, traces)
        self._forgotten.update(keys)
        with translate_errors(self.path):
            self.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return result

    @contextmanager
    def _open_transaction(self) -> Iterator[None]:
        with translate_errors(self.path), write_transaction(self.db):
            yield
        self.check_in_place()

    def _find_site(self, run_id: int) -> str:
        if run_id not in self._run_sites:
            row = self.db.execute("SELECT site FROM runs WHERE id = ?", (run_id,)).fetchone()
            if row is None:
                raise ValueError(f"no run {run_id} in {self.path}")
            self._run_sites[run_id] = str(row[0])
        return self._run_sites[run_id]

    def _register_site(self, site: Site | str) -> str:
        if isinstance(site, str):
            return site
        self._sites[site.name] = site
        return site.name

    def _prefer_spelling(self, site: str, first: str, second: str) -> str:
        description = self._sites.get(site)
        if description is None:  # without a description the shorter one wins, then the alphabet
            return min(first, second, key=lambda url: (len(url), url))
        return preferred_spelling(description, first, second)
