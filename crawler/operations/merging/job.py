"""Merges archives of different sites into one: first their WARC files, then the rows of each in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import KW_ONLY, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from crawler.archive import Archive
from crawler.archive.articles.forgotten import UnerasedPart
from crawler.archive.database import translate_errors
from crawler.archive.lock import SiteLock, list_lock_sites, resolve_archive
from crawler.archive.merging.conflicts import CannotMerge, list_forgotten_records, refuse_shared
from crawler.archive.merging.merge import MergeResult, count_coming, merge_source
from crawler.archive.merging.source import Source, attach, read_source, was_merged
from crawler.crawl.erasure.erasing import erase_listed
from crawler.operations.merging.files import ComingFiles, bring_files, list_names, plan_files, remove_moved
from crawler.operations.merging.leftovers import remove_list, sweep, write_list
from crawler.operations.merging.sources import GROWTH, lock_sites, open_source, refuse_lost_files, refuse_no_room


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedArchive:
    """One archive that was merged into another, or would be."""

    archive: str
    sites: tuple[str, ...]
    rows: Mapping[str, int]
    """Table → rows that came."""
    files: int
    bytes: int
    """Of its WARC files."""
    renamed: Mapping[str, str] = field(default_factory=dict)
    """WARC files that have another name here: there → here."""
    forgotten: tuple[str, ...] = ()
    """Identities of articles that one of the two had forgotten and the other one had."""


@dataclass(slots=True, kw_only=True)
class MergeReport:
    """What was merged."""

    merged: list[MergedArchive] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)
    """Archives that were merged before, and are as they were."""
    unerased: list[UnerasedPart] = field(default_factory=list)
    """What of forgotten articles is still to be erased."""

    @property
    def exit_code(self) -> int:
        """2 when something is still to be erased."""
        return 2 if self.unerased else 0


def merge(
    into: Path,
    paths: Sequence[Path],
    *,
    move: bool = False,
    dry_run: bool = False,
    now: datetime | None = None,
    progress: Callable[[int, int], None] | None = None,
    note_step: Callable[[], None] = lambda: None,
) -> MergeReport:
    """Bring everything that some archives hold into another one, which is made where there is none.

    They stay as they are, but for their WARC files with ``move``. After a kill, archives have come as a whole or not at
    all, and the same call again does the rest. ``progress(done, all)`` counts WARC files; ``note_step`` is called
    between any two steps that a kill may part.

    Raises:
        CannotMerge: two archives have the same site or name, files are missing, or the disk has no room.
        ArchiveUnusable: an archive is damaged, of a newer version, or none.
        ArchiveBusy: a crawl of one of them runs.

    """
    now = now or datetime.now(UTC)
    into = resolve_archive(into)
    named = {resolve_archive(path): str(path) for path in paths}
    _refuse_itself(into, list(named), len(paths))
    if not into.absolute().parent.is_dir():
        raise CannotMerge(f"the folder {into.absolute().parent} does not exist: make it first")
    with ExitStack() as stack:
        job = _MergeJob(into, named, now, move=move, progress=progress, note_step=note_step)
        if dry_run:
            return job.describe(stack)
        return job.run(stack)


@dataclass(slots=True)
class _MergeJob:
    """A merge: what is read of the archives, and the steps."""

    into: Path
    named: Mapping[Path, str]
    """The archives that are to come, and how they were called."""
    now: datetime
    _: KW_ONLY
    move: bool
    progress: Callable[[int, int], None] | None
    note_step: Callable[[], None]
    report: MergeReport = field(default_factory=MergeReport)
    _files_done: int = 0

    def describe(self, stack: ExitStack) -> MergeReport:
        """Report what would come, and write nothing."""
        own = open_source(stack, self.into) if self._has_content() else None
        sources = {path: open_source(stack, path) for path in self.named}
        for path, plan in self._check(own, sources, set()).items():
            self._add_report(sources[path], plan, MergeResult(rows=count_coming(sources[path])), path)
        return self.report

    def run(self, stack: ExitStack) -> MergeReport:
        """Merge the archives, one after the other."""
        requests: dict[str, datetime] = {}
        sources: dict[Path, Source] = {}
        for path in self.named:
            locks = lock_sites(stack, path, list_lock_sites(path), {})
            sources[path] = open_source(stack, path)
            locks = lock_sites(stack, path, sources[path].sites, locks)
            requests |= {
                site: lock.last_request_at
                for site, lock in locks.items()
                if site in sources[path].sites and lock.last_request_at is not None
            }
        sites = {site for source in sources.values() for site in source.sites}
        locks = lock_sites(stack, self.into, {*list_lock_sites(self.into), *sites}, {})
        archive: Archive | None = None
        own: Source | None = None
        merged: set[Path] = set()
        if self._has_content():
            archive = stack.enter_context(Archive(self.into, "write"))
            own = read_source(self.into)
            locks = lock_sites(stack, self.into, own.sites, locks)
            sweep(archive)
            merged = {path for path, source in sources.items() if was_merged(archive.db, source.fingerprint)}
        plans = self._check(own, sources, merged)
        self._refuse_no_room(sources, plans)
        archive = archive or stack.enter_context(Archive(self.into, "create"))
        total = sum(len(plan.present) for plan in plans.values())
        for path, plan in plans.items():
            self._bring(archive, sources[path], plan, path, total)
        self.report.unerased = _erase(self.into, locks, self.now)
        for site, moment in requests.items():
            last = locks[site].last_request_at
            if last is None or last < moment:  # the next crawl keeps its distance
                locks[site].note_request(moment)
        return self.report

    def _has_content(self) -> bool:
        return self.into.exists() and self.into.stat().st_size > 0

    def _check(self, own: Source | None, sources: Mapping[Path, Source], merged: set[Path]) -> dict[Path, ComingFiles]:
        """Refuse what cannot be merged, and plan the WARC files of each archive that comes."""
        self.report.passed_over = [name for path, name in self.named.items() if path in merged]
        coming = {path: source for path, source in sources.items() if path not in merged}
        refuse_shared(own, self.into, list(coming.items()))
        taken = list_names(self.into.with_suffix(".warc")) | (own.files if own is not None else frozenset())
        plans: dict[Path, ComingFiles] = {}
        for path, source in coming.items():
            refuse_lost_files(path, source)
            plans[path] = plan_files(path.with_suffix(".warc"), source.files, taken)
        return plans

    def _refuse_no_room(self, sources: Mapping[Path, Source], plans: Mapping[Path, ComingFiles]) -> None:
        folder = self.into.absolute().parent
        rows = GROWTH * sum(sources[path].path.stat().st_size for path in plans)
        copied = sum(plan.bytes for plan in plans.values() if not (self.move and _is_on_one_disk(folder, plan.source)))
        refuse_no_room(folder, rows + copied, "what would come")

    def _bring(self, archive: Archive, source: Source, plan: ComingFiles, path: Path, total: int) -> None:
        """Bring the files, then the rows, of one archive; when either fails, the files are removed again."""
        with translate_errors(archive.path), attach(archive.db.conn, source.path):
            plan = replace(plan, forgotten=list_forgotten_records(archive.db.conn))

        def note_file() -> None:
            self._files_done += 1
            if self.progress is not None:
                self.progress(self._files_done, total)
            self.note_step()

        try:
            write_list(archive.path, source.fingerprint, plan.names.values())
            self.note_step()
            bring_files(plan, archive.warc_folder, self.now, move=self.move, note_step=note_file)
            result = merge_source(archive, source, plan.names, name=self.named[path], now=self.now)
        except BaseException:
            sweep(archive)
            raise
        self.note_step()
        remove_list(archive.path)
        if self.move:
            remove_moved(plan)
        self._add_report(source, plan, result, path)

    def _add_report(self, source: Source, plan: ComingFiles, result: MergeResult, path: Path) -> None:
        self.report.merged.append(
            MergedArchive(
                archive=self.named[path],
                sites=tuple(sorted(source.sites)),
                rows={name: count for name, count in result.rows.items() if count},
                files=len(plan.present),
                bytes=plan.bytes,
                renamed=plan.renamed,
                forgotten=result.forgotten,
            )
        )


def _refuse_itself(into: Path, paths: Sequence[Path], given: int) -> None:
    if len(paths) < given:
        raise CannotMerge("an archive is named twice: name each once")
    for path in paths:
        if path == into or (path.exists() and into.exists() and path.samefile(into)):
            raise CannotMerge(f"{path} cannot be merged into itself: name the archives that are to come into it")
    owners: dict[Path, Path] = {}
    for path in (into, *paths):
        folder = path.with_suffix(".warc").resolve()
        if folder in owners:
            raise CannotMerge(
                f"{owners[folder]} and {path} both have their WARC files in {folder}: give one of them, and a folder "
                "with its files, another name"
            )
        owners[folder] = path


def _erase(into: Path, locks: Mapping[str, SiteLock], now: datetime) -> list[UnerasedPart]:
    """Erase what is listed of forgotten articles; return what could not be erased."""
    with Archive(into, "write") as archive:  # opened again, because the list of forgotten articles may have grown
        return erase_listed(archive, now, own_sites=tuple(locks)).remainder


def _is_on_one_disk(folder: Path, other: Path) -> bool:
    return other.exists() and folder.stat().st_dev == other.stat().st_dev
