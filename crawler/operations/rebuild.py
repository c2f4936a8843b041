"""Rebuilds an archive from its folder of WARC files alone: nothing is fetched, and no WARC file is changed.

The pages are read by the rules of an ingest, in the order of their dates, and are indexed where they are. The new file
is made beside the lost one's place and gets its name when it is whole; a rebuilding that was killed leaves no archive.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from crawler.archive import Archive
from crawler.archive.articles.captures import CapturePlace, list_places
from crawler.archive.health.holdings import count_articles, count_captures
from crawler.archive.lock import SiteLock, list_lock_sites, resolve_archive
from crawler.crawl.running.provenance import WARC_KIND, WARC_SITE
from crawler.errors import BadAddress, BadSiteFile, CrawlerError, WarcDamaged
from crawler.items import Capture, RunKind
from crawler.normalisation.addresses.hosts import list_sites_of_address
from crawler.normalisation.addresses.urls import read_address
from crawler.normalisation.dates.moments import instant
from crawler.operations.ingest.job import ingest
from crawler.operations.ingest.report import IngestReport
from crawler.site import Site
from crawler.sites.adopted import AdoptedSite, make_adopted, parse_values
from crawler.sites.registry import load_sites
from crawler.warc import read_capture
from crawler.warc.folders import list_warc_files
from crawler.warc.locating import AnswerLocator

LOSSES: Final = (
    "what people decided: merges, splits and names of authors and places, saved searches, snapshots",
    "the list of forgotten articles: forget them again before the next crawl, or it fetches them",
    "the queue, what sitemaps named, how far each address is from a start, when it is visited next; a crawl finds them",
    "runs, with their counts, alarms, problems and the pauses that sites asked for; what robots.txt said of each page",
    "what runs knew of their site: a page that had lost its byline or half of its text becomes a version at once",
    "numbers and days that walks (--ids, --by-day) have asked for without finding anything",
)
"""What of an archive is in no WARC file, for people."""
CAPTURES_PER_BATCH: Final = 500
_OLD_DEMO: Final = "seealso demo, the practice site"
"""The operator in warcinfo records of the practice site, before they told the kind of the run."""


class CannotRebuild(CrawlerError):
    """There is nothing to rebuild from, or something lies where the archive would: nothing was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RebuildReport:
    """What was made."""

    files: int
    articles: int
    captures: int
    damaged: int
    """Damaged parts of the files, each a record or more."""
    ingest: IngestReport = field(repr=False)
    """What the files held, as an ingest counts it."""

    @property
    def exit_code(self) -> int:
        """2 when something in the files could not be read."""
        return 2 if self.damaged or self.ingest.unusable else 0


def rebuild(
    path: Path,
    *,
    progress: Callable[[int, int], None] | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> RebuildReport:
    """Make the archive at ``path`` from the WARC files in the folder that belongs to it.

    Raises CannotRebuild where a file of that name exists or no WARC file holds a page of a known site, ArchiveBusy
    while a crawl runs, ArchiveUnusable for a path that can be none of an archive, and OSError where this user may not
    look for its WARC files.
    """
    path = resolve_archive(path)  # the WARC files lie beside the file itself
    folder = path.with_suffix(".warc")
    refuse_overwriting(path)
    files = list_warc_files(folder)
    if not files:
        raise CannotRebuild(f"there are no WARC files in {folder}: seealso ingest takes in those of another folder")
    unfinished = path.with_suffix(".rebuilding")
    with ExitStack() as stack:
        for site in {*list_lock_sites(path), *(file.name.rsplit("-", 2)[0] for file in files)}:
            stack.callback(SiteLock(path, site).release)
        _remove_unfinished(unfinished)
        stack.callback(_remove_unfinished, unfinished)
        unfinished.touch()
        locator = AnswerLocator(folder)
        for file in files:
            locator.scan(file)
        report = ingest(
            unfinished,
            files,
            progress=progress,
            clock=clock,
            stored=locator,
            kind=_find_kind(locator.info),
            adopted_sites=_list_adopted(locator.info, path, clock()),
        )
        if not report.runs:
            raise CannotRebuild(f"no WARC file in {folder} holds a page of a known site (seealso sites lists them)")
        with Archive(unfinished, "write") as archive:
            _index_others(archive, locator, report.runs[-1])
            articles, captures = count_articles(archive.db), count_captures(archive.db)
        with unfinished.open("rb") as whole:
            os.fsync(whole.fileno())
        refuse_overwriting(path)
        unfinished.rename(path)
    return RebuildReport(files=len(files), articles=articles, captures=captures, damaged=locator.damaged, ingest=report)


def refuse_overwriting(path: Path) -> None:
    """Raise CannotRebuild where an archive, or the log of one, lies at ``path``; an empty file is none."""
    for suffix in ("", "-wal", "-journal"):
        other = path.with_name(path.name + suffix)
        if other.exists() and (other.is_dir() or other.stat().st_size):
            aside = shlex.quote(f"{other}.damaged")
            raise CannotRebuild(
                f"{other} is in the way, and a rebuilding overwrites nothing: move it aside first, with "
                f"mv {shlex.quote(str(other))} {aside}"
            )


def _find_kind(info: list[dict[str, str]]) -> RunKind:
    """Return ``demo`` when a file is of the practice site, whose articles must not be mixed with others."""
    is_demo = any(fields.get(WARC_KIND) == "demo" or fields.get("operator") == _OLD_DEMO for fields in info)
    return "demo" if is_demo else "ingest"


def _list_adopted(info: list[dict[str, str]], path: Path, now: datetime) -> tuple[AdoptedSite, ...]:
    """Return the sites that the lost archive had adopted, by what its WARC files note; the first of a name."""
    adopted: dict[str, AdoptedSite] = {}
    for fields in info:
        if WARC_SITE not in fields:
            continue
        try:
            site = parse_values(fields[WARC_SITE])
        except (BadSiteFile, ValueError, RecursionError):
            continue
        adopted.setdefault(site.name, make_adopted(site, made_at=instant(now), place=str(path)))
    return tuple(adopted.values())


def _index_others(archive: Archive, locator: AnswerLocator, run_id: int) -> None:
    """Index the answers that bring no page: robots.txt, errors, pages that were not modified."""
    known_places = list_places(archive.db)
    sites = load_sites(*archive.adopted_sites)
    batch: list[tuple[str | None, Capture]] = []
    for answer in locator.answers:
        location = answer.location
        if CapturePlace(location.file, location.offset) in known_places:
            continue
        try:
            capture = read_capture(locator.folder, location.file, location.offset)
        except WarcDamaged:
            continue
        batch.append((next(_iter_keys(capture.url, sites), None), capture))
        if len(batch) == CAPTURES_PER_BATCH:
            archive.keep_found(batch, run_id)
            batch = []
    archive.keep_found(batch, run_id)


def _iter_keys(url: str, sites: tuple[Site, ...]) -> Iterator[str]:
    """Yield the identity of an address for each site that it belongs to; none for robots.txt."""
    if url.endswith("/robots.txt"):
        return
    for site in list_sites_of_address(url, sites):
        try:
            yield read_address(url, site).url_key
        except BadAddress:
            continue


def _remove_unfinished(path: Path) -> None:
    for file in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm", "-journal"))):
        file.unlink(missing_ok=True)
    for site in list_lock_sites(path):
        path.with_name(f"{path.name}.{site}.lock").unlink(missing_ok=True)
