"""Makes a backup of an archive that may be in use, or brings an earlier one up to date.

The archive's file is copied first, then every WARC file as far as it was written: whatever the copy points to is in
the backup. Files are written beside their place and renamed, the list last.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from crawler import __version__
from crawler.archive.health.file_copy import copy_archive, read_copied_extents
from crawler.archive.lock import belongs_to, inspect_lock, list_lock_sites, resolve_archive
from crawler.errors import CrawlerError
from crawler.normalisation.dates.moments import instant
from crawler.operations.backup.manifest import MANIFEST_NAME, ListedFile, Manifest, measure_start, read_manifest
from crawler.system.full_disk import FULL_DISK_ERRORS
from crawler.warc.folders import list_warc_files

_STEP: Final = 1 << 20


class CannotBackUp(CrawlerError):
    """The folder cannot take the backup: the message says why; an earlier backup in it is as it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupReport:
    """What was copied."""

    folder: Path
    manifest: Manifest
    copied: int
    """WARC files that were copied; the others were there already."""
    bytes: int
    """Bytes that were written."""
    missing: tuple[str, ...]
    """WARC files that the archive needs and does not have, or has too short. An earlier backup's copies are kept."""

    @property
    def exit_code(self) -> int:
        """2 when files of the archive are missing."""
        return 2 if self.missing else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """A WARC file to copy, and how much of it."""

    path: Path
    length: int
    changed: int


