"""Mending what can be mended without losing anything: old schemas, missing database indexes, the search index."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from crawler.archive import Archive
from crawler.archive.health.schema import make_missing_indexes
from crawler.archive.lock import SiteLock, list_lock_sites
from crawler.archive.search.index_text import rebuild_index
from crawler.operations.doctor.diagnosis import Diagnosis


def apply_fixes(path: Path, diagnoses: Sequence[Diagnosis]) -> Iterator[str]:
    """Mend what the diagnoses say of schema and index, and yield what was done.

    Raises ArchiveBusy while a crawl runs, ArchiveUnusable when the file cannot be opened for writing.
    """
    fixable = {
        diagnosis.check
        for diagnosis in diagnoses
        if diagnosis.state == "wrong" and "doctor --fix" in (diagnosis.fix or "")
    }
    if not fixable:
        return
    with ExitStack() as held:
        for site in list_lock_sites(path):
            held.callback(SiteLock(path, site).release)
        archive = held.enter_context(Archive(path, "write"))  # this applies the migrations still to come
        if "schema" in fixable:
            made = ", ".join(make_missing_indexes(archive.db)) or "none"
            yield f"schema: brought up to date; database indexes made: {made}"
        if "index" in fixable:
            yield f"index: made anew from {rebuild_index(archive.db):,} articles"
