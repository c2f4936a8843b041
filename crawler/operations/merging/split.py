"""Makes a new archive with some sites of another one, which stays as it is."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from crawler.archive.lock import resolve_archive
from crawler.archive.merging.conflicts import CannotMerge
from crawler.archive.merging.merge import split_archive
from crawler.archive.merging.source import Source, list_files_of_sites
from crawler.archive.opening import open_archive
from crawler.operations.merging.files import bring_files, plan_files
from crawler.operations.merging.sources import GROWTH, lock_sites, open_source, refuse_no_room


class CannotSplit(CannotMerge):
    """The new archive cannot be made: the message says why; nothing was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitReport:
    """What the new archive has."""

    archive: str
    sites: tuple[str, ...]
    rows: dict[str, int]
    """Table → rows."""
    files: int
    bytes: int
    """Of its WARC files."""
    missing: tuple[str, ...]
    """WARC files that rows name, and that are not there."""
    snapshots_left: tuple[str, ...]
    """Snapshots that stay behind, because they have articles of other sites, too."""


def split(
    path: Path,
    sites: Collection[str],
    to: Path,
    *,
    now: datetime | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> SplitReport:
    """Make the archive ``to`` with what another one has of some sites, and copies of their WARC files.

    It gets its name when it is whole. Raises CannotSplit for a site that the archive does not have, where something is
    in the way, and where the disk has no room; ArchiveUnusable and ArchiveBusy as
    :func:`~crawler.operations.merging.job.merge`.
    """
    path = resolve_archive(path)
    resolve_archive(to)
    _refuse_overwriting(to)
    unfinished, folder = to.with_suffix(".splitting"), to.with_suffix(".warc")
    with ExitStack() as stack:
        locks = lock_sites(stack, path, sites, {}) if path.is_file() else {}
        source = open_source(stack, path)
        wanted = _choose_sites(path, source, sites)
        files = _list_files(source, wanted)
        plan = plan_files(path.with_suffix(".warc"), files, set(), sites=wanted)
        _sweep(unfinished, folder)
        refuse_no_room(
            to.absolute().parent, GROWTH * source.path.stat().st_size + plan.bytes, f"an archive of {', '.join(wanted)}"
        )
        done = 0

        def note_file() -> None:
            nonlocal done
            done += 1
            if progress is not None:
                progress(done, len(plan.present))

        unfinished.touch()
        try:
            bring_files(plan, folder, now or datetime.now(UTC), move=False, note_step=note_file)
            result = split_archive(unfinished, source, wanted, plan.names)
            with unfinished.open("rb") as whole:
                os.fsync(whole.fileno())
            _refuse_overwriting(to)
            unfinished.rename(to)
        except BaseException:
            _sweep(unfinished, folder)
            raise
        new_locks = lock_sites(stack, to, wanted, {})
        for site, lock in new_locks.items():
            moment = locks[site].last_request_at if site in locks else None
            if moment is not None:
                lock.note_request(moment)
    return SplitReport(
        archive=str(to),
        sites=wanted,
        rows={name: count for name, count in result.rows.items() if count},
        files=len(plan.present),
        bytes=plan.bytes,
        missing=tuple(sorted(set(files).difference(plan.present))),
        snapshots_left=result.snapshots_left,
    )


def _choose_sites(path: Path, source: Source, sites: Collection[str]) -> tuple[str, ...]:
    unknown = sorted(set(sites) - source.sites)
    if unknown:
        names = ", ".join(sorted(source.sites)) or "none"
        raise CannotSplit(f"{path} has no site {unknown[0]}: it has {names}")
    return tuple(sorted(set(sites)))


def _list_files(source: Source, sites: Collection[str]) -> list[str]:
    db = open_archive(source.path, "read")
    try:
        return list_files_of_sites(db, frozenset(sites))
    finally:
        db.conn.close()


def _refuse_overwriting(to: Path) -> None:
    """Raise CannotSplit where an archive, its log or WARC files are; an unfinished one may be there."""
    for path in (to, to.with_name(f"{to.name}-wal")):
        if path.exists():
            raise CannotSplit(f"{path} is in the way, and nothing is overwritten: name another file with --to")
    if to.suffix in (".warc", ".splitting"):
        raise CannotSplit(f"{to} is no name for an archive: end it in .db")
    folder = to.with_suffix(".warc")
    if not to.with_suffix(".splitting").exists() and folder.exists():
        raise CannotSplit(f"{folder} is in the way, and nothing is overwritten: name another file with --to")
    if not to.absolute().parent.is_dir():
        raise CannotSplit(f"the folder {to.absolute().parent} does not exist: make it first")


def _sweep(unfinished: Path, folder: Path) -> None:
    """Remove what a split has left that was killed, or failed."""
    if not unfinished.exists():
        return
    for path in (*folder.glob("*.warc.gz"), *folder.glob("*.warc.gz.part")):
        path.unlink()
    if folder.is_dir():
        folder.rmdir()
    for end in ("-wal", "-shm", "-journal", ""):  # the mark of it last
        unfinished.with_name(unfinished.name + end).unlink(missing_ok=True)