def back_up(
    archive: Path,
    folder: Path,
    *,
    now: datetime | None = None,
    captures: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> BackupReport:
    """Copy an archive and its WARC files into a folder, which is new, empty, or holds an earlier backup of it.

    Without ``captures`` the WARC files are listed and not copied. ``progress(done, all)`` counts steps of both.

    Raises:
        CannotBackUp: the folder holds something else, belongs to the archive, or has no room; or the WARC files
            cannot be read.
        FileUnusable: there is no archive, or it is damaged.

    """
    archive = resolve_archive(archive)  # its WARC files lie beside the file itself
    former = _check_folder(archive, folder)
    now = now or datetime.now(UTC)
    copy = folder / f".{archive.name}.{os.getpid()}.new"
    is_new = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _check_room(folder, _get_size(archive), "the archive's file")
        copy_archive(archive, copy, progress)
        needed = read_copied_extents(copy)
        sources = list(_iter_sources(archive, needed))
        plan = [(source, _find_copied(source, former, folder, archive)) for source in sources]
        if captures:
            _check_room(folder, sum(source.length for source, kept in plan if kept is None), "the WARC files")
        listed, copied, written = [], 0, copy.stat().st_size
        for number, (source, kept) in enumerate(plan):
            if kept is None and captures:
                kept = _copy_file(source, folder / archive.with_suffix(".warc").name)
                copied, written = copied + 1, written + source.length
            listed.append(kept or _list_file(source))
            if progress is not None:
                progress(number + 1, len(plan))
        names = {entry.name for entry in listed}
        # What the archive has lost stays in the backup: it is the only copy.
        listed += [entry for entry in former if entry.changed is not None and entry.name not in names]
        size, digest = measure_start(copy)
        database = ListedFile(name=archive.name, bytes=size, sha256=digest)
        manifest = Manifest(
            archive=archive.name,
            made_at=instant(now),
            seealso=__version__,
            files=(database, *sorted(listed, key=lambda entry: entry.name)),
            captures=captures,
        )
        for end in ("-wal", "-shm"):  # of whoever has read the former copy: SQLite would take it for the new one's
            (folder / f"{archive.name}{end}").unlink(missing_ok=True)
        copy.replace(folder / archive.name)
        manifest.write(folder)
    except OSError as problem:
        place = Path(problem.filename or folder)
        if archive.with_suffix(".warc") in (place, place.parent):
            raise CannotBackUp(f"{place} cannot be read ({problem.strerror}): let this user read it") from problem
        remedy = "make room" if problem.errno in FULL_DISK_ERRORS else "let this user write it"
        raise CannotBackUp(
            f"{folder} cannot be written ({problem.strerror or problem}): {remedy}, or name another folder"
        ) from problem
    finally:
        for end in ("", "-wal", "-shm", "-journal"):
            copy.with_name(copy.name + end).unlink(missing_ok=True)
        if is_new:
            with suppress(OSError):  # what holds files stays
                folder.rmdir()
    lengths = {source.path.name: source.length for source in sources}
    missing = tuple(sorted(name for name, length in needed.items() if lengths.get(name, -1) < length))
    return BackupReport(folder=folder, manifest=manifest, copied=copied, bytes=written, missing=missing)


def _check_folder(archive: Path, folder: Path) -> tuple[ListedFile, ...]:
    """Return the files of the earlier backup in a folder; () for a folder that is new or empty."""
    if folder.exists() and not folder.is_dir():
        raise CannotBackUp(f"{folder} is a file: name a folder for the backup")
    if belongs_to(archive, folder / archive.name) or belongs_to(archive, folder):
        raise CannotBackUp(f"{folder} is where the archive itself is: name another folder for the backup")
    if not folder.is_dir():
        return ()
    if not (folder / MANIFEST_NAME).exists():
        others = [path.name for path in folder.iterdir() if not _is_left_over(path, archive)]
        if others:
            raise CannotBackUp(f"{folder} holds other files ({sorted(others)[0]}): name a new folder, or an empty one")
        return ()
    former = read_manifest(folder)
    if former.archive != archive.name:
        raise CannotBackUp(f"{folder} is a backup of {former.archive}, not of {archive.name}: name another folder")
    return former.files


def _is_left_over(path: Path, archive: Path) -> bool:
    """Return True for what a first backup leaves that was killed."""
    return path.name == archive.with_suffix(".warc").name or path.name.startswith(f".{archive.name}.")


def _iter_sources(archive: Path, needed: dict[str, int]) -> Iterator[_Source]:
    """Yield the WARC files of an archive; of one that is being written, what the copied archive points to."""
    folder = archive.with_suffix(".warc")
    if not folder.is_dir():
        return
    files = list_warc_files(folder)
    running = {site for site in list_lock_sites(archive) if inspect_lock(archive, site)[0]}
    growing = {max((path.name for path in files if path.name.startswith(f"{site}-")), default="") for site in running}
    for path in files:
        state = path.stat()
        length = min(needed.get(path.name, 0), state.st_size) if path.name in growing else state.st_size
        if length:
            yield _Source(path=path, length=length, changed=state.st_mtime_ns)


def _name_copy(source: _Source) -> str:
    return f"{source.path.parent.name}/{source.path.name}"


def _find_copied(source: _Source, former: tuple[ListedFile, ...], folder: Path, archive: Path) -> ListedFile | None:
    """Return the entry of an earlier backup that holds a file as it is now; None when it has to be copied."""
    name = _name_copy(source)
    for entry in former:
        if entry.name == name and (entry.bytes, entry.changed) == (source.length, source.changed):
            copy = folder / name
            return entry if copy.is_file() and copy.stat().st_size == entry.bytes else None
    return None


def _copy_file(source: _Source, folder: Path) -> ListedFile:
    folder.mkdir(exist_ok=True)
    target = folder / source.path.name
    unfinished = folder / f".{source.path.name}.{os.getpid()}.new"
    digest, left = hashlib.sha256(), source.length
    try:
        with source.path.open("rb") as file, unfinished.open("wb") as copy:
            while left and (block := file.read(min(_STEP, left))):
                digest.update(block)
                copy.write(block)
                left -= len(block)
            copy.flush()
            os.fsync(copy.fileno())
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return ListedFile(
        name=_name_copy(source), bytes=source.length - left, sha256=digest.hexdigest(), changed=source.changed
    )


def _list_file(source: _Source) -> ListedFile:
    size, digest = measure_start(source.path, source.length)
    return ListedFile(name=_name_copy(source), bytes=size, sha256=digest, changed=source.changed)


def _check_room(folder: Path, needed: int, what: str) -> None:
    """Raise CannotBackUp when the disk of a folder has not so many bytes."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise CannotBackUp(
            f"{folder} has no room for {what}: {needed / 1e6:,.0f} MB are needed, {free / 1e6:,.0f} MB are free"
        )


def _get_size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0
