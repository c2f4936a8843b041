"""Applies the fixes that lose nothing: schema, missing database indexes, the search index, last sightings.

It also erases what was left of forgotten articles, where it is found now, and removes what a killed merge has left.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from crawler.archive import Archive
from crawler.archive.articles.forgotten import list_unerased
from crawler.archive.health.clock_faults import mend_sightings
from crawler.archive.health.schema import cut_out_index_of, make_missing_indexes
from crawler.archive.lock import SiteLock, list_lock_sites
from crawler.archive.schema.file_damage import find_damage
from crawler.archive.schema.file_state import FileState, FileUnusable
from crawler.archive.schema.index_rows import compact_file, rebuild_index
from crawler.crawl.erasure.erasing import erase_listed
from crawler.normalisation.wording import format_count
from crawler.operations.doctor.diagnosis import Diagnosis
from crawler.operations.merging.leftovers import sweep


def apply_fixes(path: Path, diagnoses: Sequence[Diagnosis]) -> Iterator[str]:
    """Fix schema, search index, last sightings and erasures where the diagnoses say so, and yield one line for each.

    Raises ArchiveBusy while a crawl runs, ArchiveUnusable when the file cannot be opened for writing.
    """
    fixable = {diagnosis.check for diagnosis in diagnoses if diagnosis.state == "wrong" and diagnosis.fixable}
    if not fixable:
        return
    with ExitStack() as stack:
        site_names = list_lock_sites(path)
        for site in site_names:
            stack.callback(SiteLock(path, site).release)
        archive = stack.enter_context(_open_archive(path))
        if "file" in fixable:
            yield "file: marked as an archive again"
            fixable.add("index")  # a dump seldom carries a search index over whole
        if "schema" in fixable:
            index_names = ", ".join(make_missing_indexes(archive.db)) or "none"
            yield f"schema: brought up to date; database indexes made: {index_names}"
        if "times" in fixable:
            yield f"times: last sightings put right of {format_count(mend_sightings(archive.db), 'article')}"
        if "index" in fixable:
            yield f"index: made anew from {rebuild_index(archive.db):,} articles"
            if find_damage(archive.db.conn).state is FileState.INDEX_DAMAGED:  # pages that nothing uses any more
                compact_file(archive.db)
                yield "file: written anew, without the damaged space that nothing uses"
        if "merge" in fixable:
            yield f"merge: {format_count(sweep(archive), 'WARC file')} removed that a killed merge had brought"
        if list_unerased(archive.db):
            erased = erase_listed(archive, datetime.now(UTC), own_sites=site_names)
            yield f"forgotten: {format_count(erased.records, 'WARC record')} erased"


def _open_archive(path: Path) -> Archive:
    """Open an archive to write, which applies the migrations still to come.

    A search index that is too damaged for them is cut out first; they make it anew, as the caller does.
    """
    try:
        return Archive(path, "write")
    except FileUnusable as problem:
        if problem.state is not FileState.INDEX_DAMAGED:
            raise
    cut_out_index_of(path)
    return Archive(path, "write")
