"""The doctor: looks at an installation and an archive, and says of each thing that is wrong how to mend it.

Nothing is changed. ``seealso verify`` goes through every row and capture; the doctor looks for what stops a crawl.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

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
    """Look at everything and return one diagnosis or more for each thing looked at; no archive yet is no failure.

    ``sites`` finds the sites (:func:`crawler.sites.registry.load_sites`), ``contact`` is the one set for this
    user, ``option`` is what a suggested command needs to mean this archive.
    """
    captures = archive.with_suffix(".warc")
    database = list(examine_database(archive, option))
    found = [
        *examine_sqlite(),
        *examine_sites(sites),
        *examine_folder(archive, captures),
        *examine_space(archive, least_free),
        *database,
    ]
    # Where the schema is broken or the file damaged, the rest would only say so again.
    usable = all(diagnosis.state == "well" for diagnosis in database if diagnosis.check in ("file", "schema"))
    if usable:
        found += examine_captures(archive, captures, option)
    return [
        *found,
        *examine_locks(archive, now, option),
        *examine_clock(archive, now),
        *examine_contact(archive, contact),
    ]
