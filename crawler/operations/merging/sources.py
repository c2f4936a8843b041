"""Opens archives to be merged or split: locked against crawls, brought up to date in a copy, with their WARC files."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from crawler.archive import Archive
from crawler.archive.health.file_copy import copy_archive
from crawler.archive.lock import SiteLock, resolve_archive
from crawler.archive.merging.conflicts import CannotMerge
from crawler.archive.merging.merge import count_missed_captures
from crawler.archive.merging.source import Source, read_source
from crawler.archive.opening import open_archive
from crawler.archive.schema.file_state import FileState, FileUnusable
from crawler.warc.folders import list_warc_files

GROWTH: Final = 2.5
"""Room for the rows of an archive, as a multiple of its file: the rows themselves, and SQLite's log of them."""
_MOST_NAMED: Final = 5


def lock_sites(stack: ExitStack, path: Path, sites: Iterable[str], held: Mapping[str, SiteLock]) -> dict[str, SiteLock]:
    """Lock sites of an archive that are not held yet, until the stack ends; return all its locks.

    Raises ArchiveBusy while a crawl runs. In a folder that cannot be written no crawl can run, and nothing is locked.
    """
    locks = dict(held)
    if os.access(path.absolute().parent, os.W_OK):
        for site in sorted(set(sites).difference(held)):
            locks[site] = SiteLock(path, site)
            stack.callback(locks[site].release)
    return locks


def open_source(stack: ExitStack, path: Path) -> Source:
    """Read an archive that is to be merged or split; one of an older version is brought up to date in a copy.

    Raises ArchiveUnusable for one that is damaged, of a newer version, or none.
    """
    try:
        return read_source(path)
    except FileUnusable as unusable:
        if unusable.state is not FileState.OLDER:
            raise
    refuse_no_room(Path(tempfile.gettempdir()), GROWTH * path.stat().st_size, f"a copy of {path}")
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="seealso-")))
    copy = folder / "archive.db"
    copy_archive(path, copy)
    Archive(copy, "write").close()
    return read_source(copy)


def refuse_lost_files(path: Path, source: Source) -> None:
    """Raise CannotMerge where WARC files of an archive are missing or too short, and not known as lost.

    Raises OSError where this user may not look for them.
    """
    folder = resolve_archive(path).with_suffix(".warc")
    sizes = {file.name: file.stat().st_size for file in list_warc_files(folder)}
    lost = {name for name, needed in source.extents.items() if sizes.get(name, 0) < needed}
    db = open_archive(source.path, "read")
    try:
        lost &= set(count_missed_captures(db, set(sizes) - lost))
    finally:
        db.conn.close()
    if lost:
        names = ", ".join(sorted(lost)[:_MOST_NAMED])
        names += f" and {len(lost) - _MOST_NAMED} more" if len(lost) > _MOST_NAMED else ""
        raise CannotMerge(
            f"WARC files of {path} are missing or cut off: {names}; put them back into {folder}, or say that they are "
            f"lost: seealso verify --accept-losses TEXT --archive {path}"
        )


def refuse_no_room(folder: Path, needed: float, what: str) -> None:
    """Raise CannotMerge when the disk of a folder has not so many bytes."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise CannotMerge(
            f"{folder} has no room for {what}: {needed / 1e6:,.0f} MB are needed, {free / 1e6:,.0f} MB are free"
        )
