"""Ingests WARC files of other software: keeps the pages of known sites as if a crawl had fetched them at their date.

Answers are copied into the archive's own WARC folder and read by the rules of a crawl, in the order of their dates.
Nothing is fetched. Parts of the files are read into shards by any number of processes, which know no archive; one
writer merges the shards, so that the archive is the same whoever read which part, and when.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from crawler.archive import Archive
from crawler.archive.articles.forgotten import list_unerased
from crawler.archive.articles.ingest_hints import iter_held_answers, read_forgotten
from crawler.archive.database import translate_errors
from crawler.archive.lock import SiteLock
from crawler.archive.runs.adopted_sites import read_adopted_sites, write_adopted_site
from crawler.archive.write.ingest_index import IngestIndex
from crawler.crawl.lease.lease_keeper import hold_lease, hold_work
from crawler.crawl.running.provenance import list_versions
from crawler.engines.choice import EngineChoice
from crawler.engines.progress import ReportWork
from crawler.items import RunKind
from crawler.normalisation.dates.moments import instant
from crawler.operations.ingest.indexing import fill_index
from crawler.operations.ingest.report import IngestReport
from crawler.operations.ingest.shard_making import ShardMaker, Share
from crawler.operations.ingest.work_folder import open_work
from crawler.shards.answer_hashes import AnswerKey, write_answer_hashes
from crawler.shards.page_shard import PageShelf
from crawler.shards.parts import RANGE_SIZE
from crawler.shards.publications import Publication
from crawler.shards.rules import compute_rules_digest
from crawler.shards.settings import ReadingSettings
from crawler.sites.adopted import AdoptedSite, has_adopted, make_adopted
from crawler.sites.known_site import KnownSite
from crawler.sites.registry import load_catalogue, load_known_sites
from crawler.system.garbage import collect_garbage_less
from crawler.warc.foreign import read_file_name
from crawler.warc.locating import AnswerLocator

ReportCount = Callable[[int, int], None]
"""Called with what is done and with all there is to do."""
DEFAULT_ENGINE: Final = EngineChoice()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardsReport:
    """What a reading without a merge came to."""

    parts: int
    """Parts of the files, or of the share, all of which have a shard now."""
    made: int
    """Shards that were made now; the others were there."""


def ingest(
    path: Path,
    files: Sequence[Path],
    *,
    progress: ReportCount | None = None,
    reading_progress: ReportWork | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    stored: AnswerLocator | None = None,
    kind: RunKind = "ingest",
    adopt: bool = False,
    adopted_sites: Sequence[AdoptedSite] = (),
    engine: EngineChoice = DEFAULT_ENGINE,
    range_size: int = RANGE_SIZE,
    reads: bool = True,
) -> IngestReport:
    """Keep the pages of all known sites in WARC, ARC and WACZ files, which may be given in any order and repeatedly.

    ``reading_progress`` is called when a part of the files has been read, ``progress`` with records while they are
    written. Answers are copied into the archive's WARC folder, unless ``stored`` tells where they are in it already.
    ``kind`` is that of the runs. A file of more than twice ``range_size`` is read in ranges. Without ``reads`` all
    shards have to be there, in the folder of work. A signal ends it after the record in hand (KeyboardInterrupt); what
    was written until then is kept, and shards that were made.

    With ``adopt`` the archive adopts sites for the hosts that no known site has, from all their pages in the files.
    ``adopted_sites`` are some that it is to adopt as they are.

    Raises ArchiveBusy while a crawl of one of the sites runs, or another command in the folder of work,
    ArchiveUnusable, PartsUnread, SchedulerUnreachable and MissingExtra.
    """
    report = IngestReport(files=len(files))
    known_sites = _load_sites(path, files, clock(), adopt=adopt, adopted_sites=adopted_sites)
    with ExitStack() as stack:
        stack.enter_context(collect_garbage_less())
        stack.enter_context(hold_lease(path))  # a crawl on another machine may have it
        folder = stack.enter_context(open_work(path, engine.work))
        if engine.work is not None:
            stack.enter_context(hold_work(engine.work))
        is_own = engine.work is None and engine.remote is None
        settings = _make_settings(path, folder, known_sites, copies=stored is None, is_own_folder=is_own)
        maker = _make_maker(folder, settings, engine, range_size, reading_progress)
        divided = maker.make(files) if reads else maker.find(files)
        shelf = stack.enter_context(PageShelf(maker.store))
        index = stack.enter_context(IngestIndex())
        input_order = fill_index(index, shelf, maker, divided, report, clock())
        from crawler.operations.ingest.site_writer import SiteWriter  # loaded when others have begun to read

        total, site_names = len(index), index.list_sites()
        for lock in [SiteLock(path, name) for name in site_names]:
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
            writer = SiteWriter(
                known_site=known_sites[name],
                archive=archive,
                index=index,
                shelf=shelf,
                files=input_order,
                names=tuple(map(read_file_name, files)),
                report=report,
                clock=clock,
                stored=stored,
                kind=kind,
            )
            for _ in writer.write():
                done += 1
                if progress is not None:
                    progress(done, total)
            _erase_listed(archive, clock(), site_names)
    return report


def make_shards(
    path: Path,
    files: Sequence[Path],
    *,
    engine: EngineChoice,
    share: Share | None = None,
    range_size: int = RANGE_SIZE,
    adopt: bool = False,
    reading_progress: ReportWork | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> ShardsReport:
    """Read files, or a share of their parts, into shards in the folder of work, and write nothing else.

    The archive at ``path`` tells which sites it has adopted and what it has forgotten; it need not be there. The other
    arguments are those of :func:`ingest`, which merges the shards. Raises PartsUnread, SchedulerUnreachable and
    MissingExtra.
    """
    known_sites = _load_sites(path, files, clock(), adopt=adopt, adopted_sites=())
    with open_work(path, engine.work) as folder:
        settings = _make_settings(path, folder, known_sites, copies=True, is_own_folder=False)
        maker = _make_maker(folder, settings, engine, range_size, reading_progress)
        parts = maker.make_share(files, share or Share(number=1, count=1))
    return ShardsReport(parts=parts, made=maker.made)


def _load_sites(
    path: Path, files: Sequence[Path], now: datetime, *, adopt: bool, adopted_sites: Sequence[AdoptedSite]
) -> Mapping[str, KnownSite]:
    """Return the known sites, those that the archive has adopted and is to adopt among them."""
    sources = (*read_adopted_sites(path), *adopted_sites)
    if adopt:
        from crawler.operations.ingest.adopting import find_new_sites

        catalogue = load_catalogue(*sources)
        sites = [known_site.site for known_site in catalogue.known_sites.values()]
        new_sites = find_new_sites(files, sites, catalogue.taken_names)
        sources = (*sources, *(make_adopted(site, made_at=instant(now), place=str(path)) for site in new_sites))
    return load_known_sites(*sources)


def _erase_listed(archive: Archive, now: datetime, site_names: Sequence[str]) -> None:
    """Erase what is left of forgotten articles, if anything is; only then what a crawl needs is loaded."""
    with translate_errors(archive.path):
        is_clean = not list_unerased(archive.db, with_lost=True)
    if not is_clean:
        from crawler.crawl.erasure.erasing import erase_listed

        erase_listed(archive, now, own_sites=site_names)


def _make_settings(
    path: Path, folder: Path, known_sites: Mapping[str, KnownSite], *, copies: bool, is_own_folder: bool
) -> ReadingSettings:
    """Return what the readers must know, some of it from the archive at ``path``."""
    adopted_last = sorted(known_sites.values(), key=lambda known_site: known_site.source == "archive")
    answer_hashes = None
    if is_own_folder:  # shards that stay may serve another archive
        answer_hashes = folder.absolute() / "answers"
        write_answer_hashes(answer_hashes, (AnswerKey(*answer) for answer in iter_held_answers(path)))
    return ReadingSettings(
        publications=tuple(Publication(known_site.site, known_site.pages) for known_site in adopted_last),
        versions=dict(list_versions()),
        forgotten=read_forgotten(path) or frozenset(),  # the other kind loads what opens archives
        copies=copies,
        answer_hashes=answer_hashes,
        syncs=not is_own_folder,
    )


def _make_maker(
    folder: Path, settings: ReadingSettings, engine: EngineChoice, range_size: int, progress: ReportWork | None
) -> ShardMaker:
    rules = compute_rules_digest(settings.publications, settings.versions, settings.forgotten, copies=settings.copies)
    return ShardMaker(
        folder=folder, settings=settings, rules=rules, engine=engine, range_size=range_size, progress=progress
    )
