"""Erases what forgotten articles have left: records in WARC files, saved pages, the freed space of the archive's file.

The archive lists what could not be erased yet (a file was away, locked, or could not be written); each command that
writes, and finds it, erases it.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Final

from crawler.archive import Archive
from crawler.archive.articles.forgotten import Obstacle, UnerasedPart, find_article_key, list_unerased
from crawler.archive.database import translate_errors
from crawler.archive.forgetting.erasures import add_parts, clean_file, list_article_places, set_obstacle, strike_parts
from crawler.archive.health.warc_files import read_warc_extents
from crawler.archive.lock import SiteLock, list_lock_sites
from crawler.crawl.erasure.traces import Trace, TraceFinder
from crawler.crawl.monitoring.saved_cases import erase_case
from crawler.errors import ArchiveBusy, ArchiveUnusable, WarcDamaged
from crawler.sites.registry import load_sites
from crawler.warc.erasing import erase_records

OBSTACLE_WORDS: Final[dict[Obstacle | None, str]] = {
    "missing": "missing",
    "locked": "in use by another program",
    "cut": "cut off before its end",
    "no_access": "not to be written by this user",
    "no_room": "on a disk without room",
    "failing": "not readable or not writable",
    "in_use": "being read by another program",
    "lost": "lost",
    None: "not yet done",
}
"""Obstacle → what a file is while it cannot be erased in."""
_OBSTACLES_OF_ERRORS: Final[dict[int, Obstacle]] = {
    errno.ENOENT: "missing",
    errno.ENOTDIR: "missing",
    errno.EACCES: "no_access",
    errno.EPERM: "no_access",
    errno.EROFS: "no_access",
    errno.ENOSPC: "no_room",
    errno.EDQUOT: "no_room",
    errno.EBUSY: "locked",
    errno.EAGAIN: "locked",
    errno.ETXTBSY: "locked",
}
MOST_FILES_NAMED: Final = 5


@dataclass(slots=True, kw_only=True)
class ErasureReport:
    """What was erased outside of the tables, and what could not be."""

    records: int = 0
    """WARC records that were erased."""
    cases: int = 0
    """Saved pages of alarms that were deleted."""
    remainder: list[UnerasedPart] = field(default_factory=list)
    """What is still to be erased."""


def erase_listed(
    archive: Archive, now: datetime, *, own_sites: Collection[str], note_step: Callable[[], None] = lambda: None
) -> ErasureReport:
    """Erase what the archive lists as far as it is found, and take it off the list; the caller locks ``own_sites``.

    Files of other sites are left alone while a crawl of these runs. ``note_step`` is called between any two steps that
    a kill may part.
    """
    report = ErasureReport()
    with translate_errors(archive.path):
        parts = list_unerased(archive.db, with_lost=True)
    if not parts:
        return report
    for part in parts:
        if part.kind == "case":
            report.cases += _erase_case(archive, part)
            note_step()
    if any(part.kind == "database" for part in parts):
        obstacle = clean_file(archive)
        note_step()
        if obstacle is None:
            strike_parts(archive, "database")
        else:
            set_obstacle(archive, obstacle, "database")
        note_step()
    eraser = _FileEraser(archive, now, note_step)
    parts_in_files = [part for part in parts if part.kind in ("file", "record", "mention")]
    with ExitStack() as stack:
        locked_sites = _lock_others(stack, archive.path, {_find_site(part.file) for part in parts_in_files}, own_sites)
        for file, parts_in_file in groupby(sorted(parts_in_files, key=lambda part: part.file), lambda part: part.file):
            obstacle = "locked" if _find_site(file) in locked_sites else eraser.erase(file)
            if obstacle is not None:
                known_parts = [part for part in parts_in_file if (part.obstacle, obstacle) != ("lost", "missing")]
                _set_obstacles(archive, obstacle, file, known_parts)
            note_step()
    report.records = eraser.records
    with translate_errors(archive.path):
        report.remainder = list_unerased(archive.db)
    return report


def describe_remainder(parts: Sequence[UnerasedPart], archive: Path) -> str:
    """Return one line that names the files in which something is still to be erased, and why it is."""
    folder = archive.with_suffix(".warc")
    certain = {part.file for part in parts if part.kind != "file"}
    to_erase = [part for part in parts if part.kind != "file"]
    to_search = [part for part in parts if part.kind == "file" and part.file not in certain]
    lines = {
        "words of forgotten articles are still to be erased": to_erase,
        "still to be searched for words of forgotten articles": to_search,
    }
    clauses = []
    for head, named_parts in lines.items():
        paths = {
            archive
            if part.kind == "database"
            else archive.with_suffix(".alarms") / part.file
            if part.kind == "case"
            else folder / part.file: part.obstacle
            for part in named_parts
        }
        if paths:
            clauses.append(f"{head}: {_describe_paths(paths)}")
    return "; ".join(clauses)


def _describe_paths(obstacle_of_path: Mapping[Path, Obstacle | None]) -> str:
    paths_by_obstacle: dict[Obstacle | None, list[Path]] = {}
    for path, obstacle in obstacle_of_path.items():
        paths_by_obstacle.setdefault(obstacle, []).append(path)
    clauses = []
    for obstacle, paths in paths_by_obstacle.items():
        rest = f" and {len(paths) - MOST_FILES_NAMED} more" if len(paths) > MOST_FILES_NAMED else ""
        verb = "is" if len(paths) == 1 else "are"
        names = ", ".join(str(path) for path in paths[:MOST_FILES_NAMED])
        clauses.append(f"{names}{rest} {verb} {OBSTACLE_WORDS[obstacle]}")
    return "; ".join(clauses)


def list_scan_files(archive: Archive) -> dict[str, int]:
    """Return the WARC files there are and those that captures name, by time, with the bytes each should have."""
    extents = read_warc_extents(archive.db.conn)
    try:
        names = {path.name for path in archive.warc_folder.glob("*.warc.gz")}
    except OSError:
        names = set()
    return {
        name: extents.get(name, 0) for name in sorted({*extents, *names}, key=lambda name: name.rsplit("-", 2)[-2:])
    }


def make_parts(archive: Archive, file: str, traces: Iterator[Trace]) -> Iterator[tuple[Trace, UnerasedPart]]:
    """Yield each trace with what the archive lists of it: a record, or a mention on a list or on an article's page."""
    article_places: set[int] | None = None
    for trace in traces:
        if not trace.is_own and article_places is None:
            article_places = list_article_places(archive, file)
        yield (
            trace,
            UnerasedPart(
                article_key="",
                kind="record" if trace.is_own else "mention",
                file=file,
                start=trace.offset,
                length=trace.length,
                url=None if trace.is_own else trace.url,
                fetched_at=None if trace.is_own else trace.fetched_at,
                page=None if trace.is_own else "article" if trace.offset in (article_places or ()) else "list",
            ),
        )


