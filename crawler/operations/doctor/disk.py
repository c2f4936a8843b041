"""Examines the disk around the archive: permissions of the folder, free space, and the files of captures."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from crawler.archive.health.losses import list_accepted
from crawler.archive.health.warc_files import (
    KilledRun,
    list_killed_runs,
    list_warc_names,
    read_warc_extents,
    sample_warc_files,
)
from crawler.archive.lock import find_other_name, inspect_lock, list_lock_sites
from crawler.archive.opening import connect_unchecked
from crawler.errors import WarcDamaged
from crawler.operations.doctor.diagnosis import Diagnosis, report_note, report_well, report_wrong
from crawler.warc import iter_captures
from crawler.warc.mending import make_name_start

LEAST_FREE = 1_000_000_000
"""Bytes; a day of polite crawling takes about half of it."""
_MOST_FILES_NAMED = 5
"""The most files that are named one by one."""


def examine_folder(archive: Path, captures: Path) -> Iterator[Diagnosis]:
    """Report whether a crawl could write: into the folder, to the archive, into the folder of captures."""
    folder = archive.parent
    if not folder.is_dir():
        yield report_wrong("folder", f"the folder {folder} does not exist", f"mkdir -p {folder}")
        return
    for directory in (folder, captures) if captures.exists() else (folder,):
        try:
            with tempfile.TemporaryFile(dir=directory):  # permissions, read-only disks and full ones, all at once
                pass
        except OSError as problem:
            reason = problem.strerror or str(problem)
            fix = f"let this user write there (chown, chmod; a crawl may have been run by another user): {directory}"
            yield report_wrong("folder", f"{directory} cannot be written: {reason}", fix)
            return
    for file in (archive, archive.with_name(f"{archive.name}-wal"), archive.with_name(f"{archive.name}-shm")):
        if file.is_file() and not os.access(file, os.R_OK | os.W_OK):
            yield report_wrong("folder", f"{file} cannot be written", f"let this user write it (chown, chmod): {file}")
            return
    if (other_name := find_other_name(archive)) is not None:
        fact, _, advice = other_name.rpartition(": ")
        yield report_wrong("folder", f"{archive} {fact}", advice)
        return
    yield report_well("folder", f"{folder.absolute()} can be written")


def examine_space(archive: Path, least: int = LEAST_FREE) -> Iterator[Diagnosis]:
    """Report whether the disk of the archive has ``least`` free bytes and room for more files."""
    folder = next((parent for parent in archive.absolute().parents if parent.is_dir()), Path.cwd())
    free = shutil.disk_usage(folder).free
    free_space = f"{free / 1e9:,.1f} GB free at {folder}"
    if free < least:
        yield report_wrong(
            "disk", f"the disk is nearly full: {free_space}", "make room, or move the archive and its .warc folder"
        )
        return
    if hasattr(os, "statvfs"):
        file_system = os.statvfs(folder)
        if file_system.f_files and file_system.f_favail < 1000:
            message = f"the file system can hold {file_system.f_favail} more files, however small"
            yield report_wrong("disk", message, "remove small files, or move the archive and its .warc folder")
            return
    yield report_well("disk", free_space)


def examine_captures(archive: Path, folder: Path, option: str = "") -> Iterator[Diagnosis]:
    """Report WARC files that are missing, shorter than the archive's pointers into them, or not indexed by the archive.

    The newest file of a running crawl may not be indexed yet; while one runs, such files are not reported. What a
    killed run had fetched and not kept was fetched again: that is a note.
    """
    is_running = any(inspect_lock(archive, site)[0] for site in list_lock_sites(archive))
    with closing(connect_unchecked(archive)) as conn:
        extents = read_warc_extents(conn)
        indexed_names, accepted = list_warc_names(conn), list_accepted(conn)
        name_starts = _list_name_starts(list_killed_runs(conn))
    files = {path.name: path for path in sorted(folder.glob("*.warc.gz"))} if folder.is_dir() else {}
    missing_names = sorted(name for name in extents if name not in files)
    short_names = sorted(name for name, end in extents.items() if name in files and files[name].stat().st_size < end)
    unlisted = [] if is_running else [path for name, path in files.items() if name not in indexed_names]
    left = {path.name: 0 for path in unlisted if path.name.startswith(name_starts)}
    unindexed = [path for path in unlisted if path.name not in left and _holds_answers(path)]
    for loss in accepted:
        where = f" in {loss.file}" if loss.file is not None else ""
        counted = f"{loss.captures} {'capture' if loss.captures == 1 else 'captures'}"
        yield report_note("captures", f"{counted}{where} accepted as lost on {loss.accepted_at[:10]}: {loss.why}")
    if missing_names:
        yield _report_missing(missing_names, folder, option)
    if short_names:
        yield report_wrong(
            "captures", f"{_format_files(short_names)} shorter than the archive knows", _make_advice(folder, option)
        )
    if unindexed:
        yield report_wrong(
            "captures",
            f"{_format_files([path.name for path in unindexed])} not indexed: no row of captures points into it",
            f"take its pages in with seealso ingest{option} FILE, then move it out of {folder}",
        )
    tails = {} if is_running or unindexed else _find_tails(files, left | extents)
    if tails:
        named = _format_files(sorted(tails))
        yield report_note(
            "captures",
            f"{sum(tails.values())} answers in {named}, are in no row: a killed run left them and fetched "
            "the pages again, or this archive is an older state of itself, such as a copy without its log",
            f"in the second case seealso ingest{option} FILE takes them in",
        )
    if not (missing_names or short_names or unindexed):
        count = len(extents)
        yield report_well("captures", f"{count} WARC {'file' if count == 1 else 'files'}, all there and all indexed")


def _list_name_starts(runs: list[KilledRun]) -> tuple[str, ...]:
    """Return what the names of the WARC files of these runs begin with."""
    name_starts = []
    for run in runs:
        with suppress(ValueError):  # a time that nobody can read
            name_starts.append(make_name_start(run.site, datetime.fromisoformat(run.started_at)))
    return tuple(name_starts)


def _find_tails(files: dict[str, Path], extents: dict[str, int]) -> dict[str, int]:
    """Return WARC file → the number of answers besides robots.txt behind the last one that the archive knows."""
    tails = {}
    for name, end in extents.items():
        path = files.get(name)
        if path is not None and path.stat().st_size > end and (count := _count_answers(path, end)):
            tails[name] = count
    return tails


def _count_answers(path: Path, start: int) -> int:
    try:
        return sum(not capture.url.endswith("/robots.txt") for capture in iter_captures(path, start=start))
    except WarcDamaged:
        return 0  # half a record, which the next run cuts off


def examine_some_captures(archive: Path, folder: Path) -> Iterator[Diagnosis]:
    """Report WARC files that are missing, by a look that stays quick however large the archive is; see
    :func:`~crawler.archive.health.warc_files.sample_warc_files`.
    """
    with closing(connect_unchecked(archive)) as conn:
        missing_names = sorted(name for name in sample_warc_files(conn) if not (folder / name).is_file())
    if missing_names:
        yield _report_missing(missing_names, folder)


def _report_missing(names: list[str], folder: Path, option: str = "") -> Diagnosis:
    return report_wrong("captures", f"{_format_files(names)} missing from {folder}", _make_advice(folder, option))


def _make_advice(folder: Path, option: str = "") -> str:
    return (
        f"put the files back into {folder} from a backup; else seealso crawl SITE --refetch{option} fetches their "
        f"pages again, and seealso verify --accept-losses WHY{option} accepts what cannot come back"
    )


def _holds_answers(path: Path) -> bool:
    """Return True if a WARC file is damaged or holds an answer besides robots.txt, which the next page indexes."""
    try:
        return any(not capture.url.endswith("/robots.txt") for capture in iter_captures(path))
    except WarcDamaged:
        return True


def _format_files(names: list[str]) -> str:
    remainder = f" and {len(names) - _MOST_FILES_NAMED} more" if len(names) > _MOST_FILES_NAMED else ""
    return (
        f"{', '.join(names[:_MOST_FILES_NAMED])}{remainder}: {'one file' if len(names) == 1 else f'{len(names)} files'}"
    )
