"""The doctor: examines an installation and an archive, and returns diagnoses, with a fix for each thing that is wrong.

It changes nothing. ``seealso verify`` checks every row and capture; the doctor looks for what stops a crawl.
"""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from crawler.archive.lock import resolve_archive
from crawler.operations.doctor.crawls import (
    examine_clock,
    examine_contact,
    examine_locks,
    examine_schedules,
    examine_times,
)
from crawler.operations.doctor.database import examine_database
from crawler.operations.doctor.diagnosis import Diagnosis, State
from crawler.operations.doctor.disk import (
    LEAST_FREE,
    examine_captures,
    examine_folder,
    examine_some_captures,
    examine_space,
)
from crawler.operations.doctor.erasures import examine_erasures
from crawler.operations.doctor.installation import examine_sites, examine_sqlite
from crawler.operations.doctor.merges import examine_merges
from crawler.sites.registry import Catalogue

__all__ = ["Diagnosis", "State", "examine", "examine_before_crawl"]


def examine(
    archive: Path,
    *,
    now: datetime,
    catalogue: Catalogue,
    contact: str | None = None,
    option: str = "",
    least_free: int = LEAST_FREE,
) -> list[Diagnosis]:
    """Return one diagnosis or more for each thing examined; an archive that does not exist yet is no failure.

    ``catalogue`` are the sites (:func:`crawler.sites.registry.load_catalogue`), ``contact`` is the one set for this
    user, ``option`` is added to suggested commands so that they mean this archive.
    """
    archive = resolve_archive(archive)
    captures = archive.with_suffix(".warc")
    database = list(examine_database(archive, option))
    diagnoses = [
        *examine_sqlite(),
        *examine_sites(catalogue),
        *examine_folder(archive, captures),
        *examine_space(archive, least_free),
        *database,
    ]
    # Where the schema is broken or the file damaged, further diagnoses would only repeat that.
    is_usable = all(diagnosis.state == "well" for diagnosis in database if diagnosis.check in ("file", "schema"))
    if is_usable:
        diagnoses += examine_captures(archive, captures, option)
        diagnoses += examine_times(archive, option)
        diagnoses += examine_erasures(archive, option)
        diagnoses += examine_merges(archive, option)
    return [
        *diagnoses,
        *examine_locks(archive, now, option),
        *examine_schedules(archive, now, option),
        *examine_clock(archive, now),
        *examine_contact(archive, contact),
    ]


def examine_before_crawl(archive: Path, *, now: datetime, least_free: int = LEAST_FREE) -> list[Diagnosis]:
    """Return what is wrong with disk, clock and WARC files: what a crawl should say before it begins.

    These are the same diagnoses as :func:`examine` makes, by a look that takes no longer for a large archive.
    """
    diagnoses = [*examine_space(archive, least_free), *examine_clock(archive, now)]
    if archive.is_file() and archive.stat().st_size:
        with suppress(sqlite3.Error):  # the crawl itself says what is wrong with the file
            diagnoses += examine_some_captures(archive, archive.with_suffix(".warc"))
    return [diagnosis for diagnosis in diagnoses if diagnosis.state == "wrong"]
