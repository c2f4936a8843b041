"""Examines whether a merge was killed while it brought WARC files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from crawler.archive.lock import inspect_lock, list_lock_sites
from crawler.operations.doctor.diagnosis import Diagnosis, report_wrong
from crawler.operations.merging.leftovers import make_list_path


def examine_merges(archive: Path, option: str = "") -> Iterator[Diagnosis]:
    """Report what a killed merge has left; nothing while one runs, which holds the locks of all sites."""
    is_running = any(inspect_lock(archive, site)[0] for site in list_lock_sites(archive))
    if make_list_path(archive).exists() and not is_running:
        yield report_wrong(
            "merge",
            f"a merge into {archive} was killed while it brought WARC files",
            f"give the same seealso archive merge again, or remove what it left with seealso doctor --fix{option}",
            fixable=True,
        )
