"""Brings WARC files into an archive's folder before the rows come that point into them."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from crawler.archive.merging.conflicts import CannotMerge
from crawler.atomic_file import sync_folder
from crawler.warc.erasing import erase_records
from crawler.warc.folders import WARC_SUFFIX, list_warc_files

PART: Final = ".part"
"""What the name of a file ends with until it is whole."""
_NUMBERED: Final = re.compile(r"(?P<stem>.+)-(?P<number>\d{5,})\.warc\.gz")
_OF_SITE: Final = re.compile(r"(?P<site>.+?)-\d{8}T\d{6}Z-")


@dataclass(frozen=True, slots=True, kw_only=True)
class ComingFiles:
    """The WARC files of one archive on their way into the folder of another."""

    source: Path
    """The folder where they are."""
    names: Mapping[str, str]
    """Their names there → here, those that are missing too."""
    present: tuple[str, ...]
    """Those that are there."""
    bytes: int
    forgotten: Mapping[str, Collection[int]] = field(default_factory=dict)
    """File → where it has records of what is forgotten here, which are erased before it gets its name."""

    @property
    def renamed(self) -> dict[str, str]:
        """The files that get another name, because theirs is taken: there → here."""
        return {name: new for name, new in self.names.items() if name != new}


def plan_files(
    source: Path, named: Iterable[str], taken: set[str], *, sites: Collection[str] | None = None
) -> ComingFiles:
    """Choose names for all WARC files of a folder and those that rows name; ``taken`` names are added to.

    With ``sites``, of the files that no row names only those come that their crawls wrote. Raises OSError where this
    user may not look for them.
    """
    named = set(named)
    sizes = {
        path.name: path.stat().st_size
        for path in list_warc_files(source)
        if path.is_file() and (sites is None or path.name in named or _find_site(path.name) in sites)
    }
    names: dict[str, str] = {}
    for name in sorted(named.union(sizes)):
        names[name] = _choose_name(name, taken)
        taken.add(names[name])
    return ComingFiles(source=source, names=names, present=tuple(sizes), bytes=sum(sizes.values()))


def list_names(folder: Path) -> set[str]:
    """Return the names of all files in a folder of captures; none where it does not exist."""
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def bring_files(files: ComingFiles, folder: Path, now: datetime, *, move: bool, note_step: Callable[[], None]) -> None:
    """Copy files into a folder, each under its name when it is whole; with ``move`` they are linked where that works.

    The files they come from stay until :func:`remove_moved`. Raises CannotMerge when one cannot be read or written.
    """
    try:
        _bring_files(files, folder, now, move=move, note_step=note_step)
    except OSError as problem:
        path, reason = problem.filename or folder, problem.strerror or problem
        raise CannotMerge(
            f"{path} cannot be read or written ({reason}): make room, or let yourself, then give the same command again"
        ) from problem


def _bring_files(files: ComingFiles, folder: Path, now: datetime, *, move: bool, note_step: Callable[[], None]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in files.present:
        part = folder / (files.names[name] + PART)
        source = files.source / name
        if not (move and name not in files.forgotten and _link(source, part)):
            with source.open("rb") as original, part.open("wb") as copy:
                shutil.copyfileobj(original, copy, 1 << 20)
                copy.flush()
                os.fsync(copy.fileno())
            shutil.copystat(source, part)
        if name in files.forgotten:
            erase_records(part, files.forgotten[name], lambda url: False, now)
        part.rename(folder / files.names[name])
        note_step()
    sync_folder(folder)


def remove_moved(files: ComingFiles) -> None:
    """Remove the files that were brought into another folder, and their folder where nothing is left in it."""
    for name in files.present:
        (files.source / name).unlink(missing_ok=True)
    with suppress(OSError):  # something else is in it
        files.source.rmdir()


def _choose_name(name: str, taken: Collection[str]) -> str:
    """Return the name of a file, or one with another number where it is taken.

    >>> _choose_name("a-20260301T120000Z-00000.warc.gz", {"a-20260301T120000Z-00000.warc.gz"})
    'a-20260301T120000Z-00001.warc.gz'
    """
    numbered = _NUMBERED.fullmatch(name)
    stem, number = (numbered["stem"], int(numbered["number"])) if numbered else (name.removesuffix(WARC_SUFFIX), -1)
    chosen = name
    while chosen in taken or chosen + PART in taken:
        number += 1
        chosen = f"{stem}-{number:05d}{WARC_SUFFIX}"
    return chosen


def _find_site(name: str) -> str | None:
    """Return the site whose crawl wrote a WARC file, by its name; None for a file of others."""
    match = _OF_SITE.match(name)
    return None if match is None else match["site"]


def _link(source: Path, target: Path) -> bool:
    """Return True if a file has got a second name; False where the file system gives none."""
    try:
        target.unlink(missing_ok=True)
        os.link(source.resolve(), target)
    except OSError:
        return False
    return True
