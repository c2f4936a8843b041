"""Knows what a killed merge has left: a list beside the archive (``archive.merging``) names the WARC files before the
first of them is begun.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

from crawler.archive import Archive
from crawler.archive.merging.source import was_merged
from crawler.atomic_file import replace_file, sync_folder
from crawler.operations.merging.files import PART
from crawler.warc.folders import WARC_SUFFIX


def make_list_path(archive: Path) -> Path:
    """Return the path of the list of an archive; a file is there while a merge brings files, and after a kill."""
    return archive.with_suffix(".merging")


def write_list(archive: Path, fingerprint: str, names: Iterable[str]) -> None:
    """Write which files a merge is about to bring."""
    with replace_file(make_list_path(archive)) as path, path.open("w", encoding="utf-8") as file:
        json.dump({"fingerprint": fingerprint, "files": sorted(names)}, file)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(archive.absolute().parent)


def _read_list(archive: Path) -> tuple[str, list[str]] | None:
    """Return the fingerprint of the archive that a killed merge was bringing, and its files; None without one."""
    try:
        content = json.loads(make_list_path(archive).read_text(encoding="utf-8"))
        return str(content["fingerprint"]), [str(name) for name in content["files"]]
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):  # not of ours, or edited: nothing is removed by it
        return None


def remove_list(archive: Path) -> None:
    """Remove the list, when the rows have come or the files are gone."""
    make_list_path(archive).unlink(missing_ok=True)


def _remove_files(folder: Path, names: Iterable[str]) -> None:
    """Remove files that were brought, whole or not, and whose rows have not come."""
    for name in names:
        if "/" in name or not name.endswith(WARC_SUFFIX):
            continue
        for suffix in ("", PART, f"{PART}.new"):
            (folder / (name + suffix)).unlink(missing_ok=True)


def sweep(archive: Archive) -> int:
    """Remove the files that a killed merge has brought, unless their rows have come; return how many it named.

    The caller holds the locks of the archive's sites, as a merge does.
    """
    former = _read_list(archive.path)
    if former is None:
        return 0
    fingerprint, names = former
    if was_merged(archive.db, fingerprint):
        names = []
    _remove_files(archive.warc_folder, names)
    remove_list(archive.path)
    return len(names)