def find_obstacle(problem: Exception) -> Obstacle:
    """Return what kept a file from being read or written."""
    number = problem.errno if isinstance(problem, OSError) else None
    return _OBSTACLES_OF_ERRORS.get(number or 0, "failing")


@dataclass(slots=True)
class _FileEraser:
    """Erases the listed records of WARC files."""

    archive: Archive
    now: datetime
    note_step: Callable[[], None]
    records: int = 0
    finder: TraceFinder = field(init=False)

    def __post_init__(self) -> None:
        self.finder = TraceFinder(
            sites=load_sites(*self.archive.adopted_sites), is_target=self.archive.forgotten.__contains__
        )

    def erase(self, file: str) -> Obstacle | None:
        """Erase what is listed of a file; return what was in the way of all of it."""
        path = self.archive.warc_folder / file
        try:
            size = path.stat().st_size
            if any(part.kind == "file" for part in self._list_parts(file)):
                self._find_mentions(file, path)
            parts = self._list_parts(file)
            self.records += erase_records(path, {part.start for part in parts}, self.finder.is_own_url, self.now)
        except (OSError, WarcDamaged) as problem:
            return find_obstacle(problem)
        self.note_step()
        records = [part for part in parts if part.kind != "file"]
        cut = {part.start for part in records if part.start + (part.length or 1) > size}
        strike_parts(self.archive, "record", file, {part.start for part in records} - cut)
        self.note_step()
        for kind in ("record", "mention"):
            set_obstacle(self.archive, "cut", kind, file, cut)
        if any(part.kind == "file" for part in parts):
            if cut or size < read_warc_extents(self.archive.db.conn).get(file, 0):
                set_obstacle(self.archive, "cut", "file", file)
            else:
                strike_parts(self.archive, "file", file)
        return None

    def _list_parts(self, file: str) -> list[UnerasedPart]:
        return [
            part for part in list_unerased(self.archive.db, with_lost=True) if part.file == file and part.kind != "case"
        ]

    def _find_mentions(self, file: str, path: Path) -> None:
        """List the captures of other pages, in a file that was not read before, that link to forgotten articles."""
        parts: dict[str, list[UnerasedPart]] = {}
        for trace, part in make_parts(self.archive, file, self.finder.iter_traces(path)):
            if trace.is_own:
                continue
            for key in trace.keys:
                article_key = find_article_key(self.archive.db.conn, key)
                if article_key is not None:
                    parts.setdefault(article_key, []).append(part)
        add_parts(self.archive, parts)


def _erase_case(archive: Archive, part: UnerasedPart) -> bool:
    try:
        erased = erase_case(archive.path, part.file)
    except OSError as problem:
        set_obstacle(archive, find_obstacle(problem), "case", part.file)
        return False
    strike_parts(archive, "case", part.file)
    return erased


def _set_obstacles(archive: Archive, obstacle: Obstacle, file: str, parts: list[UnerasedPart]) -> None:
    for kind in ("file", "record", "mention"):
        set_obstacle(archive, obstacle, kind, file, {part.start for part in parts if part.kind == kind})


def _find_site(file: str) -> str:
    """Return the site whose crawls write a WARC file: what stands before the time and the number in its name."""
    return file.rsplit("-", 2)[0]


def _lock_others(stack: ExitStack, path: Path, sites: Collection[str], own_sites: Collection[str]) -> set[str]:
    """Lock the other sites that have a lock beside the archive; return those that a crawl has locked."""
    locked_sites = set()
    for site in sorted(set(list_lock_sites(path)).intersection(sites).difference(own_sites)):
        try:
            stack.callback(SiteLock(path, site).release)
        except (ArchiveBusy, ArchiveUnusable):
            locked_sites.add(site)
    return locked_sites
