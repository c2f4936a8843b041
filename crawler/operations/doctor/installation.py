"""Examines the installation: the features of SQLite, the sites, and their time zones."""

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
    """Return a connection to a new database in memory."""
    return sqlite3.connect(":memory:", isolation_level=None)


def examine_sqlite(
    version: tuple[int, int, int] = sqlite3.sqlite_version_info,
    connect: Callable[[], sqlite3.Connection] = connect_memory,
) -> Iterator[Diagnosis]:
    """Report whether the SQLite of this Python is new enough and has every feature that the archive uses."""
    version_text = ".".join(map(str, version))
    fix = "use another build of Python, such as the one of python.org, of your distribution or of uv"
    if version < OLDEST_SQLITE:
        yield report_wrong(
            "sqlite", f"SQLite {version_text} is too old: {'.'.join(map(str, OLDEST_SQLITE))} or newer is needed", fix
        )
        return
    with closing(connect()) as conn:
        missing = [f"{feature.name}: {feature.error}" for feature in find_missing_features(conn)]
    if missing:
        yield report_wrong("sqlite", f"SQLite {version_text} lacks {'; '.join(missing)}", fix)
    else:
        yield report_well("sqlite", f"SQLite {version_text} with {', '.join(SQLITE_FEATURES)}")


def examine_sites(find: Callable[[], Iterable[Site]]) -> Iterator[Diagnosis]:
    """Report whether any site is found, and whether the time zones of all are known on this machine."""
    fix = "install seealso again"
    try:
        sites = list(find())
    except Exception as problem:  # a broken file of a site may raise any error when it is imported
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
