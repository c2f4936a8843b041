"""The doctor: examines an installation and an archive, and returns diagnoses, with a fix for each thing that is wrong.

It changes nothing. ``seealso verify`` checks every row and capture; the doctor looks for what stops a crawl.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from crawler.archive.lock import resolve_archive
from crawler.operations.doctor.crawls import examine_clock, examine_contact, examine_locks
from crawler.operations.doctor.database import examine_database
from crawler.operations.doctor.diagnosis import Diagnosis, State
from crawler.operations.doctor.disk import LEAST_FREE, examine_captures, examine_folder, examine_space
from crawler.operations.doctor.installation import examine_sites, examine_sqlite
from crawler.site import Site

__all__ = ["Diagnosis", "State", "examine"]


def examine(
    archive: Path,
    *,
    now: datetime,
    sites: Callable[[], Iterable[Site]],
    contact: str | None = None,
    option: str = "",
    least_free: int = LEAST_FREE,
) -> list[Diagnosis]:
    """Return one diagnosis or more for each thing examined; an archive that does not exist yet is no failure.

    ``sites`` loads the sites (:func:`crawler.sites.registry.load_sites`), ``contact`` is the one set for this user,
    ``option`` is added to suggested commands so that they mean this archive.
    """
    archive = resolve_archive(archive)
    captures = archive.with_suffix(".warc")
    database = list(examine_database(archive, option))
    diagnoses = [
        *examine_sqlite(),
        *examine_sites(sites),
        *examine_folder(archive, captures),
        *examine_space(archive, least_free),
        *database,
    ]
    # Where the schema is broken or the file damaged, further diagnoses would only repeat that.
    is_usable = all(diagnosis.state == "well" for diagnosis in database if diagnosis.check in ("file", "schema"))
    if is_usable:
        diagnoses += examine_captures(archive, captures, option)
    return [
        *diagnoses,
        *examine_locks(archive, now, option),
        *examine_clock(archive, now),
        *examine_contact(archive, contact),
    ]
