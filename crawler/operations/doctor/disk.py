"""What lies around the archive: may its folder be written, is there room, are the captures where the archive says?"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from crawler.archive.database import connect_unchecked
from crawler.archive.health.warc_files import read_warc_extents
from crawler.archive.lock import inspect_lock, list_lock_sites
from crawler.errors import WarcDamaged
from crawler.operations.doctor.diagnosis import Diagnosis, report_well, report_wrong
from crawler.warc import iter_captures

LEAST_FREE = 1_000_000_000
"""Bytes; a day of polite crawling takes about half of it."""
_MOST_FILES_NAMED = 5
"""Files that are named one by one."""


def examine_folder(archive: Path, captures: Path) -> Iterator[Diagnosis]:
    """Say whether a crawl could write: into the folder, to the archive, into the folder of captures."""
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
    yield report_well("folder", f"{folder.absolute()} can be written")


def examine_space(archive: Path, least: int = LEAST_FREE) -> Iterator[Diagnosis]:
    """Say whether the disk that the archive is on has room for some days of crawling."""
    folder = next((parent for parent in archive.absolute().parents if parent.is_dir()), Path.cwd())
    free = shutil.disk_usage(folder).free
    shown = f"{free / 1e9:,.1f} GB free at {folder}"
    if free < least:
        yield report_wrong(
            "disk", f"the disk is nearly full: {shown}", "make room, or move the archive and its .warc folder"
        )
        return
    if hasattr(os, "statvfs"):
        counted = os.statvfs(folder)
        if counted.f_files and counted.f_favail < 1000:
            message = f"the file system can hold {counted.f_favail} more files, however small"
            yield report_wrong("disk", message, "remove small files, or move the archive and its .warc folder")
            return
    yield report_well("disk", shown)


def examine_captures(archive: Path, folder: Path, option: str = "") -> Iterator[Diagnosis]:
    """Say whether every WARC file the archive points into is there and long enough, and whether it knows every file.

    While a crawl runs its newest file may not be known yet; then unknown ones are passed over.
    """
    running = any(inspect_lock(archive, site)[0] for site in list_lock_sites(archive))
    with closing(connect_unchecked(archive)) as conn:
        needed = read_warc_extents(conn)
    there = {path.name: path for path in sorted(folder.glob("*.warc.gz"))} if folder.is_dir() else {}
    missing = sorted(name for name in needed if name not in there)
    short = sorted(name for name, end in needed.items() if name in there and there[name].stat().st_size < end)
    strangers = [] if running else [path for name, path in there.items() if name not in needed]
    unknown = [path for path in strangers if _holds_answers(path)]
    back = f"put the files back into {folder} from a copy; seealso verify names every capture concerned"
    if missing:
        yield report_wrong("captures", f"{_files(missing)} missing from {folder}", back)
    if short:
        yield report_wrong("captures", f"{_files(short)} shorter than the archive knows", back)
    if unknown:
        yield report_wrong(
            "captures",
            f"{_files([path.name for path in unknown])} not indexed: no row of captures points into it",
            f"take its pages in with seealso ingest{option} FILE, then move it out of {folder}",
        )
    if not (missing or short or unknown):
        count = len(needed)
        yield report_well("captures", f"{count} WARC {'file' if count == 1 else 'files'}, all there and all indexed")


def _holds_answers(path: Path) -> bool:
    """Say whether a WARC file holds an answer besides robots.txt, which is indexed with the page that follows it."""
    try:
        return any(not capture.url.endswith("/robots.txt") for capture in iter_captures(path))
    except WarcDamaged:
        return True


def _files(names: list[str]) -> str:
    more = f" and {len(names) - _MOST_FILES_NAMED} more" if len(names) > _MOST_FILES_NAMED else ""
    return f"{', '.join(names[:_MOST_FILES_NAMED])}{more}: {'one file' if len(names) == 1 else f'{len(names)} files'}"
