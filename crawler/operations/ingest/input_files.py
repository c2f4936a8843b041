"""Lists the files of a folder that is given to an ingest."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_BESIDE: Final = ("", "-wal", "-shm", "-journal")
"""What SQLite adds to the name of an archive for its own files."""

_BESIDE_PAGES: Final = re.compile(
    r"\.(?:css|m?js|map|jpe?g|png|gif|webp|avif|svg|ico|bmp|tiff?|woff2?|ttf|otf|eot|mp[34]|m4[av]|og[gv]|webm|wav|"
    r"flv|swf|pdf)(?:[?@].*)?$",
    re.I | re.S,
)
"""Names of what saved pages and mirrors have beside their pages: pictures, styles, scripts, fonts, films."""


def list_folder(folder: Path, *, archive: Path, work: Path | None = None) -> list[Path]:
    """Return the files anywhere in a folder and in the folders it links to, in their order, but for hidden ones.

    What the ingest itself writes is left out: the archive's file, what lies beside it, and the folder of work; the
    archive's WARC folder is not, as it may be all that is left. So are pictures, styles and scripts, which saved pages
    have beside them. What cannot be listed (a link that leads nowhere, a folder that may not be read) is in the list by
    its path, so that whoever is to read it names it.
    """
    return sorted(_iter_files(folder, archive.resolve(), work.resolve() if work is not None else None))


def _iter_files(top: Path, archive: Path, work: Path | None) -> Iterator[Path]:
    unlisted: list[OSError] = []
    seen: set[tuple[int, int]] = set()
    for name, folders, files in os.walk(top, followlinks=True, onerror=unlisted.append):
        folder, place = Path(name), Path(name).resolve()
        if place == work or place == archive.with_name(f"{archive.name}.ingest") or not _is_new(folder, seen):
            folders.clear()
            continue
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        is_beside = place == archive.parent
        for file in files:
            is_own = is_beside and _belongs(file, archive.name)
            if not (file.startswith(".") or is_own or _BESIDE_PAGES.search(file) or _is_special(folder / file)):
                yield folder / file
    for problem in unlisted:
        yield Path(os.fsdecode(problem.filename))


def _is_new(folder: Path, seen: set[tuple[int, int]]) -> bool:
    """Return True for a folder that no other way has led to."""
    try:
        status = folder.stat()
    except OSError:  # gone since it was listed
        return True
    identity = (status.st_dev, status.st_ino)
    is_new = identity not in seen
    seen.add(identity)
    return is_new


def _belongs(name: str, archive: str) -> bool:
    """Return True for the name of an archive's file, and of one that lies beside it."""
    return name in {archive + end for end in _BESIDE} or (name.startswith(f"{archive}.") and name.endswith(".lock"))


def _is_special(path: Path) -> bool:
    """Return True for a pipe, a device or a socket."""
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False
