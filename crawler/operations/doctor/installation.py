"""The installation: does SQLite have what we need, are sites found, are their time zones known?"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crawler.archive.database import OLDEST_SQLITE
from crawler.archive.health.features import SQLITE_FEATURES, find_missing_features
from crawler.operations.doctor.diagnosis import Diagnosis, report_well, report_wrong
from crawler.site import Site


def connect_memory() -> sqlite3.Connection:
    """Return a database that is nowhere."""
    return sqlite3.connect(":memory:", isolation_level=None)


def examine_sqlite(
    version: tuple[int, int, int] = sqlite3.sqlite_version_info,
    connect: Callable[[], sqlite3.Connection] = connect_memory,
) -> Iterator[Diagnosis]:
    """Say whether this Python's SQLite is new enough and has every feature the archive uses."""
    shown = ".".join(map(str, version))
    fix = "use another build of Python, such as the one of python.org, of your distribution or of uv"
    if version < OLDEST_SQLITE:
        yield report_wrong(
            "sqlite", f"SQLite {shown} is too old: {'.'.join(map(str, OLDEST_SQLITE))} or newer is needed", fix
        )
        return
    with closing(connect()) as conn:
        missing = [f"{feature.name}: {feature.error}" for feature in find_missing_features(conn)]
    if missing:
        yield report_wrong("sqlite", f"SQLite {shown} lacks {'; '.join(missing)}", fix)
    else:
        yield report_well("sqlite", f"SQLite {shown} with {', '.join(SQLITE_FEATURES)}")


def examine_sites(find: Callable[[], Iterable[Site]]) -> Iterator[Diagnosis]:
    """Say whether any site is found, and whether the time zone of each is known here."""
    fix = "install seealso again"
    try:
        sites = list(find())
    except Exception as problem:  # whatever a broken file of a site raises when it is imported
        yield report_wrong("sites", f"the sites cannot be loaded: {type(problem).__name__}: {str(problem)[:300]}", fix)
        return
    if not sites:
        yield report_wrong("sites", "no site is found in the folder 'spiders' of the installation", fix)
        return
    yield report_well("sites", ", ".join(site.name for site in sites))
    unknown = sorted({site.timezone for site in sites if not _is_known(site.timezone)})
    if unknown:
        yield report_wrong("time zones", f"not known here: {', '.join(unknown)}", "pip install tzdata")
    else:
        yield report_well("time zones", "known for every site")


def _is_known(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
